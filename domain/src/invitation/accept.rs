//! Says yes: everything commits together or nothing does.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;

use super::{Invitation, InvitationId, InvitationKey, Outcome, Step, addressee, rules};
use crate::activity::{self, Change, Event};
use crate::actor::{Actor, Member};
use crate::admin_grant::AdminGrant;
use crate::agreement::{self, NewSigner};
use crate::email::{self, EmailKind};
use crate::enrollment::Enrollment;
use crate::error::{Code, Error, Result, refuse_all};
use crate::organization::Organization;
use crate::outbox::Outbox;
use crate::policy::Action;
use crate::relationship::Relationship;
use crate::store::Store;

/// What comes with a yes.
#[derive(Debug, Clone, Default)]
pub struct Acceptance {
    /// The agreement's id, as text; needed unless its version is accepted already.
    pub agreement_id: Option<String>,
    /// Who signs for the organization; needed with it.
    pub signer: Option<NewSigner>,
}

/// Accepts for the member's organization: relationship, admin grant, agreement, activity and mail, or none of them.
///
/// Checks in this order and stops at the first stage that refuses: the link · the organization
/// (`WRONG_RECIPIENT`) · the role (`FORBIDDEN`) · a repeat by the same user gets the same answer · the status ·
/// standing, region, cloud · the agreement (`AGREEMENT_REQUIRED`). A relationship that stands is used, and only what is
/// missing is made.
///
/// Locks in one order: the customer's organization, the invitation, the enrollment.
pub async fn accept(store: &Store, actor: &Actor, key: &InvitationKey, with: &Acceptance) -> Result<Invitation> {
    let conn = &mut store.connection().await?;
    let accepted = conn
        .transaction(async |conn| {
            let id = peek(store, conn, actor, key).await?;
            let (member, customer) = lock_customer(conn, actor, id).await?;
            let mut invitation = Invitation::lock_by_key(store, conn, actor, key).await?;
            if invitation.was_answered_by(Step::Accept, member) {
                return Ok(invitation);
            }
            invitation.answer(Step::Accept, member.id(), store.now())?;
            let inviter = Organization::get(conn, invitation.inviter_id).await?;
            may_deal(conn, &inviter, &customer, &invitation).await?;
            let agreed = agreement::accept(store, conn, member, &customer, &invitation.recipient_locale, with).await?;
            let mut changes = Vec::from([accepted_by(&invitation, &customer)]);
            changes.extend(agreed);
            let outcomes = establish(store, conn, &invitation, &inviter, &customer, &mut changes).await?;
            invitation.save(conn).await?;
            Outcome::insert_all(conn, invitation.id, &outcomes).await?;
            activity::record_all(conn, actor, store.now(), changes).await?;
            email::queue(conn, EmailKind::InvitationAccepted, &invitation, store.now()).await?;
            Ok::<_, Error>(invitation)
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(accepted)
}

/// The invitation that the link or id names, unlocked: the customer's organization is to be locked before it.
async fn peek(store: &Store, conn: &mut AsyncPgConnection, actor: &Actor, key: &InvitationKey) -> Result<Invitation> {
    match key {
        InvitationKey::Token(token) => {
            let link = store.links.read(token);
            let ids: Vec<InvitationId> = link.iter().map(|link| link.id).collect();
            let found = Invitation::find(conn, &ids).await?.pop();
            let current = found.filter(|found| link.is_some_and(|link| found.is_current(link.version)));
            current.ok_or_else(|| Code::LinkNotValid.on("token").into())
        }
        InvitationKey::Id(id) => {
            let found = Invitation::find(conn, &[*id]).await?.pop().filter(|found| found.is_addressed_to(actor));
            found.ok_or_else(|| Code::NotFound.on("id").into())
        }
    }
}

/// The actor as a member who may accept for the organization whose invitation this is, and that organization, locked.
async fn lock_customer<'a>(
    conn: &mut AsyncPgConnection,
    actor: &'a Actor,
    invitation: Invitation,
) -> Result<(&'a Member, Organization)> {
    let customer = addressee::organization(conn, &invitation).await?;
    let wrong = || Error::from(Code::WrongRecipient.refusal());
    let member = actor.member().ok_or_else(wrong)?;
    let customer = customer.filter(|customer| customer.id == member.organization.id).ok_or_else(wrong)?;
    if !member.can(Action::Accept) {
        return Err(Code::Forbidden
            .refusal()
            .saying("only a global administrator accepts for the organization")
            .into());
    }
    Ok((member, Organization::lock(conn, customer.id).await?))
}

/// Standing, region and cloud, as they are now: one stage.
async fn may_deal(
    conn: &mut AsyncPgConnection,
    inviter: &Organization,
    customer: &Organization,
    invitation: &Invitation,
) -> Result<()> {
    if inviter.id == customer.id {
        return Err(Code::OwnOrganization.refusal().into());
    }
    let mut refusals = Vec::from_iter(Enrollment::hold_standing(conn, inviter.id).await?);
    refusals.extend(rules::between(inviter, customer, invitation.administration().is_some()));
    // The fields are a draft's; who accepts has no such input.
    refusals.iter_mut().for_each(|refusal| refusal.field.clear());
    refuse_all(refusals)
}

/// Makes what is missing of the relationship and the grant; gives what stands then.
async fn establish(
    store: &Store,
    conn: &mut AsyncPgConnection,
    invitation: &Invitation,
    inviter: &Organization,
    customer: &Organization,
    changes: &mut Vec<Change>,
) -> Result<Vec<Outcome>> {
    let both = [inviter.id, customer.id];
    let relationship = match Relationship::find_active(conn, inviter.id, customer.id).await? {
        Some(standing) => standing,
        None => {
            let new = Relationship::establish(conn, inviter, customer, Some(invitation), store.now()).await?;
            changes.push(Change::new(Event::RelationshipEstablished, new.id).read_by(both));
            new
        }
    };
    let mut outcomes = Vec::from([Outcome::Relationship(relationship.id)]);
    if let Some(asked) = invitation.administration() {
        let grant = match AdminGrant::find_covering(conn, inviter.id, customer.id, &asked, store.now()).await? {
            Some(standing) => standing,
            None => {
                let new = AdminGrant::granting(&asked, inviter.id, customer.id, invitation.id, store.now());
                new.insert(conn).await?;
                let details = json!({ "scope": new.scope, "roles": new.roles, "endsAt": new.ends_at });
                changes.push(Change::new(Event::AdminGrantGranted, new.id).read_by(both).with(details));
                new
            }
        };
        outcomes.push(Outcome::AdminGrant(grant.id));
    }
    Ok(outcomes)
}

fn accepted_by(invitation: &Invitation, customer: &Organization) -> Change {
    Change::new(Event::InvitationAccepted, invitation.id).read_by([invitation.inviter_id, customer.id])
}
