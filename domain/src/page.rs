//! Pages: keyset cursors, in both directions, for one list or for the lists of many parents in one statement.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Datelike;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types;
use uuid::Uuid;

use crate::text::sought;

/// The most a page holds.
pub const MOST: u32 = 100;

/// Which page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// How many, 1 to [`MOST`].
    pub limit: u32,
    /// Towards the end of the list, or towards its start.
    pub forward: bool,
    /// Beyond which row; none: from the list's start, or its end.
    pub cursor: Option<Cursor>,
}

/// A row's place in a list of one order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    order: &'static str,
    key: String,
    id: Uuid,
}

impl Cursor {
    /// The place of the row `id` whose sort key is `key` in a list of `order`.
    pub fn new(order: &'static str, key: impl ToString, id: Uuid) -> Self {
        Self { order, key: key.to_string(), id }
    }

    /// The sort key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The row, which settles ties.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// What clients carry; opaque to them.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}\n{}\n{}", self.order, self.id.simple(), self.key))
    }

    /// Reads a client's cursor. None: broken, or made for a list of another order.
    #[must_use]
    pub fn decode(text: &str, order: &'static str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = text.splitn(3, '\n');
        let (made_for, id, key) = (parts.next()?, parts.next()?, parts.next()?);
        (made_for == order && !key.contains('\0')).then_some(())?;
        Some(Self { order, key: key.to_owned(), id: Uuid::try_parse(id).ok()? })
    }
}

/// Rows of a list that is paged in the order named.
pub trait Keyed {
    /// This row's place in a list of `order`.
    fn cursor(&self, order: &'static str) -> Cursor;
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// In the list's order, whichever way it was read.
    pub items: Vec<T>,
    /// Whether the list goes on behind the last.
    pub has_next: bool,
    /// Whether the list goes on before the first.
    pub has_previous: bool,
}

impl<T> Page<T> {
    /// A list of nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self { items: Vec::new(), has_next: false, has_previous: false }
    }

    /// The same page of something else.
    pub(crate) fn map<U>(self, to: impl FnMut(T) -> U) -> Page<U> {
        let items = self.items.into_iter().map(to).collect();
        Page { items, has_next: self.has_next, has_previous: self.has_previous }
    }

    /// Cuts a page out of what was read: one row more than asked for tells whether the list goes on.
    pub(crate) fn cut(mut rows: Vec<T>, request: &PageRequest) -> Self {
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let goes_on = rows.len() > limit;
        rows.truncate(limit);
        let came_from = request.cursor.is_some();
        if request.forward {
            Self { items: rows, has_next: goes_on, has_previous: came_from }
        } else {
            rows.reverse();
            Self { items: rows, has_next: came_from, has_previous: goes_on }
        }
    }

    /// Cuts the pages of many parents out of one read, in the order of `parents`.
    pub(crate) fn cut_each(
        parents: &[Uuid],
        rows: Vec<T>,
        request: &PageRequest,
        parent: impl Fn(&T) -> Uuid,
    ) -> Vec<Self> {
        let mut of: HashMap<Uuid, Vec<T>> = HashMap::new();
        for row in rows {
            of.entry(parent(&row)).or_default().push(row);
        }
        parents.iter().map(|id| Self::cut(of.remove(id).unwrap_or_default(), request)).collect()
    }
}

impl PageRequest {
    /// How many rows to read: one more than asked for.
    pub(crate) fn reading(&self) -> i64 {
        i64::from(self.limit) + 1
    }
}

/// The rows of a query that mentions [`parent`], for each of many parents: `cross join lateral`.
///
/// One statement whatever the number of parents; each takes its own first rows from the index. A sort on top would
/// shuffle the rows of one parent, so there is none: the nested loop of a lateral join keeps the inner order. It is
/// never a prepared statement that is kept: each is planned for its own filter, cursor and limit.
#[derive(Debug)]
pub(crate) struct ForEach<Q> {
    parents: Vec<Uuid>,
    query: Q,
}

/// Runs `query` for each of `parents`.
pub(crate) fn for_each<Q>(parents: &[Uuid], query: Q) -> ForEach<Q> {
    ForEach { parents: parents.to_vec(), query }
}

