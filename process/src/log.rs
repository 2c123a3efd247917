//! The log: lines for people on a terminal, else one flat JSON object a line.

use std::env;
use std::io::{self, IsTerminal};

use anyhow::Context;
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt};

use crate::{Program, trace};

/// Where a log goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Where operators collect it.
    Stdout,
    /// Beside what a command prints.
    Stderr,
}

/// What is never logged, whatever RUST_LOG says: the parameters of statements, which are addresses and mails, and the
/// messages of sockets, which are tokens and what was asked and told.
const NEVER: [&str; 3] = ["tokio_postgres::query=info", "tungstenite=info", "tokio_tungstenite=info"];

/// Starts the log, once a process, and traces beside it: what is logged and what is traced are chosen apart.
pub(crate) fn start(program: Program, traces: Option<trace::Layer<Registry>>) -> anyhow::Result<()> {
    let (is_terminal, writer) = match program.log_to {
        Output::Stdout => (io::stdout().is_terminal(), BoxMakeWriter::new(io::stdout)),
        Output::Stderr => (io::stderr().is_terminal(), BoxMakeWriter::new(io::stderr)),
    };
    let lines = fmt::layer().with_writer(writer).with_ansi(is_terminal);
    // What a command prints is read by people, wherever it goes.
    let lines = match is_terminal || program.log_to == Output::Stderr {
        true => lines.boxed(),
        false => lines.json().flatten_event(true).boxed(),
    };
    let subscriber = Registry::default().with(traces).with(lines.with_filter(filter(program.usual_log)?));
    subscriber.try_init().context("the log was started before")
}

fn filter(usual: &str) -> anyhow::Result<EnvFilter> {
    let wanted = env::var("RUST_LOG").ok().filter(|wanted| !wanted.is_empty());
    let filter = EnvFilter::builder().parse(wanted.as_deref().unwrap_or(usual)).context("RUST_LOG")?;
    let no_traces = format!("{}=off", trace::TARGET);
    let mut filter = filter.add_directive(no_traces.parse()?);
    for never in NEVER {
        filter = filter.add_directive(never.parse()?);
    }
    Ok(filter)
}
