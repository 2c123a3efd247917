//! Changes a partner's business profile; the first time makes it.

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;

use super::{BusinessProfile, BusinessProfileChange};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::error::Result;
use crate::organization::Organization;
use crate::policy::Action;
use crate::store::Store;

/// Changes the fields given of the actor's own profile; a field left out stays, and null clears it. The first time it
/// needs headline, description, countries and languages. What changes nothing is not told.
///
/// Refuses with `NOT_AUTHORIZED_PARTNER`, `FORBIDDEN`, and everything that is wrong with the input at once.
pub async fn update(store: &Store, actor: &Actor, change: BusinessProfileChange) -> Result<BusinessProfile> {
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| update_at(conn, actor, store.now(), change).await).await
}

/// The same at that moment, in somebody's transaction.
pub async fn update_at(
    conn: &mut AsyncPgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
    change: BusinessProfileChange,
) -> Result<BusinessProfile> {
    let member = actor.may(Action::UpdateBusinessProfile)?;
    // Of two first times at once one waits here, and changes what the other made.
    let organization = Organization::lock(conn, member.organization.id).await?;
    let before = BusinessProfile::of(conn, &[organization.id]).await?.pop();
    let (profile, changed) = change.apply(&organization, before.as_ref())?;
    if !changed.is_empty() {
        profile.save(conn, &organization.name).await?;
        let updated = Change::new(Event::BusinessProfileUpdated, profile.id).read_by([organization.id]);
        activity::record(conn, actor, now, updated.with(json!({ "changed": changed }))).await?;
    }
    Ok(profile)
}
