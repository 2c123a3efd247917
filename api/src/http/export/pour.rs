//! The body of an export: pages, each read while the client takes the one before.
//!
//! ```text
//! a task: reads a page ──▶ room for one ──▶ the connection ──▶ the client
//! ```
//! Pages are read in a task of their own, so that a client who hangs up leaves no connection of the pool in the middle of an
//! answer. It goes on as fast as the client reads, a page ahead; memory is a few pages, however many there are.
//!
//! Invariant: a body ends well only behind the last row. Whatever else ends it breaks the connection off, so that no client
//! takes a part for the whole.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use domain::error::{Error, TimedOut};
use domain::export::Export;
use futures_util::stream;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, timeout};

use super::sheet::{Sheet, lines};
use crate::metrics::ApiMetrics;

/// How long a client may take for a page, of some 200 kB: a slower one keeps others from their export.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why an export ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Every row was given.
    Whole,
    /// The client hung up.
    HungUp,
    /// The client read too slowly.
    TooSlow,
    /// The token has expired.
    Expired,
    /// Who reads may no longer.
    Denied,
    /// A page could not be read.
    Failed,
}

impl Ending {
    /// As metrics and the log have it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::HungUp => "hung_up",
            Self::TooSlow => "too_slow",
            Self::Expired => "expired",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

/// What the task hands to the body.
enum Part {
    Rows(Bytes),
    End,
}

/// Where pages come from.
pub(super) trait Source: Send + 'static {
    /// What is exported.
    const NAME: &'static str;

    /// The next page. None: there is none.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, Error>> + Send;
}

impl<S: Sheet> Source for Export<S> {
    const NAME: &'static str = S::NAME;

    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let Some(rows) = Self::next(self).await? else { return Ok(None) };
        let written = lines::<S>(&rows).map_err(anyhow::Error::new)?;
        Ok(Some(written))
    }
}

/// An export whose first page was read.
pub(super) struct Pour<S> {
    pub(super) source: S,
    /// The header and the first rows.
    pub(super) first: Bytes,
    /// Until when the token is taken.
    pub(super) until: Instant,
    /// Who reads a page: few at once.
    pub(super) reading: Arc<Semaphore>,
    pub(super) metrics: ApiMetrics,
}

/// The body, and what fills it: to be run in a task of its own.
pub(super) fn body<S: Source>(pour: Pour<S>) -> (Body, impl Future<Output = ()> + Send + 'static) {
    let (to, from) = mpsc::channel(1);
    let parts = stream::unfold(Some(from), async |from| {
        let mut from = from?;
        match from.recv().await {
            Some(Part::Rows(bytes)) => Some((Ok(bytes), Some(from))),
            Some(Part::End) => None,
            None => Some((Err(BrokenOff), None)),
        }
    });
    (Body::from_stream(parts), pour.fill(to))
}

impl<S: Source> Pour<S> {
    async fn fill(mut self, to: mpsc::Sender<Part>) {
        let (began, _running) = (Instant::now(), self.metrics.begin_export());
        let ending = self.run(&to).await;
        let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (export, outcome) = (S::NAME, ending.as_str());
        match ending {
            Ending::Whole | Ending::HungUp => tracing::info!(export, outcome, latency.ms = took, "an export ended"),
            _ => tracing::warn!(export, outcome, latency.ms = took, "an export was broken off"),
        }
        self.metrics.exported(S::NAME, ending);
    }

    async fn run(&mut self, to: &mpsc::Sender<Part>) -> Ending {
        let mut part = Part::Rows(std::mem::take(&mut self.first));
        loop {
            let is_end = matches!(part, Part::End);
            match timeout(PATIENCE, to.send(part)).await {
                Ok(Ok(())) if is_end => return Ending::Whole,
                Ok(Ok(())) => {}
                Ok(Err(_closed)) => return Ending::HungUp,
                Err(_elapsed) => return Ending::TooSlow,
            }
            part = match self.next(to).await {
                Ok(part) => part,
                Err(ending) => return ending,
            };
        }
    }

