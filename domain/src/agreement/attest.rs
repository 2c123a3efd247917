//! A partner attests that its customer accepted the agreement in force: on paper, or elsewhere.
//!
//! A partner's word binds somebody who did not give their own, so it is told to those whom it binds: by mail to who is said to
//! have signed and to the customer's global administrators (until it is claimed, to the first one whom a partner named), and in
//! the activity of both sides.

use chrono::{DateTime, SecondsFormat, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;

use super::accept::{another_version, of_version_given};
use super::acceptance::of_version;
use super::{Agreement, AgreementAcceptance, AgreementKind, NewSigner};
use crate::activity::{self, Change, Event};
use crate::actor::{Actor, Member};
use crate::email::{self, About, Addressee, EmailKind, Recipient};
use crate::enrollment::{Enrollment, PartnerKind};
use crate::error::{Code, Error, Result, refuse_all};
use crate::organization::{Organization, OrganizationDomain};
use crate::outbox::Outbox;
use crate::policy::Action;
use crate::relationship::{Relationship, RelationshipId};
use crate::store::Store;
use crate::text::{Checks, domain_of, is_within};
use crate::user::{self, User};

/// What a partner attests, unchecked.
#[derive(Debug, Clone)]
pub struct NewAttestation {
    /// With whom; its id, as text.
    pub relationship_id: String,
    /// Which text was signed; its id, as text.
    pub agreement_id: String,
    /// Who signed for the customer.
    pub signer: NewSigner,
    /// When they did.
    pub accepted_at: DateTime<Utc>,
}

/// Attests that the customer of a relationship accepted the version of the customer agreement in force for its country.
/// Where that version is accepted already, by the customer or as somebody attested, what stands is given and nothing changes.
///
/// Refuses in this order: `NOT_AUTHORIZED_PARTNER`, `FORBIDDEN`, an indirect reseller with `WRONG_PARTNER_KIND` · what is not
/// theirs with `NOT_FOUND` · a relationship that was removed with `NO_RELATIONSHIP` · another version with
/// `AGREEMENT_REQUIRED`, beside all that is wrong with signer, who is nobody of the partner's own, and time · where somebody
/// is mailed who is no user with `RATE_LIMITED`.
///
/// Locks in one order: the customer's organization, the relationship, the partner's enrollment, who attests.
pub async fn attest(store: &Store, actor: &Actor, attestation: &NewAttestation) -> Result<AgreementAcceptance> {
    let member = may_attest(actor)?;
    let conn = &mut store.connection().await?;
    let attested = conn
        .transaction(async |conn| {
            let customer = lock_customer(conn, member, &attestation.relationship_id).await?;
            still_may_attest(conn, member).await?;
            let now = store.now();
            let texts = Agreement::texts_in_force(conn, AgreementKind::Customer, &customer.country, now).await?;
            let standing = of_version(conn, customer.id, &texts).await?;
            let given = of_version_given(&texts, Some(&attestation.agreement_id));
            if let (Some(standing), Some(_)) = (standing, given) {
                return Ok(standing);
            }
            let own = OrganizationDomain::of(conn, &[member.organization.id]).await?;
            let (agreement, signer) = check(attestation, &texts, given, &customer, &own, now)?;
            let accepted = AgreementAcceptance::new(customer.id, agreement.id, attestation.accepted_at, signer);
            let accepted = AgreementAcceptance { attested_by: Some(member.organization.id), ..accepted };
            accepted.insert(conn).await?;
            tell(store, conn, actor, member, &customer, agreement, &accepted).await?;
            Ok::<_, Error>(accepted)
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(attested)
}

fn may_attest(actor: &Actor) -> Result<&Member> {
    let member = actor.may(Action::AttestAgreement)?;
    let is_reseller = |kind| kind == PartnerKind::IndirectReseller;
    if member.enrollment.as_ref().is_some_and(|enrollment| is_reseller(enrollment.kind)) {
        let remedy = "an indirect reseller attests nothing; ask the indirect provider that shares the customer";
        return Err(Code::WrongPartnerKind.refusal().saying(remedy).into());
    }
    Ok(member)
}

/// That the member may do so as partner and person are now, both kept so: whoever suspends the one, or takes the other's role,
/// waits, or was first.
async fn still_may_attest(conn: &mut AsyncPgConnection, before: &Member) -> Result<()> {
    let enrollment = Enrollment::hold(conn, before.organization.id).await?;
    let member = user::hold(conn, before).await?;
    may_attest(&Actor::Member(Box::new(Member { enrollment, ..member }))).map(drop)
}

/// The customer of the member's own relationship, locked, and the relationship kept standing.
async fn lock_customer(conn: &mut AsyncPgConnection, member: &Member, id: &str) -> Result<Organization> {
    let not_found = || Error::from(Code::NotFound.on("relationshipId"));
    let id: RelationshipId = id.parse().map_err(|_| not_found())?;
    let own = Relationship::find(conn, &[id]).await?.pop().filter(|it| it.partner_id == member.organization.id);
    let customer = Organization::lock(conn, own.ok_or_else(not_found)?.customer_id).await?;
    Relationship::hold_as_partner(conn, member, id, "relationshipId").await?;
    Ok(customer)
}

/// The text that was signed and who signed it, or everything that is wrong.
fn check<'a>(
    attestation: &NewAttestation,
    texts: &[Agreement],
    given: Option<&'a Agreement>,
    customer: &Organization,
    own: &[OrganizationDomain],
    now: DateTime<Utc>,
) -> Result<(&'a Agreement, NewSigner)> {
    let mut checks = Checks::default();
    let signer = attestation.signer.check(&mut checks);
    // Else it would be told to the partner itself.
    if own.iter().any(|own| is_within(&domain_of(&signer.email), &own.domain)) {
        let remedy = "this address is your own organization's: give that of who signed for the customer";
        checks.0.push(Code::Invalid.on("signer.email").saying(remedy));
    }
    if attestation.accepted_at > now {
        checks.0.push(Code::OutOfRange.on("acceptedAt").saying("give a time that is not in the future"));
    }
    match given {
        Some(agreement) if attestation.accepted_at < agreement.in_force_at => {
            let since = agreement.in_force_at.to_rfc3339_opts(SecondsFormat::Secs, true);
            let remedy = format!("this version is in force since {since}; give a time from then on");
            checks.0.push(Code::OutOfRange.on("acceptedAt").saying(remedy));
        }
        Some(_) => {}
        None if texts.is_empty() => {
            let none = "no customer agreement is in force for the customer's country: there is nothing to attest";
            checks.0.push(Code::AgreementRequired.on("agreementId").saying(none));
        }
        None => checks.0.push(another_version(texts, &customer.locale)),
    }
    refuse_all(checks.0)?;
    Ok((given.ok_or(Code::AgreementRequired)?, signer))
}

/// Records it for both sides, and mails who is said to have signed and those who decide for the customer.
async fn tell(
    store: &Store,
    conn: &mut AsyncPgConnection,
    actor: &Actor,
    member: &Member,
    customer: &Organization,
    agreement: &Agreement,
    accepted: &AgreementAcceptance,
) -> Result<()> {
    let details =
        json!({ "version": agreement.version, "kind": agreement.kind, "customerId": customer.id.to_string() });
    let change = Change::new(Event::AgreementAttested, agreement.id).read_by([customer.id, member.organization.id]);
    activity::record(conn, actor, store.now(), change.with(details)).await?;

    let told = told(conn, customer, accepted, store.now()).await?;
    let strangers = told.iter().filter(|addressee| matches!(addressee, Addressee::Stranger(_))).count();
    if let Some(others) = strangers.checked_sub(1) {
        email::check_daily_limit(store, conn, member.organization.id, others).await?;
    }
    let about = About::AgreementAcceptance(accepted.id);
    email::queue_about(conn, EmailKind::AgreementAttested, about, member.organization.id, &told, store.now()).await
}

/// Those who decide for the customer, or are to once they have claimed it, and who is said to have signed: each once.
async fn told(
    conn: &mut AsyncPgConnection,
    customer: &Organization,
    accepted: &AgreementAcceptance,
    now: DateTime<Utc>,
) -> Result<Vec<Addressee>> {
    let deciders = User::find_who_may(conn, &[customer.id], Action::Accept).await?;
    let known = User::find(conn, &deciders, now).await?;
    let mut told: Vec<Addressee> = deciders.into_iter().map(Addressee::User).collect();
    let is_signers = |email: &str| email.to_lowercase() == accepted.signer_email.to_lowercase();
    let stranger = |email: &str, name| {
        Addressee::Stranger(Recipient { email: email.to_owned(), name, locale: customer.locale.clone() })
    };
    if !known.iter().any(|user| is_signers(&user.email)) {
        let name = format!("{} {}", accepted.signer_first_name, accepted.signer_last_name);
        told.push(stranger(&accepted.signer_email, Some(name)));
    }
    let administrator = customer.administrator_email.as_deref().filter(|email| !is_signers(email));
    told.extend(administrator.map(|email| stranger(email, None)));
    Ok(told)
}
