//! Of what is done to a grant at once each is done after the other.

use accord_tests::{Answer, Draft, TestApp};
use serde_json::json;

use super::{CUSTOMER_ADMIN, PARTNER_AGENT, granted, told, try_accept};

const ROUNDS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn of_the_two_sides_who_end_it_at_once_one_does() {
    let app = TestApp::without_mails().await;
    for round in 0..ROUNDS {
        let id = granted(&app, "P1Y", false).await;
        let (one, other) = tokio::join!(app.revoke_grant(CUSTOMER_ADMIN, &id), app.end_grant(PARTNER_AGENT, &id));
        let reasons = [&one, &other].map(Answer::reasons).concat();
        assert_eq!(reasons, ["NO_ADMIN_GRANT id"], "{round}");
        assert_eq!(told(&app, &id).await.len(), 1, "{round}");
    }
    assert_eq!(app.count("from emails where kind = 'admin_grant_ended'").await, 3 * ROUNDS as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_narrow_it_at_once_leave_no_role_that_one_of_them_took_away() {
    let app = TestApp::without_mails().await;
    for round in 0..ROUNDS {
        let id = granted(&app, "P1Y", false).await;
        let (one, other) = tokio::join!(
            app.change_roles(CUSTOMER_ADMIN, &id, &["USER_ADMINISTRATOR"]),
            app.change_roles(CUSTOMER_ADMIN, &id, &["LICENSE_ADMINISTRATOR"]),
        );
        let reasons = [&one, &other].map(Answer::reasons).concat();
        assert_eq!(reasons, ["INVALID roles"], "{round}: what the second leaves is no longer there");
        assert_eq!(told(&app, &id).await, ["admin_grant.roles_changed"], "{round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_agreed_on_is_never_a_grant_that_was_taken_away_before() {
    let app = TestApp::without_mails().await;
    let asked = json!({ "granular": { "roles": ["USER_ADMINISTRATOR"], "duration": "P30D" } });
    for round in 0..ROUNDS {
        // Asked for while nothing stands, so that the invitation may be sent; granted otherwise before it is accepted.
        let draft = Draft::to(CUSTOMER_ADMIN).with("delegatedAdministration", asked.clone());
        let (_, token) = app.invite(PARTNER_AGENT, draft).await;
        let id = granted(&app, "P1Y", false).await;
        let (accepted, revoked) = tokio::join!(try_accept(&app, &token), app.revoke_grant(CUSTOMER_ADMIN, &id));
        let ended_at = revoked.given("adminGrant")["endedAt"].clone();
        let outcome = accepted.given("outcome");
        let grant = outcome.as_array().unwrap().iter().find(|it| it["__typename"] == "AdminGrant").unwrap();
        if grant["id"] == json!(id) {
            let of_acceptance = app.activity(PARTNER_AGENT, &id).await;
            assert_eq!(of_acceptance, ["admin_grant.revoked"], "{round}: agreed on, then taken away at {ended_at}");
        } else {
            assert_eq!(grant["status"], "ACTIVE", "{round}: made anew");
        }
        let made = grant["id"].as_str().unwrap();
        app.revoke_grant(CUSTOMER_ADMIN, made).await.given("adminGrant");
    }
}
