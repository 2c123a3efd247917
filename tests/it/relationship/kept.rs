//! What a partner kept of its administrator access does not come back with a new relationship, unless that asks for it.

use accord_tests::{Brought, DEMO, Draft, TestApp};
use serde_json::{Value, json};

use super::{administered, granular};

/// Contoso left Wingtip and kept its grant: the grant's id.
async fn kept(app: &TestApp) -> String {
    let [id, grant] = administered(app).await;
    app.leave(DEMO.reseller, &id, "KEEP").await.given("relationship");
    grant
}

async fn status(app: &TestApp, grant: &str) -> Value {
    app.grant(DEMO.customer, grant).await["status"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_no_administration_or_for_other_ends_it_unmailed_and_both_read_so() {
    let longer = json!({ "granular": { "roles": ["USER_ADMINISTRATOR"], "duration": "P1Y" } });
    let shorter = json!({ "granular": { "roles": ["USER_ADMINISTRATOR"], "duration": "P30D" } });
    for asked in [Value::Null, json!({ "full": true }), longer, shorter] {
        let app = TestApp::new().await;
        let grant = kept(&app).await;
        app.mails().await;

        let outcome =
            app.agree(DEMO.reseller, Draft::to(DEMO.customer).with("delegatedAdministration", asked.clone())).await;

        assert_eq!(status(&app, &grant).await, "ENDED", "{asked}");
        assert!(outcome.as_array().unwrap().iter().all(|it| it["id"] != json!(grant)), "{outcome}");
        for reader in [DEMO.reseller, DEMO.customer] {
            assert_eq!(app.activity(reader, &grant).await, ["admin_grant.granted", "admin_grant.ended"], "{reader}");
        }
        assert!(app.mails().await.iter().all(|mail| !mail.subject.contains("administrator access")), "{asked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_the_same_goes_on_with_it() {
    let app = TestApp::without_mails().await;
    let grant = kept(&app).await;
    app.days_pass(10);
    let outcome = app.agree(DEMO.reseller, Draft::to(DEMO.customer).with("delegatedAdministration", granular())).await;
    assert_eq!(outcome[1]["id"], json!(grant));
    assert_eq!(status(&app, &grant).await, "ACTIVE");
    assert_eq!(app.activity(DEMO.customer, &grant).await, ["admin_grant.granted"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_fewer_roles_ends_it_and_grants_those() {
    let app = TestApp::without_mails().await;
    let of = |roles: &[&str]| json!({ "granular": { "roles": roles, "duration": "P90D" } });
    let asking = |roles| Draft::to(DEMO.customer).with("delegatedAdministration", of(roles));
    let outcome = app.agree(DEMO.reseller, asking(&["USER_ADMINISTRATOR", "BILLING_ADMINISTRATOR"])).await;
    app.leave(DEMO.reseller, outcome[0]["id"].as_str().unwrap(), "KEEP").await.given("relationship");

    let again = app.agree(DEMO.reseller, asking(&["USER_ADMINISTRATOR"])).await;

    assert_eq!(status(&app, outcome[1]["id"].as_str().unwrap()).await, "ENDED");
    let new = app.grant(DEMO.customer, again[1]["id"].as_str().unwrap()).await;
    assert_eq!((&new["status"], &new["roles"]), (&json!("ACTIVE"), &json!(["USER_ADMINISTRATOR"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_what_the_operator_loaded_ends_it() {
    let app = TestApp::without_mails().await;
    let grant = kept(&app).await;
    app.days_pass(1);
    app.load_customers(&[("contoso.example", "wingtip.example")]).await;
    assert_eq!(app.import(DEMO.reseller, vec![Brought::of("wingtip.example")]).await, ["IMPORTED"]);
    assert_eq!(status(&app, &grant).await, "ENDED");
    assert_eq!(app.activity(DEMO.customer, &grant).await, ["admin_grant.granted", "admin_grant.ended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_while_the_relationship_stands_ends_nothing() {
    let app = TestApp::without_mails().await;
    let [_, grant] = administered(&app).await;
    let asking = Draft::to(DEMO.customer).with("delegatedAdministration", json!({ "full": true }));
    app.agree(DEMO.reseller, asking).await;
    assert_eq!(status(&app, &grant).await, "ACTIVE");
}
