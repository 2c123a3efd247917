//! Writes a draft: the mail in the recipient's language, and the link it will carry.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::{Invitation, NewInvitation};
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
        let draft = new.into_draft(store, conn, actor, member).await?;
        if let Some(once) = &once
            && let Some(Some(first)) = once.take(conn, store.now(), Some(draft.id.uuid())).await?
        {
            return first_again(conn, member, first).await;
        }
        draft.insert(conn).await?;
        activity::record(conn, actor, store.now(), drafted(&draft)).await?;
        Ok::<_, Error>(draft)
    })
    .await
}

/// What an earlier call with the same key made, as it is now.
pub(super) async fn first_again(
    conn: &mut diesel_async::AsyncPgConnection,
    member: &Member,
    first: uuid::Uuid,
) -> Result<Invitation> {
    Invitation::lock_own(conn, member, first.into()).await
}

/// The activity of a draft.
pub(super) fn drafted(draft: &Invitation) -> Change {
    let details = json!({ "kind": draft.kind, "delegatedAdministration": draft.admin_scope });
    Change::new(Event::InvitationDrafted, draft.id).read_by(draft.readers()).with(details)
}
