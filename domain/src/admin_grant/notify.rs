//! Tells both sides that a grant is about to end: 30, 7 and 1 days before, once each.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde_json::json;

use super::{AdminGrant, AdminGrantStatus, told};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::email::EmailKind;
use crate::error::{Error, Result};
use crate::outbox::Outbox;
use crate::schema::admin_grants;
use crate::store::Store;

/// Gives up to `most` notices that are due, each with activity and mails to both sides; returns how many rows it looked at.
///
/// After a long pause only the latest due notice of a grant is given, and none of one that is over.
pub async fn notify(store: &Store, most: i64) -> Result<usize> {
    let store = &store.at_one_moment();
    let conn = &mut store.connection().await?;
    let now = store.now();
    let seen = conn
        .transaction(async |conn| {
            let due = admin_grants::table
                .filter(admin_grants::notice_at.le(now))
                .filter(admin_grants::status.eq(AdminGrantStatus::Active))
                // What is past its end is left to expiry, which would pass over rows that are held here.
                .filter(admin_grants::ends_at.gt(now))
                .order(admin_grants::notice_at)
                .limit(most);
            let mut rows: Vec<AdminGrant> =
                due.select(AdminGrant::as_select()).for_no_key_update().skip_locked().load(conn).await?;
            let mut days = Vec::with_capacity(rows.len());
            for grant in &mut rows {
                days.push(grant.take_notice(now));
                grant.save(conn).await?;
            }
            let told = || rows.iter().zip(&days).filter(|(_, days)| days.is_some());
            let changes: Vec<Change> = told().map(|(grant, days)| expiring(grant, *days)).collect();
            if !changes.is_empty() {
                activity::record_all(conn, &Actor::System, now, changes).await?;
            }
            let told: Vec<_> = told().map(|(grant, days)| (grant, *days)).collect();
            told::tell(conn, EmailKind::AdminGrantExpiring, &told, now).await?;
            Ok::<_, Error>(rows.len())
        })
        .await?;
    if seen > 0 {
        store.ring(Outbox::Emails);
    }
    Ok(seen)
}

fn expiring(grant: &AdminGrant, days_left: Option<i16>) -> Change {
    let details = json!({ "daysLeft": days_left, "endsAt": grant.ends_at, "autoExtend": grant.auto_extend });
    Change::new(Event::AdminGrantExpiring, grant.id).read_by(grant.sides()).with(details)
}
