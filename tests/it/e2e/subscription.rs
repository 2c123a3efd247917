//! Live activity as a portal reads it: by npm's `graphql-ws`, over the API's own socket.

use std::time::Duration;

use accord_tests::{DEMO, Script};
use axum::http::StatusCode;
use dev::issuer::claims_for;
use serde_json::{Value, json};

use super::Accord;

const LIVE: &str = "subscription($after: String) { activity(after: $after) { id event at subject { id } } }";

/// What happened to the reseller's invitations, the earliest first.
async fn happened(accord: &Accord) -> Vec<Value> {
    let list = "{ viewer { partner { activity(first: 100) { nodes { id event at subject { id } } } } } }";
    let answer = accord.ask(DEMO.reseller, list, json!({})).await;
    let mut activity = answer.at("viewer.partner.activity.nodes").as_array().unwrap().clone();
    activity.reverse();
    activity
}

/// A subscriber with the reseller's token, which asks this, after an activity.
async fn subscribe(accord: &Accord, query: &str, after: &str) -> Script {
    let token = accord.app.issuer.token(&claims_for(DEMO.reseller).unwrap(), Duration::from_secs(600)).unwrap();
    subscribe_as(accord, &token, query, after).await
}

async fn subscribe_as(accord: &Accord, token: &str, query: &str, after: &str) -> Script {
    let url = format!("ws://127.0.0.1:{}/graphql", accord.api.port);
    Script::start("subscribe", &[&url, token, query, after]).await
}

async fn line(script: &mut Script) -> Value {
    script.next().await.expect("a line")
}

/// Reads what is told until all of these have come, in any order and however often: at least once is the promise.
async fn all_come(script: &mut Script, mut expected: Vec<Value>) {
    while !expected.is_empty() {
        let told = line(script).await;
        let told = told.pointer("/next/data/activity").unwrap_or_else(|| panic!("no activity: {told}"));
        expected.retain(|one| one != told);
    }
}

fn id(activity: &Value) -> &str {
    activity["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_and_nothing_is_lost_when_the_connection_is() {
    let accord = Accord::start(|it| it).await;
    accord.invite(DEMO.customer).await;
    let before = happened(&accord).await;
    let mut subscriber = subscribe(&accord, LIVE, id(before.last().unwrap())).await;
    assert_eq!(line(&mut subscriber).await, json!({ "connected": true }));

    accord.invite("ann@blue-sky.example").await;
    let now = happened(&accord).await;
    assert!(now.len() > before.len());
    all_come(&mut subscriber, now[before.len()..].to_vec()).await;

    subscriber.say("drop").await;
    assert_eq!(line(&mut subscriber).await["closed"]["code"], 1006);
    accord.invite("bob@blue-sky.example").await;
    subscriber.say("resume").await;
    assert_eq!(line(&mut subscriber).await, json!({ "connected": true }));
    accord.invite("cid@blue-sky.example").await;
    let later = happened(&accord).await;
    assert!(later.len() > now.len() + 2);
    all_come(&mut subscriber, later[now.len()..].to_vec()).await;

    subscriber.kill().await;
    accord.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_believed_is_told_to_sign_in_by_4403() {
    let accord = Accord::start(|it| it).await;
    for token in ["", "forged", "a.b.c"] {
        let mut subscriber = subscribe_as(&accord, token, LIVE, "").await;
        let closed = line(&mut subscriber).await["closed"].clone();
        assert_eq!(closed["code"], 4403, "{token}: {closed}");
        assert!(!closed["reason"].as_str().unwrap().is_empty());
        subscriber.kill().await;
    }
    accord.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_subscribed_to_is_an_error_of_its_own_and_not_of_the_socket() {
    let accord = Accord::start(|it| it).await;
    for (query, after) in
        [(LIVE, "act_unheard_of"), ("{ regions { code } }", ""), ("subscription { nothing }", ""), ("{", "")]
    {
        let mut subscriber = subscribe(&accord, query, after).await;
        assert_eq!(line(&mut subscriber).await, json!({ "connected": true }));
        let mut told = line(&mut subscriber).await;
        // Before the first activity there is no result yet: an error of the operation, or a result of errors alone.
        let error = told.pointer("/errors/0").or(told.pointer("/next/errors/0")).unwrap_or_else(|| panic!("{told}"));
        assert_eq!(error["extensions"]["code"], "BAD_REQUEST", "{query}: {told}");
        while told.get("closed").is_none() {
            told = line(&mut subscriber).await;
        }
        assert_eq!(told["closed"]["code"], 1000, "the client itself closes what it has no use for: {query}");
        subscriber.kill().await;
    }
    accord.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_stops_says_that_it_goes_away() {
    let mut accord = Accord::start(|it| it).await;
    accord.invite(DEMO.customer).await;
    let before = happened(&accord).await;
    let mut subscriber = subscribe(&accord, LIVE, id(&before[before.len() - 2])).await;
    assert_eq!(line(&mut subscriber).await, json!({ "connected": true }));
    all_come(&mut subscriber, before[before.len() - 1..].to_vec()).await;
    assert_eq!(accord.api.monitor("/health/ready").await.unwrap().status, StatusCode::OK);

    let ended = accord.api.process.terminate().await;

    assert!(ended.success(), "{ended}: {}", accord.api.process.log());
    let mut told = line(&mut subscriber).await;
    let mut codes = vec![1001];
    if told.get("complete").is_some() {
        // With nothing left to wait for, the client may close first.
        codes.push(1000);
        told = line(&mut subscriber).await;
    }
    let code = told["closed"]["code"].as_i64().unwrap_or_default();
    assert!(codes.contains(&code), "{told}");
    subscriber.kill().await;
}
