//! The written, unchangeable account of every change.
//!
//! Each verb records its activity in its own transaction; nobody waits for another. The [`seal`] takes unsealed rows
//! into batches later, and [`verify`] shows that nothing was altered, removed or cut off. Rows hold ids, never a
//! person's data, so that erasing a person leaves them as they are.

mod event;
mod feed;
mod follow;
mod merkle;
mod read;
pub mod seal;
mod subject;
mod turn;
pub mod verify;
mod xid;

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

pub use event::Event;
pub use feed::Feed;
pub use follow::{Following, Told};
pub use read::ActivityFilter;
pub use subject::SUBJECTS;
pub(crate) use subject::visible_subjects;
pub use turn::Turn;
pub use xid::Xid8;

use crate::actor::Actor;
use crate::error::Result;
use crate::id::{Id, Named};
use crate::organization::OrganizationId;
use crate::schema::{activities, activity_organizations};
use crate::text_enum::text_enum;

/// The id of an activity, `act_`.
pub type ActivityId = Id<Activity>;

text_enum! {
    /// Who did it.
    ActorKind {
        /// A user of an organization.
        User = "user",
        /// The platform's own staff.
        Operator = "operator",
        /// A person who holds a link and is not signed in.
        Recipient = "recipient",
        /// The platform itself.
        System = "system",
    }
}

/// A row of the account.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = activities, check_for_backend(diesel::pg::Pg))]
pub struct Activity {
    /// Its id.
    pub id: ActivityId,
    /// `noun.past`.
    pub event: Event,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub actor_kind: ActorKind,
    /// The user or operator.
    pub actor_id: Option<Uuid>,
    /// The user's organization.
    pub actor_organization_id: Option<OrganizationId>,
    /// The prefix of the subject's id.
    pub subject_kind: String,
    /// What was changed.
    pub subject_id: Uuid,
    /// What changed.
    pub details: Value,
}

impl Named for Activity {
    const PREFIX: &'static str = "act";
}

/// A change to be recorded.
#[derive(Debug)]
pub struct Change {
    event: Event,
    subject_kind: &'static str,
    subject_id: Uuid,
    readers: Vec<OrganizationId>,
    details: Value,
}

impl Change {
    /// `event` happened to `subject`; nobody reads it yet.
    pub fn new<T: Named>(event: Event, subject: Id<T>) -> Self {
        Self {
            event,
            subject_kind: T::PREFIX,
            subject_id: subject.uuid(),
            readers: Vec::new(),
            details: Value::Object(serde_json::Map::default()),
        }
    }

    /// Who may read it: the inviter what only it does; every organization named in it what both agreed on.
    pub fn read_by(mut self, readers: impl IntoIterator<Item = OrganizationId>) -> Self {
        self.readers.extend(readers);
        self
    }

    /// What changed: an object. Nothing that one of the readers may not see, no person's data, no secret.
    pub fn with(mut self, details: Value) -> Self {
        self.details = details;
        self
    }
}

/// Records a change, in the change's own transaction.
pub async fn record(conn: &mut AsyncPgConnection, actor: &Actor, now: DateTime<Utc>, change: Change) -> Result<()> {
    record_all(conn, actor, now, vec![change]).await
}

/// Records the changes of one verb, in their order: two statements, however many.
pub(crate) async fn record_all(
    conn: &mut AsyncPgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
    changes: Vec<Change>,
) -> Result<()> {
    let (actor_kind, actor_id) = match actor {
        Actor::Member(member) => (ActorKind::User, Some(member.user.id.uuid())),
        Actor::Operator(id) => (ActorKind::Operator, Some(id.uuid())),
        Actor::Visitor => (ActorKind::Recipient, None),
        Actor::System => (ActorKind::System, None),
    };
    let mut rows = Vec::with_capacity(changes.len());
    let mut readers = Vec::new();
    for change in &changes {
        let id = id_at(now)?;
        rows.push((
            activities::id.eq(id),
            activities::event.eq(change.event),
            activities::at.eq(now),
            activities::actor_kind.eq(actor_kind),
            activities::actor_id.eq(actor_id),
            activities::actor_organization_id.eq(actor.organization_id()),
            activities::subject_kind.eq(change.subject_kind),
            activities::subject_id.eq(change.subject_id),
            activities::details.eq(&change.details),
        ));
        for reader in &change.readers {
            readers.push((
                activity_organizations::organization_id.eq(*reader),
                activity_organizations::activity_id.eq(id),
                activity_organizations::event.eq(change.event),
                activity_organizations::subject_id.eq(change.subject_id),
                activity_organizations::actor_id.eq(actor_id),
            ));
        }
    }
    diesel::insert_into(activities::table).values(rows).execute(conn).await?;
    diesel::insert_into(activity_organizations::table).values(readers).on_conflict_do_nothing().execute(conn).await?;
    Ok(())
}

/// An id in the order of Accord's clock, so that pages by id are pages by time (RFC 9562 section 6.2, method 3): after
/// the milliseconds stand the microseconds, then a count, since a request's clock stands still, then chance.
fn id_at(at: DateTime<Utc>) -> Result<ActivityId> {
    /// Orders what one process writes at one moment.
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut bits = [0; 10];
    getrandom::fill(&mut bits).map_err(anyhow::Error::new)?;
    let micros = at.timestamp_subsec_micros() % 1000;
    bits[..2].copy_from_slice(&u16::try_from(micros).unwrap_or(0).to_be_bytes());
    // The two highest bits of this byte are the UUID's variant, so the count starts behind it.
    bits[3..7].copy_from_slice(&COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bits[2] = 0;
    Ok(ActivityId::from(uuid::Builder::from_unix_timestamp_millis(millis(at), &bits).into_uuid()))
}

/// The lowest id that a row of that time or later can have.
fn first_id_at(at: DateTime<Utc>) -> Uuid {
    let mut bits = [0; 10];
    let micros = at.timestamp_subsec_micros() % 1000;
    [bits[0], bits[1]] = u16::try_from(micros).unwrap_or(0).to_be_bytes();
    uuid::Builder::from_unix_timestamp_millis(millis(at), &bits).into_uuid()
}

fn millis(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp_millis()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn ids_are_in_the_order_of_time_and_within_a_moment_of_being_written() {
        let now = Utc::now();
        let later = [0, 0, 0, 1, 1000].map(|micros| now + TimeDelta::microseconds(micros));
        let ids = later.map(|at| id_at(at).unwrap());
        assert!(ids.is_sorted(), "{ids:?}");
        assert!(first_id_at(now) <= ids[0].uuid() && ids[2].uuid() < first_id_at(now + TimeDelta::microseconds(1)));
    }
}