/// The id of the parent at hand, inside a query given to [`for_each`].
pub(crate) fn parent() -> diesel::expression::SqlLiteral<sql_types::Uuid> {
    diesel::dsl::sql("parent.id")
}

impl<Q: Query> Query for ForEach<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for ForEach<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for ForEach<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("select it.* from unnest(");
        out.push_bind_param::<sql_types::Array<sql_types::Uuid>, _>(&self.parents)?;
        out.push_sql(") as parent(id) cross join lateral (");
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(") it");
        Ok(())
    }
}

/// Restricts and orders a boxed query to one page by a sort column and the id.
///
/// The two are compared as one row, a bound that an index scan starts at however many rows share a key.
macro_rules! keyset {
    ($query:expr, $page:expr, $ascending:expr, $column:expr, $key:expr, $id:expr) => {{
        let mut query = $query;
        let place = || ($column, $id).into_sql::<diesel::sql_types::Record<(_, diesel::sql_types::Uuid)>>();
        if $page.forward == $ascending {
            if let Some(cursor) = &$page.cursor {
                query = query.filter(place().gt(($key(cursor.key()), cursor.id())));
            }
            query = query.order(($column.asc(), $id.asc()));
        } else {
            if let Some(cursor) = &$page.cursor {
                query = query.filter(place().lt(($key(cursor.key()), cursor.id())));
            }
            query = query.order(($column.desc(), $id.desc()));
        }
        query.limit($page.reading())
    }};
    ($query:expr, $page:expr, $ascending:expr, $id:expr) => {{
        let mut query = $query;
        if $page.forward == $ascending {
            if let Some(cursor) = &$page.cursor {
                query = query.filter($id.gt(cursor.id()));
            }
            query = query.order($id.asc());
        } else {
            if let Some(cursor) = &$page.cursor {
                query = query.filter($id.lt(cursor.id()));
            }
            query = query.order($id.desc());
        }
        query.limit($page.reading())
    }};
}
pub(crate) use keyset;

/// The `like` pattern of a search over text that has a space before each word group; in the case it was given.
///
/// From three characters on anywhere; shorter ones, which trigrams cannot find, at the start of a word.
pub(crate) fn like_pattern(search: &str) -> String {
    let search = sought(search.trim());
    let escaped = search.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    if search.chars().count() < 3 { format!("% {escaped}%") } else { format!("%{escaped}%") }
}

/// A time as a cursor's key: microseconds since 1970.
pub(crate) fn time_key(at: chrono::DateTime<chrono::Utc>) -> i64 {
    at.timestamp_micros()
}

/// Reads a time back from a cursor's key; a forged key only moves the page, also one beyond the database's calendar.
pub(crate) fn key_time(key: &str) -> chrono::DateTime<chrono::Utc> {
    let at = key.parse().ok().and_then(chrono::DateTime::from_timestamp_micros);
    at.filter(|at| (1..=9999).contains(&at.year())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_understood_in_its_own_order_only() {
        let cursor = Cursor::new("name", "contoso\nltd", Uuid::now_v7());
        assert_eq!(Cursor::decode(&cursor.encode(), "name"), Some(cursor.clone()));
        assert_eq!(Cursor::decode(&cursor.encode(), "since"), None);
    }

    #[test]
    fn a_broken_cursor_is_not_understood() {
        let nul = Cursor::new("name", "a\0b", Uuid::now_v7()).encode();
        for broken in ["", "x", "%%%", "bmFtZQ", &nul] {
            assert_eq!(Cursor::decode(broken, "name"), None, "{broken}");
        }
    }

    #[test]
    fn one_row_more_than_asked_for_tells_that_the_list_goes_on() {
        let request = PageRequest { limit: 2, forward: false, cursor: None };
        let page = Page::cut(vec![3, 2, 1], &request);
        assert_eq!((page.items, page.has_next, page.has_previous), (vec![2, 3], false, true));
    }

    #[test]
    fn a_search_is_taken_literally() {
        assert_eq!(like_pattern("100%_a"), r"%100\%\_a%");
        assert_eq!(like_pattern(" Ab "), "% Ab%");
    }
}
