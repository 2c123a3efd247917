//! Of two at once exactly one wins, the other is told why, and nothing fails.

use accord_tests::{Answer, DEMO, Draft, TestApp, token_of};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// How often each race is run.
const ROUNDS: usize = 20;

/// Both at once, each begun first in every other round.
pub(super) async fn at_once<A, B>(
    round: usize,
    one: impl Future<Output = A>,
    other: impl Future<Output = B>,
) -> (A, B) {
    if round.is_multiple_of(2) {
        tokio::join!(one, other)
    } else {
        let (other, one) = tokio::join!(other, one);
        (one, other)
    }
}

/// So many invitations to the customer's people, each asking for full administration: ids and tokens.
async fn invitations(app: &TestApp) -> Vec<(String, String)> {
    let asking = |number: usize| {
        Draft::to(&format!("u{number}@wingtip.example")).with("delegatedAdministration", json!({ "full": true }))
    };
    let rows = app.send_many((0..ROUNDS).map(asking).collect()).await.given("rows");
    let row = |row: &Value| (row["invitation"]["id"].as_str().unwrap().to_owned(), token_of(&row["invitation"]));
    rows.as_array().unwrap().iter().map(row).collect()
}

/// Why each was refused, who won first; stops the test unless exactly one won.
#[track_caller]
fn outcome(answers: [&Answer; 2]) -> [Vec<String>; 2] {
    let reasons = answers.map(Answer::reasons);
    let winners = reasons.iter().filter(|reasons| reasons.is_empty()).count();
    assert_eq!(winners, 1, "{reasons:?}");
    reasons
}

