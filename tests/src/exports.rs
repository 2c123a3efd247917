//! Lists taken away as CSV.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use dev::issuer::claims_for;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use serde_json::Value;

use crate::TestApp;

/// A file, whole.
#[derive(Debug)]
pub struct Export {
    /// The HTTP status.
    pub status: StatusCode,
    /// The HTTP headers.
    pub headers: HeaderMap,
    /// The file, or why there is none.
    pub text: String,
}

/// A file that is being read.
pub struct Pages {
    parts: BoxStream<'static, Result<Bytes, axum::Error>>,
    text: String,
}

impl TestApp {
    /// Takes a list away as somebody of the demo world: `customers.csv?status=REMOVED`.
    pub async fn export(&self, who: &str, address: &str) -> Export {
        self.exported(self.export_request("GET", who, address)).await
    }

    /// The same for whoever a token says; none: nobody.
    pub async fn export_with(&self, token: Option<&str>, address: &str) -> Export {
        let mut request = Request::get(format!("/exports/{address}"));
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.exported(request.body(Body::empty()).expect("a request")).await
    }

    async fn exported(&self, request: Request<Body>) -> Export {
        let response = self.respond(request).await;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
        let text = String::from_utf8(bytes.into()).expect("UTF-8");
        Export { status: parts.status, headers: parts.headers, text }
    }

    /// Begins to.
    pub async fn begin_export(&self, who: &str, address: &str) -> Pages {
        let response = self.respond(self.export_request("GET", who, address)).await;
        assert_eq!(response.status(), StatusCode::OK);
        Pages { parts: response.into_body().into_data_stream().boxed(), text: String::new() }
    }

    /// A request for a list.
    pub fn export_request(&self, method: &str, who: &str, address: &str) -> Request<Body> {
        let claims = claims_for(who).expect("an address");
        let token = self.issuer.token(&claims, Duration::from_secs(3600)).expect("a token");
        let request = Request::builder().method(method).uri(format!("/exports/{address}"));
        request.header(header::AUTHORIZATION, format!("Bearer {token}")).body(Body::empty()).expect("a request")
    }
}

impl Export {
    /// The texts of a column, in order. Stops the test where there is no file.
    #[must_use]
    #[track_caller]
    pub fn column(&self, name: &str) -> Vec<String> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        let mut reader = csv::Reader::from_reader(self.text.as_bytes());
        let place = reader.headers().expect("a header").iter().position(|column| column == name);
        let place = place.unwrap_or_else(|| panic!("no column {name}: {}", self.text));
        reader.records().map(|record| record.expect("a record")[place].to_owned()).collect()
    }

    /// Why there is no file.
    #[must_use]
    #[track_caller]
    pub fn detail(&self) -> String {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{}", self.text);
        let problem: Value = serde_json::from_str(&self.text).expect("problem details");
        assert_eq!(problem["status"], self.status.as_u16(), "{problem}");
        problem["detail"].as_str().unwrap_or_default().to_owned()
    }
}

impl Pages {
    /// The lines of the next part. None: the file has ended. An error: it was broken off.
    pub async fn next(&mut self) -> Option<Result<usize, axum::Error>> {
        let part = self.parts.next().await?;
        Some(part.map(|bytes| {
            let text = std::str::from_utf8(&bytes).expect("parts end where lines do");
            self.text.push_str(text);
            text.lines().count()
        }))
    }

    /// All that came until now.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines of the rest, and whether it was whole.
    pub async fn rest(&mut self) -> (usize, bool) {
        let mut lines = 0;
        while let Some(part) = self.next().await {
            match part {
                Ok(more) => lines += more,
                Err(_) => return (lines, false),
            }
        }
        (lines, true)
    }
}
