//! Which sites' pages may use the API from a browser: Accord's own, and those of a setting. For WebSockets nothing but
//! `Origin` tells them apart: CORS does not hold there.

use std::time::Duration;

use anyhow::{Context, ensure};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tower_http::cors::CorsLayer;
use url::Url;

use super::access::REQUEST_ID;

/// How long a browser may remember what a preflight said.
const REMEMBERED: Duration = Duration::from_secs(3600);

/// The origins that may.
#[derive(Clone, Debug)]
pub(crate) struct Origins {
    own: HeaderValue,
    others: Vec<HeaderValue>,
}

impl Origins {
    /// Accord's own, of its public address, and `others`; refuses what is no origin, naming the variable.
    pub(super) fn new(public_url: &str, others: &[String]) -> anyhow::Result<Self> {
        let own = Url::parse(public_url).context("ACCORD_PUBLIC_URL")?.origin().ascii_serialization();
        Ok(Self { own: own.parse()?, others: others.iter().map(|text| origin(text)).collect::<Result<_, _>>()? })
    }

    /// Whether a page that opens a socket is one of them; whoever names no origin is no page.
    pub(super) fn allows(&self, headers: &HeaderMap) -> bool {
        let mut named = headers.get_all(header::ORIGIN).iter();
        let Some(origin) = named.next() else { return true };
        let known = *origin == self.own || self.others.contains(origin);
        named.next().is_none() && (known || is_of_host(origin, headers.get(header::HOST)))
    }

    /// What tells browsers so; none: there are no others.
    pub(super) fn cors(&self) -> Option<CorsLayer> {
        let asked = [header::ACCEPT, header::AUTHORIZATION, header::CONTENT_TYPE, REQUEST_ID];
        let more = ["traceparent", "tracestate", "x-accord-cost"].map(HeaderName::from_static);
        let shown =
            [header::RETRY_AFTER, header::CONTENT_DISPOSITION, REQUEST_ID, HeaderName::from_static("traceparent")];
        let layer = CorsLayer::new()
            // GET and HEAD need not be named.
            .allow_methods([Method::POST])
            .allow_headers(asked.into_iter().chain(more).collect::<Vec<_>>())
            .expose_headers(shown)
            .max_age(REMEMBERED);
        (!self.others.is_empty()).then(|| layer.allow_origin(self.others.clone()))
    }
}

/// A page that came from the very host that it asks.
fn is_of_host(origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
    let (Ok(origin), Some(Ok(host))) = (origin.to_str(), host.map(HeaderValue::to_str)) else { return false };
    origin.split_once("://").is_some_and(|(_, of)| of.eq_ignore_ascii_case(host))
}

fn origin(text: &str) -> anyhow::Result<HeaderValue> {
    let remedy = || format!("ACCORD_CORS_ORIGINS: want origins such as https://portal.example, not \"{text}\"");
    let url = Url::parse(text).ok().with_context(remedy)?;
    // As browsers write it: without a path, a default port or capitals.
    ensure!(url.origin().is_tuple() && url.origin().ascii_serialization() == text, remedy());
    text.parse().ok().with_context(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(others: &[&str]) -> anyhow::Result<Origins> {
        Origins::new("https://accord.example/portal", &others.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn a_page_of_accord_of_the_host_or_of_the_setting_may_open_a_socket() {
        let origins = origins(&["https://portal.example"]).unwrap();
        let allows = |origin: &'static str| {
            let named = [(header::ORIGIN, origin), (header::HOST, "127.0.0.1:8080")];
            origins.allows(&named.map(|(name, value)| (name, HeaderValue::from_static(value))).into_iter().collect())
        };
        assert!(origins.allows(&HeaderMap::new()));
        for origin in ["https://accord.example", "https://portal.example", "http://127.0.0.1:8080"] {
            assert!(allows(origin), "{origin}");
        }
        for origin in ["https://evil.example", "https://accord.example.evil.example", "http://portal.example", "null"] {
            assert!(!allows(origin), "{origin}");
        }
    }

    #[test]
    fn two_origins_are_none() {
        let origins = origins(&[]).unwrap();
        let mut headers = HeaderMap::new();
        headers.append(header::ORIGIN, HeaderValue::from_static("https://accord.example"));
        assert!(origins.allows(&headers));
        headers.append(header::ORIGIN, HeaderValue::from_static("https://evil.example"));
        assert!(!origins.allows(&headers));
    }

    #[test]
    fn what_is_no_origin_is_refused_naming_the_variable() {
        for text in
            ["*", "portal.example", "https://portal.example/", "https://Portal.example", "https://a.example:443"]
        {
            let refused = origins(&[text]).unwrap_err().to_string();
            assert!(refused.starts_with("ACCORD_CORS_ORIGINS"), "{refused}");
        }
        assert!(origins(&["https://a.example:8443", "http://localhost:3000"]).is_ok());
    }

    #[test]
    fn no_other_origin_no_cors() {
        assert!(origins(&[]).unwrap().cors().is_none());
    }
}
