//! What may be left out may be null as well, and means the same.

use accord_tests::{CUSTOMER, Draft, PARTNER, TestApp};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn null_is_the_default_where_there_is_one() {
    let app = TestApp::without_mails().await;
    let draft = Draft::to(CUSTOMER).with("kind", Value::Null).with("expiresAfter", Value::Null);
    let id = app.draft(PARTNER, draft).await;
    let sent = app.mutate(PARTNER, "sendInvitation", json!({ "id": id, "byHand": null })).await.given("invitation");
    assert_eq!((&sent["kind"], &sent["delivery"]["status"]), (&json!("RESELLER_RELATIONSHIP"), &json!("QUEUED")));
    let again = json!({ "id": id, "byHand": null, "expiresAfter": null });
    let sent = app.mutate(PARTNER, "resendInvitation", again).await.given("invitation");
    assert_eq!(sent["delivery"]["status"], "QUEUED");
}

#[tokio::test(flavor = "multi_thread")]
async fn null_sends_many_for_good_and_extends_no_grant() {
    let app = TestApp::without_mails().await;
    let granular = json!({ "roles": ["GLOBAL_READER"], "duration": "P30D", "autoExtend": null });
    let row = Draft::to(CUSTOMER).with("delegatedAdministration", json!({ "granular": granular }));
    let sent = app.mutate(PARTNER, "sendInvitations", json!({ "rows": [row.0], "dryRun": null })).await.given("rows");
    assert_eq!(sent[0]["invitation"]["delegatedAdministration"]["autoExtend"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn null_filters_nothing() {
    let app = TestApp::new().await;
    app.many_customers(2).await;
    for (path, filter) in [
        ("viewer.partner.customers", "filter: null, orderBy: null"),
        (
            "viewer.partner.customers",
            "filter: { search: null, status: null, country: null, hasDelegatedAdministration: null,
                indirectProviderId: null, indirectResellerId: null }",
        ),
        ("viewer.account.users", "search: null, status: null"),
    ] {
        let page = app.list(PARTNER, path).with(filter).page("first: null, after: null").await;
        assert!(page.ids.len() >= 2, "{path}: {filter}");
    }
    let none = "filter: { status: null, kind: null, search: null, deliveryStatus: null }";
    assert_eq!(app.list(PARTNER, "viewer.partner.invitations").with(none).page("").await.ids.len(), 0);
    let all = "filter: { event: null, since: null, until: null, subjectId: null, actorId: null }";
    assert!(!app.list(PARTNER, "viewer.partner.activity").with(all).page("").await.ids.is_empty());
}
