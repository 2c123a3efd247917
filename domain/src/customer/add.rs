//! Adds a customer that no organization is registered for.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::{Value, json};

use super::NewCustomer;
use super::plan::{By, Plan, is_domain_refused};
use crate::activity::{self, Change, Event};
use crate::actor::{Actor, Member};
use crate::email::{self, About, Addressee, EmailKind};
use crate::enrollment::PartnerKind;
use crate::error::{Code, Error, Refusal, Result, refuse_all};
use crate::idempotency::Once;
use crate::organization::{Holder, Organization};
use crate::outbox::Outbox;
use crate::partnership::SharedCustomer;
use crate::policy::Action;
use crate::relationship::{Relationship, RelationshipId};
use crate::store::Store;

/// Adds an unclaimed organization as a customer: the relationship stands at once, without a grant, and the administrator
/// named is mailed. With a reseller named it is that one's customer too, shared. A repeated `idempotency_key` gives the
/// first relationship again.
///
/// Refuses with `NOT_AUTHORIZED_PARTNER`, `FORBIDDEN`, `PROVIDER_MUST_ADD`; then with everything that is wrong with the
/// input at once: what the fields take, `OWN_ORGANIZATION`, `WEBMAIL_NOT_ALLOWED`, `CONFLICT` (the domain is another
/// organization's), `ALREADY_RELATED`, `NOT_PARTNERS`, the rules of region and cloud; then with `RATE_LIMITED`.
pub async fn add(store: &Store, actor: &Actor, new: NewCustomer) -> Result<Relationship> {
    let store = &store.at_one_moment();
    let member = actor.may(Action::AddCustomer)?;
    if !may_add(member) {
        return Err(Code::ProviderMustAdd.into());
    }
    let once = Once::new(member.organization.id, "addCustomer", new.idempotency_key.as_deref(), &new)?;
    let conn = &mut store.connection().await?;
    let added = conn
        .transaction(async |conn| {
            let id = RelationshipId::fresh();
            if let Some(first) = first_again(store, conn, once.as_ref(), id).await? {
                return Ok(first);
            }
            let mut refusals = Vec::new();
            let plan = Plan::of(store, conn, member, &new, By::Adding, &mut refusals).await?;
            if !is_domain_refused(&refusals) {
                refusals.extend(taken(conn, member, &plan.holder).await?);
            }
            refuse_all(refusals)?;
            email::check_daily_limit(store, conn, member.organization.id, 0).await?;
            plan.add(store, conn, actor, member, id).await
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(added)
}

/// Whether a partner of this kind adds customers: an indirect reseller's provider does it for it.
pub(super) fn may_add(member: &Member) -> bool {
    member.enrollment.as_ref().is_some_and(|enrollment| enrollment.kind != PartnerKind::IndirectReseller)
}

async fn first_again(
    store: &Store,
    conn: &mut AsyncPgConnection,
    once: Option<&Once>,
    id: RelationshipId,
) -> Result<Option<Relationship>> {
    let Some(once) = once else { return Ok(None) };
    match once.take(conn, store.now(), Some(id.uuid())).await? {
        Some(Some(first)) => Ok(Relationship::find(conn, &[first.into()]).await?.pop()),
        _ => Ok(None),
    }
}

/// That the domain is somebody's already. Whether that organization is registered, or another partner has added it, makes
/// no difference to what is said.
async fn taken(conn: &mut AsyncPgConnection, member: &Member, holder: &Holder) -> Result<Option<Refusal>> {
    let organization = match holder {
        Holder::Nobody | Holder::Abandoned(_) => return Ok(None),
        Holder::Unclaimed(organization) | Holder::Registered(organization) => organization,
    };
    let own = Relationship::find_active(conn, member.organization.id, organization.id).await?;
    Ok(Some(if own.is_some() { already_related() } else { another_has_it() }))
}

/// That this is a customer of the partner's.
pub(super) fn already_related() -> Refusal {
    Code::AlreadyRelated.on("domain").saying("an organization of this domain is your customer already")
}

fn another_has_it() -> Refusal {
    let message = "this domain is another organization's: invite its administrator instead, with draftInvitation";
    Code::Conflict.on("domain").saying(message)
}

impl Plan {
    /// Makes the organization and its relationships, and mails its administrator.
    pub(super) async fn add(
        &self,
        store: &Store,
        conn: &mut AsyncPgConnection,
        actor: &Actor,
        member: &Member,
        id: RelationshipId,
    ) -> Result<Relationship> {
        let (partner, customer, now) = (&member.organization, &self.customer, store.now());
        if let Holder::Abandoned(before) = &self.holder {
            Organization::yield_domain(conn, *before).await?;
        }
        customer.insert_unclaimed(conn, &self.domain, another_has_it()).await?;
        let words = [self.domain.as_str(), &self.administrator.email];
        let own = Relationship::establish_uninvited(conn, id, partner, customer, &words, now).await?;
        let mut readers = vec![partner.id, customer.id];
        let mut changes =
            vec![established(&own, details("indirectResellerId", self.reseller.as_ref().map(|it| &it.0)))];
        if let Some((reseller, partnership)) = &self.reseller {
            let theirs = RelationshipId::fresh();
            let theirs = Relationship::establish_uninvited(conn, theirs, reseller, customer, &words, now).await?;
            SharedCustomer::share(conn, partnership, &own, &theirs, customer, now).await?;
            changes.push(established(&theirs, details("indirectProviderId", Some(partner))));
            readers.push(reseller.id);
        }
        changes.insert(0, Change::new(Event::CustomerAdded, customer.id).read_by(readers));
        activity::record_all(conn, actor, now, changes).await?;
        let to = [Addressee::Stranger(self.administrator.clone())];
        email::queue_about(conn, EmailKind::CustomerWelcome, About::Relationship(own.id), partner.id, &to, now).await?;
        Ok::<_, Error>(own)
    }
}

/// Details that name the other partner, where there is one.
fn details(field: &str, other: Option<&Organization>) -> Value {
    other.map_or_else(|| json!({}), |other| json!({ field: other.id.to_string() }))
}

/// The activity of a relationship that stands from now on.
pub(super) fn established(relationship: &Relationship, details: Value) -> Change {
    let both = [relationship.partner_id, relationship.customer_id];
    Change::new(Event::RelationshipEstablished, relationship.id).read_by(both).with(details)
}
