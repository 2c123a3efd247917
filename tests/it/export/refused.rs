use std::time::Duration;

use accord_tests::{DEMO, PARTNER, TestApp};
use axum::http::{StatusCode, header};
use dev::issuer::claims_for;
use diesel_async::SimpleAsyncConnection;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_cannot_be_taken_is_named_with_what_is_wanted() {
    let app = TestApp::new().await;
    let partner = app.organization("contoso.example").await;
    for (address, detail) in [
        ("customers.csv?nonsense=1", "there is no parameter \"nonsense\"; there are search, status, country"),
        ("customers.csv?token=hunter2", "there is no parameter \"token\"; there are search, status, country"),
        ("customers.csv?event=invitation.sent", "there is no parameter \"event\"; there are search, status, country"),
        (
            "activity.csv?search=x",
            "there is no parameter \"search\"; there are event, since, until, subjectId, actorId",
        ),
        ("customers.csv?Status=ACTIVE", "there is no parameter \"Status\""),
        ("customers.csv?status=active", "status: give ACTIVE or REMOVED"),
        ("customers.csv?status=", "status: give ACTIVE or REMOVED"),
        ("customers.csv?status=ACTIVE&status=REMOVED", "status: give it once"),
        ("customers.csv?orderBy=name", "orderBy: give NAME or SINCE_DESC"),
        ("customers.csv?hasDelegatedAdministration=yes", "hasDelegatedAdministration: give true or false"),
        ("customers.csv?byteOrderMark=1", "byteOrderMark: give true or false"),
        ("customers.csv?indirectProviderId=northwind", "indirectProviderId: this is no organization's id"),
        ("customers.csv?indirectResellerId=", "indirectResellerId: this is no organization's id"),
        ("activity.csv?event=invitation.unheard", "event: there is no event \"invitation.unheard\""),
        ("activity.csv?since=yesterday", "since: give a time as in RFC 3339, such as 2026-03-01T12:00:00Z"),
        ("activity.csv?until=2026-03-01T12:00:00+01:00", "until: give a time as in RFC 3339"),
        ("activity.csv?subjectId=x", "subjectId: this is no object's id"),
        (&format!("activity.csv?actorId={partner}"), "actorId: this is no user's id"),
    ] {
        let refused = app.export(DEMO.reseller, address).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{address}: {}", refused.text);
        assert!(refused.detail().starts_with(detail), "{address}: {}", refused.detail());
        assert!(!refused.text.contains("hunter2"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_read_a_list_is_403() {
    let app = TestApp::new().await;
    for (who, list, detail) in [
        (DEMO.customer, "customers.csv", "your organization is no partner"),
        ("ops@accord.example", "customers.csv", "you are of no registered organization"),
        ("visitor@unheard-of.example", "customers.csv", "you are of no registered organization"),
        (DEMO.reseller_sales, "activity.csv", "your role may not read the activity"),
        ("helpdesk@contoso.example", "activity.csv", "your role may not read the activity"),
        (DEMO.customer_user, "activity.csv", "your role may not read the activity"),
        ("ops@accord.example", "activity.csv", "you are of no registered organization"),
    ] {
        for address in [list.to_owned(), format!("{list}?byteOrderMark=true")] {
            let refused = app.export(who, &address).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{who}: {}", refused.text);
            assert!(refused.detail().starts_with(detail), "{who}: {}", refused.detail());
        }
        let head = app.respond(app.export_request("HEAD", who, list)).await;
        assert_eq!(head.status(), StatusCode::FORBIDDEN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partner_still_takes_its_customers_away() {
    let app = TestApp::new().await;
    app.suspend("contoso.example").await;
    assert_eq!(app.export(DEMO.reseller_sales, "customers.csv").await.column("name"), ["Adventure Works"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_believed_is_401_and_none_is_taken_from_the_address() {
    let app = TestApp::new().await;
    let good = app.issuer.token(&claims_for(PARTNER).unwrap(), Duration::from_secs(600)).unwrap();
    for (address, token) in [
        ("customers.csv".to_owned(), Some("x.y.z".to_owned())),
        (format!("customers.csv?access_token={good}"), None),
        ("customers.csv".to_owned(), Some(expired(&app))),
    ] {
        let answer = app.export_with(token.as_deref(), &address).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
        assert!(!answer.detail().is_empty() && !answer.text.contains(&good));
        assert!(answer.headers[header::WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer"));
    }
}

fn expired(app: &TestApp) -> String {
    let mut payload = app.issuer.payload(&claims_for(PARTNER).unwrap(), Duration::ZERO).unwrap();
    payload["exp"] = json!(chrono::Utc::now().timestamp() - 3600);
    app.issuer.sign(&payload).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_so_many_exports_at_once_and_an_organization_and_a_process_too() {
    let app = TestApp::serving(&["--exports=3", "--exports-per-user=2"]).await;
    app.many_customers(5_000).await;
    let mine = [app.begin_export(PARTNER, "customers.csv").await, app.begin_export(PARTNER, "customers.csv").await];
    let refused = app.export(PARTNER, "customers.csv").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", refused.text);
    assert!(refused.detail().starts_with("you have as many exports at once"), "{}", refused.detail());
    assert_eq!(refused.headers[header::RETRY_AFTER], "5");

    let refused = app.export("sales@litware.example", "customers.csv").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "half of all is one organization's: {}", refused.text);
    assert!(refused.detail().starts_with("your organization has as many exports at once"), "{}", refused.detail());

    let other = app.begin_export(DEMO.reseller, "customers.csv").await;
    let refused = app.export(DEMO.stranger, "customers.csv").await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{}", refused.text);
    assert!(refused.detail().starts_with("there are too many exports at once"), "{}", refused.detail());

    drop((mine, other));
    while app.export(PARTNER, "customers.csv").await.status != StatusCode::OK {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_that_wait_for_their_readers_hold_no_connection_and_no_place_of_an_operation() {
    let app = TestApp::serving(&["--operations-at-once=1", "--operations-waiting=0"]).await;
    app.many_customers(5_000).await;
    let mut waiting = Vec::new();
    for who in [PARTNER, PARTNER, "sales@litware.example", "sales@litware.example", "admin@litware.example"] {
        waiting.push(app.begin_export(who, "customers.csv").await);
    }
    while app.store.pool().used > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(app.ask(PARTNER, "{ viewer { user { name } } }", json!({})).await.status, StatusCode::OK);
    for export in &mut waiting {
        assert_eq!(export.rest().await, (5_001, true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_and_hangs_up_has_no_other_export_before_that_one_has_ended() {
    let app = TestApp::serving(&["--exports-per-user=1"]).await;
    let mut blocker = app.store.connection().await.unwrap();
    blocker.batch_execute("begin; lock table relationships in access exclusive mode").await.unwrap();
    tokio::select! {
        answer = app.export(PARTNER, "customers.csv") => panic!("{}", answer.text),
        () = app.until_waited_for(1) => {}
    }
    for _ in 0..5 {
        let again = tokio::time::timeout(Duration::from_secs(10), app.export(PARTNER, "customers.csv")).await;
        assert_eq!(again.expect("an answer at once").status, StatusCode::TOO_MANY_REQUESTS);
    }
    blocker.batch_execute("commit").await.unwrap();
    while app.export(PARTNER, "customers.csv").await.status != StatusCode::OK {
        tokio::task::yield_now().await;
    }
}
