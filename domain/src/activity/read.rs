//! Reading the account: by id, and by pages of `activity_organizations` alone.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Activity, ActivityId, Event};
use crate::actor::Actor;
use crate::error::Result;
use crate::id::Id;
use crate::organization::OrganizationId;
use crate::page::{Cursor, Keyed, Page, PageRequest, for_each, keyset, parent};
use crate::schema::{activities, activity_organizations};

/// Which of an organization's activity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ActivityFilter {
    /// Of these events; empty: of all.
    pub events: Vec<Event>,
    /// From then on.
    pub since: Option<DateTime<Utc>>,
    /// Before then.
    pub until: Option<DateTime<Utc>>,
    /// Of this subject.
    pub subject: Option<Uuid>,
    /// By this user.
    pub actor: Option<Uuid>,
}

impl Keyed for Activity {
    fn cursor(&self, order: &'static str) -> Cursor {
        Cursor::new(order, "", self.id.uuid())
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = activity_organizations, check_for_backend(diesel::pg::Pg))]
struct Place {
    organization_id: OrganizationId,
    activity_id: ActivityId,
}

impl Activity {
    /// The order of pages of activity: newest first.
    pub const NEWEST: &'static str = "activity";

    /// Of these, the ones the actor may read: its organization's, as far as its role reaches. Operators read all.
    pub async fn find_visible(conn: &mut AsyncPgConnection, actor: &Actor, ids: &[ActivityId]) -> Result<Vec<Self>> {
        let mut query = activities::table.filter(activities::id.eq_any(ids)).select(Self::as_select()).into_boxed();
        if !actor.is_operator() {
            let Some(member) = actor.member().filter(|member| member.reads_activity()) else {
                return Ok(Vec::new());
            };
            let own = activity_organizations::table
                .filter(activity_organizations::organization_id.eq(member.organization.id))
                .select(activity_organizations::activity_id);
            query = query.filter(activities::id.eq_any(own));
        }
        Ok(query.load(conn).await?)
    }

    /// How often `event` happened to a subject since then, as one of its readers sees it.
    pub(crate) async fn count_since<T>(
        conn: &mut AsyncPgConnection,
        reader: OrganizationId,
        subject: Id<T>,
        event: Event,
        since: DateTime<Utc>,
    ) -> Result<i64> {
        let query = activity_organizations::table
            .filter(activity_organizations::organization_id.eq(reader))
            .filter(activity_organizations::subject_id.eq(subject.uuid()))
            .filter(activity_organizations::activity_id.ge(super::first_id_at(since)))
            .filter(activity_organizations::event.eq(event));
        Ok(query.count().get_result(conn).await?)
    }

    /// The latest time that `event` happened to a subject, as one of its readers sees it.
    pub(crate) async fn find_latest<T>(
        conn: &mut AsyncPgConnection,
        reader: OrganizationId,
        subject: Id<T>,
        event: Event,
    ) -> Result<Option<Self>> {
        let query = activity_organizations::table
            .inner_join(activities::table)
            .filter(activity_organizations::organization_id.eq(reader))
            .filter(activity_organizations::subject_id.eq(subject.uuid()))
            .filter(activity_organizations::event.eq(event))
            .order(activity_organizations::activity_id.desc());
        Ok(query.select(Self::as_select()).first(conn).await.optional()?)
    }

    /// A page of each organization's activity, newest first. Two statements: the places, then their rows.
    pub async fn pages(
        conn: &mut AsyncPgConnection,
        organizations: &[Uuid],
        filter: &ActivityFilter,
        page: &PageRequest,
    ) -> Result<Vec<Page<Self>>> {
        let mut query = activity_organizations::table
            .filter(activity_organizations::organization_id.eq(parent()))
            .select(Place::as_select())
            .into_boxed();
        if !filter.events.is_empty() {
            query = query.filter(activity_organizations::event.eq_any(filter.events.clone()));
        }
        if let Some(subject) = filter.subject {
            query = query.filter(activity_organizations::subject_id.eq(subject));
        }
        if let Some(actor) = filter.actor {
            query = query.filter(activity_organizations::actor_id.eq(actor));
        }
        if let Some(since) = filter.since {
            query = query.filter(activity_organizations::activity_id.ge(super::first_id_at(since)));
        }
        if let Some(until) = filter.until {
            query = query.filter(activity_organizations::activity_id.lt(super::first_id_at(until)));
        }
        let query = keyset!(query, page, false, activity_organizations::activity_id);
        let places: Vec<Place> = for_each(organizations, query).load(conn).await?;
        let ids: Vec<ActivityId> = places.iter().map(|place| place.activity_id).collect();
        let rows: Vec<Self> =
            activities::table.filter(activities::id.eq_any(&ids)).select(Self::as_select()).load(conn).await?;
        let of: std::collections::HashMap<ActivityId, Self> = rows.into_iter().map(|row| (row.id, row)).collect();
        let pages = Page::cut_each(organizations, places, page, |place| place.organization_id.uuid());
        Ok(pages
            .into_iter()
            .map(|page| Page {
                items: page.items.iter().filter_map(|place| of.get(&place.activity_id).cloned()).collect(),
                has_next: page.has_next,
                has_previous: page.has_previous,
            })
            .collect())
    }
}
