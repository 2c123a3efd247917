//! Lists of one's own organization, read to their end.
//!
//! An export is the list that is shown page by page, in the same order, without a row twice and without losing one that
//! stood throughout. Each page is read in a connection of its own, at a moment of its own, as who reads may then: however
//! long the reader takes, nothing of the database is held, and who loses a role gets no further page.

mod activity;
mod customers;

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use tokio::time::timeout;

pub use activity::{ActivityList, ActivityRow};
pub use customers::{CustomerList, CustomerRow};

use crate::actor::{Actor, Member};
use crate::error::{Code, Result};
use crate::outbox;
use crate::page::{Cursor, PageRequest};
use crate::store::Store;
use crate::user;

/// Rows of a page: enough that a statement is worth its way, few enough that a page is soon read and soon sent.
pub const PAGE: u32 = 1_000;

/// How long a page may take; a connection that takes longer hangs, since the database ends each of its few statements.
const PATIENCE: Duration = Duration::from_secs(60);

/// A list that an organization may take away.
pub trait List: Send + Sync + 'static {
    /// What it lists.
    type Row: Send + 'static;

    /// Why somebody of the organization may not read it. None: they may.
    fn denial(reader: &Member) -> Option<&'static str>;

    /// A page of the reader's own list, and the place behind it; no place: there is nothing behind.
    fn page(
        &self,
        store: &Store,
        conn: &mut AsyncPgConnection,
        reader: &Actor,
        page: &PageRequest,
    ) -> impl Future<Output = Result<(Vec<Self::Row>, Option<Cursor>)>> + Send;
}

/// Somebody reading a list to its end.
pub struct Export<L> {
    store: Store,
    reader: Member,
    list: L,
    page: PageRequest,
    is_over: bool,
}

impl<L: List> Export<L> {
    /// Begins with the first row; reads nothing yet.
    ///
    /// Refuses with `FORBIDDEN` who is of no organization that has such a list, or whose role does not reach.
    pub fn begin(store: &Store, actor: &Actor, list: L) -> Result<Self> {
        let reader = reader::<L>(actor)?.clone();
        let page = PageRequest { limit: PAGE, forward: true, cursor: None };
        Ok(Self { store: store.clone(), reader, list, page, is_over: false })
    }

    /// The next page. None: the list has ended.
    ///
    /// Refuses with `FORBIDDEN` once the reader may no longer read it. Not to be dropped before it is done, or a connection
    /// of the pool is left in the middle of an answer.
    pub async fn next(&mut self) -> Result<Option<Vec<L::Row>>> {
        if self.is_over {
            return Ok(None);
        }
        let mut conn = self.store.connection().await?;
        let answer = timeout(PATIENCE, self.read(&mut conn)).await;
        let (rows, behind) = outbox::in_time(conn, answer)?;
        self.is_over = behind.is_none();
        self.page.cursor = behind;
        Ok(Some(rows))
    }

    async fn read(&self, conn: &mut AsyncPgConnection) -> Result<(Vec<L::Row>, Option<Cursor>)> {
        let now = user::as_they_are(conn, &self.reader).await?;
        let actor = now.map_or(Actor::Visitor, |member| Actor::Member(Box::new(member)));
        reader::<L>(&actor)?;
        self.list.page(&self.store.at_one_moment(), conn, &actor, &self.page).await
    }
}

/// The member who may read the list.
fn reader<L: List>(actor: &Actor) -> Result<&Member> {
    let denied = |why: &str| Code::Forbidden.refusal().saying(why).into();
    let member =
        actor.member().ok_or_else(|| denied("you are of no registered organization, whose list this could be"))?;
    L::denial(member).map_or(Ok(member), |why| Err(denied(why)))
}
