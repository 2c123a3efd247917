//! What the API counts. No label takes what a caller writes.

use std::time::Duration;

use async_graphql::resolver_utils::EnumType;
use domain::store::{PoolState, Store};
use process::Metrics;
use process::metrics::Pool;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::code::Code;
use crate::graphql::UserErrorCode;
use crate::http::Ending;

/// What its families' names begin with, after `accord_`.
const PREFIX: &str = "api";

/// Seconds that operations take.
const DURATIONS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// What the API counts. Clones share it.
#[derive(Clone, Debug)]
pub struct ApiMetrics {
    requests: Family<RequestLabels, Counter>,
    in_flight: Gauge,
    sockets: Gauge,
    operations: Family<OperationLabels, Counter>,
    durations: Family<DurationLabels, Histogram, fn() -> Histogram>,
    errors: Family<[(&'static str, &'static str); 1], Counter>,
    user_errors: Family<[(&'static str, &'static str); 1], Counter>,
    shed: Family<[(&'static str, &'static str); 1], Counter>,
    exports: Family<[(&'static str, &'static str); 2], Counter>,
    exports_running: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    method: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    operation: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DurationLabels {
    operation: String,
}

/// Why a request was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// There are too many at once.
    Busy,
    /// There are too many of one caller's.
    RateLimited,
    /// There are too many connections.
    Connections,
}

/// A request that is being answered, or a socket that is open; dropped, it no longer is.
#[derive(Debug)]
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl ApiMetrics {
    /// Adds the API's families.
    #[must_use]
    pub fn register(metrics: &Metrics, store: &Store) -> Self {
        let counts = Self {
            requests: Family::default(),
            in_flight: Gauge::default(),
            sockets: Gauge::default(),
            operations: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATIONS)),
            errors: Family::default(),
            user_errors: Family::default(),
            shed: Family::default(),
            exports: Family::default(),
            exports_running: Gauge::default(),
        };
        metrics.register(PREFIX, |to| counts.add_to(to));
        let store = store.clone();
        metrics.watch_pool(PREFIX, move || {
            let PoolState { most, idle, used, waiting } = store.pool();
            Pool { most, idle, used, waiting }
        });
        counts
    }

    fn add_to(&self, to: &mut Registry) {
        to.register("http_requests", "Requests by route and class of status", self.requests.clone());
        to.register("http_requests_in_flight", "Requests that are being answered", self.in_flight.clone());
        to.register("sockets", "WebSockets that are open", self.sockets.clone());
        to.register("graphql_operations", "Operations by what became of them", self.operations.clone());
        let help = "Time that operations take";
        to.register_with_unit("graphql_operation_duration", help, Unit::Seconds, self.durations.clone());
        to.register("graphql_errors", "Top-level errors by code", self.errors.clone());
        to.register("graphql_user_errors", "Refusals of mutations by code", self.user_errors.clone());
        to.register("http_requests_shed", "Requests that were not taken", self.shed.clone());
        to.register("exports", "Exports by what became of them", self.exports.clone());
        to.register("exports_running", "Exports that are being read", self.exports_running.clone());
    }

    /// A request came.
    pub(crate) fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// A socket was opened.
    pub(crate) fn open_socket(&self) -> InFlight {
        self.sockets.inc();
        InFlight(self.sockets.clone())
    }

    /// An export began.
    pub(crate) fn begin_export(&self) -> InFlight {
        self.exports_running.inc();
        InFlight(self.exports_running.clone())
    }

    /// An export ended.
    pub(crate) fn exported(&self, export: &'static str, ending: Ending) {
        self.exports.get_or_create(&[("export", export), ("outcome", ending.as_str())]).inc();
    }

    /// A request was answered. The route is one of the router's, none for what it does not know.
    pub(crate) fn answered(&self, route: Option<&str>, method: &'static str, status: u16) {
        let status = match status {
            100..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        let route = route.unwrap_or("none").to_owned();
        self.requests.get_or_create(&RequestLabels { route, method, status }).inc();
    }

    /// An operation ran: what it is called ([`Operation::label`](crate::document::Operation::label)), OK or the first
    /// error's code, and how long it took. None: that tells nothing of it.
    pub(crate) fn ran(&self, label: &str, outcome: Option<Code>, took: Option<Duration>) {
        let outcome = outcome.map_or("OK", Code::as_str);
        self.operations.get_or_create(&OperationLabels { operation: label.to_owned(), outcome }).inc();
        if let Some(took) = took {
            self.durations.get_or_create(&DurationLabels { operation: label.to_owned() }).observe(took.as_secs_f64());
        }
    }

    /// A caller was answered a top-level error.
    pub(crate) fn error(&self, code: Code) {
        self.errors.get_or_create(&[("code", code.as_str())]).inc();
    }

    /// A mutation was refused, or a row of it.
    pub(crate) fn user_error(&self, code: UserErrorCode) {
        let name = UserErrorCode::items().iter().find(|item| item.value == code).map_or("OTHER", |item| item.name);
        self.user_errors.get_or_create(&[("code", name)]).inc();
    }

    /// A request was not taken.
    pub fn shed(&self, reason: Reason) {
        let reason = match reason {
            Reason::Busy => "busy",
            Reason::RateLimited => "rate_limited",
            Reason::Connections => "connections",
        };
        self.shed.get_or_create(&[("reason", reason)]).inc();
    }
}
