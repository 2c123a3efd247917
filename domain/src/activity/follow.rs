//! Follows an organization's activity as it happens, in the order in which it was committed.
//!
//! Ids are in the order of time, and a transaction that began early may commit late. So activity is read in the order of
//! (the writer's transaction, id).
//!
//! Invariant: nothing is read but what transactions below the snapshot's xmin wrote. All of those have ended, so that
//! nothing can come to stand before what was read. A transaction that stays open therefore holds up what began after it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::time::sleep;
use uuid::Uuid;

use super::feed::{Feed, PAUSE};
use super::turn::Turn;
use super::xid::{Xid, Xid8};
use super::{Activity, ActivityId, Event};
use crate::actor::{Actor, Member};
use crate::error::{Code, Error, Result, passes};
use crate::organization::OrganizationId;
use crate::schema::{activities, activity_organizations};
use crate::user;

/// The most that is read at once, wanted or not.
const PAGE: i64 = 100;

/// Where a reader stands in the commit order: beyond this transaction's rows up to this id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Position {
    xid: Xid,
    id: Uuid,
}

/// Somebody following the activity of their own organization.
pub struct Following {
    feed: Feed,
    reader: Arc<Member>,
    events: Arc<[Event]>,
    news: watch::Receiver<()>,
    position: Position,
    /// What was read up to there and not told yet.
    page: VecDeque<Activity>,
}

/// An activity, and who is told as they are now.
#[derive(Debug)]
pub struct Told {
    /// What happened.
    pub activity: Activity,
    /// The reader, read anew.
    pub actor: Actor,
    /// To be kept until all of it that is told was read: how many do that at once is bounded.
    pub turn: Turn,
}

impl Following {
    /// Follows the actor's own organization: these events, or all where none are named; from an activity that was told
    /// before, or from now on.
    ///
    /// Refuses with `FORBIDDEN` who may not read the organization's activity, and with `NOT_FOUND` on `after` what they
    /// may not read; it is a fault that [`TimedOut`](crate::error::TimedOut) where the database has no time for one more.
    /// Nothing that is committed from now on is missed; what was committed just before may be told too.
    pub async fn begin(feed: &Feed, actor: &Actor, events: Vec<Event>, after: Option<ActivityId>) -> Result<Self> {
        let reader = Arc::new(reader(actor)?.clone());
        // Before the position is read, so that nothing comes between the two.
        let news = feed.news_of(reader.organization.id);
        let of = reader.organization.id;
        let (position, _turn) = feed.turns().read_soon(move |conn| Position::find(conn, of, after).boxed()).await?;
        let position = position.ok_or_else(|| Code::NotFound.on("after"))?;
        Ok(Self { feed: feed.clone(), reader, events: events.into(), news, position, page: VecDeque::new() })
    }

    /// What happened next; waits for it, also through an outage of the database.
    ///
    /// Refuses with `FORBIDDEN` once the reader may no longer read it. A fault says that the database is another one than
    /// before, or that this process cannot read what happened, as when a newer one wrote it. After either there is nothing
    /// more.
    pub async fn next(&mut self) -> Result<Told> {
        let mut is_broken = false;
        loop {
            match self.try_next().await {
                Ok(Some(told)) => return Ok(told),
                Ok(None) => self.news.changed().await.map_err(|_| anyhow::anyhow!("the database was replaced"))?,
                Err(Error::Fault(fault)) if passes(&fault) => {
                    if !is_broken {
                        tracing::warn!(error = format!("{fault:#}"), "activity could not be read; it is tried again");
                    }
                    is_broken = true;
                    sleep(PAUSE).await;
                }
                Err(end) => return Err(end),
            }
        }
    }

    /// None: there is no more for now.
    async fn try_next(&mut self) -> Result<Option<Told>> {
        while self.page.is_empty() {
            if !self.read_on().await? {
                return Ok(None);
            }
        }
        // However long the page has waited for a slow client: who is told are the rights of now.
        let before = Arc::clone(&self.reader);
        let read = self.feed.turns().read(|conn| async move { user::as_they_are(conn, &before).await }.boxed());
        let (now, turn) = read.await?;
        let actor = now.map_or(Actor::Visitor, |member| Actor::Member(Box::new(member)));
        reader(&actor)?;
        Ok(self.page.pop_front().map(|activity| Told { activity, actor, turn }))
    }

