use accord_tests::{DEMO, Draft, TestApp};
use serde_json::json;

fn keyed(email: &str, key: &str) -> Draft {
    Draft::to(email).with("idempotencyKey", json!(key))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_with_the_same_input_gives_the_first_draft_again() {
    let app = TestApp::new().await;
    let first = app.draft(DEMO.reseller, keyed("ann@blue-sky.example", "7")).await;

    let again = app.draft(DEMO.reseller_admin, keyed("ann@blue-sky.example", "7")).await;

    assert_eq!(again, first);
    assert_eq!(app.activity(DEMO.reseller, &first).await, ["invitation.drafted"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_draft_is_given_again_as_it_is_now() {
    let app = TestApp::without_mails().await;
    let id = app.draft(DEMO.reseller, keyed("ann@blue-sky.example", "7")).await;
    app.send_draft(&id).await.given("invitation");

    let again = app.try_draft(DEMO.reseller, keyed("ann@blue-sky.example", "7")).await.given("invitation");

    assert_eq!(json!([again["id"], again["status"]]), json!([id, "PENDING"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_with_another_input_is_a_conflict() {
    let app = TestApp::new().await;
    app.draft(DEMO.reseller, keyed("ann@blue-sky.example", "7")).await;

    let other = app.try_draft(DEMO.reseller, keyed("bob@blue-sky.example", "7")).await;

    assert_eq!(other.reasons(), ["IDEMPOTENCY_CONFLICT idempotencyKey"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organizations_key_is_another_key() {
    let app = TestApp::new().await;
    let first = app.draft(DEMO.reseller, keyed("ann@blue-sky.example", "7")).await;

    let other = app.draft(DEMO.stranger, keyed("ann@blue-sky.example", "7")).await;

    assert_ne!(other, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_mutations_key_is_another_key() {
    let app = TestApp::without_mails().await;
    app.draft(DEMO.reseller, keyed("ann@blue-sky.example", "7")).await;

    let many = app.send_many_with(vec![Draft::to("bob@blue-sky.example")], json!({ "idempotencyKey": "7" })).await;

    assert_eq!(many.reasons(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_free_again_after_a_day() {
    let app = TestApp::new().await;
    let first = app.draft(DEMO.reseller, keyed("ann@blue-sky.example", "7")).await;
    app.days_pass(1);

    let later = app.draft(DEMO.reseller, keyed("bob@blue-sky.example", "7")).await;

    assert_ne!(later, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_draft_leaves_its_key_free() {
    let app = TestApp::new().await;
    let wrong = app.try_draft(DEMO.reseller, keyed("no address", "7")).await;
    assert_eq!(wrong.reasons(), ["INVALID_EMAIL recipient.email"]);

    app.draft(DEMO.reseller, keyed("ann@blue-sky.example", "7")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_1_to_200_printable_characters() {
    let app = TestApp::new().await;

    for key in ["", " ", "a\nb", &"k".repeat(201)] {
        let answer = app.try_draft(DEMO.reseller, keyed("ann@blue-sky.example", key)).await;
        assert_eq!(answer.reasons(), ["INVALID idempotencyKey"], "{key:?}");
    }
    for key in ["k".repeat(200), "é".repeat(200)] {
        app.draft(DEMO.reseller, keyed("ann@blue-sky.example", &key)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_with_one_key_at_once_make_one_draft() {
    let app = TestApp::new().await;
    let call = || app.draft(DEMO.reseller, keyed("ann@blue-sky.example", "7"));

    let (a, b, c, d) = tokio::join!(call(), call(), call(), call());

    assert_eq!([&b, &c, &d], [&a; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_call_gets_the_first_draft_again_even_where_its_input_would_now_be_refused() {
    let app = TestApp::new().await;
    let customer = app.organization("adventure-works.example").await;
    let recipient = json!({ "email": "ann@adventure-works.example", "organizationId": customer });
    let draft = || keyed("ann@adventure-works.example", "named").with("recipient", recipient.clone());
    let first = app.draft(DEMO.reseller, draft()).await;

    // Out of the partner's sight: nothing relates the two any more.
    app.sql(
        "delete from invitation_outcomes; update invitations set recipient_organization_id = null;
         delete from shared_customers; delete from relationships",
    )
    .await;

    assert_eq!(app.draft(DEMO.reseller, draft()).await, first);
}
