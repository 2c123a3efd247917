//! Seals the account: batches of rows under a Merkle root, chained to the batch before and signed.
//!
//! ```text
//! batch n:  mac = HMAC-SHA256(key, number ‖ size ‖ sealed_at ‖ root ‖ previous)     previous = mac of batch n-1
//!           root = Merkle root (RFC 9162) over leaf = SHA-256(0x00 ‖ salt ‖ row)
//! ```
//! The key lies outside the database, so that who can write there cannot sign; the head goes to the log, so that
//! cutting batches off the end is seen.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use uuid::Uuid;

use super::merkle::{self, Hash};
use super::{Activity, ActivityId};
use crate::error::{Error, Result};
use crate::schema::{activities, activity_batches, activity_organizations, activity_seals, activity_unsealed};
use crate::settings::Key;
use crate::store::Store;

/// The most a batch holds: a proof of ten siblings.
pub const MOST: usize = 1024;

/// A batch that was sealed: what the log keeps of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its number, from 1.
    pub number: i64,
    /// How many activities it seals.
    pub size: usize,
    /// Its signature, in hex.
    pub mac: String,
}

/// A batch as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = activity_batches, check_for_backend(diesel::pg::Pg))]
pub(super) struct Batch {
    pub(super) number: i64,
    pub(super) sealed_at: DateTime<Utc>,
    pub(super) size: i32,
    pub(super) root: Vec<u8>,
    pub(super) previous: Vec<u8>,
    pub(super) mac: Vec<u8>,
}

/// A row's seal as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = activity_seals, check_for_backend(diesel::pg::Pg))]
pub(super) struct Seal {
    pub(super) activity_id: ActivityId,
    pub(super) batch: i64,
    pub(super) position: i32,
    pub(super) salt: Vec<u8>,
    pub(super) leaf: Vec<u8>,
    pub(super) siblings: Vec<u8>,
}

/// Where a row stands in the sealed account: the leaf and the siblings climb to the root (RFC 9162 section 2.1.3.2). That
/// the leaf is the row's own, its operator shows, who has the salt.
#[derive(Debug, Clone)]
pub struct Proof {
    /// Of which activity.
    pub activity_id: ActivityId,
    /// The batch's number.
    pub batch: i64,
    /// How many leaves it has.
    pub size: i32,
    /// The leaf's place among them, from 0.
    pub position: i32,
    /// The leaf, in hex.
    pub leaf: String,
    /// The batch's Merkle root, in hex.
    pub root: String,
    /// The siblings from the leaf to the root, in hex.
    pub siblings: Vec<String>,
}

/// Seals one batch of what waits, however late it was committed. None: nothing waits, or another worker is at it.
pub async fn seal(store: &Store, key: &Key) -> Result<Option<Head>> {
    let conn = &mut store.connection().await?;
    let now = store.now();
    conn.transaction(async |conn| {
        if !try_lock(conn).await? {
            return Ok(None);
        }
        let waiting =
            activity_unsealed::table.select(activity_unsealed::activity_id).order(activity_unsealed::activity_id);
        let ids: Vec<ActivityId> = waiting.limit(i64::try_from(MOST).unwrap_or(i64::MAX)).load(conn).await?;
        if ids.is_empty() {
            return Ok(None);
        }
        let (number, previous) = next_link(conn).await?;
        let rows = rows_in_order(conn, &ids).await?;
        let mut seals = Vec::with_capacity(rows.len());
        for (position, row) in (0..).zip(&rows) {
            let mut salt = vec![0; 16];
            getrandom::fill(&mut salt).map_err(anyhow::Error::new)?;
            let leaf = merkle::leaf(&salt, &row.canonical()).to_vec();
            seals.push(Seal {
                activity_id: row.activity.id,
                batch: number,
                position,
                salt,
                leaf,
                siblings: Vec::new(),
            });
        }
        let (root, proofs) = merkle::prove(&leaves(&seals)?);
        for (seal, siblings) in seals.iter_mut().zip(proofs) {
            seal.siblings = siblings.concat();
        }
        let size = i32::try_from(rows.len()).map_err(anyhow::Error::new)?;
        let mut batch = Batch { number, sealed_at: now, size, root: root.to_vec(), previous, mac: Vec::new() };
        batch.mac = sign(key, &batch)?.finalize().into_bytes().to_vec();
        diesel::insert_into(activity_batches::table).values(&batch).execute(conn).await?;
        diesel::insert_into(activity_seals::table).values(&seals).execute(conn).await?;
        diesel::delete(activity_unsealed::table.filter(activity_unsealed::activity_id.eq_any(&ids)))
            .execute(conn)
            .await?;
        Ok::<_, Error>(Some(Head { number, size: rows.len(), mac: hex(&batch.mac) }))
    })
    .await
}

