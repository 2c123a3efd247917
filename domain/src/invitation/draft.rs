//! Writes a draft: the mail in the recipient's language, and the link it will carry.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;

use super::{Invitation, InvitationId, NewInvitation};
use crate::activity::{self, Change, Event};
use crate::actor::{Actor, Member};
use crate::error::{Error, Result};
use crate::idempotency::Once;
use crate::policy::Action;
use crate::store::Store;

/// Writes a draft; nothing is sent. A repeated `idempotency_key` gives the first draft again.
///
/// Refuses with `NOT_AUTHORIZED_PARTNER`, `FORBIDDEN`, and everything that is wrong with the input at once.
pub async fn draft(store: &Store, actor: &Actor, new: NewInvitation) -> Result<Invitation> {
    let member = actor.may(Action::Invite)?;
    let once = Once::new(member.organization.id, "draftInvitation", new.idempotency_key.as_deref(), &new)?;
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        let id = InvitationId::fresh();
        if let Some(first) = first_again(store, conn, member, once.as_ref(), id).await? {
            return Ok(first);
        }
        let draft = new.into_draft(store, conn, actor, member, id).await?;
        draft.insert(conn).await?;
        activity::record(conn, actor, store.now(), drafted(&draft)).await?;
        Ok::<_, Error>(draft)
    })
    .await
}

/// Takes the key for a draft to be; Some: what an earlier call with this key made, as it is now. Before the input is
/// checked: what was given once is given again, whatever changed meanwhile.
pub(super) async fn first_again(
    store: &Store,
    conn: &mut AsyncPgConnection,
    member: &Member,
    once: Option<&Once>,
    id: InvitationId,
) -> Result<Option<Invitation>> {
    let Some(once) = once else { return Ok(None) };
    match once.take(conn, store.now(), Some(id.uuid())).await? {
        Some(Some(first)) => Invitation::lock_own(conn, member, first.into()).await.map(Some),
        _ => Ok(None),
    }
}

/// The activity of a draft.
pub(super) fn drafted(draft: &Invitation) -> Change {
    let provider = draft.indirect_provider_id.map(|provider| provider.to_string());
    let details =
        json!({ "kind": draft.kind, "delegatedAdministration": draft.admin_scope, "indirectProviderId": provider });
    Change::new(Event::InvitationDrafted, draft.id).read_by(draft.readers()).with(details)
}
