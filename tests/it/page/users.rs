//! Filters of an account's people.

use accord_tests::{PARTNER, TestApp};
use serde_json::json;

/// The addresses of Litware's people that a filter leaves, the longest known first.
async fn found(app: &TestApp, filter: &str) -> Vec<String> {
    app.list(PARTNER, "viewer.account.users").with(filter).texts("email").await
}

async fn searched(app: &TestApp, search: &str) -> Vec<String> {
    found(app, &format!("search: {}", json!(search))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_listed_the_longest_known_first() {
    let app = TestApp::new().await;
    let all = ["admin@litware.example", "agent@litware.example", "sales@litware.example", "helpdesk@litware.example"];
    assert_eq!(found(&app, "").await, all);
    assert_eq!(app.list(PARTNER, "viewer.partner.users").texts("email").await, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_part_of_name_or_address_in_any_case() {
    let app = TestApp::new().await;
    app.sql("update users set name = 'Àda 100%_King İnci' where email = 'agent@litware.example'").await;
    for search in ["ÀDA", "àd", "king", "0%_k", "AGENT@", "gent@lit", "İN"] {
        assert_eq!(searched(&app, search).await, ["agent@litware.example"], "{search}");
    }
    for search in ["ing@", "da", "%%%", "\0", "nobody"] {
        assert_eq!(searched(&app, search).await, Vec::<String>::new(), "{search:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_status() {
    let app = TestApp::new().await;
    app.sql(
        "update users set status = 'deactivated' where email = 'sales@litware.example';
         update users set status = 'deleted', deleted_at = now() where email = 'helpdesk@litware.example'",
    )
    .await;
    assert_eq!(found(&app, "status: ACTIVE").await, ["admin@litware.example", "agent@litware.example"]);
    assert_eq!(found(&app, "status: DEACTIVATED").await, ["sales@litware.example"]);
    assert_eq!(found(&app, "status: DELETED").await, ["helpdesk@litware.example"]);
    assert_eq!(found(&app, "status: DELETED, search: \"sales\"").await, Vec::<String>::new());
}
