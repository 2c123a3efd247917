use accord_tests::{DEMO, Draft, TestApp};
use serde_json::{Value, json};

/// Why a partner's agent may not send this.
async fn reasons(app: &TestApp, who: &str, draft: Draft) -> Vec<String> {
    let id = app.draft(who, draft).await;
    app.try_send(who, &id).await.reasons()
}

fn named(email: &str, organization: &str) -> Draft {
    Draft(json!({ "recipient": { "email": email, "organizationId": organization } }))
}

fn asking(email: &str, what: Value) -> Draft {
    Draft::to(email).with("delegatedAdministration", what)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_one_open_invitation_of_a_partner_in_any_case() {
    let app = TestApp::without_mails().await;
    app.invite(DEMO.reseller, Draft::to("ann@blue-sky.example")).await;

    let again = reasons(&app, DEMO.reseller, Draft::to("ANN@Blue-Sky.example")).await;

    assert_eq!(again, ["ALREADY_INVITED recipient.email"]);
    assert_eq!(reasons(&app, DEMO.stranger, Draft::to("ann@blue-sky.example")).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_invitation_is_in_nobodys_way() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite(DEMO.reseller, Draft::to("ann@blue-sky.example")).await;
    app.revoke(&id).await.given("invitation");

    assert_eq!(reasons(&app, DEMO.reseller, Draft::to("ann@blue-sky.example")).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overdue_invitation_to_the_same_address_is_expired_first() {
    let app = TestApp::new().await;
    let (overdue, _) = app.invite(DEMO.reseller, Draft::to("ann@blue-sky.example")).await;
    app.mails().await;
    app.days_pass(30);

    app.invite(DEMO.reseller, Draft::to("Ann@blue-sky.example")).await;

    let written = format!("from invitations where status = 'expired' and {}", is(&overdue));
    assert_eq!(app.count(&written).await, 1);
    assert_eq!(app.activity(DEMO.reseller, &overdue).await.last().unwrap(), "invitation.expired");
    let mut told: Vec<String> = app.mails().await.into_iter().map(|mail| mail.to).collect();
    told.sort();
    assert_eq!(told, ["Ann@blue-sky.example", DEMO.reseller]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_sending_leaves_the_overdue_one_as_it_was() {
    let app = TestApp::without_mails().await;
    let (overdue, _) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    app.days_pass(30);
    app.sql("update organizations set country = 'BR' where tenant = 'wingtip.example'").await;

    assert_eq!(reasons(&app, DEMO.reseller, Draft::to(DEMO.customer)).await, ["REGION_MISMATCH recipient"]);

    assert_eq!(app.count(&format!("from invitations where status = 'pending' and {}", is(&overdue))).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_invites_their_own_organization() {
    let app = TestApp::new().await;
    let own = app.organization("contoso.example").await;

    for draft in [Draft::to("Someone@Contoso.example"), named("ann@blue-sky.example", &own)] {
        assert_eq!(reasons(&app, DEMO.reseller, draft).await, ["OWN_ORGANIZATION recipient.email"]);
    }
    let customer = app.organization("adventure-works.example").await;
    let own_address = named("someone@contoso.example", &customer);
    assert_eq!(reasons(&app, DEMO.reseller, own_address).await, ["OWN_ORGANIZATION recipient.email"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_existing_customer_is_not_asked_for_what_stands() {
    let app = TestApp::without_mails().await;
    let customer = app.organization("adventure-works.example").await;

    for draft in [Draft::to("boss@adventure-works.example"), named("ann@blue-sky.example", &customer)] {
        assert_eq!(reasons(&app, DEMO.reseller, draft).await, ["ALREADY_RELATED recipient"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_existing_customer_may_be_asked_for_delegated_administration_alone() {
    let app = TestApp::without_mails().await;

    let asked = asking("boss@adventure-works.example", json!({ "full": true }));

    assert_eq!(reasons(&app, DEMO.reseller, asked).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_existing_customer_is_asked_for_more_than_was_granted_and_not_for_the_same() {
    let app = TestApp::without_mails().await;
    let roles = |roles: &[&str], duration: &str| {
        asking("it@datum.example", json!({ "granular": { "roles": roles, "duration": duration } }))
    };

    let granted = roles(&["USER_ADMINISTRATOR", "LICENSE_ADMINISTRATOR"], "P90D");
    assert_eq!(reasons(&app, DEMO.stranger, granted).await, ["ALREADY_RELATED recipient"]);
    let longer = roles(&["USER_ADMINISTRATOR"], "P2Y");
    assert_eq!(reasons(&app, DEMO.stranger, longer).await, [""; 0]);
    let wider = Draft(json!({
        "recipient": { "email": "boss@datum.example" },
        "delegatedAdministration": { "granular": { "roles": ["GLOBAL_READER"], "duration": "P1D" } },
    }));
    assert_eq!(reasons(&app, DEMO.stranger, wider).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn privileges_that_a_customer_took_away_are_asked_for_again() {
    let app = TestApp::without_mails().await;
    app.sql("update admin_grants set status = 'revoked', ended_at = now()").await;

    let again =
        asking("it@datum.example", json!({ "granular": { "roles": ["USER_ADMINISTRATOR"], "duration": "P90D" } }));

    assert_eq!(reasons(&app, DEMO.stranger, again).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_deals_within_its_region() {
    let app = TestApp::without_mails().await;

    let brazil = app.draft(DEMO.reseller, Draft::to("it@wide-world.example")).await;
    let refused = app.send_draft(&brazil).await;

    assert_eq!(refused.reasons(), ["REGION_MISMATCH recipient"]);
    let message = refused.only()["userErrors"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("Brazil") || message.contains("Latin America"), "{message}");
    assert_eq!(reasons(&app, DEMO.reseller, Draft::to("it@tailspin.example")).await, [""; 0], "Guam is of the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_country_in_no_region_is_refused_on_either_side() {
    let app = TestApp::new().await;
    app.sql("update organizations set country = 'KP' where tenant = 'wingtip.example'").await;
    assert_eq!(reasons(&app, DEMO.reseller, Draft::to(DEMO.customer)).await, ["COUNTRY_NOT_SUPPORTED recipient"]);

    app.sql("update organizations set country = 'KP' where tenant = 'contoso.example'").await;
    let unknown = Draft::to("ann@blue-sky.example");
    assert_eq!(reasons(&app, DEMO.reseller, unknown).await, ["COUNTRY_NOT_SUPPORTED recipient"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_deals_within_its_cloud_and_all_broken_rules_are_named() {
    let app = TestApp::new().await;

    let other_cloud = reasons(&app, DEMO.reseller, Draft::to("it@woodgrove.example")).await;
    assert_eq!(other_cloud, ["CLOUD_MISMATCH recipient"]);

    let all = reasons(&app, "agent@proseware.example", Draft::to("it@wide-world.example")).await;
    assert_eq!(
        all,
        [
            "DELEGATED_ADMINISTRATION_REQUIRED delegatedAdministration",
            "REGION_MISMATCH recipient",
            "CLOUD_MISMATCH recipient"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_national_cloud_a_relationship_comes_with_delegated_administration() {
    let app = TestApp::without_mails().await;
    let agent = "agent@proseware.example";
    let required = ["DELEGATED_ADMINISTRATION_REQUIRED delegatedAdministration"];

    assert_eq!(reasons(&app, agent, Draft::to("it@woodgrove.example")).await, required);
    assert_eq!(reasons(&app, agent, Draft::to("ann@blue-sky.example")).await, required, "recipient not known yet");
    assert_eq!(reasons(&app, agent, asking("it@woodgrove.example", json!({ "full": true }))).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_suspended_since_the_draft_does_not_send_it() {
    let app = TestApp::new().await;
    let id = app.draft(DEMO.reseller, Draft::to("ann@blue-sky.example")).await;
    app.suspend("contoso.example").await;

    assert_eq!(app.send_draft(&id).await.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_named_organization_is_asked_and_not_the_one_of_the_addresss_domain() {
    let app = TestApp::new().await;
    let customer = app.organization("adventure-works.example").await;

    let to_brazil = named("it@wide-world.example", &customer);

    assert_eq!(reasons(&app, DEMO.reseller, to_brazil).await, ["ALREADY_RELATED recipient"]);
}

/// The condition on rows that this id names.
fn is(id: &str) -> String {
    let uuid = id.parse::<domain::invitation::InvitationId>().expect("an id").uuid();
    format!("id = '{uuid}'")
}