    async fn next(&mut self, to: &mpsc::Sender<Part>) -> Result<Part, Ending> {
        let _reading = tokio::select! {
            biased;
            () = to.closed() => return Err(Ending::HungUp),
            // Never closed.
            permit = Arc::clone(&self.reading).acquire_owned() => permit,
        };
        if Instant::now() >= self.until {
            return Err(Ending::Expired);
        }
        match self.source.next().await {
            Ok(page) => Ok(page.map_or(Part::End, Part::Rows)),
            Err(Error::Refused(_)) => Err(Ending::Denied),
            Err(Error::Fault(fault)) => {
                let error = format!("{fault:#}");
                if TimedOut::caused(&fault) {
                    tracing::warn!(error, "a page of an export timed out");
                } else {
                    tracing::error!(error, "a page of an export could not be read");
                }
                Err(Ending::Failed)
            }
        }
    }
}

/// Breaks a connection off.
#[derive(Debug)]
struct BrokenOff;

impl fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the export was broken off")
    }
}

impl std::error::Error for BrokenOff {}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;
    use futures_util::stream::BoxStream;
    use tokio::task::JoinHandle;

    use super::*;
    use crate::http::tests::app::App;

    /// So many pages; then the end, or an error.
    struct Pages {
        left: usize,
        fails: bool,
    }

    impl Source for Pages {
        const NAME: &'static str = "pages";

        async fn next(&mut self) -> Result<Option<Bytes>, Error> {
            if self.left == 0 {
                return if self.fails { Err(anyhow::anyhow!("no more").into()) } else { Ok(None) };
            }
            self.left -= 1;
            Ok(Some(Bytes::from_static(b"page")))
        }
    }

    struct Poured {
        app: App,
        body: BoxStream<'static, Result<Bytes, axum::Error>>,
        filling: JoinHandle<()>,
    }

    fn pour(source: Pages, lasts: Duration) -> Poured {
        let app = App::new(&[]);
        let (metrics, reading) = (app.edge.metrics.clone(), Arc::new(Semaphore::new(1)));
        let first = Bytes::from_static(b"first");
        let (body, filling) = body(Pour { source, first, until: Instant::now() + lasts, reading, metrics });
        Poured { app, body: body.into_data_stream().boxed(), filling: tokio::spawn(filling) }
    }

    impl Poured {
        /// Reads to the end: how many parts came, and whether it ended well.
        async fn rest(&mut self) -> (usize, bool) {
            let mut parts = 0;
            while let Some(part) = self.body.next().await {
                match part {
                    Ok(_) => parts += 1,
                    Err(_) => return (parts, false),
                }
            }
            (parts, true)
        }

        /// Stops the test unless it is counted as having ended this way.
        async fn ended(self, outcome: &str) {
            self.filling.await.unwrap();
            let counted = self.app.monitor("/metrics").await.text;
            let line = format!("accord_api_exports_total{{export=\"pages\",outcome=\"{outcome}\"}} 1");
            assert!(counted.contains(&line) && counted.contains("accord_api_exports_running 0"), "{counted}");
        }
    }

    const LONG: Duration = Duration::from_secs(3600);

    #[tokio::test(start_paused = true)]
    async fn a_body_ends_well_behind_the_last_page() {
        let mut poured = pour(Pages { left: 9, fails: false }, LONG);
        assert_eq!(poured.rest().await, (10, true));
        poured.ended("whole").await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_whose_page_cannot_be_read_is_broken_off() {
        let mut poured = pour(Pages { left: 2, fails: true }, LONG);
        assert_eq!(poured.rest().await, (3, false));
        poured.ended("failed").await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_is_broken_off_once_the_token_has_expired() {
        let mut poured = pour(Pages { left: 1_000, fails: false }, PATIENCE / 2);
        assert!(poured.body.next().await.unwrap().is_ok());
        tokio::time::sleep(PATIENCE / 2).await;
        // What was read before comes still.
        let (parts, ended_well) = poured.rest().await;
        assert!(parts <= 2 && !ended_well, "{parts}");
        poured.ended("expired").await;
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_too_slowly_is_broken_off_and_who_reads_on_is_not() {
        let mut poured = pour(Pages { left: 5, fails: false }, LONG);
        for _ in 0..3 {
            tokio::time::sleep(PATIENCE - Duration::from_secs(1)).await;
            assert!(poured.body.next().await.unwrap().is_ok());
        }
        tokio::time::sleep(PATIENCE + Duration::from_secs(1)).await;
        assert!(!poured.rest().await.1);
        poured.ended("too_slow").await;
    }

    #[tokio::test(start_paused = true)]
    async fn who_hangs_up_is_read_for_no_longer() {
        let Poured { app, body, filling } = pour(Pages { left: usize::MAX, fails: false }, LONG);
        drop(body);
        Poured { app, body: stream::empty().boxed(), filling }.ended("hung_up").await;
    }
}
