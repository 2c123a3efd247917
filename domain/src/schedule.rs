//! Who runs which tick of a schedule: every process ticks, and whoever writes the tick down first does the work.
//!
//! Ticks are real time, as leases are. A tick that its winner did not finish is made up for by the next one: all
//! scheduled work takes what is due, however late.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::error::Result;
use crate::schema::schedule_ticks;
use crate::store::Store;

/// Takes a tick. False: another process has it.
pub async fn take_tick(store: &Store, schedule: &str, tick: DateTime<Utc>) -> Result<bool> {
    let conn = &mut store.connection().await?;
    let row = (schedule_ticks::schedule.eq(schedule), schedule_ticks::tick.eq(tick));
    Ok(diesel::insert_into(schedule_ticks::table).values(row).on_conflict_do_nothing().execute(conn).await? == 1)
}

/// Removes ticks older than a week; returns how many.
pub async fn prune(store: &Store) -> Result<usize> {
    let conn = &mut store.connection().await?;
    let week_ago = diesel::dsl::sql::<diesel::sql_types::Timestamptz>("now() - interval '7 days'");
    Ok(diesel::delete(schedule_ticks::table.filter(schedule_ticks::tick.lt(week_ago))).execute(conn).await?)
}
