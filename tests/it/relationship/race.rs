//! Of what happens to a relationship at once each happens after the other.

use accord_tests::{Answer, CHANNEL, DEMO, Draft, TestApp};
use serde_json::{Value, json};

use super::{granular, related};

const ROUNDS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_remove_it_at_once_one_does() {
    let app = TestApp::without_mails().await;
    let mut id = related(&app).await;
    for round in 0..ROUNDS {
        let choice = if round % 2 == 0 { "KEEP" } else { "END" };
        let (one, other) =
            tokio::join!(app.leave(DEMO.reseller, &id, choice), app.remove(DEMO.customer, &id, json!({})));
        let reasons = [&one, &other].map(Answer::reasons).concat();
        assert_eq!(reasons, ["NO_RELATIONSHIP id"], "{round}");
        let events = app.activity(DEMO.reseller, &id).await;
        assert_eq!(events.iter().filter(|event| *event == "relationship.removed").count(), 1, "{round}");
        id = app.relate("contoso.example", "wingtip.example").await;
    }
}

/// When the removal begins: with the acceptance, or once that has asked so much; at the last it holds the customer's
/// organization.
const BEGINS: [Option<(&str, usize)>; 4] =
    [None, Some(("\"users\"", 1)), Some(("\"invitations\"", 1)), Some(("FOR NO KEY UPDATE", 1))];

/// Somebody accepts, with everything it takes, while another removes; the removal begins at another point each round.
async fn accept_and_leave(app: &TestApp, round: usize, token: &str, who: &str, id: &str) -> [Answer; 2] {
    let mut acceptance = app.signature().await;
    acceptance["token"] = json!(token);
    let leaving = async {
        if let Some((statement, times)) = BEGINS[round % BEGINS.len()] {
            app.until_stated(statement, times).await;
        }
        app.leave(who, id, "END").await
    };
    let (left, accepted) = tokio::join!(leaving, app.try_accept_with(DEMO.customer, acceptance));
    [accepted, left]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acceptance_makes_use_of_it_before_or_finds_what_was_asked_revoked() {
    let app = TestApp::without_mails().await;
    let mut id = related(&app).await;
    let mut used = 0;
    for round in 0..2 * ROUNDS {
        let asking = Draft::to(DEMO.customer).with("delegatedAdministration", granular());
        let (_, token) = app.invite(DEMO.reseller, asking).await;
        let [accepted, removed] = accept_and_leave(&app, round, &token, DEMO.reseller, &id).await;
        removed.given("relationship");
        if accepted.reasons().is_empty() {
            used += 1;
            let outcome = accepted.given("outcome");
            assert_eq!(outcome[0]["id"], json!(id), "{round}");
            let grant = outcome[1]["id"].as_str().unwrap();
            assert_eq!(app.grant(DEMO.reseller, grant).await["status"], "ENDED", "{round}: it ended with it");
        } else {
            assert_eq!(accepted.reasons(), ["INVITATION_REVOKED"], "{round}");
        }
        let standing = "from relationships r join organizations c on c.id = r.customer_id
            where r.status = 'active' and c.tenant = 'wingtip.example'";
        assert_eq!(app.count(standing).await, 0, "{round}");
        id = app.relate("contoso.example", "wingtip.example").await;
    }
    assert!((1..2 * ROUNDS).contains(&used), "each was first at times: it was made use of {used} times");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_accepts_both_meanwhile_is_shared_by_two_or_by_none() {
    let app = TestApp::without_mails().await;
    let mut shared = 0;
    for round in 0..2 * ROUNDS {
        let (_, token) = app.invite_jointly(DEMO.customer).await;
        let made = app.try_accept(DEMO.customer, &token).await.given("outcome");
        let [own, provider] = [0, 1].map(|place: usize| made[place]["id"].as_str().unwrap().to_owned());
        let asking = app.joint(DEMO.customer).await.with("delegatedAdministration", granular());
        let (_, token) = app.invite(CHANNEL.partner, asking).await;
        let [again, left] = accept_and_leave(&app, round, &token, CHANNEL.provider, &provider).await;
        left.given("relationship");
        let outcome = again.given("outcome");
        let is_relationship = |it: &&Value| it["__typename"] == "Relationship";
        let other = outcome.as_array().unwrap().iter().filter(is_relationship).nth(1).unwrap()["id"].as_str().unwrap();
        let [seen, other] =
            [app.relationship(CHANNEL.partner, &own).await, app.relationship(CHANNEL.provider, other).await];
        let is_shared = seen["indirectProvider"]["domain"] == "northwind.example";
        assert_eq!(is_shared, other["status"] == "ACTIVE", "{round}: {seen} {other}");
        shared += usize::from(is_shared);
        app.leave(CHANNEL.partner, &own, "END").await.given("relationship");
        if is_shared {
            app.leave(CHANNEL.provider, other["id"].as_str().unwrap(), "END").await.given("relationship");
        }
    }
    assert!((1..2 * ROUNDS).contains(&shared), "each was first at times: shared {shared} times");
    assert_eq!(app.count("from shared_customers where ended_at is null").await, 1, "the demo world's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partnership_that_ends_meanwhile_and_a_removal_both_go_through() {
    let app = TestApp::without_mails().await;
    for round in 0..ROUNDS {
        let (_, token) = app.invite_jointly(DEMO.customer).await;
        let made = app.try_accept(DEMO.customer, &token).await.given("outcome");
        let standing = "select id from partnerships where status = 'active'";
        let partnership = app.ids("psh", standing).await.remove(0);
        let id = made[0]["id"].as_str().unwrap();
        let (ended, removed) = tokio::join!(
            app.end_partnership(CHANNEL.provider, &partnership, "END"),
            app.remove(DEMO.customer, id, json!({})),
        );
        assert_eq!([&ended, &removed].map(Answer::reasons).concat(), [""; 0], "{round}");
        app.partners("northwind.example", "contoso.example").await;
    }
}
