//! Lists of grants: a partner's, a customer's, and those of one at the other. What is over stays on them.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{AdminGrant, AdminGrantStatus};
use crate::error::Result;
use crate::organization::OrganizationId;
use crate::page::{Cursor, Keyed, Page, PageRequest, for_each, keyset, parent};
use crate::relationship::RelationshipSide;
use crate::schema::admin_grants;

/// Which grants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct AdminGrantFilter {
    /// Reading as of this status; none: of any.
    pub status: Option<AdminGrantStatus>,
    /// Reading an end before then; grants without an end never do.
    pub ends_before: Option<DateTime<Utc>>,
}

impl AdminGrantFilter {
    /// The active ones.
    #[must_use]
    pub fn active() -> Self {
        Self { status: Some(AdminGrantStatus::Active), ends_before: None }
    }
}

impl Keyed for AdminGrant {
    fn cursor(&self, order: &'static str) -> Cursor {
        Cursor::new(order, "", self.id.uuid())
    }
}

/// That a grant reads active: as [`AdminGrant::status_at`], in SQL, in a query over grants, alone or joined.
macro_rules! reads_active {
    ($now:expr) => {{
        use $crate::schema::admin_grants::{auto_extend, ends_at, status};
        let stands = ends_at.is_null().or(auto_extend).or(ends_at.gt($now).assume_not_null());
        status.eq($crate::admin_grant::AdminGrantStatus::Active).and(stands)
    }};
}
pub(crate) use reads_active;

/// What holds for some grants.
type Condition = Box<dyn BoxableExpression<admin_grants::table, Pg, SqlType = Nullable<Bool>>>;

/// That a grant reads as of this status: as [`AdminGrant::status_at`], in SQL.
fn status_reads(status: AdminGrantStatus, side: RelationshipSide, now: DateTime<Utc>) -> Condition {
    let written = admin_grants::status.eq(status).nullable();
    match status {
        AdminGrantStatus::Active => Box::new(reads_active!(now).nullable()),
        AdminGrantStatus::Expired => Box::new(written.or(overdue("not due.auto_extend", side, now, now))),
        AdminGrantStatus::Revoked | AdminGrantStatus::Ended => Box::new(written),
    }
}

/// That a grant reads an end before then: as [`AdminGrant::end_at`], in SQL. An end is never put off to an earlier time.
fn end_reads_before(before: DateTime<Utc>, side: RelationshipSide, now: DateTime<Utc>) -> Condition {
    let put_off = overdue(&format!("due.auto_extend and {PUT_OFF} >= times.time"), side, now, before);
    Box::new(admin_grants::ends_at.lt(before).and(diesel::dsl::not(put_off)))
}

/// That a grant reads active and an end before then. The ends that are yet to come are named, since nearly all that are not
/// are those of other grants: of columns that go together the planner knows nothing.
fn ends_soon(before: DateTime<Utc>, side: RelationshipSide, now: DateTime<Utc>) -> Condition {
    let put_off = overdue(&format!("due.auto_extend and {PUT_OFF} < times.time"), side, now, before);
    let comes = admin_grants::ends_at.gt(now).and(admin_grants::ends_at.lt(before));
    Box::new(admin_grants::status.eq(AdminGrantStatus::Active).and(comes.or(put_off)))
}

/// The end that was put off; in hours, so that no session's time zone makes a day of it longer or shorter.
const PUT_OFF: &str =
    "due.ends_at + (floor(extract(epoch from times.now - due.ends_at) / 15552000) + 1)::float8 * interval '4320 hours'";

/// That a grant is one of the parent's past their written end, which workers keep few, as far as `which` holds, a condition
/// over `due` and `times.time`. They are looked up first, so that their number says little of how the list is read; those of
/// others, however many a worker left, are not.
fn overdue(which: &str, side: RelationshipSide, now: DateTime<Utc>, time: DateTime<Utc>) -> Condition {
    let parent = match side {
        RelationshipSide::Partner => "due.partner_id = parent.id",
        RelationshipSide::Customer => "due.customer_id = parent.id",
    };
    let due = diesel::dsl::sql::<Nullable<Bool>>(
        "admin_grants.id = any(array(select due.id from admin_grants due, (values (",
    )
    .bind::<Timestamptz, _>(now)
    .sql(", ")
    .bind::<Timestamptz, _>(time)
    .sql(&format!(
        ")) times (now, time) where {parent} and due.status = 'active' and due.ends_at <= times.now and {which}))"
    ));
    Box::new(due)
}

