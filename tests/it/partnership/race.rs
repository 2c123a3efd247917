//! Of two who end a partnership at once one does, and the other is told that it has ended.

use accord_tests::{Answer, PAIR, TestApp};

const ROUNDS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_end_it_at_once_one_does() {
    let (app, mut id) = TestApp::with_pair().await;
    for round in 0..ROUNDS {
        let (one, other) = tokio::join!(
            app.end_partnership(PAIR.provider_agent, &id, if round % 2 == 0 { "KEEP" } else { "END" }),
            app.end_partnership(PAIR.reseller_admin, &id, "END"),
        );
        let mut reasons = [&one, &other].map(Answer::reasons).concat();
        assert_eq!(reasons.pop().as_deref(), Some("NOT_PARTNERS id"), "{round}");
        assert_eq!(reasons, [""; 0], "{round}");
        assert_eq!(app.activity(PAIR.provider_admin, &id).await, ["partnership.ended"]);
        id = app.partners(PAIR.provider, PAIR.reseller).await;
    }
    assert_eq!(app.count("from emails where kind = 'partnership_ended'").await, 4 * ROUNDS as i64);
}
