//! Wakes who follows an organization's activity when there is more of it to read.
//!
//! ```text
//! one task a process ── which organizations have news? ──▶ PostgreSQL      one statement, however many follow
//!         └─ wakes their followers ──▶ each reads pages of its own, when it is ready
//! ```
//! The task runs only while somebody follows, and holds no connection while it waits. Nothing is queued for a follower
//! that is slow: that it was woken is one flag.

use std::collections::HashMap;
use std::mem::take;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::QueryableByName;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::turn::Turns;
use super::xid::{Xid, Xid8};
use crate::error::Result;
use crate::organization::OrganizationId;
use crate::outbox::{PATIENCE, connection, in_time};
use crate::store::Store;

/// How long is waited after the database did not answer.
pub(super) const PAUSE: Duration = Duration::from_secs(1);

/// Wakes followers, one a process. Cheap to clone.
#[derive(Clone)]
pub struct Feed(Arc<Shared>);

struct Shared {
    store: Store,
    every: Duration,
    turns: Turns,
    followed: Mutex<Followed>,
}

/// Whose activity is followed.
#[derive(Default)]
struct Followed {
    organizations: HashMap<OrganizationId, watch::Sender<()>>,
    /// Whether there is a task that looks for news.
    is_watched: bool,
}

impl Feed {
    /// A feed of what is written to the Store's database, by whichever process. While somebody follows, it looks for news
    /// that often: half of it is the mean time from a commit to its followers.
    #[must_use]
    pub fn new(store: Store, every: Duration) -> Self {
        let turns = Turns::new(store.clone());
        Self(Arc::new(Shared { store, every, turns, followed: Mutex::default() }))
    }

    /// Changes whenever an organization has news. It is closed when what was read before says nothing about the database
    /// any more.
    pub(super) fn news_of(&self, organization: OrganizationId) -> watch::Receiver<()> {
        let mut followed = self.0.followed();
        if !followed.is_watched {
            followed.is_watched = true;
            tokio::spawn(watch(Arc::clone(&self.0)));
        }
        followed.organizations.entry(organization).or_insert_with(|| watch::Sender::new(())).subscribe()
    }

    /// In which followers read.
    pub(super) fn turns(&self) -> &Turns {
        &self.0.turns
    }
}

impl Shared {
    fn followed(&self) -> MutexGuard<'_, Followed> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets organizations that nobody follows. False: there are none left.
    fn is_followed(&self) -> bool {
        let mut followed = self.followed();
        followed.organizations.retain(|_, news| news.receiver_count() > 0);
        followed.is_watched = !followed.organizations.is_empty();
        followed.is_watched
    }

    fn wake(&self, whom: Wake) {
        let mut followed = self.followed();
        match whom {
            Wake::Everybody => followed.organizations.values().for_each(|news| news.send_replace(())),
            Wake::Of(organizations) => {
                let woken = organizations.iter().filter_map(|organization| followed.organizations.get(organization));
                woken.for_each(|news| news.send_replace(()));
            }
            // What is dropped here is closed for who listens.
            Wake::End => drop(take(&mut followed.organizations)),
        }
    }

    async fn news_since(&self, since: Xid) -> Result<News> {
        let mut conn = connection(&self.store).await?;
        let answer = timeout(PATIENCE, async {
            Ok(diesel::sql_query(NEWS).bind::<Xid8, _>(since).get_result(&mut conn).await?)
        })
        .await;
        in_time(conn, answer)
    }
}

/// Looks for news until nobody follows.
async fn watch(shared: Arc<Shared>) {
    let mut reach = Reach::default();
    loop {
        sleep(shared.every).await;
        if !shared.is_followed() {
            return;
        }
        match shared.news_since(reach.since()).await {
            Ok(news) => shared.wake(reach.advance(news)),
            Err(error) => {
                if reach.failures == 0 {
                    tracing::warn!(%error, "activity is told once the database answers again");
                }
                reach.failures = reach.failures.saturating_add(1);
                sleep(PAUSE).await;
            }
        }
    }
}

/// The horizon and who has news below it. By the index in commit order, and no further than what was written since.
const NEWS: &str = "
    select pg_snapshot_xmin(pg_current_snapshot()) as horizon, array(
        select distinct organization_id from activity_organizations
        where committed_after >= $1 and committed_after < pg_snapshot_xmin(pg_current_snapshot())) as organizations";

#[derive(QueryableByName)]
struct News {
    /// The oldest transaction that may still write: all before it have ended.
    #[diesel(sql_type = Xid8)]
    horizon: Xid,
    #[diesel(sql_type = Array<SqlUuid>)]
    organizations: Vec<OrganizationId>,
}

