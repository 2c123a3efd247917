//! Writes a draft: the mail in the recipient's language, and the link it will carry.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;

use super::{Invitation, InvitationId, NewInvitation};
use crate::activity::{self, Change, Event};
use crate::actor::{Actor, Member};
use crate::error::{Error, Result};
use crate::idempotency::Once;
use crate::policy::Action;
use crate::relationship::RelationshipId;
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
            return Ok::<_, Error>(first);
        }
        draft_for(store, conn, actor, id, new, None).await
    })
    .await
}

/// The same in somebody's transaction, without regard to its key; `reinstates` is the relationship that is asked for again.
pub(crate) async fn draft_for(
    store: &Store,
    conn: &mut AsyncPgConnection,
    actor: &Actor,
    id: InvitationId,
    new: NewInvitation,
    reinstates: Option<RelationshipId>,
) -> Result<Invitation> {
    let member = actor.may(Action::Invite)?;
    let draft = new.into_draft(store, conn, actor, member, id).await?;
    draft.insert(conn).await?;
    activity::record(conn, actor, store.now(), drafted(&draft, reinstates)).await?;
    Ok(draft)
}

/// Takes the key for a draft to be; Some: what an earlier call with this key made, as it is now. Before the input is
/// checked: what was given once is given again, whatever changed meanwhile.
pub(crate) async fn first_again(
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

/// The activity of a draft; `reinstates` is the relationship that it asks for again.
pub(super) fn drafted(draft: &Invitation, reinstates: Option<RelationshipId>) -> Change {
    let provider = draft.indirect_provider_id.map(|provider| provider.to_string());
    let mut details =
        json!({ "kind": draft.kind, "delegatedAdministration": draft.admin_scope, "indirectProviderId": provider });
    if let Some(relationship) = reinstates {
        details["reinstatesId"] = json!(relationship.to_string());
    }
    Change::new(Event::InvitationDrafted, draft.id).read_by(draft.readers()).with(details)
}
