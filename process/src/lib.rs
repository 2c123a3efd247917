//! What both processes have around the domain, and which is no rule: the log, traces, metrics, the monitoring port, the
//! signal to stop.
//!
//! Knows neither the domain nor the two processes: they hand in their names, their families of metrics and what makes
//! them ready.

pub mod log;
pub mod metrics;
pub mod monitor;
mod stop;
pub mod trace;

pub use metrics::Metrics;
pub use stop::told_to_stop;

use crate::trace::Export;

/// Who a process is.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// As traces and metrics name it: `accord-api`.
    pub name: &'static str,
    /// Of its release.
    pub version: &'static str,
    /// What is logged where RUST_LOG does not say.
    pub usual_log: &'static str,
    /// Where the log goes.
    pub log_to: log::Output,
}

/// Starts the log, and the export of traces where settings ask for it. Once a process, in a runtime; refuses settings that
/// cannot work, naming the variable.
///
/// What it gives is to be ended last, so that the last spans are exported as well.
pub fn start(program: Program, traces: &trace::Traces) -> anyhow::Result<Export> {
    let export = Export::start(program, traces)?;
    log::start(program, export.layer())?;
    Ok(export)
}
