//! Traces: which spans are exported, where to, and a request's place in its caller's trace.
//!
//! Spans are exported, never events: what is logged may name more than leaves this machine. They are made under
//! [`TARGET`], which the log leaves out, so that where nothing is exported they cost nothing.

mod context;
mod export;

use anyhow::{Context, ensure};
use url::Url;

pub use context::{Position, TRACEPARENT, join};
pub use export::Export;
pub(crate) use export::Layer;

/// The target of spans that are exported.
pub const TARGET: &str = "accord::trace";

/// Where traces go, and how many.
#[derive(clap::Args, Clone, Debug)]
pub struct Traces {
    /// Where spans are sent by OTLP over HTTP, such as http://127.0.0.1:4318; left out: nowhere
    #[arg(long, env = "ACCORD_OTLP_ENDPOINT")]
    pub otlp_endpoint: Option<String>,

    /// Share of the traces that is exported where the caller does not say, 0 to 1
    #[arg(long, env = "ACCORD_TRACE_RATIO", default_value_t = 1.0)]
    pub trace_ratio: f64,
}

impl Traces {
    /// Refuses what cannot work, naming the variable.
    pub fn check(&self) -> anyhow::Result<()> {
        ensure!((0.0..=1.0).contains(&self.trace_ratio), "ACCORD_TRACE_RATIO: want 0 to 1, not {}", self.trace_ratio);
        self.endpoint().map(drop)
    }

    /// Where spans are posted to. None: nothing is exported.
    fn endpoint(&self) -> anyhow::Result<Option<Url>> {
        let Some(endpoint) = &self.otlp_endpoint else { return Ok(None) };
        // The value is not repeated: it may hold a password, which is what is refused.
        let remedy = "ACCORD_OTLP_ENDPOINT: want http://host:port or https://host, without user, query and fragment";
        let mut url = Url::parse(endpoint).context(remedy)?;
        let is_plain = url.username().is_empty() && url.password().is_none();
        let is_plain = is_plain && url.query().is_none() && url.fragment().is_none();
        ensure!(is_plain && matches!(url.scheme(), "http" | "https") && url.has_host(), remedy);
        let path = format!("{}/v1/traces", url.path().trim_end_matches('/'));
        url.set_path(&path);
        Ok(Some(url))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]
mod tests {
    use super::*;

    fn settings(endpoint: Option<&str>, trace_ratio: f64) -> Traces {
        Traces { otlp_endpoint: endpoint.map(str::to_owned), trace_ratio }
    }

    #[test]
    fn spans_are_posted_below_the_endpoint() {
        let endpoint = |text| settings(Some(text), 1.0).endpoint().unwrap().unwrap().to_string();
        assert_eq!(endpoint("http://127.0.0.1:4318"), "http://127.0.0.1:4318/v1/traces");
        assert_eq!(endpoint("https://otel.example/collector/"), "https://otel.example/collector/v1/traces");
        assert_eq!(settings(None, 1.0).endpoint().unwrap(), None);
    }

    #[test]
    fn what_cannot_work_is_refused_naming_the_variable_and_no_secret() {
        for endpoint in
            ["127.0.0.1:4318", "grpc://host:4317", "http://user:hunter2@host", "http://host?token=hunter2", "hunter2"]
        {
            let error = format!("{:#}", settings(Some(endpoint), 1.0).check().unwrap_err());
            assert!(error.starts_with("ACCORD_OTLP_ENDPOINT") && !error.contains("hunter2"), "{error}");
        }
        for ratio in [-0.1, 1.5, f64::NAN] {
            let error = settings(None, ratio).check().unwrap_err().to_string();
            assert!(error.starts_with("ACCORD_TRACE_RATIO"), "{error}");
        }
    }
}
