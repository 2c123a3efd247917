//! Ctrl-C and SIGTERM, for whoever has to clean up.

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Whether somebody asked this process to stop. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// From here on neither signal ends the process: whoever has this sees to it.
    pub(crate) fn listen() -> Result<Self> {
        let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?;
        let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        let (sender, receiver) = watch::channel(false);
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            sender.send_replace(true);
            // Kept for as long as somebody may still ask.
            sender.closed().await;
        });
        Ok(Self(receiver))
    }

    /// Returns once a signal came, at once if it came before.
    pub(crate) async fn requested(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|requested| *requested).await.is_err() {
            // The task that listens is gone with its runtime.
            std::future::pending::<()>().await;
        }
    }
}
