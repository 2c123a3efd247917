//! The issuer's keys, kept and renewed.
//!
//! They are read when the API starts, every ten minutes, and at once when a token names a key that is not among them.
//! An issuer that does not answer changes nothing: the keys known so far stay in use.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::bail;
use tokio::sync::{Mutex, OnceCell};
use tokio::time::{Instant, sleep};
use tokio_util::task::AbortOnDropHandle;

use super::key::{Key, Keys};
use super::source::Source;

/// Between two readings that nobody asked for.
const REFRESH: Duration = Duration::from_secs(10 * 60);

/// Between two readings that unknown keys ask for: forged tokens must not make the API a burden to the issuer.
pub(crate) const MIN_GAP: Duration = Duration::from_secs(10);

/// The issuer's keys.
#[derive(Debug)]
pub(super) struct Jwks {
    source: Source,
    keys: RwLock<Arc<Keys>>,
    /// The first reading, which whoever needs the keys waits for.
    first: OnceCell<()>,
    /// When an unknown key last made it read. Locked while it reads, so that all who wait share one reading.
    asked: Mutex<Option<Instant>>,
}

impl Jwks {
    pub(super) fn new(source: Source) -> Self {
        Self { source, keys: RwLock::default(), first: OnceCell::new(), asked: Mutex::default() }
    }

    /// Reads the keys now and every ten minutes, until the handle is dropped.
    pub(super) fn keep_fresh(self: &Arc<Self>) -> AbortOnDropHandle<()> {
        let jwks = Arc::clone(self);
        AbortOnDropHandle::new(tokio::spawn(async move {
            jwks.first.get_or_init(|| jwks.read()).await;
            loop {
                sleep(REFRESH).await;
                let _reading = jwks.asked.lock().await;
                jwks.read().await;
            }
        }))
    }

    /// The key of this id, if the issuer has it. A fault where no keys could be read since the start.
    pub(super) async fn key(&self, id: &str) -> anyhow::Result<Option<Arc<Key>>> {
        if let Some(key) = self.known().get(id) {
            return Ok(Some(Arc::clone(key)));
        }
        self.first.get_or_init(|| self.read()).await;
        self.ask_for(id).await;
        let keys = self.known();
        if keys.is_empty() {
            bail!("the issuer's keys could not be read yet");
        }
        Ok(keys.get(id).cloned())
    }

    async fn ask_for(&self, id: &str) {
        let mut asked = self.asked.lock().await;
        let is_known = self.known().contains_key(id);
        if is_known || asked.is_some_and(|asked| asked.elapsed() < MIN_GAP) {
            return;
        }
        *asked = Some(Instant::now());
        self.read().await;
    }

    async fn read(&self) {
        match self.source.fetch().await {
            // The keys are replaced whole, so that a poisoned lock guards good ones.
            Ok(keys) => *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys),
            Err(error) => {
                let error = format!("{error:#}");
                tracing::warn!(error, "the issuer's keys cannot be read; those known so far stay in use");
            }
        }
    }

    fn known(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}