impl AdminGrant {
    /// The order of pages of grants.
    pub const BY_AGE: &'static str = "grant";

    /// A page of what each partner may administer, the oldest first.
    pub async fn partner_pages(
        conn: &mut AsyncPgConnection,
        partners: &[Uuid],
        filter: &AdminGrantFilter,
        page: &PageRequest,
        now: DateTime<Utc>,
    ) -> Result<Vec<Page<Self>>> {
        let query = admin_grants::table.filter(admin_grants::partner_id.eq(parent())).select(Self::as_select());
        let query = filter.apply(query.into_boxed(), RelationshipSide::Partner, now);
        let query = keyset!(query, page, true, admin_grants::id);
        let rows: Vec<Self> = for_each(partners, query).load(conn).await?;
        Ok(Page::cut_each(partners, rows, page, |row| row.partner_id.uuid()))
    }

    /// A page of what is administered in each customer's tenant, the oldest first.
    pub async fn customer_pages(
        conn: &mut AsyncPgConnection,
        customers: &[Uuid],
        filter: &AdminGrantFilter,
        page: &PageRequest,
        now: DateTime<Utc>,
    ) -> Result<Vec<Page<Self>>> {
        let query = admin_grants::table.filter(admin_grants::customer_id.eq(parent())).select(Self::as_select());
        let query = filter.apply(query.into_boxed(), RelationshipSide::Customer, now);
        let query = keyset!(query, page, true, admin_grants::id);
        let rows: Vec<Self> = for_each(customers, query).load(conn).await?;
        Ok(Page::cut_each(customers, rows, page, |row| row.customer_id.uuid()))
    }

    /// The grants of these partners at these customers, oldest first, in one statement.
    pub async fn of_pairs(
        conn: &mut AsyncPgConnection,
        pairs: &[(OrganizationId, OrganizationId)],
        filter: &AdminGrantFilter,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        let partners: Vec<Uuid> = pairs.iter().map(|pair| pair.0.uuid()).collect();
        let customers: Vec<Uuid> = pairs.iter().map(|pair| pair.1.uuid()).collect();
        // Grants of other pairs among the same organizations come along and are dropped: seldom, and few.
        let query = admin_grants::table
            .filter(admin_grants::partner_id.eq_any(partners))
            .filter(admin_grants::customer_id.eq_any(customers))
            .order(admin_grants::id)
            .select(Self::as_select());
        let mut found: Vec<Self> = query.load(conn).await?;
        found.retain(|grant| pairs.contains(&(grant.partner_id, grant.customer_id)) && filter.leaves(grant, now));
        Ok(found)
    }
}

type Query<'a> = admin_grants::BoxedQuery<'a, Pg, diesel::dsl::SqlTypeOf<diesel::dsl::AsSelect<AdminGrant, Pg>>>;

impl AdminGrantFilter {
    /// Whether it leaves this grant.
    fn leaves(&self, grant: &AdminGrant, now: DateTime<Utc>) -> bool {
        let ends_before = |before| grant.end_at(now).is_some_and(|end| end < before);
        self.status.is_none_or(|status| grant.status_at(now) == status) && self.ends_before.is_none_or(ends_before)
    }

    /// Leaves the same in a query over the grants that each parent is this side of.
    fn apply<'a>(&self, mut query: Query<'a>, side: RelationshipSide, now: DateTime<Utc>) -> Query<'a> {
        match (self.status, self.ends_before) {
            (Some(AdminGrantStatus::Active), Some(before)) => return query.filter(ends_soon(before, side, now)),
            (Some(status), _) => query = query.filter(status_reads(status, side, now)),
            (None, _) => {}
        }
        if let Some(before) = self.ends_before {
            query = query.filter(end_reads_before(before, side, now));
        }
        query
    }
}
