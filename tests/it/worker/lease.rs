use std::time::Duration;

use accord_tests::{DEMO, TestApp};
use domain::email::{Settled, settle_later, settle_sent};
use domain::outbox::{Claimed, Outbox, claim};

use super::{Working, address, all_settled, count, delivery, invite, invite_many, leases_end, recipients};

/// Claims as a worker does that is never heard of again.
async fn vanish_with(app: &TestApp, how_many: usize) -> Vec<Claimed> {
    claim(&app.store, Outbox::Emails, "wrk_vanished", how_many, Duration::from_secs(60)).await.expect("a claim").rows
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_worker_holds_is_not_taken() {
    let mut app = TestApp::new().await;
    app.leaves_mails();
    let held = invite(&app, "held").await;
    assert_eq!(vanish_with(&app, 1).await.len(), 1);
    invite(&app, "free").await;

    let worker = Working::for_app(&app);
    app.mailbox.wait_for(1).await.unwrap();
    worker.stop().await;

    assert_eq!(recipients(&app), [address("free")]);
    assert_eq!(delivery(&app, &held).await["attempts"], 1);
    assert_eq!(count(&app, "leased_by = 'wrk_vanished'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_vanished_worker_held_is_sent_when_its_lease_has_ended() {
    let app = TestApp::new().await;
    let id = invite(&app, "ann").await;
    vanish_with(&app, 1).await;
    leases_end(&app).await;

    assert_eq!(app.mails().await.len(), 1);

    let sent = delivery(&app, &id).await;
    assert_eq!((sent["status"].as_str(), sent["attempts"].as_i64()), (Some("SENT"), Some(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_was_slower_than_its_lease_settles_nothing() {
    let app = TestApp::new().await;
    let id = invite(&app, "ann").await;
    let slow = vanish_with(&app, 1).await.remove(0);
    leases_end(&app).await;
    app.mails().await;

    assert_eq!(settle_later(&app.store, &slow, "too late").await.unwrap(), Settled::LeaseLost);
    assert_eq!(settle_sent(&app.store, &slow).await.unwrap(), Settled::LeaseLost);

    let sent = delivery(&app, &id).await;
    assert_eq!((sent["status"].as_str(), sent["attempts"].as_i64()), (Some("SENT"), Some(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_three_workers_vanished_with_is_given_up_and_its_inviter_told() {
    let app = TestApp::new().await;
    let poison = invite(&app, "poison").await;
    for _ in 0..3 {
        assert_eq!(vanish_with(&app, 10).await.len(), 1);
        leases_end(&app).await;
    }
    invite(&app, "ann").await;
    invite(&app, "bob").await;

    app.mails().await;

    let failed = delivery(&app, &poison).await;
    assert_eq!((failed["status"].as_str(), failed["attempts"].as_i64()), (Some("FAILED"), Some(3)));
    assert_eq!(failed["lastError"], "the worker that was sending it vanished 3 times");
    assert_eq!(app.activity(DEMO.reseller, &poison).await.last().unwrap(), "invitation.undeliverable");
    assert_eq!(count(&app, "status = 'sent'").await, 2, "its neighbours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_two_workers_vanished_with_is_sent() {
    let app = TestApp::new().await;
    let id = invite(&app, "ann").await;
    for _ in 0..2 {
        vanish_with(&app, 1).await;
        leases_end(&app).await;
    }

    assert_eq!(app.mails().await.len(), 1);

    assert_eq!(delivery(&app, &id).await["attempts"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn leases_that_began_together_end_apart_so_that_a_poison_row_is_found_alone() {
    let mut app = TestApp::new().await;
    app.leaves_mails();
    invite_many(&app, 20).await;

    assert_eq!(vanish_with(&app, 20).await.len(), 20);

    let so = async |when: &str| {
        app.count(&format!("from (select distinct leased_until from emails where {when}) as ends")).await
    };
    let (all, in_bounds) = (
        so("leased_until is not null").await,
        so("leased_until between now() + interval '55 seconds' and now() + interval '120 seconds'").await,
    );
    assert_eq!((all, in_bounds), (20, 20));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_takes_over_as_soon_as_a_lease_ends() {
    let app = TestApp::new().await;
    invite(&app, "ann").await;
    vanish_with(&app, 1).await;
    let worker = Working::for_app(&app);
    invite(&app, "bob").await;
    app.mailbox.wait_for(1).await.unwrap();
    assert_eq!(recipients(&app), [address("bob")], "it looks, and leaves what is held");

    leases_end(&app).await;

    app.mailbox.wait_for(2).await.unwrap();
    all_settled(&app).await;
    worker.stop().await;
}
