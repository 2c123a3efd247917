//! The demo world: companies, people and what happened among them, for who tries Accord or tests it.
//!
//! It is told as a few tables: [`ORGANIZATIONS`], agreements, business and support profiles, partnerships and invitations,
//! from which relationships, grants and the account of it all follow. Every address ends in `.example`, nothing is due and no
//! mail is queued. Its people sign in by [`crate::issuer::claims_for`].

mod agreements;
mod invitations;
mod organizations;
mod partnerships;
mod profiles;
mod story;
mod support;

use anyhow::{Result, anyhow};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use domain::error::Error;
use domain::id::Id;
use domain::schema::organizations as companies;
use domain::store::Store;

pub use self::organizations::{DemoOrganization, DemoUser, OPERATOR, ORGANIZATIONS, find_user, users};

use self::organizations::People;
use self::profiles::{DemoProfile, PROFILES};
use self::story::Story;

/// Held while seeding, so that of two processes at once one seeds and the other waits.
const LOCK: i64 = 0x6163_636f_7264;

/// Makes the demo world in one transaction; false: the database has organizations already.
pub async fn seed(store: &Store) -> Result<bool> {
    make(store, PROFILES).await
}

/// The same with an empty directory, for tests, which write the profiles that they look for.
pub async fn seed_without_profiles(store: &Store) -> Result<bool> {
    make(store, &[]).await
}

async fn make(store: &Store, profiles: &[DemoProfile]) -> Result<bool> {
    let failed = |error: Error| anyhow!("seeding: {error}");
    let conn = &mut store.connection().await.map_err(failed)?;
    let now = store.now();
    conn.transaction(async |conn| {
        diesel::sql_query("select pg_advisory_xact_lock($1)")
            .bind::<diesel::sql_types::BigInt, _>(LOCK)
            .execute(conn)
            .await?;
        if !is_empty(conn).await? {
            return Ok(false);
        }
        let agreements = agreements::insert(conn, now).await?;
        let people = organizations::insert_all(conn, now).await?;
        agreements::accept_as_partners(conn, &agreements, &people).await?;
        profiles::insert(conn, profiles, &people, now).await?;
        support::insert(conn, &people, now).await?;
        let partnerships = partnerships::insert(conn, &people, now).await?;
        for invitation in invitations::INVITATIONS {
            Story::of(invitation, &people, now).insert(conn, &agreements, &partnerships).await?;
        }
        Ok::<_, Error>(true)
    })
    .await
    .map_err(failed)
}

async fn is_empty(conn: &mut AsyncPgConnection) -> QueryResult<bool> {
    Ok(companies::table.count().get_result::<i64>(conn).await? == 0)
}

/// An id as if it had been made at that time: lists in order of ids are lists in order of time.
fn id_at<T>(at: chrono::DateTime<chrono::Utc>) -> Id<T> {
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    let time = uuid::Timestamp::from_unix(uuid::NoContext, seconds, at.timestamp_subsec_nanos());
    Id::from(uuid::Uuid::new_v7(time))
}
