//! Of what happens at once each comes before the other or after it.

use accord_tests::{Answer, TestApp};
use domain::admin_grant::RequestedAdministration::Full;
use serde_json::json;

use super::{AGENT, CUSTOMER, CUSTOMER_ADMIN, CUSTOMER_USER, PARTNER, signed_in, with_full};

const ROUNDS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_last_administrators_who_go_at_once_one_stays() {
    let app = with_full().await;
    app.make_global_admin(CUSTOMER_USER).await;
    let (admin, user) = (app.user_id(CUSTOMER_ADMIN).await, app.user_id(CUSTOMER_USER).await);
    for round in 0..ROUNDS {
        let (one, other) = match round % 3 {
            0 => tokio::join!(app.delete_user(AGENT, &user), app.delete_user(AGENT, &admin)),
            1 => tokio::join!(
                app.update_user(AGENT, &user, json!({ "roles": [] })),
                app.update_user(AGENT, &admin, json!({ "status": "DEACTIVATED" })),
            ),
            _ => tokio::join!(app.delete_user(AGENT, &user), app.update_user(AGENT, &admin, json!({ "roles": null })),),
        };
        let reasons = [&one, &other].map(Answer::reasons).concat();
        assert!(reasons.len() == 1 && reasons[0].starts_with("LAST_ADMIN"), "{round}: {reasons:?}");
        let left = "from users where organization_id = (select id from organizations where tenant = 'tailspin.example')
            and status = 'active' and roles = '{global_admin}'";
        assert_eq!(app.count(left).await, 1, "{round}");
        app.sql(
            "update users set status = 'active', deleted_at = null, roles = '{global_admin}'
             where email in ('admin@tailspin.example', 'user@tailspin.example')",
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_changed_under_a_grant_after_it_was_revoked() {
    let app = with_full().await;
    app.sql("update admin_grants set status = 'ended', ended_at = now() where status = 'active'").await;
    let id = app.user_id(CUSTOMER_USER).await;
    let mut was_first = [0; 2];
    for round in 0..ROUNDS {
        let grant = app.granted(PARTNER, CUSTOMER, &Full).await;
        let change = json!({ "name": format!("Round {round}") });
        let (changed, revoked) =
            tokio::join!(app.update_user(AGENT, &id, change), app.revoke_grant(CUSTOMER_ADMIN, &grant));
        revoked.given("adminGrant");
        let is_changed = changed.reasons().is_empty();
        assert!(is_changed || changed.reasons() == ["NO_ADMIN_GRANT id"], "{round}: {:?}", changed.reasons());
        let name = app.user(CUSTOMER_ADMIN, &id).await["name"].clone();
        assert_eq!(name == json!(format!("Round {round}")), is_changed, "{round}");
        was_first[usize::from(is_changed)] += 1;
    }
    let told = app.activity(CUSTOMER_ADMIN, &id).await;
    assert_eq!(told.len(), was_first[1], "{was_first:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_under_way_is_waited_for_by_who_revokes_its_grant() {
    let app = with_full().await;
    let id = app.user_id(CUSTOMER_USER).await;
    let grant = app.ids("grt", "select g.id from admin_grants g join organizations o on o.id = partner_id where o.tenant = 'litware.example'").await.remove(0);
    // The person's row is held elsewhere, so that the edit stands still once it holds the grant.
    let mut blocker = app.store.connection().await.unwrap();
    use diesel_async::SimpleAsyncConnection as _;
    blocker.batch_execute("begin; select 1 from users where email = 'user@tailspin.example' for update").await.unwrap();
    let waiting = "from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    let edit = app.update_user(AGENT, &id, json!({ "name": "First" }));
    let revoke = async {
        while app.count(waiting).await < 1 {
            tokio::task::yield_now().await;
        }
        app.revoke_grant(CUSTOMER_ADMIN, &grant).await
    };
    let release = async {
        while app.count(waiting).await < 2 {
            tokio::task::yield_now().await;
        }
        blocker.batch_execute("commit").await.unwrap();
    };
    let (edited, revoked, ()) = tokio::join!(edit, revoke, release);
    assert_eq!(edited.given("user")["name"], "First");
    assert_eq!(revoked.given("adminGrant")["status"], "REVOKED");
    assert_eq!(app.update_user(AGENT, &id, json!({ "name": "Second" })).await.reasons(), ["NO_ADMIN_GRANT id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_create_the_same_address_at_once_make_one_person() {
    let app = with_full().await;
    for round in 0..ROUNDS {
        let input = json!({ "name": "Nina", "email": format!("nina{round}@tailspin.example") });
        let (one, other) = tokio::join!(
            app.create_user(AGENT, CUSTOMER, input.clone()),
            app.create_user(CUSTOMER_ADMIN, CUSTOMER, input.clone()),
        );
        assert_eq!([&one, &other].map(Answer::reasons).concat(), ["CONFLICT email"], "{round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sign_in_and_a_creation_at_once_never_fail_the_sign_in() {
    let app = with_full().await;
    for round in 0..ROUNDS {
        let email = format!("nina{round}@tailspin.example");
        let input = json!({ "name": "Nina", "email": email });
        let (created, nina) = tokio::join!(app.create_user(AGENT, CUSTOMER, input), signed_in(&app, &email));
        assert_eq!(nina["email"], json!(email), "{round}");
        let people = app.count(&format!("from users where email = '{email}'")).await;
        assert_eq!(people, 1, "{round}: {:?}", created.reasons());
        assert!(created.reasons().is_empty() || created.reasons() == ["CONFLICT email"], "{round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_and_a_restoration_at_once_leave_somebody_whole_or_nobody() {
    let app: TestApp = with_full().await;
    for round in 0..ROUNDS {
        let input = json!({ "name": "Nina", "email": format!("nina{round}@tailspin.example") });
        let id = app.create_user(AGENT, CUSTOMER, input).await.given("user")["id"].as_str().unwrap().to_owned();
        app.delete_user(AGENT, &id).await.given("user");
        // As if the one who restores came a moment before the 30 days were over.
        app.sql("update users set deleted_at = now() - interval '30 days' + interval '40 ms' where status = 'deleted' and purged_at is null").await;
        let (restored, _) = tokio::join!(app.restore_user(AGENT, &id), async {
            while app.purge_users().await == 0
                && app.count("from users where status = 'deleted' and purged_at is null").await > 0
            {}
        });
        let seen = app.user(CUSTOMER_ADMIN, &id).await;
        let is_whole = seen["name"] == json!("Nina") && seen["status"] == json!("ACTIVE");
        assert_eq!(is_whole, restored.reasons().is_empty(), "{round}: {seen}");
        assert!(is_whole || seen.is_null(), "{round}: {seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_demoted_or_deactivated_while_a_change_waits_makes_no_administrator() {
    for (who, by) in [
        (CUSTOMER_USER, "roles = '{}'"),
        (CUSTOMER_USER, "status = 'deactivated'"),
        (CUSTOMER_USER, "status = 'deleted', deleted_at = now()"),
        (AGENT, "roles = '{sales_agent}'"),
        (AGENT, "status = 'deactivated'"),
    ] {
        let app = with_full().await;
        app.make_global_admin(CUSTOMER_USER).await;
        let input = json!({ "name": "Eve", "email": "eve@tailspin.example", "roles": ["GLOBAL_ADMIN"] });
        let overtaken_by = format!("update users set {by} where email = '{who}'");
        let created = app.overtaken(CUSTOMER, &overtaken_by, app.create_user(who, CUSTOMER, input)).await;
        let reasons = created.reasons();
        assert!(reasons.len() == 1 && reasons[0].starts_with("FORBIDDEN"), "{who}, {by}: {reasons:?}");
        assert_eq!(app.count("from users where email = 'eve@tailspin.example'").await, 0, "{who}, {by}");
    }
}
