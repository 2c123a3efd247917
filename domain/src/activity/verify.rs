//! Shows that the account is whole: every batch signed, chained and without a gap, every row as it was sealed.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use hmac::Mac;

use super::ActivityId;
use super::merkle;
use super::seal::{Batch, Head, Seal, hex, leaves, rows_in_order, sign};
use crate::error::{Error, Result};
use crate::schema::{activities, activity_batches, activity_organizations, activity_seals, activity_unsealed};
use crate::settings::Key;
use crate::store::Store;

/// What is wrong with the account, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The signature does not fit: altered, or signed under another key.
    Signature {
        /// Which batch.
        batch: i64,
    },
    /// A batch is missing before this one, or another one stands there.
    Chain {
        /// Which batch.
        batch: i64,
    },
    /// The rows are not those that were sealed: altered, removed or added.
    Rows {
        /// Which batch.
        batch: i64,
    },
    /// Rows that are neither sealed nor waiting.
    Unsealed {
        /// How many.
        rows: i64,
    },
    /// The account ends before the head that the log has.
    CutOff {
        /// The log's head.
        batch: i64,
    },
}

/// Reads the whole account, a batch at a time. `head` is the last one the log has: its number and mac.
///
/// Returns the head found (none: nothing is sealed) and every flaw.
pub async fn verify(store: &Store, key: &Key, head: Option<(i64, &str)>) -> Result<(Option<Head>, Vec<Flaw>)> {
    let conn = &mut store.connection().await?;
    let mut flaws = Vec::new();
    let mut found: Option<Head> = None;
    let (mut expected, mut previous) = (1, vec![0; 32]);
    let mut head_seen = head.is_none();
    // Also what stands before the first: whoever puts a batch there would have its rows pass for sealed.
    let mut from = i64::MIN;
    loop {
        let next = activity_batches::table.filter(activity_batches::number.ge(from)).order(activity_batches::number);
        let Some(batch) = next.select(Batch::as_select()).first::<Batch>(conn).await.optional()? else { break };
        if batch.number != expected || batch.previous != previous {
            flaws.push(Flaw::Chain { batch: batch.number });
        }
        if sign(key, &batch)?.verify_slice(&batch.mac).is_err() {
            flaws.push(Flaw::Signature { batch: batch.number });
        }
        if !rows_are_whole(conn, &batch).await? {
            flaws.push(Flaw::Rows { batch: batch.number });
        }
        let mac = hex(&batch.mac);
        head_seen |= head.is_some_and(|(wanted, wanted_mac)| wanted == batch.number && wanted_mac == mac);
        found = Some(Head { number: batch.number, size: usize::try_from(batch.size).unwrap_or(0), mac });
        let Some(next) = batch.number.checked_add(1) else { break };
        (expected, from, previous) = (next, next, batch.mac);
    }
    if let (false, Some((batch, _))) = (head_seen, head) {
        flaws.push(Flaw::CutOff { batch });
    }
    let sealed = activity_seals::table
        .inner_join(activity_batches::table)
        .filter(activity_seals::activity_id.eq(activities::id))
        .select(activity_seals::batch);
    let waiting = activity_unsealed::table
        .filter(activity_unsealed::activity_id.eq(activities::id))
        .select(activity_unsealed::activity_id);
    let lost = activities::table
        .filter(diesel::dsl::not(diesel::dsl::exists(sealed)))
        .filter(diesel::dsl::not(diesel::dsl::exists(waiting)))
        .count();
    let rows: i64 = conn
        .transaction(async |conn| {
            // One look at all there is: as long as it takes.
            diesel::sql_query("set local statement_timeout = 0").execute(conn).await?;
            Ok::<_, Error>(lost.get_result(conn).await?)
        })
        .await?;
    if rows > 0 {
        flaws.push(Flaw::Unsealed { rows });
    }
    Ok((found, flaws))
}

async fn rows_are_whole(conn: &mut diesel_async::AsyncPgConnection, batch: &Batch) -> Result<bool> {
    let query = activity_seals::table.filter(activity_seals::batch.eq(batch.number)).order(activity_seals::position);
    let seals: Vec<Seal> = query.select(Seal::as_select()).load(conn).await?;
    let ids: Vec<ActivityId> = seals.iter().map(|seal| seal.activity_id).collect();
    let rows = rows_in_order(conn, &ids).await?;
    let as_sealed = seals.len() == usize::try_from(batch.size).unwrap_or(0)
        && rows.len() == seals.len()
        && seals
            .iter()
            .zip(&rows)
            .all(|(seal, row)| merkle::leaf(&seal.salt, &row.canonical()).as_slice() == seal.leaf);
    // A leaf that is none was not sealed.
    let Ok(leaves) = leaves(&seals) else { return Ok(false) };
    let (root, proofs) = merkle::prove(&leaves);
    let are_proved = seals.iter().zip(proofs).all(|(seal, siblings)| siblings.concat() == seal.siblings);
    Ok(as_sealed && are_proved && root.as_slice() == batch.root && are_read_as_they_are(conn, &ids).await?)
}

/// Whether what pages are filtered by is what the rows say: a copy that was altered would hide a row.
async fn are_read_as_they_are(conn: &mut diesel_async::AsyncPgConnection, ids: &[ActivityId]) -> Result<bool> {
    let altered = activity_organizations::event
        .ne(activities::event)
        .or(activity_organizations::subject_id.ne(activities::subject_id))
        .or(activity_organizations::actor_id.is_distinct_from(activities::actor_id));
    let copies = activity_organizations::table
        .inner_join(activities::table)
        .filter(activity_organizations::activity_id.eq_any(ids))
        .filter(altered);
    Ok(!diesel::select(diesel::dsl::exists(copies)).get_result::<bool>(conn).await?)
}
