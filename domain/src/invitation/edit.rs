//! Changes a draft.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;

use super::input::{LONGEST, SHORTEST, not_null};
use super::{Invitation, InvitationChange, InvitationId, Step};
use crate::activity::{self, Change, Event};
use crate::actor::{Actor, Member};
use crate::error::{Error, Result, refuse_all};
use crate::policy::Action;
use crate::store::Store;
use crate::text::Checks;

/// Changes the fields given; a field left out stays, and null clears it.
///
/// Refuses with `NOT_FOUND`, `NOT_A_DRAFT`, and everything that is wrong with the input at once; null for a field that
/// cannot be empty is `REQUIRED`.
pub async fn edit(store: &Store, actor: &Actor, id: InvitationId, change: InvitationChange) -> Result<Invitation> {
    let member = actor.may(Action::Invite)?;
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        let mut draft = Invitation::lock_own(conn, member, id).await?;
        draft.step(Step::Edit, store.now())?;
        let changed = apply(store, conn, actor, member, &mut draft, change).await?;
        if !changed.is_empty() {
            draft.save(conn).await?;
            let edited = Change::new(Event::InvitationEdited, draft.id).read_by(draft.readers());
            activity::record(conn, actor, store.now(), edited.with(json!({ "changed": changed }))).await?;
        }
        Ok::<_, Error>(draft)
    })
    .await
}

/// Applies the change and names the fields it was given.
async fn apply(
    store: &Store,
    conn: &mut AsyncPgConnection,
    actor: &Actor,
    member: &Member,
    draft: &mut Invitation,
    change: InvitationChange,
) -> Result<Vec<&'static str>> {
    let mut checks = Checks::default();
    let mut changed = Vec::new();
    if let Some(recipient) = not_null("recipient", change.recipient, &mut checks) {
        let recipient = recipient.check(conn, actor, member, &mut checks).await?;
        draft.recipient_email = recipient.email;
        draft.recipient_name = recipient.name;
        draft.recipient_locale = recipient.locale;
        draft.recipient_organization_id = recipient.organization_id;
        changed.push("recipient");
    }
    if let Some(subject) = not_null("subject", change.subject, &mut checks) {
        draft.subject = checks.subject(&subject);
        changed.push("subject");
    }
    if let Some(text) = not_null("text", change.text, &mut checks) {
        draft.template = checks.template(&text);
        changed.push("text");
    }
    if let Some(period) = not_null("expiresAfter", change.expires_after, &mut checks) {
        draft.expires_after = checks.period("expiresAfter", &period, SHORTEST, LONGEST, store.now());
        changed.push("expiresAfter");
    }
    if let Some(administration) = change.administration {
        let asked = administration.and_then(|asked| asked.check(&mut checks, store.now()));
        draft.ask(asked.as_ref());
        changed.push("delegatedAdministration");
    }
    refuse_all(checks.0)?;
    Ok(changed)
}