/// Stops the test unless this happened to an invitation as often.
async fn happened(app: &TestApp, id: &str, events: &[&str]) {
    let told = app.activity(DEMO.reseller, id).await;
    let ends = ["invitation.accepted", "invitation.declined", "invitation.revoked", "invitation.expired"];
    let ended: Vec<&String> = told.iter().filter(|event| ends.contains(&event.as_str())).collect();
    assert_eq!(ended, events);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_who_accept_at_once_one_wins() {
    let app = TestApp::without_mails().await;
    app.make_global_admin(DEMO.customer_user).await;

    for (round, (id, token)) in invitations(&app).await.into_iter().enumerate() {
        let (one, other) =
            at_once(round, app.try_accept(DEMO.customer, &token), app.try_accept(DEMO.customer_user, &token)).await;

        let lost = outcome([&one, &other]).concat();
        assert_eq!(lost, ["INVITATION_ANSWERED"]);
        happened(&app, &id, &["invitation.accepted"]).await;
    }
    let both = "(select id from organizations where tenant = 'wingtip.example')";
    assert_eq!(app.count(&format!("from relationships where customer_id = {both}")).await, 1);
    assert_eq!(app.count(&format!("from admin_grants where customer_id = {both}")).await, 1);
    assert_eq!(app.count(&format!("from agreement_acceptances where organization_id = {both}")).await, 1);
    assert_eq!(app.count("from emails where kind = 'invitation_accepted' and status = 'queued'").await, ROUNDS as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_who_accepts_twice_at_once_gets_one_answer_twice() {
    let app = TestApp::without_mails().await;

    for (round, (id, token)) in invitations(&app).await.into_iter().enumerate() {
        let (one, other) =
            at_once(round, app.try_accept(DEMO.customer, &token), app.try_accept(DEMO.customer, &token)).await;

        one.given("invitation");
        assert_eq!(one.body, other.body);
        happened(&app, &id, &["invitation.accepted"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_accepting_and_revoking_at_once_one_wins() {
    let app = TestApp::without_mails().await;

    for (round, (id, token)) in invitations(&app).await.into_iter().enumerate() {
        let (accepted, revoked) = at_once(round, app.try_accept(DEMO.customer, &token), app.revoke(&id)).await;

        match outcome([&accepted, &revoked]) {
            [won, lost] if won.is_empty() => {
                assert_eq!(lost, ["NOT_PENDING"]);
                happened(&app, &id, &["invitation.accepted"]).await;
            }
            [lost, _] => {
                assert_eq!(lost, ["INVITATION_REVOKED"]);
                happened(&app, &id, &["invitation.revoked"]).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_accepting_and_declining_at_once_one_wins() {
    let app = TestApp::without_mails().await;
    app.make_global_admin(DEMO.customer_user).await;

    for (round, (id, token)) in invitations(&app).await.into_iter().enumerate() {
        let (accepted, declined) =
            at_once(round, app.try_accept(DEMO.customer, &token), app.decline(DEMO.customer_user, &token)).await;

        let [accepting, declining] = outcome([&accepted, &declined]);
        assert_eq!([accepting.clone(), declining].concat(), ["INVITATION_ANSWERED"]);
        let event = if accepting.is_empty() { "invitation.accepted" } else { "invitation.declined" };
        happened(&app, &id, &[event]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_accepting_and_the_deadline_at_once_one_wins() {
    let app = TestApp::without_mails().await;
    let signature = app.signature().await;
    let mut accepted_in_time = 0;

    for round in 0..ROUNDS {
        let to = Draft::to(&format!("u{round}@wingtip.example")).with("expiresAfter", json!("P1D"));
        let asked = json!({ "granular": { "roles": ["GLOBAL_READER"], "duration": format!("P{}D", 10 + round) } });
        let (id, token) = app.invite(DEMO.reseller, to.with("delegatedAdministration", asked)).await;
        app.clock.advance(TimeDelta::days(1) - TimeDelta::seconds(5));
        let input = json!({ "token": token, "agreementId": signature["agreementId"], "signer": signature["signer"] });
        let deadline = async {
            // A worker comes by more and more often before, so that the deadline falls anywhere in the acceptance.
            for _ in 0..round {
                assert_eq!(app.expire().await, 0);
            }
            app.clock.advance(TimeDelta::seconds(5));
            app.expire().await
        };

        let (accepted, _) = tokio::join!(app.try_accept_with(DEMO.customer, input), deadline);

        app.expire().await;
        match accepted.reasons().as_slice() {
            [] => {
                accepted_in_time += 1;
                happened(&app, &id, &["invitation.accepted"]).await;
            }
            [code] => {
                assert_eq!(code, "INVITATION_EXPIRED");
                happened(&app, &id, &["invitation.expired"]).await;
            }
            codes => panic!("{codes:?}"),
        }
    }
    let expired = "from emails where kind = 'invitation_expired' and status = 'queued'";
    assert_eq!(app.count(expired).await + accepted_in_time, ROUNDS as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_sent_twice_at_once_is_sent_once() {
    let app = TestApp::without_mails().await;

    for round in 0..ROUNDS {
        let id = app.draft(DEMO.reseller, Draft::to(&format!("u{round}@blue-sky.example"))).await;

        let (one, other) = at_once(round, app.send_draft(&id), app.send_draft(&id)).await;

        assert_eq!(outcome([&one, &other]).concat(), ["NOT_A_DRAFT"]);
    }
    assert_eq!(app.count("from emails where status = 'queued'").await, ROUNDS as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_drafts_to_one_address_sent_at_once_one_goes_out() {
    let app = TestApp::without_mails().await;

    for round in 0..ROUNDS {
        let one = app.draft(DEMO.reseller, Draft::to(&format!("u{round}@blue-sky.example"))).await;
        let other = app.draft(DEMO.reseller, Draft::to(&format!("U{round}@blue-sky.example"))).await;

        let (sent, also) = at_once(round, app.send_draft(&one), app.send_draft(&other)).await;

        assert_eq!(outcome([&sent, &also]).concat(), ["ALREADY_INVITED recipient.email"]);
    }
    assert_eq!(app.count("from emails where status = 'queued'").await, ROUNDS as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_drafts_sent_at_once_over_an_overdue_one_expire_it_once() {
    let app = TestApp::without_mails().await;

    for round in 0..ROUNDS {
        let to = || Draft::to(&format!("u{round}@blue-sky.example")).with("expiresAfter", json!("P1D"));
        let (overdue, _) = app.invite(DEMO.reseller, to()).await;
        app.days_pass(1);
        let (one, other) = (app.draft(DEMO.reseller, to()).await, app.draft(DEMO.reseller, to()).await);

        let (sent, also, _) = tokio::join!(app.send_draft(&one), app.send_draft(&other), app.expire());

        assert_eq!(outcome([&sent, &also]).concat(), ["ALREADY_INVITED recipient.email"]);
        happened(&app, &overdue, &["invitation.expired"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sending_again_and_declining_by_the_older_link_at_once_one_wins() {
    let app = TestApp::without_mails().await;

    for (round, (id, token)) in invitations(&app).await.into_iter().enumerate() {
        let (declined, resent) = at_once(round, app.decline(DEMO.customer, &token), app.resend(&id)).await;

        match outcome([&declined, &resent]) {
            [won, lost] if won.is_empty() => assert_eq!(lost, ["NOT_PENDING"]),
            [lost, _] => assert_eq!(lost, ["LINK_NOT_VALID token"]),
        }
    }
}
