//! Of two at once everything happens or nothing does: never one relationship alone, and never a fault.

use accord_tests::{CHANNEL, DEMO, TestApp};

use super::super::race::at_once;
use super::made;

/// How often each race is run.
const ROUNDS: usize = 100;

/// When the end of the partnership begins: with the acceptance, or once that has asked so much; at the last it holds the
/// partnership.
const BEGINS: [Option<(&str, usize)>; 5] = [
    None,
    Some(("\"users\"", 1)),
    Some(("\"invitations\"", 1)),
    Some(("FOR NO KEY UPDATE", 1)),
    Some(("\"partnerships\"", 1)),
];

/// Puts everything back as it was before anybody asked Wingtip, so that the next round begins like the first.
async fn begin_again(app: &TestApp) {
    app.sql(
        "update shared_customers set ended_at = now();
         update relationships set status = 'removed', removed_at = now(), removed_by = 'customer'
             where status = 'active' and customer_id = (select id from organizations where tenant = 'wingtip.example');
         update partnerships set status = 'active', ended_at = null, ended_by = null,
             administration_kept = null",
    )
    .await;
    assert_eq!(made(app).await, [0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_who_accept_jointly_at_once_one_makes_both_relationships() {
    let app = TestApp::without_mails().await;
    app.make_global_admin(DEMO.customer_user).await;
    for round in 0..ROUNDS {
        let (id, token) = app.invite_jointly(CHANNEL.customer).await;
        let (one, other) =
            at_once(round, app.try_accept(CHANNEL.customer, &token), app.try_accept(DEMO.customer_user, &token)).await;

        let mut reasons = [one.reasons(), other.reasons()];
        reasons.sort();
        assert_eq!(reasons, [vec![], vec!["INVITATION_ANSWERED".to_owned()]], "round {round}");
        assert_eq!(made(&app).await, [2, 0, 1], "round {round}");
        let told = app.activity(CHANNEL.provider, &id).await;
        assert_eq!(told, ["invitation.sent", "invitation.accepted"], "round {round}");
        begin_again(&app).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_accepting_jointly_and_ending_the_partnership_at_once_both_relationships_are_made_or_none() {
    let app = TestApp::without_mails().await;
    let partnership = app.ids("psh", "select id from partnerships").await.remove(0);
    let mut accepted = 0;
    for round in 0..ROUNDS {
        let (id, token) = app.invite_jointly(CHANNEL.customer).await;
        let ending = async {
            if let Some((statement, times)) = BEGINS[round % BEGINS.len()] {
                app.until_stated(statement, times).await;
            }
            app.end_partnership(CHANNEL.provider_admin, &partnership, "KEEP").await
        };
        let (ended, answer) = tokio::join!(ending, app.try_accept(CHANNEL.customer, &token));

        ended.given("partnership");
        match answer.reasons().as_slice() {
            [] => {
                accepted += 1;
                assert_eq!(made(&app).await, [2, 0, 0], "round {round}: both, and shared no longer");
            }
            refused => {
                assert_eq!(refused, ["NOT_PARTNERS"], "round {round}");
                assert_eq!(made(&app).await, [0, 0, 0], "round {round}");
                app.revoke(&id).await.given("invitation");
            }
        }
        begin_again(&app).await;
    }
    assert!((1..ROUNDS).contains(&accepted), "each was first at times: accepted {accepted} of {ROUNDS}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_joint_invitations_accepted_at_once_the_customers_relationship_with_the_provider_is_one() {
    let app = TestApp::without_mails().await;
    app.partner_up().await;
    let northwind = app.organization("northwind.example").await;
    for round in 0..20 {
        let (_, one) = app.invite_jointly(CHANNEL.customer).await;
        let draft = accord_tests::Draft::to(CHANNEL.customer).jointly_with(&northwind);
        let (_, other) = app.invite(CHANNEL.reseller, draft).await;
        let (one, other) =
            at_once(round, app.try_accept(CHANNEL.customer, &one), app.try_accept(CHANNEL.customer, &other)).await;
        one.given("outcome");
        other.given("outcome");
        assert_eq!(made(&app).await, [3, 0, 2], "round {round}");
        begin_again(&app).await;
    }
}
