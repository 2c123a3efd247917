//! How often one caller may ask: by address, by user, and tighter without a sign-in.
//!
//! Each limit is a rate a second and twice that at once (the generic cell rate algorithm), in this process alone: behind a
//! balancer every process has its own.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::actor::Identity;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::time;

use super::details;
use super::edge::Edge;
use super::peer::Network;
use super::problem::Problem;
use super::reply::Reply;
use crate::config::Config;

/// How often callers that were quiet long enough are forgotten.
const FORGET: Duration = Duration::from_secs(60);

/// The limits of every caller.
pub(crate) struct Rates {
    network: Limit<Network>,
    user: Limit<String>,
    public: Limit<Network>,
}

/// A caller asked too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooOften {
    /// Seconds after which it may ask again.
    pub(super) retry_after: u64,
}

impl Rates {
    /// By the settings; forgets quiet callers for as long as it lives. Needs a runtime.
    pub(super) fn start(config: &Config) -> Arc<Self> {
        let rates = Arc::new(Self {
            network: Limit::new(config.address_rate),
            user: Limit::new(config.user_rate),
            public: Limit::new(config.public_rate),
        });
        tokio::spawn(forget(Arc::downgrade(&rates)));
        rates
    }

    /// One request from an address.
    pub(super) fn network(&self, network: Network) -> Result<(), TooOften> {
        self.network.take(&network, 1)
    }

    /// One request of a person.
    pub(crate) fn user(&self, identity: &Identity) -> Result<(), TooOften> {
        self.user.take(&identity.subject, 1)
    }

    /// So many root fields asked for without a sign-in: links and offers are read this way.
    pub(super) fn public(&self, network: Network, fields: u32) -> Result<(), TooOften> {
        self.public.take(&network, fields)
    }
}

async fn forget(rates: Weak<Rates>) {
    let mut ticks = time::interval(FORGET);
    loop {
        ticks.tick().await;
        let Some(rates) = rates.upgrade() else { return };
        rates.network.forget();
        rates.user.forget();
        rates.public.forget();
    }
}

/// A limit on callers that `K` tells apart; none: no limit.
struct Limit<K: Hash + Eq + Clone> {
    limiter: Option<RateLimiter<K, DashMapStateStore<K>, Now, NoOpMiddleware<Instant>>>,
    most: u32,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(a_second: u32) -> Self {
        let most = a_second.saturating_mul(2);
        let quota = NonZeroU32::new(a_second).zip(NonZeroU32::new(most));
        let quota = quota.map(|(rate, burst)| Quota::per_second(rate).allow_burst(burst));
        Self { limiter: quota.map(|quota| RateLimiter::new(quota, DashMapStateStore::default(), Now)), most }
    }

    /// Takes `count`; what is more than was ever there at once takes all there is.
    fn take(&self, key: &K, count: u32) -> Result<(), TooOften> {
        let Some((limiter, count)) = self.limiter.as_ref().zip(NonZeroU32::new(count.min(self.most))) else {
            return Ok(());
        };
        match limiter.check_key_n(key, count) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(until)) => {
                let wait = until.wait_time_from(Now.now());
                Err(TooOften { retry_after: wait.as_secs() + u64::from(wait.subsec_nanos() > 0) })
            }
            // Never: no more is taken than there is at most.
            Err(_) => Err(TooOften { retry_after: 1 }),
        }
    }

    fn forget(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// The runtime's time, which tests can move.
#[derive(Clone, Copy)]
struct Now;

impl Clock for Now {
    type Instant = Instant;

    fn now(&self) -> Instant {
        time::Instant::now().into_std()
    }
}

/// Refuses a request of an address that asks too often, before anything of it is read.
pub(super) async fn limit<E: Send + Sync + 'static>(
    State(edge): State<Arc<Edge<E>>>,
    mut request: Request,
    next: Next,
) -> Response {
    let network = Network::of(request.extensions(), request.headers(), edge.trusted_proxies);
    match edge.rates.network(network) {
        Ok(()) => {
            request.extensions_mut().insert(network);
            next.run(request).await
        }
        Err(too_often) if details::are_of(&request) => {
            let id = request.extensions().get().cloned().unwrap_or_default();
            details::response(Problem::too_often(too_often), &id)
        }
        Err(too_often) => Reply::to(&request).problem(Problem::too_often(too_often)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_caller_may_ask_twice_the_rate_at_once_and_then_at_the_rate() {
        let limit = Limit::new(2);
        for _ in 0..4 {
            assert_eq!(limit.take(&"ann", 1), Ok(()));
        }
        assert_eq!(limit.take(&"ann", 1), Err(TooOften { retry_after: 1 }));
        assert_eq!(limit.take(&"bob", 1), Ok(()));
        time::advance(Duration::from_millis(500)).await;
        assert_eq!(limit.take(&"ann", 1), Ok(()));
        assert_eq!(limit.take(&"ann", 1), Err(TooOften { retry_after: 1 }));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_more_than_the_limit_holds_takes_all_of_it() {
        let limit = Limit::new(5);
        assert_eq!(limit.take(&"ann", 50), Ok(()));
        assert_eq!(limit.take(&"ann", 50), Err(TooOften { retry_after: 2 }));
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_of_none_is_no_limit() {
        let limit = Limit::new(0);
        assert!((0..10_000).all(|_| limit.take(&"ann", 50) == Ok(())));
    }

    #[tokio::test(start_paused = true)]
    async fn callers_that_were_quiet_are_forgotten() {
        let limit = Limit::new(1);
        for caller in 0..1_000 {
            assert_eq!(limit.take(&caller, 1), Ok(()));
        }
        time::advance(FORGET).await;
        limit.forget();
        assert_eq!(limit.limiter.unwrap().len(), 0);
    }
}
