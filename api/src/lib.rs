//! GraphQL over HTTP: translates, decides nothing.
//!
//! A request, all the way: [`http`] bounds and reads it, [`auth`] turns its bearer token into an actor, `document` refuses
//! what asks for too much, [`graphql`] translates it into the domain's verbs and their answer into JSON.

pub mod auth;
mod code;
pub mod config;
mod document;
pub mod graphql;
pub mod http;
pub mod metrics;
mod server;
mod watch;

use std::sync::Arc;

use axum::Router;
use domain::store::Store;
use process::Metrics;
use process::monitor::{self, Monitor};
use tokio::net::TcpListener;

use crate::config::Config;
use crate::http::Edge;
use crate::metrics::Reason;

/// Serves until `shutdown` is done, then as `config` has it: not ready at once, but open until balancers know; then nothing
/// new is taken, and requests in flight finish, or their grace is over.
///
/// `extra` are routes beside the API's own, such as those of `cargo dev up`. It adds its families to `metrics`, and answers
/// for them and for its health where the settings say, up to its very end. Refuses settings that cannot work, naming the
/// variable; the database and the issuer may be down when it starts.
pub async fn serve(
    config: Config,
    store: Store,
    metrics: Metrics,
    listener: TcpListener,
    extra: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let schema = graphql::schema(config.answers_introspection());
    let edge = Arc::new(Edge::new(&config, store, schema, &graphql::sdl(), &metrics)?);
    let monitoring = monitor::routes(metrics, http::readiness(&edge));
    let (extra, _monitor) = match config.monitor.listen("ACCORD_MONITOR_LISTEN").await? {
        Some(own) => (extra, Some(Monitor::start(own, monitoring))),
        None => (extra.merge(monitoring), None),
    };
    let router = http::router(Arc::clone(&edge), extra);
    tracing::info!(address = %listener.local_addr()?, "listening");
    let stop = async {
        shutdown.await;
        tracing::info!(delay.s = config.shutdown_delay_seconds, "stopping: not ready");
        edge.stopping.cancel();
        tokio::time::sleep(config.shutdown_delay()).await;
    };
    let turned_away = || edge.metrics.shed(Reason::Connections);
    let connections = server::accept(listener, router, config.connections, turned_away, stop).await;
    tracing::info!("stopping: nothing new is taken");
    let finished = tokio::time::timeout(config.shutdown_grace(), async {
        connections.finish().await;
        edge.operations.close();
        edge.operations.wait().await;
    });
    if finished.await.is_err() {
        tracing::warn!("requests were cut off when their grace was over");
    }
    Ok(())
}
