//! How a supervisor ends a process.

use tokio::signal::unix::{SignalKind, signal};

/// Completes on SIGTERM or SIGINT. From here on neither ends the process by itself.
pub fn told_to_stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
