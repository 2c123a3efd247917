//! Repeated calls: the same key gives the first result again, for 24 hours.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::{Code, Result, refuse_all};
use crate::organization::OrganizationId;
use crate::schema::idempotency_keys;
use crate::store::Store;

/// The longest key, in characters.
const LONGEST: usize = 200;

/// How long a key is kept: as long as the best known APIs keep theirs.
const KEPT: TimeDelta = TimeDelta::hours(24);

/// A key within an organization and a mutation, and the input it stands for.
pub(crate) struct Once {
    organization: OrganizationId,
    mutation: &'static str,
    key: String,
    digest: Vec<u8>,
}

impl Once {
    /// Refuses an empty key, and one over 200 characters or with control characters. None where the client gave none.
    pub(crate) fn new(
        organization: OrganizationId,
        mutation: &'static str,
        key: Option<&str>,
        input: &impl Serialize,
    ) -> Result<Option<Self>> {
        let Some(key) = key else { return Ok(None) };
        let wrong = key.trim().is_empty() || key.chars().count() > LONGEST || key.chars().any(char::is_control);
        let refusal = Code::Invalid.on("idempotencyKey").saying("give 1 to 200 printable characters");
        refuse_all(if wrong { vec![refusal] } else { Vec::new() })?;
        Ok(Some(Self { organization, mutation, key: key.to_owned(), digest: digest(input)? }))
    }

    /// The key of one part of a call that is settled by itself: the call's, and the part's number.
    pub(crate) fn part(&self, mutation: &'static str, number: usize, input: &impl Serialize) -> Result<Self> {
        let key = format!("{}#{number}", self.key);
        Ok(Self { organization: self.organization, mutation, key, digest: digest(input)? })
    }

    /// Takes the key for `result`. Some: it was taken before, for this.
    ///
    /// Whoever takes the same key at the same time waits here for the other's commit. Refuses with
    /// `IDEMPOTENCY_CONFLICT` where the key stands for another input.
    pub(crate) async fn take(
        &self,
        conn: &mut AsyncPgConnection,
        now: DateTime<Utc>,
        result: Option<Uuid>,
    ) -> Result<Option<Option<Uuid>>> {
        use idempotency_keys as keys;
        let stale =
            keys::table.find((self.organization, self.mutation, &self.key)).filter(keys::created_at.lt(now - KEPT));
        diesel::delete(stale).execute(conn).await?;
        let row = (
            keys::organization_id.eq(self.organization),
            keys::mutation.eq(self.mutation),
            keys::key.eq(&self.key),
            keys::input_digest.eq(&self.digest),
            keys::result_id.eq(result),
            keys::created_at.eq(now),
        );
        if diesel::insert_into(keys::table).values(row).on_conflict_do_nothing().execute(conn).await? == 1 {
            return Ok(None);
        }
        let taken = keys::table.find((self.organization, self.mutation, &self.key));
        let (digest, result): (Vec<u8>, Option<Uuid>) =
            taken.select((keys::input_digest, keys::result_id)).first(conn).await?;
        if digest == self.digest {
            Ok(Some(result))
        } else {
            Err(Code::IdempotencyConflict.on("idempotencyKey").into())
        }
    }
}

fn digest(input: &impl Serialize) -> Result<Vec<u8>> {
    Ok(Sha256::digest(serde_json::to_vec(input).map_err(anyhow::Error::new)?).to_vec())
}

/// Removes keys older than 24 hours, so many at a time that no statement takes long; returns how many.
pub async fn prune(store: &Store) -> Result<usize> {
    let conn = &mut store.connection().await?;
    let mut removed = 0;
    loop {
        let batch = diesel::sql_query(
            "delete from idempotency_keys where ctid = any(array(select ctid from idempotency_keys where created_at < $1 limit 10000))",
        );
        let count = batch.bind::<Timestamptz, _>(store.now() - KEPT).execute(conn).await?;
        removed += count;
        if count == 0 {
            return Ok(removed);
        }
    }
}
