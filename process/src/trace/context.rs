//! A request's place in a trace, as W3C Trace Context has it.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The header of a request's place in a trace.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Where a request stands in a trace.
#[derive(Debug, Clone)]
pub struct Position(SpanContext);

/// Puts a span, which nobody has entered yet, into the caller's trace, and says where it stands. Without a trace of the
/// caller's, or where its header is malformed, it begins one; where nothing is exported too, so that the log can tell.
#[must_use]
pub fn join(span: &Span, headers: &HeaderMap) -> Position {
    let caller = is_well_formed(headers).then(|| TraceContextPropagator::new().extract(&HeaderExtractor(headers)));
    let caller = caller.unwrap_or_default();
    // Fails where nothing is exported.
    let _ = span.set_parent(caller.clone());
    let exported = span.context().span().span_context().clone();
    if exported.is_valid() {
        return Position(exported);
    }
    let ids = RandomIdGenerator::default();
    let caller = caller.span().span_context().clone();
    let (trace_id, flags) = match caller.is_valid() {
        true => (caller.trace_id(), caller.trace_flags()),
        false => (ids.new_trace_id(), TraceFlags::default()),
    };
    Position(SpanContext::new(trace_id, ids.new_span_id(), flags, false, TraceState::default()))
}

impl Position {
    /// The trace's id, of 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> TraceId {
        self.0.trace_id()
    }

    /// As `traceparent` has it.
    #[must_use]
    pub fn traceparent(&self) -> Option<HeaderValue> {
        let (trace, span) = (self.0.trace_id(), self.0.span_id());
        let flags = self.0.trace_flags() & TraceFlags::SAMPLED;
        debug_assert_ne!(span, SpanId::INVALID);
        HeaderValue::try_from(format!("00-{trace}-{span}-{flags:02x}")).ok()
    }
}

/// Whether there is one header, of the shape that the recommendation gives it; the propagator takes signs and short ids.
fn is_well_formed(headers: &HeaderMap) -> bool {
    let mut given = headers.get_all(TRACEPARENT).iter();
    let (Some(value), None) = (given.next(), given.next()) else { return false };
    let is_hex = |text: &[u8]| text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let [v, w, b'-', rest @ ..] = value.as_bytes() else { return false };
    let version = [*v, *w];
    // Later versions may append.
    let has_its_length =
        if version == *b"00" { rest.len() == 52 } else { rest.len() == 52 || rest.get(52) == Some(&b'-') };
    let fields = rest.get(..52).map(|fields| (&fields[..32], fields[32], &fields[33..49], fields[49], &fields[50..]));
    let Some((trace, b'-', span, b'-', flags)) = fields else { return false };
    has_its_length && version != *b"ff" && [&version, trace, span, flags].into_iter().all(is_hex)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn joined(given: &[&str]) -> (String, String) {
        let headers = given.iter().map(|value| (TRACEPARENT, HeaderValue::from_str(value).unwrap())).collect();
        let position = join(&Span::none(), &headers);
        (position.trace_id().to_string(), position.traceparent().unwrap().to_str().unwrap().to_owned())
    }

    #[test]
    fn the_callers_trace_is_continued_under_a_span_of_our_own() {
        for flags in ["00", "01"] {
            let (trace, header) = joined(&[&format!("00-{TRACE}-00f067aa0ba902b7-{flags}")]);
            assert_eq!(trace, TRACE);
            assert!(header.starts_with(&format!("00-{TRACE}-")) && header.ends_with(&format!("-{flags}")), "{header}");
            assert!(!header.contains("00f067aa0ba902b7"), "{header}");
        }
        assert_eq!(joined(&[&format!("cc-{TRACE}-00f067aa0ba902b7-01-more")]).0, TRACE);
    }

    #[test]
    fn without_a_trace_or_with_a_malformed_one_a_trace_begins() {
        let zeros = "0".repeat(32);
        let mut seen = std::collections::HashSet::new();
        for given in [
            vec![],
            vec!["".to_owned()],
            vec![format!("00-{TRACE}-00f067aa0ba902b7-01-more")],
            vec![format!("00-{TRACE}-00f067aa0ba902b7")],
            vec![format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase())],
            vec![format!("00-{zeros}-00f067aa0ba902b7-01")],
            vec![format!("00-{TRACE}-0000000000000000-01")],
            vec![format!("00-+{}-00f067aa0ba902b7-01", &TRACE[1..])],
            vec![format!("ff-{TRACE}-00f067aa0ba902b7-01")],
            vec![format!("00-{TRACE}-00f067aa0ba902b7-01"), format!("00-{TRACE}-00f067aa0ba902b8-01")],
        ] {
            let (trace, header) = joined(&given.iter().map(String::as_str).collect::<Vec<_>>());
            assert!(trace != TRACE && trace != zeros && trace.len() == 32, "{given:?}: {trace}");
            assert_eq!(header.len(), 55, "{header}");
            assert!(seen.insert(trace), "{given:?}");
        }
    }
}
