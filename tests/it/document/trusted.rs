//! Trusted documents, over the published schema.

use std::io::Write as _;

use accord_tests::{Environment, TestApp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

fn file(documents: &Value) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(documents.to_string().as_bytes()).unwrap();
    file
}

fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_trusted_documents_run_by_the_ids_that_generators_give_them() {
    let (regions, agreement) =
        ("query Regions { regions { code } }", "{ agreement(kind: CUSTOMER, country: \"US\") { id } }");
    let documents = file(&json!({ sha256(regions): regions, "d1e6d1f6a1a8": agreement }));
    let app = TestApp::serving(&["--trusted-documents", documents.path().to_str().unwrap()]).await;
    for id in [sha256(regions), format!("sha256:{}", sha256(regions))] {
        app.post(None, json!({ "documentId": id })).await.at("regions");
    }
    app.post(None, json!({ "documentId": "d1e6d1f6a1a8" })).await.at("agreement.id");
    for body in [json!({ "query": regions }), json!({ "documentId": sha256(agreement) })] {
        assert_eq!(app.post(None, body.clone()).await.error(), "BAD_REQUEST", "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_a_document_that_cannot_run_ends_the_process_at_once() {
    let app = TestApp::new().await;
    let documents = file(&json!({ "good": "{ regions { code } }", "bad": "{ regions { kode } }" }));
    let environment = Environment::over(app.database_url(), app.mailbox.address())
        .with("ACCORD_TRUSTED_DOCUMENTS", documents.path().to_str().unwrap());
    let ended = environment.run("accord-api serve").await;
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(!ended.status.success());
    assert!(said.contains("ACCORD_TRUSTED_DOCUMENTS") && said.contains("bad: Unknown field \"kode\""), "{said}");
    assert!(!said.contains("good"), "{said}");
}
