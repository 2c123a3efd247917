//! Who is told: the rights of now, not those of when it began.

use accord_tests::{CUSTOMER, DEMO, Draft, PARTNER, TestApp};
use serde_json::json;

use super::{DOCUMENT, Writer, after, settled, uuid_of, write};

const REFUSED: &str = "you may not read an organization's activity";

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_who_is_not_signed_in() {
    let app = TestApp::new().await;
    let mut subscription = app.subscribe_to(&app.feed(), None, DOCUMENT, json!({})).await;
    assert_eq!(subscription.refusal().await.0, "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_role_does_not_reach_is_refused() {
    let app = TestApp::new().await;
    for who in [DEMO.reseller_sales, DEMO.customer_user, "nobody@elsewhere.example", "ops@accord.example"] {
        let mut subscription = app.subscribe(who, DOCUMENT, json!({})).await;
        assert_eq!(subscription.refusal().await, ("BAD_REQUEST".to_owned(), REFUSED.to_owned()), "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_administrator_is_told_what_is_the_customers() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    settled(&app).await;
    let before = app.ids("act", "select id from activities order by id desc limit 1").await;
    app.ask(CUSTOMER, "{ viewer { user { id } } }", json!({})).await.at("viewer.user.id");
    let feed = app.feed();
    let mut partners = app.subscribe_to(&feed, Some(PARTNER), DOCUMENT, json!({ "after": before[0] })).await;
    app.decline(CUSTOMER, &token).await.given("invitation");
    let told = partners.told().await;
    assert_eq!(told["event"], "invitation.declined");

    app.try_draft(PARTNER, Draft::to(CUSTOMER)).await.accepted("draftInvitation");
    let mut customers = app.subscribe_to(&feed, Some(CUSTOMER), DOCUMENT, json!({ "after": told["id"] })).await;
    let (_, token) = app.invite(PARTNER, Draft::to("admin@wingtip.example")).await;
    app.open(&token).await.given("offer");
    app.ask("new@tailspin.example", "{ viewer { user { id } } }", json!({})).await.at("viewer.user.id");
    assert_eq!(customers.told().await["event"], "user.added", "and not what is the inviter's alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_taken_away_ends_it() {
    let app = TestApp::new().await;
    let first = write(&app, 1).await;
    let mut subscription = after(&app, &first).await;
    write(&app, 2).await;
    subscription.told().await;
    app.sql(&format!("update users set roles = '{{sales_agent}}' where email = '{PARTNER}'")).await;
    write(&app, 3).await;
    assert_eq!(subscription.refusal().await, ("BAD_REQUEST".to_owned(), REFUSED.to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_deactivated_is_told_nothing_more() {
    let app = TestApp::new().await;
    let first = write(&app, 1).await;
    for number in 2..6 {
        write(&app, number).await;
    }
    let mut subscription = after(&app, &first).await;
    subscription.told().await;
    app.sql(&format!("update users set status = 'deactivated' where email = '{PARTNER}'")).await;
    assert_eq!(subscription.refusal().await, ("BAD_REQUEST".to_owned(), REFUSED.to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_follows_what_one_is_then() {
    let app = TestApp::without_mails().await;
    let (invitation, _) = app.invite(PARTNER, Draft::to(CUSTOMER)).await;
    let happens = async |number| {
        let mut writer = Writer::begin(&app).await;
        let id = writer.write_about(number, "tailspin.example", "inv", uuid_of(&json!(invitation))).await;
        writer.commit().await;
        id
    };
    let first = happens(1).await;
    settled(&app).await;
    let document = "subscription($after: String) { activity(after: $after) { subject { id } } }";
    let mut subscription = app.subscribe(CUSTOMER, document, json!({ "after": first })).await;
    happens(2).await;
    assert_eq!(subscription.told().await["subject"], json!({ "id": invitation }));
    app.sql(&format!("update users set email_verified_at = null where email = '{CUSTOMER}'")).await;
    happens(3).await;
    assert_eq!(subscription.told().await["subject"], json!(null), "it is no longer the addressee's");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_nothing_is_refused_naming_the_argument() {
    let app = TestApp::without_mails().await;
    app.invite(DEMO.reseller, Draft::to("ann@example.com")).await;
    let foreign = app.ids("act", "select id from activities order by id desc limit 1").await;
    let unknown = domain::activity::ActivityId::fresh().to_string();
    for (variables, message) in [
        (json!({ "events": ["invitation.lost"] }), "events: there is no event \"invitation.lost\""),
        (json!({ "after": "x" }), "after: this is no activity's id"),
        (json!({ "after": "usr_01h455vb4pex5vsknk084sn02q" }), "after: this is no activity's id"),
        (json!({ "after": unknown }), "after: there is no such object, or it is not yours to see"),
        (json!({ "after": foreign[0] }), "after: there is no such object, or it is not yours to see"),
    ] {
        let mut subscription = app.subscribe(PARTNER, DOCUMENT, variables.clone()).await;
        assert_eq!(subscription.refusal().await, ("BAD_REQUEST".to_owned(), message.to_owned()), "{variables}");
    }
}
