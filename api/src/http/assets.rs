//! `GET /assets/{path}`: a closed list of files. A path is looked up, never opened, so that none leads elsewhere.
//!
//! Accord's own are in the binary; GraphiQL and React, which npm installs, lie in the folder of the pages.

use std::path::Path;
use std::sync::Arc;

use axum::extract::{self, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::edge::Edge;

macro_rules! own {
    ($($path:literal),* $(,)?) => {
        /// Accord's own, by path.
        const OWN: &[(&str, &str)] = &[$(($path, include_str!(concat!("../../../web/", $path)))),*];
    };
}

own! {
    "graphiql/boot.js",
    "graphiql/examples.js",
    "graphiql/sign-in.js",
    "graphiql/style.css",
    "invitation/page.js",
    "invitation/view.js",
    "invitation/words.js",
    "invitation/style.css",
}

/// Others', by path in the folder of the pages.
const VENDOR: [&str; 4] = [
    "node_modules/react/umd/react.production.min.js",
    "node_modules/react-dom/umd/react-dom.production.min.js",
    "node_modules/graphiql/graphiql.min.js",
    "node_modules/graphiql/graphiql.min.css",
];

/// Answers one file.
pub(super) async fn asset<E>(State(edge): State<Arc<Edge<E>>>, extract::Path(path): extract::Path<String>) -> Response {
    if let Some((_, text)) = OWN.iter().find(|(own, _)| *own == path) {
        return (headers(&path, "no-cache"), *text).into_response();
    }
    let vendor = VENDOR.iter().find(|vendor| **vendor == path);
    match vendor.zip(edge.web_dir.as_deref()) {
        Some((vendor, folder)) => match tokio::fs::read(folder.join(vendor)).await {
            Ok(bytes) => (headers(vendor, "max-age=3600"), bytes).into_response(),
            Err(_not_installed) => StatusCode::NOT_FOUND.into_response(),
        },
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Whether GraphiQL is there to be served.
pub(super) fn graphiql_is_installed(web_dir: Option<&Path>) -> bool {
    web_dir.is_some_and(|folder| VENDOR.iter().all(|vendor| folder.join(vendor).is_file()))
}

fn headers(path: &str, cache: &'static str) -> [(HeaderName, HeaderValue); 2] {
    let script = Path::new(path).extension().is_some_and(|extension| extension == "js");
    let content_type = if script { "text/javascript; charset=utf-8" } else { "text/css; charset=utf-8" };
    [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
    ]
}
