//! GraphQL over HTTP as others read it: the audit of npm's `graphql-http` against the API's process.

use std::collections::BTreeMap;

use accord_tests::{Script, TestApp};
use serde_json::Value;

use super::{Api, environment};

/// What is not as the audit would have it, each with the reason.
const REFUSED: [(&str, &str); 3] = [
    ("5A70", "GET runs no query: a link or an image on a foreign page must not be able to ask"),
    ("6A70", "GET runs no query, however its variables are written"),
    ("D6D5", "GET runs no query, whatever it accepts"),
];

/// Every audit, as it prints itself.
async fn audits() -> Vec<Value> {
    let app = TestApp::without_mails().await;
    // Two of them try variables with `__type`.
    let environment =
        environment(&app.issuer, app.database_url(), &app.mailbox).await.with("ACCORD_INTROSPECTION", true);
    let (api, _) = Api::start(environment);
    api.until_ready().await;
    Script::start("audit", &[&format!("http://127.0.0.1:{}/graphql", api.port)]).await.output().await
}

fn text<'a>(audit: &'a Value, field: &str) -> &'a str {
    audit[field].as_str().unwrap_or_else(|| panic!("no {field}: {audit}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_of_graphql_http_passes_but_for_queries_by_get() {
    let audits = audits().await;

    let failed: Vec<&Value> = audits.iter().filter(|audit| text(audit, "status") != "ok").collect();
    let reasons = BTreeMap::from(REFUSED);
    let unexpected: Vec<_> = failed.iter().filter(|audit| !reasons.contains_key(text(audit, "id"))).collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    assert_eq!(failed.len(), reasons.len(), "some pass by now: {failed:#?}");
    for audit in failed {
        // No requirement and no recommendation is left out.
        assert!(text(audit, "name").starts_with("MAY "), "{audit}");
    }
    let line = |audit: &Value| format!("{} {:6} {}", text(audit, "id"), text(audit, "status"), text(audit, "name"));
    let table: Vec<String> = audits.iter().map(line).collect();
    insta::assert_snapshot!(table.join("\n"));
}
