//! Metrics: one registry a process, handed in, and what is read when it is asked for.

use std::fmt;
use std::future::Future;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use prometheus_client::encoding::text;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use tokio::time::timeout;

use crate::Program;

/// What every family's name begins with.
const PREFIX: &str = "accord";

/// How long a scrape waits for what is read for it; shorter than the 10 s that scrapers commonly wait.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads something into gauges, when it is asked for.
type Reading = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// The metrics of a process. Clones share them.
#[derive(Clone)]
pub struct Metrics(Arc<Shared>);

struct Shared {
    registry: Mutex<Registry>,
    readings: Mutex<Vec<Reading>>,
}

impl Metrics {
    /// With what is known of every process: who it is, and since when it runs.
    #[must_use]
    pub fn new(program: Program) -> Self {
        let mut registry = Registry::default();
        let build = Info::new(vec![("service", program.name), ("version", program.version)]);
        registry.sub_registry_with_prefix(PREFIX).register("build", "Which release runs", build);
        let started = Gauge::<f64, AtomicU64>::default();
        started.set(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64());
        let help = "When the process began, counted from 1970";
        registry.register_with_unit("process_start_time", help, Unit::Seconds, started);
        Self(Arc::new(Shared { registry: Mutex::new(registry), readings: Mutex::default() }))
    }

    /// Adds families, whose names begin with `accord_` and this prefix.
    pub fn register<T>(&self, prefix: &str, add: impl FnOnce(&mut Registry) -> T) -> T {
        let mut registry = self.0.registry.lock().unwrap_or_else(PoisonError::into_inner);
        add(registry.sub_registry_with_prefix(PREFIX).sub_registry_with_prefix(prefix))
    }

    /// Reads something into gauges whenever metrics are asked for. What takes too long is left out of that answer; it bounds
    /// itself, since it may be dropped where it stands.
    pub fn read_when_asked<F>(&self, read: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let reading: Reading = Arc::new(move || read().boxed());
        self.0.readings.lock().unwrap_or_else(PoisonError::into_inner).push(reading);
    }

    /// All of them, as OpenMetrics has it.
    pub async fn exposition(&self) -> Result<String, fmt::Error> {
        let readings = self.0.readings.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let each = readings.iter().map(|read| timeout(PATIENCE, read()));
        join_all(each).await;
        let mut text = String::new();
        text::encode(&mut text, &self.0.registry.lock().unwrap_or_else(PoisonError::into_inner))?;
        Ok(text)
    }
}

/// How a pool of connections stands.
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    /// As many as there may be.
    pub most: usize,
    /// Those that wait for work.
    pub idle: usize,
    /// Those that somebody works with.
    pub used: usize,
    /// Callers that wait for one.
    pub waiting: usize,
}

impl Metrics {
    /// Adds the families of a pool of connections to the database, which is looked at whenever metrics are asked for.
    pub fn watch_pool(&self, prefix: &str, pool: impl Fn() -> Pool + Send + Sync + 'static) {
        let connections = Family::<[(&str, &str); 1], Gauge>::default();
        let (most, waiting) = (Gauge::<i64>::default(), Gauge::<i64>::default());
        self.register(prefix, |to| {
            let help = "Connections to the database by state";
            to.register("database_connections", help, connections.clone());
            let help = "Connections to the database that there may be";
            to.register("database_connections_max", help, most.clone());
            let help = "Callers that wait for a connection to the database";
            to.register("database_pending_requests", help, waiting.clone());
        });
        self.read_when_asked(move || {
            let now = pool();
            connections.get_or_create(&[("state", "idle")]).set(count(now.idle));
            connections.get_or_create(&[("state", "used")]).set(count(now.used));
            most.set(count(now.most));
            waiting.set(count(now.waiting));
            std::future::ready(())
        });
    }
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]
mod tests {
    use super::*;
    use crate::log::Output;

    const PROGRAM: Program = Program { name: "test", version: "1", usual_log: "off", log_to: Output::Stderr };

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_to_read_leaves_the_rest_as_it_is() {
        let metrics = Metrics::new(PROGRAM);
        let (read, hung) = (Gauge::<i64>::default(), Gauge::<i64>::default());
        metrics.register("test", |to| {
            to.register("read", "Read at once", read.clone());
            to.register("hung", "Never read", hung.clone());
        });
        metrics.read_when_asked(move || {
            let hung = hung.clone();
            async move {
                std::future::pending::<()>().await;
                hung.set(1);
            }
        });
        metrics.read_when_asked(move || {
            read.set(7);
            std::future::ready(())
        });

        let text = metrics.exposition().await.unwrap();

        assert!(text.contains("accord_test_read 7\n") && text.contains("accord_test_hung 0\n"), "{text}");
    }

    #[tokio::test]
    async fn a_pool_is_looked_at_whenever_metrics_are_asked_for() {
        let metrics = Metrics::new(PROGRAM);
        let used = Arc::new(std::sync::atomic::AtomicUsize::new(1));
        let now = Arc::clone(&used);
        metrics.watch_pool("test", move || {
            let used = now.load(std::sync::atomic::Ordering::Relaxed);
            Pool { most: 4, idle: 3 - used, used, waiting: 0 }
        });
        let samples = async || {
            let text = metrics.exposition().await.unwrap();
            ["idle", "used"].map(|state| {
                let series = format!("accord_test_database_connections{{state=\"{state}\"}} ");
                text.lines().find_map(|line| line.strip_prefix(&series)).unwrap().to_owned()
            })
        };
        assert_eq!(samples().await, ["2", "1"]);
        used.store(3, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(samples().await, ["0", "3"]);
    }
}
