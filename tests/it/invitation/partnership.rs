//! An indirect provider invites an indirect reseller to become partners.

use accord_tests::{Answer, CHANNEL, Draft, TestApp};
use serde_json::{Value, json};

use super::race::at_once;

/// What somebody's organization sees of the grants on Litware's tenant.
async fn grants_of(app: &TestApp, who: &str, outcome: &Value) -> Value {
    let document = "query($id: ID!) { node(id: $id) { ... on AdminGrant { scope status endsAt partner { domain } customer { domain } } } }";
    app.ask(who, document, json!({ "id": outcome["id"] })).await.at("node").clone()
}

async fn partners(app: &TestApp, condition: &str) -> i64 {
    let litware = "(select id from organizations where tenant = 'litware.example')";
    app.count(&format!("from partnerships where reseller_id = {litware} {condition}")).await
}

#[track_caller]
fn message(answer: &Answer) -> String {
    answer.only()["userErrors"][0]["message"].as_str().expect("a refusal").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reseller_that_authorizes_a_provider_becomes_its_partner_and_lets_it_administer_its_tenant() {
    let app = TestApp::new().await;
    let (id, _) = app.invite_to_partnership().await;
    let mails = app.mails().await;
    assert_eq!(mails[0].to, CHANNEL.reseller_admin);

    let outcome = app.authorize(CHANNEL.reseller_admin, &mails[0].token()).await.given("outcome");

    let [partnership, grant] = outcome.as_array().unwrap().as_slice() else { panic!("{outcome:#}") };
    assert_eq!(
        (&partnership["__typename"], &partnership["status"], &partnership["indirectProvider"]["domain"]),
        (&json!("Partnership"), &json!("ACTIVE"), &json!("northwind.example"))
    );
    for who in [CHANNEL.provider, CHANNEL.reseller] {
        assert_eq!(
            grants_of(&app, who, grant).await,
            json!({ "scope": "FULL", "status": "ACTIVE", "endsAt": null,
                "partner": { "domain": "northwind.example" }, "customer": { "domain": "litware.example" } })
        );
    }
    let mail = app.mails().await.remove(0);
    assert_eq!(mail.to, CHANNEL.provider);
    assert!(mail.text.contains("the indirect provider of Litware,"), "{}", mail.text);
    assert_eq!(app.invitation(CHANNEL.reseller, &id).await["status"], "ACCEPTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_of_it_is_told_to_both_sides() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite_to_partnership().await;
    let outcome = app.authorize(CHANNEL.reseller_admin, &token).await.given("outcome");

    let told = ["invitation.drafted", "invitation.sent", "invitation.accepted"];
    assert_eq!(app.activity(CHANNEL.provider, &id).await, told);
    assert_eq!(app.activity(CHANNEL.reseller, &id).await, told[2..]);
    for who in [CHANNEL.provider, CHANNEL.reseller] {
        let of = async |place: usize| app.activity(who, outcome[place]["id"].as_str().unwrap()).await;
        assert_eq!([of(0).await, of(1).await].concat(), ["partnership.established", "admin_grant.granted"], "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_offer_says_what_authorizing_means_and_asks_for_no_agreement() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite_to_partnership().await;

    let offer = app.offer(&token).await;

    assert_eq!(offer["kind"], "INDIRECT_PROVIDER_PARTNERSHIP");
    assert_eq!((&offer["inviterName"], &offer["agreement"]), (&json!("Northwind Traders"), &Value::Null));
    assert_eq!(offer["delegatedAdministration"]["scope"], "FULL");
    let says: Vec<&str> = offer["authorization"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert!(says.iter().any(|it| it.contains("orders") && it.contains("subscriptions")), "{says:?}");
    assert!(says.iter().any(|it| it.contains("administrator access")), "{says:?}");
    assert!(says.iter().all(|it| it.contains("Northwind Traders")), "{says:?}");

    app.mutate(CHANNEL.provider, "revokeInvitation", json!({ "id": id })).await.given("invitation");
    let closed = app.offer(&token).await;
    assert_eq!((&closed["authorization"], &closed["delegatedAdministration"]), (&json!([]), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_offer_says_nothing_of_authorizing() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite(CHANNEL.reseller, Draft::to(CHANNEL.customer)).await;
    assert_eq!(app.offer(&token).await["authorization"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_is_to_be_authorized_explicitly() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite_to_partnership().await;
    for input in
        [json!({}), json!({ "authorizeIndirectProvider": false }), json!({ "authorizeIndirectProvider": null })]
    {
        let mut input = input;
        input["token"] = json!(token);
        let answer = app.try_accept_with(CHANNEL.reseller_admin, input).await;
        assert_eq!(answer.reasons(), ["AUTHORIZATION_REQUIRED authorizeIndirectProvider"]);
    }
    assert_eq!(partners(&app, "").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_global_administrator_of_the_reseller_authorizes() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite_to_partnership().await;
    for who in ["agent@litware.example", "sales@litware.example", "helpdesk@litware.example"] {
        assert_eq!(app.authorize(who, &token).await.reasons(), ["FORBIDDEN"], "{who}");
    }
    for who in [CHANNEL.partner_admin, CHANNEL.customer, CHANNEL.provider_admin] {
        assert_eq!(app.authorize(who, &token).await.reasons(), ["WRONG_RECIPIENT"], "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_by_the_same_person_gets_the_same_answer() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite_to_partnership().await;
    let first = app.authorize(CHANNEL.reseller_admin, &token).await.given("outcome");
    let again = app.try_accept_with(CHANNEL.reseller_admin, json!({ "token": token })).await.given("outcome");
    assert_eq!(again, first);
    assert_eq!(partners(&app, "").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_indirect_provider_asks_for_a_partnership() {
    let app = TestApp::new().await;
    for who in [CHANNEL.partner, "agent@fabrikam.example"] {
        let answer = app.try_draft(who, Draft::partnership(CHANNEL.reseller_admin)).await;
        assert_eq!(answer.reasons(), ["WRONG_PARTNER_KIND kind"], "{who}");
    }
    let customer = app.try_draft(CHANNEL.customer, Draft::partnership(CHANNEL.reseller_admin)).await;
    assert_eq!(customer.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
    for who in ["sales@northwind.example", "helpdesk@northwind.example"] {
        let answer = app.try_draft(who, Draft::partnership(CHANNEL.reseller_admin)).await;
        assert_eq!(answer.reasons(), ["FORBIDDEN"], "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partnership_asks_for_nothing_besides() {
    let app = TestApp::new().await;
    let full = json!({ "full": true });
    let draft = Draft::partnership(CHANNEL.reseller_admin)
        .with("delegatedAdministration", full.clone())
        .with("indirectProviderId", json!(app.organization("northwind.example").await))
        .with("indirectProviderAdministration", full.clone());
    let reasons = app.try_draft(CHANNEL.provider, draft).await.reasons();
    let fields = ["delegatedAdministration", "indirectProviderId", "indirectProviderAdministration"];
    assert_eq!(reasons, fields.map(|field| format!("INVALID {field}")));

    let id = app.draft(CHANNEL.provider, Draft::partnership(CHANNEL.reseller_admin)).await;
    for change in [json!(null), full] {
        let change = json!({ "id": id, "delegatedAdministration": change });
        let edited = app.mutate(CHANNEL.provider, "editInvitation", change).await;
        assert_eq!(edited.reasons(), ["INVALID delegatedAdministration"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_a_providers_partner_is_told_apart_when_it_is_sent() {
    let app = TestApp::without_mails().await;
    for (to, reasons) in [
        ("admin@fabrikam.example", vec!["REGION_MISMATCH recipient", "WRONG_PARTNER_KIND recipient"]),
        ("admin@proseware.example", vec!["CLOUD_MISMATCH recipient", "WRONG_PARTNER_KIND recipient"]),
        (CHANNEL.customer, vec!["NOT_AUTHORIZED_PARTNER recipient"]),
        (CHANNEL.partner_admin, vec!["ALREADY_RELATED recipient"]),
        (CHANNEL.provider_admin, vec!["OWN_ORGANIZATION recipient.email"]),
    ] {
        let id = app.draft(CHANNEL.provider, Draft::partnership(to)).await;
        assert_eq!(app.try_send(CHANNEL.provider, &id).await.reasons(), reasons, "{to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_provider_is_no_reseller() {
    let app = TestApp::without_mails().await;
    app.sql(
        "update enrollments set kind = 'indirect_provider' where organization_id =
             (select id from organizations where tenant = 'litware.example')",
    )
    .await;
    let id = app.draft(CHANNEL.provider, Draft::partnership(CHANNEL.reseller_admin)).await;
    let sent = app.try_send(CHANNEL.provider, &id).await;
    assert_eq!(sent.reasons(), ["WRONG_PARTNER_KIND recipient"]);
    assert_eq!(message(&sent), "the recipient is no indirect reseller", "whom it does not see yet is not named");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_it_was_sent_is_asked_again_when_it_is_accepted() {
    for (change, reason) in [
        ("update organizations set country = 'DE' where tenant = 'litware.example'", "REGION_MISMATCH"),
        ("update organizations set country = 'KP' where tenant = 'litware.example'", "COUNTRY_NOT_SUPPORTED"),
        ("update organizations set cloud = 'us_government' where tenant = 'litware.example'", "CLOUD_MISMATCH"),
        ("update enrollments set kind = 'direct_partner' where kind = 'indirect_reseller'", "WRONG_PARTNER_KIND"),
        ("update enrollments set kind = 'direct_partner' where kind = 'indirect_provider'", "WRONG_PARTNER_KIND"),
        ("delete from enrollments where kind = 'indirect_reseller'", "NOT_AUTHORIZED_PARTNER"),
        ("update enrollments set status = 'suspended' where kind = 'indirect_reseller'", "NOT_AUTHORIZED_PARTNER"),
        ("update enrollments set status = 'suspended' where kind = 'indirect_provider'", "NOT_AUTHORIZED_PARTNER"),
    ] {
        let app = TestApp::without_mails().await;
        let (_, token) = app.invite_to_partnership().await;
        app.sql(change).await;
        assert_eq!(app.authorize(CHANNEL.reseller_admin, &token).await.reasons(), [reason], "{change}");
        assert_eq!(partners(&app, "").await, 0, "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_partner_is_named() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite_to_partnership().await;
    app.suspend("northwind.example").await;
    let refused = app.authorize(CHANNEL.reseller_admin, &token).await;
    assert_eq!(message(&refused), "Northwind Traders is not an authorized partner");
}

#[tokio::test(flavor = "multi_thread")]
async fn privileges_that_were_taken_away_are_asked_for_again() {
    let app = TestApp::without_mails().await;
    let partnership = app.partner_up().await;
    app.sql("update admin_grants set status = 'revoked', ended_at = now() where scope = 'full'").await;

    let (_, token) = app.invite_to_partnership().await;
    let outcome = app.authorize(CHANNEL.reseller_admin, &token).await.given("outcome");

    assert_eq!((&outcome[0]["id"], &outcome[1]["status"]), (&json!(partnership), &json!("ACTIVE")));
    assert_eq!(partners(&app, "").await, 1);
    let again = app.draft(CHANNEL.provider, Draft::partnership("agent@litware.example")).await;
    assert_eq!(app.try_send(CHANNEL.provider, &again).await.reasons(), ["ALREADY_RELATED recipient"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_invitation_that_was_open_already_changes_nothing() {
    let app = TestApp::without_mails().await;
    let (_, other) = app.invite(CHANNEL.provider, Draft::partnership("agent@litware.example")).await;
    let partnership = app.partner_up().await;
    let outcome = app.authorize(CHANNEL.reseller_admin, &other).await.given("outcome");
    assert_eq!(outcome[0]["id"], json!(partnership));
    assert_eq!(partners(&app, "").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_resent_revoked_and_declined_as_any_other() {
    let app = TestApp::without_mails().await;
    let (id, first) = app.invite_to_partnership().await;
    let resent = app.mutate(CHANNEL.provider, "resendInvitation", json!({ "id": id })).await.given("invitation");
    assert_eq!(app.authorize(CHANNEL.reseller_admin, &first).await.reasons(), ["LINK_NOT_VALID token"]);
    let twin = app.draft(CHANNEL.provider, Draft::partnership(CHANNEL.reseller_admin)).await;
    assert_eq!(app.try_send(CHANNEL.provider, &twin).await.reasons(), ["ALREADY_INVITED recipient.email"]);
    let second = accord_tests::token_of(&resent);
    assert_eq!(app.decline(CHANNEL.reseller, &second).await.reasons(), ["WRONG_RECIPIENT"]);
    app.mutate(CHANNEL.provider, "revokeInvitation", json!({ "id": id })).await.given("invitation");
    assert_eq!(app.authorize(CHANNEL.reseller_admin, &second).await.reasons(), ["INVITATION_REVOKED"]);

    let (id, token) = app.invite_to_partnership().await;
    app.decline(CHANNEL.reseller_admin, &token).await.given("invitation");
    assert_eq!(app.invitation(CHANNEL.provider, &id).await["status"], "DECLINED");
    assert_eq!(partners(&app, "").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_tell_what_is_asked_for() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite_to_partnership().await;
    let document = "{ viewer {
        partner { invitations(filter: { kind: INDIRECT_PROVIDER_PARTNERSHIP }) { nodes { id kind } } }
        account { receivedInvitations { nodes { id kind } } } } }";
    let listed = json!([{ "id": id, "kind": "INDIRECT_PROVIDER_PARTNERSHIP" }]);
    let drafted = app.ask(CHANNEL.provider, document, json!({})).await;
    assert_eq!(*drafted.at("viewer.partner.invitations.nodes"), listed);
    let received = app.ask(CHANNEL.reseller_admin, document, json!({})).await;
    assert_eq!(*received.at("viewer.account.receivedInvitations.nodes"), listed);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_with_the_address_authorizes_by_the_invitations_id() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite_to_partnership().await;
    let input = json!({ "id": id, "authorizeIndirectProvider": true });
    let stranger = app.try_accept_with(CHANNEL.partner_admin, input.clone()).await;
    assert_eq!(stranger.reasons(), ["NOT_FOUND id"]);
    let outcome = app.try_accept_with(CHANNEL.reseller_admin, input).await.given("outcome");
    assert_eq!(outcome[0]["__typename"], "Partnership");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_accepting_once_more_and_ending_the_partnership_at_once_no_grant_is_left_beside_an_ended_one() {
    let app = TestApp::without_mails().await;
    let left = "from admin_grants g join organizations c on c.id = g.customer_id
         where g.status = 'active' and c.tenant = 'litware.example' and not exists (
             select from partnerships p where p.provider_id = g.partner_id and p.reseller_id = g.customer_id and p.status = 'active')";
    for round in 0..50 {
        let (_, token) = app.invite(CHANNEL.provider, Draft::partnership("agent@litware.example")).await;
        let partnership = app.partner_up().await;
        let (accepted, ended) = at_once(
            round,
            app.authorize(CHANNEL.reseller_admin, &token),
            app.end_partnership(CHANNEL.provider, &partnership, "END"),
        )
        .await;
        ended.given("partnership");
        let outcome = accepted.given("outcome");
        assert_eq!(app.count(left).await, 0, "round {round}");
        if outcome[0]["id"] != json!(partnership) {
            let made = outcome[0]["id"].as_str().unwrap();
            app.end_partnership(CHANNEL.provider, made, "END").await.given("partnership");
        }
    }
}