    /// Reads the next page, of which perhaps nothing is wanted. False: there is none.
    async fn read_on(&mut self) -> Result<bool> {
        let (organization, position, events) = (self.reader.organization.id, self.position, Arc::clone(&self.events));
        let read = async move |conn: &mut AsyncPgConnection| {
            let places = position.page(conn, organization).await?;
            let is_wanted = |place: &&Place| events.is_empty() || events.contains(&place.event);
            let wanted: Vec<ActivityId> = places.iter().filter(is_wanted).map(|place| place.activity_id).collect();
            Ok((places.last().map(Place::position), in_order(conn, &wanted).await?))
        };
        let ((last, page), _turn) = self.feed.turns().read(|conn| async move { read(conn).await }.boxed()).await?;
        let Some(last) = last else { return Ok(false) };
        (self.position, self.page) = (last, page);
        Ok(true)
    }
}

/// The member who may read their organization's activity.
fn reader(actor: &Actor) -> Result<&Member> {
    let reader = actor.member().filter(|member| member.reads_activity());
    reader.ok_or_else(|| Code::Forbidden.refusal().saying("you may not read an organization's activity").into())
}

/// The rows of these ids, in their order.
async fn in_order(conn: &mut AsyncPgConnection, ids: &[ActivityId]) -> Result<VecDeque<Activity>> {
    if ids.is_empty() {
        return Ok(VecDeque::new());
    }
    let query = activities::table.filter(activities::id.eq_any(ids)).select(Activity::as_select());
    let rows: Vec<Activity> = query.load(conn).await?;
    let mut of: HashMap<ActivityId, Activity> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| of.remove(id)).collect())
}

/// Below it every transaction has ended.
fn horizon() -> diesel::expression::SqlLiteral<Xid8> {
    sql("pg_snapshot_xmin(pg_current_snapshot())")
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = activity_organizations, check_for_backend(diesel::pg::Pg))]
struct Place {
    activity_id: ActivityId,
    event: Event,
    committed_after: Xid,
}

impl Place {
    fn position(&self) -> Position {
        Position { xid: self.committed_after, id: self.activity_id.uuid() }
    }
}

impl Position {
    /// Behind the activity, or behind all that can no longer be preceded. None: the organization reads no such activity.
    async fn find(
        conn: &mut AsyncPgConnection,
        organization: OrganizationId,
        after: Option<ActivityId>,
    ) -> Result<Option<Self>> {
        let Some(id) = after else {
            let xid = diesel::select(horizon()).get_result(conn).await?;
            return Ok(Some(Self { xid, id: Uuid::nil() }));
        };
        let query = activity_organizations::table
            .find((organization, id))
            .select((activity_organizations::committed_after, horizon()));
        let found: Option<(Xid, Xid)> = query.first(conn).await.optional()?;
        // One that was seen elsewhere may be too young to have been told: then what precedes it is still to come.
        let position = |(xid, horizon)| match xid < horizon {
            true => Self { xid, id: id.uuid() },
            false => Self { xid: horizon, id: Uuid::nil() },
        };
        Ok(found.map(position))
    }

    /// What comes next, in commit order.
    async fn page(self, conn: &mut AsyncPgConnection, organization: OrganizationId) -> Result<Vec<Place>> {
        let place = (activity_organizations::committed_after, activity_organizations::activity_id);
        let query = activity_organizations::table
            .filter(activity_organizations::organization_id.eq(organization))
            .filter(place.into_sql::<sql_types::Record<(Xid8, sql_types::Uuid)>>().gt((self.xid, self.id)))
            .filter(activity_organizations::committed_after.lt(horizon()))
            .order(place)
            .limit(PAGE)
            .select(Place::as_select());
        Ok(query.load(conn).await?)
    }
}
