//! Lists of invitations: a partner's, and those addressed to a person.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Invitation, InvitationKind, InvitationStatus};
use crate::actor::Actor;
use crate::email::{self, DeliveryStatus};
use crate::error::Result;
use crate::organization::lower;
use crate::page::{Cursor, Keyed, Page, PageRequest, for_each, key_time, keyset, like_pattern, parent, time_key};
use crate::schema::invitations;
use crate::store::Store;

/// Which invitations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct InvitationFilter {
    /// In one of these; empty: in any.
    pub status: Vec<InvitationStatus>,
    /// Of this kind.
    pub kind: Option<InvitationKind>,
    /// In the recipient's address or name; under three characters at its start.
    pub search: Option<String>,
    /// Whose mail stands there; empty: anywhere.
    pub delivery: Vec<DeliveryStatus>,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum InvitationOrder {
    /// The latest drafted first.
    #[default]
    CreatedDesc,
    /// The nearest deadline first, drafts last.
    Expires,
}

impl InvitationOrder {
    /// What a cursor of this order carries.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CreatedDesc => "created",
            Self::Expires => "expires",
        }
    }
}

/// What holds for some invitations.
type Condition = Box<dyn BoxableExpression<invitations::table, diesel::pg::Pg, SqlType = Bool>>;

/// Later than every deadline: where drafts stand.
const NEVER: &str = "infinity";

impl Keyed for Invitation {
    fn cursor(&self, order: &'static str) -> Cursor {
        let key = if order == InvitationOrder::Expires.name() {
            self.expires_at.map_or_else(|| NEVER.to_owned(), |at| time_key(at).to_string())
        } else {
            time_key(self.created_at).to_string()
        };
        Cursor::new(order, key, self.id.uuid())
    }
}

type Query<'a> = invitations::BoxedQuery<
    'a,
    diesel::pg::Pg,
    diesel::dsl::SqlTypeOf<diesel::dsl::AsSelect<Invitation, diesel::pg::Pg>>,
>;

impl Invitation {
    /// A page of each partner's invitations.
    pub async fn pages(
        store: &Store,
        conn: &mut AsyncPgConnection,
        partners: &[Uuid],
        filter: &InvitationFilter,
        order: InvitationOrder,
        page: &PageRequest,
    ) -> Result<Vec<Page<Self>>> {
        let query =
            invitations::table.filter(invitations::inviter_id.eq(parent())).select(Self::as_select()).into_boxed();
        let query = filter.apply(store, query);
        let query = match order {
            InvitationOrder::CreatedDesc => {
                keyset!(query, page, false, invitations::created_at, key_time, invitations::id)
            }
            InvitationOrder::Expires => {
                let deadline = || {
                    diesel::dsl::sql::<diesel::sql_types::Timestamptz>(
                        "coalesce(invitations.expires_at, 'infinity'::timestamptz)",
                    )
                };
                keyset!(query, page, true, deadline(), deadline_key, invitations::id)
            }
        };
        let rows: Vec<Self> = for_each(partners, query).load(conn).await?;
        Ok(Page::cut_each(partners, rows, page, |row| row.inviter_id.uuid()))
    }

    /// A page of what was sent to the actor's own verified address, the latest drafted first.
    pub async fn received(store: &Store, actor: &Actor, page: &PageRequest) -> Result<Page<Self>> {
        let address = actor.member().filter(|member| member.user.email_verified_at.is_some());
        let Some(member) = address else { return Ok(Page::empty()) };
        let query = invitations::table
            .filter(lower(invitations::recipient_email).eq(lower(&member.user.email)))
            .filter(invitations::sent_at.is_not_null())
            .select(Self::as_select())
            .into_boxed();
        let query = keyset!(query, page, false, invitations::created_at, key_time, invitations::id);
        let conn = &mut store.connection().await?;
        Ok(Page::cut(query.load(conn).await?, page))
    }
}

/// A deadline as a cursor's key has it; drafts stand at infinity.
fn deadline_key(key: &str) -> diesel::expression::SqlLiteral<diesel::sql_types::Timestamptz> {
    let text = if key == NEVER {
        "'infinity'::timestamptz".to_owned()
    } else {
        format!("'{}'::timestamptz", key_time(key).to_rfc3339())
    };
    diesel::dsl::sql(&text)
}

impl InvitationFilter {
    fn apply<'a>(&self, store: &Store, mut query: Query<'a>) -> Query<'a> {
        let statuses: BTreeSet<InvitationStatus> = self.status.iter().copied().collect();
        if let Some(of_status) = any(statuses.into_iter().map(|status| status_reads(status, store.now()))) {
            query = query.filter(of_status);
        }
        if let Some(kind) = self.kind {
            query = query.filter(invitations::kind.eq(kind));
        }
        if let Some(search) = &self.search {
            query = query.filter(invitations::search_text.like(lower(like_pattern(search))));
        }
        if let Some(delivered) = any(email::delivery_is(&self.delivery)) {
            query = query.filter(delivered);
        }
        query
    }
}

/// That an invitation reads as of this status: a pending one past its deadline is expired, and only that.
fn status_reads(status: InvitationStatus, now: DateTime<Utc>) -> Condition {
    let written = invitations::status.eq(status);
    let pending = invitations::status.eq(InvitationStatus::Pending);
    match status {
        InvitationStatus::Pending => Box::new(pending.and(invitations::expires_at.gt(now).assume_not_null())),
        InvitationStatus::Expired => {
            Box::new(written.or(pending.and(invitations::expires_at.le(now).assume_not_null())))
        }
        _ => Box::new(written),
    }
}

/// That one of these holds. None: there are none. Each is written out, so that each can have its own index.
fn any(conditions: impl IntoIterator<Item = Condition>) -> Option<Condition> {
    let mut conditions = conditions.into_iter();
    let first = conditions.next()?;
    Some(conditions.fold(first, |one, other| Box::new(one.or(other))))
}
