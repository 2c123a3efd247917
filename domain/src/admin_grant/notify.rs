//! Tells both sides that a grant is about to end: 30, 7 and 1 days before, once each.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde_json::json;

use super::told::{News, tell};
use super::{AdminGrant, AdminGrantStatus, days_left};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::email::EmailKind;
use crate::error::{Error, Result};
use crate::outbox::Outbox;
use crate::schema::admin_grants;
use crate::store::Store;

/// Gives up to `most` notices that are due, each with activity and mails to both sides; returns how many rows it looked at.
///
/// After a long pause only the latest due notice of a grant is given, and none of one that is over. In few statements,
/// however many grants.
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
            if rows.is_empty() {
                return Ok(0);
            }
            let notices: Vec<Option<i16>> = rows.iter_mut().map(|grant| grant.take_notice(now)).collect();
            AdminGrant::save_times(conn, &rows).await?;
            let told = rows.iter().zip(&notices).filter_map(|(grant, notice)| Some(News::notice(grant, (*notice)?)));
            let told: Vec<News<'_>> = told.collect();
            let changes: Vec<Change> = told.iter().map(|news| expiring(news.grant, now)).collect();
            if !changes.is_empty() {
                activity::record_all(conn, &Actor::System, now, changes).await?;
            }
            tell(conn, EmailKind::AdminGrantExpiring, &told, now).await?;
            Ok::<_, Error>(rows.len())
        })
        .await?;
    if seen > 0 {
        store.ring(Outbox::Emails);
    }
    Ok(seen)
}

fn expiring(grant: &AdminGrant, now: DateTime<Utc>) -> Change {
    let days_left = grant.ends_at.map(|end| days_left(end, now));
    let details = json!({ "daysLeft": days_left, "endsAt": grant.ends_at, "autoExtend": grant.auto_extend });
    Change::new(Event::AdminGrantExpiring, grant.id).read_by(grant.sides()).with(details)
}
