//! Of what is done to a grant at once each is done after the other.

use std::time::Duration;

use accord_tests::{Answer, Draft, TestApp};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use domain::admin_grant::AdminGrantId;
use serde_json::json;

use super::{CUSTOMER, CUSTOMER_ADMIN, PARTNER, PARTNER_AGENT, granted, status, told, try_accept};

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

/// A customer who is asked for what a grant covers that was made meanwhile: the link's token, and the grant.
async fn asked_and_granted(app: &TestApp) -> (String, String) {
    app.relate(PARTNER, CUSTOMER).await;
    let asked = json!({ "granular": { "roles": ["USER_ADMINISTRATOR"], "duration": "P30D" } });
    let draft = Draft::to(CUSTOMER_ADMIN).with("delegatedAdministration", asked);
    let (_, token) = app.invite(PARTNER_AGENT, draft).await;
    (token, granted(app, "P1Y", false).await)
}

/// The id of the grant that was agreed on.
fn agreed_on(accepted: &Answer) -> String {
    let outcome = accepted.given("outcome");
    let grant = outcome.as_array().unwrap().iter().find(|it| it["__typename"] == "AdminGrant").unwrap();
    grant["id"].as_str().unwrap().to_owned()
}

/// A connection of its own that has done this, and not committed it.
async fn holding(app: &TestApp, statement: &str) -> AsyncPgConnection {
    let mut conn = AsyncPgConnection::establish(app.database_url()).await.unwrap();
    conn.batch_execute(&format!("begin; {statement}")).await.unwrap();
    conn
}

async fn until_waiting(app: &TestApp, statements: i64) {
    let waiting = "from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let waited = async {
        while app.count(waiting).await < statements {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waited).await.expect("somebody waits");
}

/// Commits what is held once so many statements wait for it, or for one another.
async fn commit_once_waiting(app: &TestApp, mut held: AsyncPgConnection, statements: i64) {
    until_waiting(app, statements).await;
    held.batch_execute("commit").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_accepts_while_what_covers_it_is_being_taken_away_is_granted_it_anew() {
    let app = TestApp::without_mails().await;
    let (token, id) = asked_and_granted(&app).await;
    let of_grant = id.parse::<AdminGrantId>().unwrap().uuid();
    let revoke = format!(
        "update admin_grants set status = 'revoked', ended_at = now(), notice_at = null where id = '{of_grant}'"
    );
    let held = holding(&app, &revoke).await;

    let (accepted, ()) = tokio::join!(try_accept(&app, &token), commit_once_waiting(&app, held, 1));

    let made = agreed_on(&accepted);
    assert_ne!(made, id);
    assert_eq!([status(&app, &id).await, status(&app, &made).await], ["REVOKED", "ACTIVE"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_is_agreeing_on_is_taken_away_after_they_have() {
    let app = TestApp::without_mails().await;
    let (token, id) = asked_and_granted(&app).await;
    // The acceptance comes to its outcomes when it has found the grant.
    let held = holding(&app, "lock table invitation_outcomes in share mode").await;
    let revoking = async {
        until_waiting(&app, 1).await;
        app.revoke_grant(CUSTOMER_ADMIN, &id).await
    };

    let (accepted, revoked, ()) = tokio::join!(try_accept(&app, &token), revoking, commit_once_waiting(&app, held, 2));

    assert_eq!(agreed_on(&accepted), id, "nothing is made beside it");
    assert_eq!(revoked.given("adminGrant")["status"], "REVOKED");
    let pair = "from admin_grants join organizations o on o.id = partner_id where o.tenant = 'litware.example'";
    assert_eq!(app.count(pair).await, 1);
}