/// The proofs of these activities, as far as they are sealed; a row each, whatever their batches hold.
pub async fn proofs(conn: &mut AsyncPgConnection, ids: &[ActivityId]) -> Result<Vec<Proof>> {
    let sealed: Vec<(Seal, Batch)> = activity_seals::table
        .inner_join(activity_batches::table)
        .filter(activity_seals::activity_id.eq_any(ids))
        .select((Seal::as_select(), Batch::as_select()))
        .load(conn)
        .await?;
    let proof = |(seal, batch): (Seal, Batch)| Proof {
        activity_id: seal.activity_id,
        batch: batch.number,
        size: batch.size,
        position: seal.position,
        leaf: hex(&seal.leaf),
        root: hex(&batch.root),
        siblings: seal.siblings.chunks(size_of::<Hash>()).map(hex).collect(),
    };
    Ok(sealed.into_iter().map(proof).collect())
}

/// One sealer at a time; who comes second has nothing to do.
async fn try_lock(conn: &mut AsyncPgConnection) -> Result<bool> {
    let lock = diesel::dsl::sql::<diesel::sql_types::Bool>("pg_try_advisory_xact_lock(hashtext('activity.seal'))");
    Ok(diesel::select(lock).get_result(conn).await?)
}

async fn next_link(conn: &mut AsyncPgConnection) -> Result<(i64, Vec<u8>)> {
    let last: Option<Batch> = activity_batches::table
        .order(activity_batches::number.desc())
        .select(Batch::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(last.map_or((1, vec![0; 32]), |last| (last.number + 1, last.mac)))
}

/// A row and who reads it: what is sealed.
pub(super) struct Sealed {
    pub(super) activity: Activity,
    readers: Vec<Uuid>,
}

/// The rows of these ids with their readers, in the order of their ids: a batch's own.
pub(super) async fn rows_in_order(conn: &mut AsyncPgConnection, ids: &[ActivityId]) -> Result<Vec<Sealed>> {
    let query = activities::table.filter(activities::id.eq_any(ids)).order(activities::id);
    let rows: Vec<Activity> = query.select(Activity::as_select()).load(conn).await?;
    let readers: Vec<(ActivityId, Uuid)> = activity_organizations::table
        .filter(activity_organizations::activity_id.eq_any(ids))
        .order(activity_organizations::organization_id)
        .select((activity_organizations::activity_id, activity_organizations::organization_id))
        .load(conn)
        .await?;
    let mut readers_of: HashMap<ActivityId, Vec<Uuid>> = HashMap::new();
    for (activity, reader) in readers {
        readers_of.entry(activity).or_default().push(reader);
    }
    let sealed = rows.into_iter().map(|activity| {
        let readers = readers_of.remove(&activity.id).unwrap_or_default();
        Sealed { activity, readers }
    });
    Ok(sealed.collect())
}

impl Sealed {
    /// The bytes that are hashed: JSON with sorted keys, every column and every reader.
    pub(super) fn canonical(&self) -> Vec<u8> {
        let row = &self.activity;
        let value = json!({
            "id": row.id.uuid(), "event": row.event.as_str(), "at": row.at.timestamp_micros(),
            "actor": [row.actor_kind.as_str(), row.actor_id, row.actor_organization_id.map(super::Id::uuid)],
            "subject": [row.subject_kind, row.subject_id], "details": row.details, "readers": self.readers,
        });
        value.to_string().into_bytes()
    }
}

/// The signature's input, ready to be finished or checked.
pub(super) fn sign(key: &Key, batch: &Batch) -> Result<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.bytes()).map_err(anyhow::Error::new)?;
    mac.update(b"accord.activity.v1\0");
    mac.update(&batch.number.to_be_bytes());
    mac.update(&batch.size.to_be_bytes());
    mac.update(&batch.sealed_at.timestamp_micros().to_be_bytes());
    mac.update(&batch.root);
    mac.update(&batch.previous);
    Ok(mac)
}

pub(super) fn leaves(seals: &[Seal]) -> Result<Vec<Hash>> {
    let leaf = |seal: &Seal| {
        Hash::try_from(seal.leaf.as_slice()).map_err(|_| anyhow::anyhow!("a leaf is not 32 bytes").into())
    };
    seals.iter().map(leaf).collect()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
