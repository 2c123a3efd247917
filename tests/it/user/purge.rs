//! Purging who was deleted 30 days ago.

use serde_json::{Value, json};

use super::{AGENT, CUSTOMER, CUSTOMER_ADMIN, CUSTOMER_USER, signed_in, with_full};

#[tokio::test(flavor = "multi_thread")]
async fn after_30_days_the_data_is_erased_once_however_many_workers_there_are() {
    let app = with_full().await;
    let mut ids = vec![app.user_id(CUSTOMER_USER).await];
    for n in 0..20 {
        let input = json!({ "name": "Nina", "email": format!("nina{n}@tailspin.example") });
        ids.push(app.create_user(AGENT, CUSTOMER, input).await.given("user")["id"].as_str().unwrap().to_owned());
    }
    for id in &ids {
        app.delete_user(AGENT, id).await.given("user");
    }
    app.days_pass(29);
    assert_eq!(app.purge_users().await, 0);
    app.days_pass(1);
    let worker = async || domain::user::purge(&app.store, 3).await.expect("a run");
    let mut purged = 0;
    while purged < ids.len() {
        let (one, other) = tokio::join!(worker(), worker());
        assert!(one + other > 0, "of {} people {purged} were purged", ids.len());
        purged += one + other;
    }
    assert_eq!(app.purge_users().await, 0);
    assert_eq!(app.count("from activities where event = 'customer_user.purged'").await, 21);
    let erased =
        "from users where purged_at is not null and subject is null and name = '' and email = '' and roles = '{}'";
    assert_eq!(app.count(erased).await, 21);
    assert_eq!(app.activity(CUSTOMER_ADMIN, &ids[0]).await, ["customer_user.deleted", "customer_user.purged"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_purged_is_shown_nowhere_and_what_they_did_stays() {
    let app = with_full().await;
    let user = app.user_id(CUSTOMER_USER).await;
    app.update_user(AGENT, &user, json!({ "roles": ["GLOBAL_ADMIN"] })).await.given("user");
    let nina = app.created(CUSTOMER_USER, CUSTOMER).await;
    app.delete_user(AGENT, &user).await.given("user");
    app.days_pass(30);
    assert_eq!(app.purge_users().await, 1);
    for who in [AGENT, CUSTOMER_ADMIN, "ops@accord.example"] {
        assert_eq!(app.user(who, &user).await, Value::Null, "{who}");
    }
    let listed = app.list(CUSTOMER_ADMIN, "viewer.account.users").texts("email").await;
    assert_eq!(listed, [CUSTOMER_ADMIN, "nina@tailspin.example"]);
    let document = "query($id: ID!) { viewer { account { activity(filter: { subjectId: $id }) { nodes {
        event actor { id } actorOrganization { domain } } } } } }";
    let answer = app.ask(CUSTOMER_ADMIN, document, json!({ "id": nina })).await;
    let created = json!({
        "event": "customer_user.created", "actor": null, "actorOrganization": { "domain": CUSTOMER },
    });
    assert_eq!(*answer.at("viewer.account.activity.nodes"), json!([created]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_somebody_purged_is_free_and_who_signs_in_with_it_is_somebody_new() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    app.delete_user(AGENT, &id).await.given("user");
    app.days_pass(30);
    app.purge_users().await;
    let newcomer = signed_in(&app, CUSTOMER_USER).await;
    assert_ne!(newcomer["id"], json!(id));
    assert_eq!(newcomer["roles"], json!([]));
    assert_eq!(app.restore_user(AGENT, &id).await.reasons(), ["NOT_FOUND id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_due_is_shown_nowhere_before_a_worker_comes_by() {
    let app = with_full().await;
    let user = app.user_id(CUSTOMER_USER).await;
    app.update_user(AGENT, &user, json!({ "roles": ["GLOBAL_ADMIN"] })).await.given("user");
    let name = app.user(CUSTOMER_ADMIN, &user).await["name"].as_str().unwrap().to_owned();
    app.created(CUSTOMER_USER, CUSTOMER).await;
    app.delete_user(AGENT, &user).await.given("user");
    let shown = async || {
        let document = "{ viewer { account { activity { nodes { actor { name } } } } } }";
        let answer = app.ask(CUSTOMER_ADMIN, document, json!({})).await;
        let listed = answer.at("viewer.account.activity.nodes").to_string().contains(&name);
        (listed, app.export(CUSTOMER_ADMIN, "activity.csv").await.text.contains(&name))
    };
    app.days_pass(29);
    assert_eq!(shown().await, (true, true));
    app.days_pass(1);
    assert_eq!(shown().await, (false, false));
    assert_eq!(app.purge_users().await, 1);
}
