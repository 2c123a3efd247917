//! Sends one mail: finds its letter, renders it, hands it to the mail server, settles what became of it.
//!
//! No connection of the database is held while SMTP is spoken. Whatever happens, a mail that was claimed is settled:
//! an error, a panic and a server that hangs are tried again later. Logs name the mail by its id, and never an
//! address, a link or what a mail server said of a recipient.

mod locale;
mod mailer;
mod render;
mod smtp;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use apalis::prelude::Data;
use domain::email::{self, EmailId, Letter, Settled};
use domain::outbox::Claimed;
use domain::store::Store;
use futures_util::FutureExt;
use process::trace;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::{Instrument, Level, Span};

use self::mailer::Mailer;
use self::render::Renderer;
pub(crate) use self::smtp::Server;
use self::smtp::{Smtp, Trouble};
use crate::config::Config;
use crate::metrics::WorkerMetrics;

/// How long to wait before the database is asked again.
const PAUSE: Duration = Duration::from_millis(250);

/// So often a letter is looked for: a connection that was cut is worth another, a row that cannot be read stays so.
const FINDS: usize = 4;

/// Who sends the mails of one worker.
pub(crate) struct Postman {
    store: Store,
    renderer: Renderer,
    mailer: Mailer,
    smtp: Smtp,
    time: Duration,
    lease: Duration,
    metrics: WorkerMetrics,
}

/// What became of a try.
enum Outcome {
    Sent,
    Discarded,
    Trouble(Trouble),
}

/// What apalis calls with a claimed mail. Never fails: what happens to the mail is written in its row.
pub(crate) async fn deliver(claimed: Claimed, postman: Data<Arc<Postman>>) {
    let begun = Instant::now();
    let id = EmailId::from(claimed.id);
    let span = tracing::span!(
        target: trace::TARGET,
        Level::INFO,
        "send mail",
        otel.kind = "consumer",
        otel.status_code = tracing::field::Empty,
        email.id = %id,
        email.attempt = claimed.attempts,
    );
    let sending = async {
        let tried = AssertUnwindSafe(postman.try_once(id, begun + postman.time)).catch_unwind().await;
        let outcome = tried.unwrap_or_else(|_| Outcome::Trouble(Trouble::ours("its worker panicked")));
        if matches!(outcome, Outcome::Trouble(_)) {
            Span::current().record("otel.status_code", "ERROR");
        }
        postman.settle(&claimed, &outcome, begun + postman.lease).await;
    };
    sending.instrument(span).await;
}

impl Postman {
    /// Refuses a configuration that cannot work, naming the variable.
    pub(crate) fn new(config: &Config, store: Store, metrics: WorkerMetrics) -> anyhow::Result<Self> {
        Ok(Self {
            renderer: Renderer::new()?,
            mailer: Mailer::new(config.sender()?, store.mail_host()),
            store,
            smtp: Smtp::new(config.server()?),
            time: config.smtp_timeout,
            lease: config.lease(),
            metrics,
        })
    }

    /// Says goodbye to the mail server.
    pub(crate) async fn close(&self) {
        self.smtp.close().await;
    }

    async fn try_once(&self, id: EmailId, deadline: Instant) -> Outcome {
        let letter = match self.find(id).await {
            Ok(Some(letter)) => letter,
            Ok(None) => return Outcome::Discarded,
            Err(error) => return Outcome::Trouble(Trouble::ours(&error.to_string())),
        };
        match timeout_at(deadline, self.send(&letter)).await {
            Ok(Ok(())) => Outcome::Sent,
            Ok(Err(trouble)) => Outcome::Trouble(trouble),
            Err(_) => Outcome::Trouble(Trouble::timed_out()),
        }
    }

    async fn find(&self, id: EmailId) -> domain::error::Result<Option<Letter>> {
        for _ in 1..FINDS {
            match email::find_letter(&self.store, id).await {
                Ok(letter) => return Ok(letter),
                Err(error) => tracing::debug!(email.id = %id, %error, "looking for the letter again"),
            }
            sleep(PAUSE).await;
        }
        email::find_letter(&self.store, id).await
    }

    async fn send(&self, letter: &Letter) -> Result<(), Trouble> {
        let rendered = self.renderer.render(letter).map_err(|error| Trouble::ours(&format!("{error:#}")))?;
        let message = self.mailer.compose(letter, rendered, self.store.now())?;
        self.smtp.send(message.envelope(), &message.formatted()).await
    }

    /// Writes down what became of a try; where the database fails, again and again for as long as the mail is held.
    async fn settle(&self, claimed: &Claimed, outcome: &Outcome, until: Instant) {
        loop {
            let settled = match outcome {
                Outcome::Sent => email::settle_sent(&self.store, claimed).await,
                Outcome::Discarded => email::settle_discarded(&self.store, claimed).await,
                Outcome::Trouble(trouble) if trouble.is_permanent => {
                    email::settle_failed(&self.store, claimed, &trouble.shown).await
                }
                Outcome::Trouble(trouble) => email::settle_later(&self.store, claimed, &trouble.shown).await,
            };
            match settled {
                Ok(settled) => {
                    self.metrics.settled(claimed, Some(settled), self.store.now());
                    return log(claimed, outcome, settled);
                }
                Err(error) if Instant::now() + PAUSE < until => {
                    tracing::debug!(email.id = %EmailId::from(claimed.id), %error, "settling again");
                    sleep(PAUSE).await;
                }
                Err(error) => {
                    let id = EmailId::from(claimed.id);
                    self.metrics.settled(claimed, None, self.store.now());
                    return tracing::error!(email.id = %id, %error, "cannot settle: the lease will end");
                }
            }
        }
    }
}

fn log(claimed: &Claimed, outcome: &Outcome, settled: Settled) {
    let (id, attempts) = (EmailId::from(claimed.id), claimed.attempts);
    let status = match settled {
        Settled::As(status) => status.as_str(),
        Settled::LeaseLost => "lease lost",
    };
    match outcome {
        Outcome::Trouble(trouble) => {
            tracing::warn!(email.id = %id, attempts, email.status = status, reason = trouble.logged, "mail not sent");
        }
        Outcome::Sent | Outcome::Discarded => {
            tracing::info!(email.id = %id, attempts, email.status = status, "mail settled");
        }
    }
}
