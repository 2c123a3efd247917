//! Says no.

use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::{Invitation, InvitationKey, Step, addressee};
use crate::activity::{self, Change, Event};
use crate::actor::{Actor, Member};
use crate::email::{self, EmailKind};
use crate::error::{Code, Error, Result, refuse_all};
use crate::outbox::Outbox;
use crate::store::Store;
use crate::text::Checks;

/// Declines, with a reason if there is one; the inviter is told.
///
/// By the addressee in any role, or a global administrator of the organization that could accept. A repeat by the same
/// person gets the same answer. Refuses, in this order, with `LINK_NOT_VALID` or `NOT_FOUND`, `WRONG_RECIPIENT`, the
/// code of its status, and what is wrong with the reason.
pub async fn decline(store: &Store, actor: &Actor, key: &InvitationKey, reason: Option<&str>) -> Result<Invitation> {
    let wrong = || Error::from(Code::WrongRecipient.refusal());
    let conn = &mut store.connection().await?;
    let declined = conn
        .transaction(async |conn| {
            let mut invitation = Invitation::lock_by_key(store, conn, actor, key).await?;
            let member = actor.member().ok_or_else(wrong)?;
            if !may_decline(conn, actor, member, &invitation).await? {
                return Err(wrong());
            }
            if invitation.was_answered_by(Step::Decline, member) {
                return Ok(invitation);
            }
            invitation.answer(Step::Decline, member.id(), store.now())?;
            let mut checks = Checks::default();
            invitation.decline_reason = checks.reason(reason);
            refuse_all(checks.0)?;
            invitation.save(conn).await?;
            let declined = Change::new(Event::InvitationDeclined, invitation.id);
            let declined = declined.read_by(invitation.partners()).read_by([member.organization.id]);
            activity::record(conn, actor, store.now(), declined).await?;
            email::queue(conn, EmailKind::InvitationDeclined, &invitation, store.now()).await?;
            Ok::<_, Error>(invitation)
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(declined)
}

async fn may_decline(
    conn: &mut AsyncPgConnection,
    actor: &Actor,
    member: &Member,
    invitation: &Invitation,
) -> Result<bool> {
    if addressee::is_person(actor, invitation) {
        return Ok(true);
    }
    let organization = addressee::organization(conn, invitation).await?;
    Ok(member.is_global_admin() && organization.is_some_and(|organization| organization.id == member.organization.id))
}

impl Invitation {
    /// The invitation that a token or id names, locked until the transaction ends. By id only for who is signed in with
    /// the recipient's verified address.
    pub(super) async fn lock_by_key(
        store: &Store,
        conn: &mut AsyncPgConnection,
        actor: &Actor,
        key: &InvitationKey,
    ) -> Result<Self> {
        match key {
            InvitationKey::Token(token) => {
                Self::lock_by_token(store, conn, token).await?.ok_or_else(|| Code::LinkNotValid.on("token").into())
            }
            InvitationKey::Id(id) => {
                let found = Self::lock(conn, *id).await?.filter(|invitation| invitation.is_addressed_to(actor));
                found.ok_or_else(|| Code::NotFound.on("id").into())
            }
        }
    }

    /// Whether this very person gave this very answer before.
    pub(super) fn was_answered_by(&self, step: Step, member: &Member) -> bool {
        self.answered_by == Some(member.id()) && step.leads_to(self.status)
    }
}
