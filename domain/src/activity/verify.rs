//! Shows that the account is whole: every batch signed, chained and without a gap, every row as it was sealed.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use hmac::Mac;

use super::ActivityId;
use super::merkle;
use super::seal::{Batch, Head, Seal, hex, leaves, rows_in_order, sign};
use crate::error::Result;
use crate::schema::{activities, activity_batches, activity_seals, activity_unsealed};
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
    let (mut number, mut previous) = (0, vec![0; 32]);
    let mut head_seen = head.is_none();
    loop {
        let next = activity_batches::table.filter(activity_batches::number.gt(number)).order(activity_batches::number);
        let Some(batch) = next.select(Batch::as_select()).first::<Batch>(conn).await.optional()? else { break };
        if batch.number != number + 1 || batch.previous != previous {
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
        (number, previous) = (batch.number, batch.mac);
    }
    if let (false, Some((batch, _))) = (head_seen, head) {
        flaws.push(Flaw::CutOff { batch });
    }
    let sealed =
        activity_seals::table.filter(activity_seals::activity_id.eq(activities::id)).select(activity_seals::batch);
    let waiting = activity_unsealed::table
        .filter(activity_unsealed::activity_id.eq(activities::id))
        .select(activity_unsealed::activity_id);
    let lost = activities::table.filter(diesel::dsl::not(diesel::dsl::exists(sealed)));
    let rows: i64 = lost.filter(diesel::dsl::not(diesel::dsl::exists(waiting))).count().get_result(conn).await?;
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
    Ok(as_sealed && merkle::root(&leaves(&seals)?).as_slice() == batch.root)
}
