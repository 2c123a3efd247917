//! What GraphiQL opens with.

use std::path::Path;

use accord_tests::TestApp;
use serde_json::{Map, json};

/// The documents of GraphiQL's tabs, as its script writes them.
fn examples() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/graphiql/examples.js");
    let script = std::fs::read_to_string(path).unwrap();
    script.split("tab(`").skip(1).map(|rest| rest.split('`').next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_is_a_document_of_this_schema() {
    let examples = examples();
    assert!(examples.len() > 8, "{examples:?}");
    let documents: Map<_, _> = examples.iter().enumerate().map(|(n, text)| (format!("tab-{n}"), json!(text))).collect();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), json!(documents).to_string()).unwrap();

    // Trusted documents are validated at the start, and all that are wrong are named.
    let trusted = format!("--trusted-documents={}", file.path().display());
    let app = TestApp::serving(&[&trusted, "--introspection"]).await;

    let answer = app.post(None, json!({ "documentId": "tab-0" })).await;
    assert_eq!(answer.error(), "UNAUTHENTICATED");
}
