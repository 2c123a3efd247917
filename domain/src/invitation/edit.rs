//! Changes a draft.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;

use super::asked::{ADMINISTRATION, NOTHING_BESIDES, PROVIDER_ADMINISTRATION};
use super::input::{LONGEST, SHORTEST};
use super::{Invitation, InvitationChange, InvitationId, InvitationKind, Step};
use crate::activity::{self, Change, Event};
use crate::actor::{Actor, Member};
use crate::admin_grant::NewAdministration;
use crate::error::{Code, Error, Result, refuse_all};
use crate::policy::Action;
use crate::store::Store;
use crate::text::{Checks, not_null};

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
    change_asked(store, draft, change.administration, change.provider_administration, &mut checks, &mut changed);
    refuse_all(checks.0)?;
    Ok(changed)
}

/// Changes the delegated administration asked for; a partnership's is not to be changed, and a provider's is only there in
/// a joint invitation.
fn change_asked(
    store: &Store,
    draft: &mut Invitation,
    administration: Option<Option<NewAdministration>>,
    provider_administration: Option<Option<NewAdministration>>,
    checks: &mut Checks,
    changed: &mut Vec<&'static str>,
) {
    let is_partnership = draft.kind == InvitationKind::IndirectProviderPartnership;
    match administration {
        Some(_) if is_partnership => checks.0.push(Code::Invalid.on(ADMINISTRATION).saying(NOTHING_BESIDES)),
        Some(asked) => {
            draft.ask(asked.and_then(|asked| asked.check(ADMINISTRATION, checks, store.now())).as_ref());
            changed.push(ADMINISTRATION);
        }
        None => {}
    }
    match provider_administration {
        // There is nothing to clear.
        Some(None) if draft.indirect_provider_id.is_none() => {}
        Some(Some(_)) if draft.indirect_provider_id.is_none() => {
            let message = "only a joint invitation asks for it; draft one with indirectProviderId";
            checks.0.push(Code::Invalid.on(PROVIDER_ADMINISTRATION).saying(message));
        }
        Some(asked) => {
            let asked = asked.and_then(|asked| asked.check(PROVIDER_ADMINISTRATION, checks, store.now()));
            draft.ask_for_provider(asked.as_ref());
            changed.push(PROVIDER_ADMINISTRATION);
        }
        None => {}
    }
}
