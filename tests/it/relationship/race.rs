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

#[tokio::test(flavor = "multi_thread")]
async fn an_acceptance_makes_use_of_it_before_or_makes_another_after() {
    let app = TestApp::without_mails().await;
    let mut id = related(&app).await;
    let (mut used, mut made) = (0, 0);
    for round in 0..ROUNDS {
        let asking = Draft::to(DEMO.customer).with("delegatedAdministration", granular());
        let (_, token) = app.invite(DEMO.reseller, asking).await;
        let signature = app.try_accept(DEMO.customer, &token);
        let (accepted, removed) = tokio::join!(signature, app.leave(DEMO.reseller, &id, "END"));
        let outcome = accepted.given("outcome");
        removed.given("relationship");
        let [related, grant] = [0, 1].map(|place: usize| outcome[place]["id"].as_str().unwrap().to_owned());
        let grant = app.grant(DEMO.reseller, &grant).await["status"].clone();
        if related == id {
            used += 1;
            assert_eq!(grant, "ENDED", "{round}: what was granted under it ended with it");
            id = app.relate("contoso.example", "wingtip.example").await;
        } else {
            made += 1;
            assert_eq!(grant, "ACTIVE", "{round}");
            assert_eq!(app.relationship(DEMO.customer, &related).await["status"], "ACTIVE", "{round}");
            app.revoke_grant(DEMO.customer, outcome[1]["id"].as_str().unwrap()).await.given("adminGrant");
            id = related;
        }
    }
    assert_eq!(used + made, ROUNDS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_is_shared_meanwhile_is_not_left_shared_by_one() {
    let app = TestApp::without_mails().await;
    for round in 0..ROUNDS {
        let (_, token) = app.invite_jointly(DEMO.customer).await;
        let made = app.try_accept(DEMO.customer, &token).await.given("outcome");
        let id = |place: usize, of: &Value| of[place]["id"].as_str().unwrap().to_owned();
        let asking = app.joint(DEMO.customer).await.with("delegatedAdministration", granular());
        let (_, token) = app.invite(CHANNEL.partner, asking).await;
        let provider = id(1, &made);
        let (again, left) =
            tokio::join!(app.try_accept(DEMO.customer, &token), app.leave(CHANNEL.provider, &provider, "END"));
        left.given("relationship");
        let outcome = again.given("outcome");
        let other = outcome.as_array().unwrap().iter().filter(|it| it["__typename"] == "Relationship").nth(1).unwrap();
        let other = app.relationship(CHANNEL.provider, other["id"].as_str().unwrap()).await;
        let own = app.relationship(CHANNEL.partner, &id(0, &made)).await;
        let is_shared = own["indirectProvider"]["domain"] == "northwind.example";
        assert_eq!(is_shared, other["status"] == "ACTIVE", "{round}: {own} {other}");
        for (who, relationship) in [(CHANNEL.partner, &own), (CHANNEL.provider, &other)] {
            if relationship["status"] == "ACTIVE" {
                app.leave(who, relationship["id"].as_str().unwrap(), "END").await.given("relationship");
            }
        }
    }
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
