//! Says yes: everything commits together or nothing does.

use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::establish::establish;
use super::rules::{self, Askers};
use super::{Invitation, InvitationId, InvitationKey, InvitationKind, Outcome, Step, addressee};
use crate::activity::{self, Change, Event};
use crate::actor::{Actor, Member};
use crate::agreement::{self, NewSigner};
use crate::email::{self, EmailKind};
use crate::error::{Code, Error, Result, refuse_all};
use crate::organization::Organization;
use crate::outbox::Outbox;
use crate::partnership::Partnership;
use crate::policy::Action;
use crate::store::Store;

/// What comes with a yes.
#[derive(Debug, Clone, Default)]
pub struct Acceptance {
    /// The agreement's id, as text; needed unless its version is accepted already.
    pub agreement_id: Option<String>,
    /// Who signs for the organization; needed with it.
    pub signer: Option<NewSigner>,
    /// That the indirect provider is authorized; needed for a partnership.
    pub authorize_indirect_provider: bool,
}

/// Accepts for the member's organization: what was asked for, agreement, activity and mail, or none of them.
///
/// Checks in this order and stops at the first stage that refuses: the link · the organization
/// (`WRONG_RECIPIENT`) · the role (`FORBIDDEN`) · a repeat by the same user gets the same answer · the status ·
/// standing, kind, region, cloud, and the partnership of those who ask together (`NOT_PARTNERS`) · the agreement
/// (`AGREEMENT_REQUIRED`), or for a partnership the authorization (`AUTHORIZATION_REQUIRED`). What stands already is used,
/// and only what is missing is made.
///
/// Locks in one order: the recipient's organization, the invitation, the partnership, the enrollments.
pub async fn accept(store: &Store, actor: &Actor, key: &InvitationKey, with: &Acceptance) -> Result<Invitation> {
    let conn = &mut store.connection().await?;
    let accepted = conn
        .transaction(async |conn| {
            let peeked = peek(store, conn, actor, key).await?;
            let (member, recipient) = lock_recipient(conn, actor, peeked).await?;
            let mut invitation = Invitation::lock_by_key(store, conn, actor, key).await?;
            if invitation.was_answered_by(Step::Accept, member) {
                return Ok(invitation);
            }
            invitation.answer(Step::Accept, member.id(), store.now())?;
            let askers = Askers::of(conn, &invitation).await?;
            let partnership = may_deal(conn, &askers, &recipient, &invitation).await?;
            let mut changes = vec![accepted_by(&invitation, &recipient)];
            changes.extend(agree(store, conn, member, &recipient, &invitation, with).await?);
            let made = establish(store, conn, &invitation, &askers, partnership.as_ref(), &recipient).await?;
            changes.extend(made.changes);
            invitation.save(conn).await?;
            Outcome::insert_all(conn, invitation.id, &made.outcomes).await?;
            activity::record_all(conn, actor, store.now(), changes).await?;
            email::queue(conn, EmailKind::InvitationAccepted, &invitation, store.now()).await?;
            Ok::<_, Error>(invitation)
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(accepted)
}

/// The invitation that the link or id names, unlocked: the recipient's organization is to be locked before it.
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
async fn lock_recipient<'a>(
    conn: &mut AsyncPgConnection,
    actor: &'a Actor,
    invitation: Invitation,
) -> Result<(&'a Member, Organization)> {
    let recipient = addressee::organization(conn, &invitation).await?;
    let wrong = || Error::from(Code::WrongRecipient.refusal());
    let member = actor.member().ok_or_else(wrong)?;
    let recipient = recipient.filter(|recipient| recipient.id == member.organization.id).ok_or_else(wrong)?;
    if !member.can(Action::Accept) {
        return Err(Code::Forbidden
            .refusal()
            .saying("only a global administrator accepts for the organization")
            .into());
    }
    Ok((member, Organization::lock(conn, recipient.id).await?))
}

/// Standing, kind, region, cloud and the askers' partnership, as they are now: one stage. Gives the partnership that stands:
/// of those who ask together, or of who asks for one and who is asked.
async fn may_deal(
    conn: &mut AsyncPgConnection,
    askers: &Askers,
    recipient: &Organization,
    invitation: &Invitation,
) -> Result<Option<Partnership>> {
    if askers.are(recipient) {
        return Err(Code::OwnOrganization.refusal().into());
    }
    let mut refusals = Vec::new();
    let mut partnership = None;
    if invitation.kind == InvitationKind::IndirectProviderPartnership {
        // Before the enrollments: who ends it meanwhile ends what is granted here too, or was first.
        partnership = Partnership::hold_active(conn, askers.inviter.id, recipient.id).await?;
        refusals.extend(rules::hold_reseller(conn, recipient).await?);
    }
    partnership = askers.hold_standing(conn, invitation.kind, &mut refusals).await?.or(partnership);
    refusals.extend(askers.between(recipient, invitation.administration().is_some()));
    // The fields are a draft's; who accepts has no such input.
    refusals.iter_mut().for_each(|refusal| refusal.field.clear());
    refuse_all(refusals)?;
    Ok(partnership)
}

/// What must be agreed to: a relationship's customer agreement, or that the indirect provider is authorized.
async fn agree(
    store: &Store,
    conn: &mut AsyncPgConnection,
    member: &Member,
    recipient: &Organization,
    invitation: &Invitation,
    with: &Acceptance,
) -> Result<Option<Change>> {
    match invitation.kind {
        InvitationKind::ResellerRelationship => {
            agreement::accept(store, conn, member, recipient, &invitation.recipient_locale, with).await
        }
        InvitationKind::IndirectProviderPartnership if with.authorize_indirect_provider => Ok(None),
        InvitationKind::IndirectProviderPartnership => {
            Err(Code::AuthorizationRequired.on("authorizeIndirectProvider").into())
        }
    }
}

fn accepted_by(invitation: &Invitation, recipient: &Organization) -> Change {
    Change::new(Event::InvitationAccepted, invitation.id).read_by(invitation.partners()).read_by([recipient.id])
}