/// How far followers know what there is to read.
#[derive(Default)]
struct Reach {
    /// Below it they were told of everything. None: of nothing yet.
    horizon: Option<Xid>,
    /// How often the database has not answered since.
    failures: u32,
}

/// Who is told that there is news.
#[derive(Debug, PartialEq, Eq)]
enum Wake {
    Everybody,
    Of(Vec<OrganizationId>),
    /// What they follow is gone.
    End,
}

impl Reach {
    /// From where to look.
    fn since(&self) -> Xid {
        self.horizon.filter(|_| !self.is_lost()).unwrap_or(Xid::NEVER)
    }

    /// Whether what was written in the meantime may be too much to be looked through: then everybody is woken instead.
    fn is_lost(&self) -> bool {
        self.failures > 1
    }

    fn advance(&mut self, news: News) -> Wake {
        let before = std::mem::replace(self, Self { horizon: Some(news.horizon), failures: 0 });
        match before.horizon {
            // Transactions are counted upwards: this is another database, restored in the place of the one before.
            Some(horizon) if horizon > news.horizon => Wake::End,
            Some(_) if !before.is_lost() => Wake::Of(news.organizations),
            _ => Wake::Everybody,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use clap::{Args, Command, FromArgMatches};

    use super::*;
    use crate::clock::Clock;
    use crate::settings::Settings;

    fn news(horizon: u64, organizations: &[OrganizationId]) -> News {
        News { horizon: Xid::from(horizon), organizations: organizations.to_vec() }
    }

    /// Over a database that is never there.
    pub(in crate::activity) fn store_of_nowhere() -> Store {
        let flags =
            ["--database-url=postgres://127.0.0.1:1/none", "--link-key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="];
        let command = Settings::augment_args(Command::new("test").no_binary_name(true));
        let settings = Settings::from_arg_matches(&command.get_matches_from(flags)).unwrap();
        Store::new(&settings, Clock::default()).unwrap()
    }

    fn feed() -> Feed {
        Feed::new(store_of_nowhere(), Duration::from_millis(1))
    }

    #[tokio::test]
    async fn one_task_looks_for_news_for_as_long_as_somebody_follows() {
        let feed = feed();
        assert_eq!(Arc::strong_count(&feed.0), 1);
        for _ in 0..2 {
            let followers: Vec<_> = (0..9).map(|_| feed.news_of(OrganizationId::fresh())).collect();
            assert_eq!(Arc::strong_count(&feed.0), 2, "the feed and its task");
            drop(followers);
            while Arc::strong_count(&feed.0) > 1 {
                tokio::task::yield_now().await;
            }
        }
        assert!(feed.0.followed().organizations.is_empty());
    }

    #[tokio::test]
    async fn who_was_woken_many_times_was_woken() {
        let (feed, organization) = (feed(), OrganizationId::fresh());
        let (mut slow, mut other) = (feed.news_of(organization), feed.news_of(OrganizationId::fresh()));
        for _ in 0..1000 {
            feed.0.wake(Wake::Of(vec![organization]));
        }
        assert!(slow.changed().await.is_ok() && !slow.has_changed().unwrap());
        assert!(!other.has_changed().unwrap(), "it is another's");
        feed.0.wake(Wake::Everybody);
        assert!(other.changed().await.is_ok());
        feed.0.wake(Wake::End);
        assert!(other.changed().await.is_err());
    }

    #[test]
    fn who_follows_is_woken_by_news_and_at_the_start_and_after_an_outage_in_any_case() {
        let organization = OrganizationId::fresh();
        let mut reach = Reach::default();
        assert_eq!(reach.since(), Xid::NEVER);
        assert_eq!(reach.advance(news(5, &[])), Wake::Everybody);
        assert_eq!(reach.since(), Xid::from(5));
        assert_eq!(reach.advance(news(5, &[])), Wake::Of(vec![]));
        assert_eq!(reach.advance(news(9, &[organization])), Wake::Of(vec![organization]));
        reach.failures = 1;
        assert_eq!(reach.since(), Xid::from(9));
        reach.failures = 2;
        assert_eq!(reach.since(), Xid::NEVER);
        assert_eq!(reach.advance(news(12, &[])), Wake::Everybody);
        assert_eq!(reach.advance(news(12, &[])), Wake::Of(vec![]));
    }

    #[test]
    fn a_database_whose_transactions_are_counted_anew_ends_what_was_followed() {
        let mut reach = Reach::default();
        reach.advance(news(900, &[]));
        reach.failures = 2;
        assert_eq!(reach.advance(news(7, &[])), Wake::End);
        assert_eq!(reach.advance(news(8, &[])), Wake::Of(vec![]));
    }
}
