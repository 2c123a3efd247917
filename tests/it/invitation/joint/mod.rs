//! A reseller and its indirect provider ask together: one acceptance makes both relationships, or none.

mod race;
mod refused;
mod seen;
mod standing;

use accord_tests::{CHANNEL, Draft, TestApp};
use serde_json::{Value, json};

/// The relationships, grants and shared customers that Wingtip is in.
async fn made(app: &TestApp) -> [i64; 3] {
    let wingtip = "(select id from organizations where tenant = 'wingtip.example')";
    [
        app.count(&format!("from relationships where customer_id = {wingtip} and status = 'active'")).await,
        app.count(&format!("from admin_grants where customer_id = {wingtip} and status = 'active'")).await,
        app.count(&format!(
            "from shared_customers s join relationships p on p.id = s.provider_relationship_id
             join relationships r on r.id = s.reseller_relationship_id
             where p.customer_id = {wingtip} and r.customer_id = {wingtip} and s.ended_at is null"
        ))
        .await,
    ]
}

/// The partners of the relationships, and the holders of the grants, that came of it as the customer sees them.
async fn partners_of(app: &TestApp, outcome: &Value) -> Vec<String> {
    let ids: Vec<&Value> = outcome.as_array().unwrap().iter().map(|one| &one["id"]).collect();
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename
        ... on Relationship { partner { name } } ... on AdminGrant { partner { name } } } }";
    let answer = app.ask(CHANNEL.customer, document, json!({ "ids": ids })).await;
    let spell = |node: &Value| {
        format!("{} {}", node["__typename"].as_str().unwrap(), node["partner"]["name"].as_str().unwrap())
    };
    answer.at("nodes").as_array().unwrap().iter().map(spell).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_acceptance_makes_both_relationships() {
    let app = TestApp::new().await;
    app.invite_jointly(CHANNEL.customer).await;
    let mail = app.mails().await.remove(0);
    for asker in ["Contoso (contoso.example, ", "Northwind Traders (northwind.example, "] {
        assert!(mail.text.contains(asker), "{}", mail.text);
    }

    let outcome = app.try_accept(CHANNEL.customer, &mail.token()).await.given("outcome");

    assert_eq!(partners_of(&app, &outcome).await, ["Relationship Contoso", "Relationship Northwind Traders"]);
    assert_eq!(made(&app).await, [2, 0, 1]);
    for who in [CHANNEL.partner, CHANNEL.provider] {
        assert_eq!(app.relationships_with(who, "wingtip").await.len(), 1, "{who}");
    }
    assert_eq!(app.mails().await[0].to, CHANNEL.partner);
}

#[tokio::test(flavor = "multi_thread")]
async fn delegated_administration_is_the_resellers_unless_the_draft_asks_for_the_providers_too() {
    let granular = json!({ "granular": { "roles": ["USER_ADMINISTRATOR"], "duration": "P90D" } });
    for (asked, of_provider, expected) in [
        (Some(json!({ "full": true })), None, vec!["AdminGrant Contoso"]),
        (None, Some(granular.clone()), vec!["AdminGrant Northwind Traders"]),
        (Some(granular), Some(json!({ "full": true })), vec!["AdminGrant Contoso", "AdminGrant Northwind Traders"]),
    ] {
        let app = TestApp::without_mails().await;
        let mut draft = app.joint(CHANNEL.customer).await;
        for (field, asked) in [("delegatedAdministration", asked), ("indirectProviderAdministration", of_provider)] {
            if let Some(asked) = asked {
                draft = draft.with(field, asked);
            }
        }
        let (_, token) = app.invite(CHANNEL.partner, draft).await;
        let outcome = app.try_accept(CHANNEL.customer, &token).await.given("outcome");
        let mut grants = partners_of(&app, &outcome).await;
        grants.retain(|one| one.starts_with("AdminGrant"));
        assert_eq!(grants, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_the_provider_is_shown_in_draft_offer_and_edit() {
    let app = TestApp::without_mails().await;
    let asked = json!({ "granular": { "roles": ["GLOBAL_READER"], "duration": "P30D", "autoExtend": true } });
    let shown = json!({ "scope": "GRANULAR", "roles": ["GLOBAL_READER"], "duration": "P30D", "autoExtend": true });
    let draft = app.joint(CHANNEL.customer).await.with("indirectProviderAdministration", asked.clone());
    let id = app.draft(CHANNEL.partner, draft).await;
    let seen = app.invitation(CHANNEL.partner, &id).await;
    assert_eq!(seen["indirectProvider"]["domain"], "northwind.example");
    assert_eq!((&seen["indirectProviderAdministration"], &seen["delegatedAdministration"]), (&shown, &Value::Null));

    let none = app.edit(&id, json!({ "indirectProviderAdministration": null })).await.given("invitation");
    assert_eq!(none["indirectProviderAdministration"], Value::Null);
    app.edit(&id, json!({ "indirectProviderAdministration": asked })).await.given("invitation");

    let sent = app.try_send(CHANNEL.partner, &id).await.given("invitation");
    let offer = app.offer(&accord_tests::token_of(&sent)).await;
    assert_eq!(
        (&offer["inviterName"], &offer["indirectProviderName"], &offer["indirectProviderAdministration"]),
        (&json!("Contoso"), &json!("Northwind Traders"), &shown)
    );
    assert_eq!(offer["indirectProviderCountry"], "US");
    assert!(!offer["agreement"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_offer_names_no_provider() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite_jointly(CHANNEL.customer).await;
    app.revoke(&id).await.given("invitation");
    let offer = app.offer(&token).await;
    assert_eq!((&offer["status"], &offer["indirectProviderName"]), (&json!("REVOKED"), &Value::Null));
    assert_eq!(offer["indirectProviderCountry"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_partner_asks_alone_and_jointly_at_once() {
    let app = TestApp::without_mails().await;
    app.invite(CHANNEL.partner, Draft::to(CHANNEL.customer)).await;
    app.invite_jointly(CHANNEL.customer).await;
    let again = app.draft(CHANNEL.partner, app.joint("ADMIN@wingtip.example").await).await;
    assert_eq!(app.try_send(CHANNEL.partner, &again).await.reasons(), ["ALREADY_INVITED recipient.email"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_with_the_address_accepts_both_by_the_invitations_id() {
    let app = TestApp::without_mails().await;
    let (id, _) = app.invite_jointly(CHANNEL.customer).await;
    let mut input = app.signature().await;
    input["id"] = json!(id);
    app.try_accept_with(CHANNEL.customer, input).await.given("outcome");
    assert_eq!(made(&app).await, [2, 0, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_mailed_or_reminded_in_the_name_of_two_that_are_no_longer_partners() {
    let app = TestApp::new().await;
    let mailed = app.invite_jointly(CHANNEL.customer).await.0;
    app.mails().await;
    let queued = app.invite_jointly("user@wingtip.example").await.0;
    let partnership = app.ids("psh", "select id from partnerships").await.remove(0);
    app.end_partnership(CHANNEL.provider_admin, &partnership, "END").await.given("partnership");
    app.days_pass(24);
    app.remind().await;

    let told: Vec<String> = app.mails().await.into_iter().map(|mail| mail.to).collect();

    assert!(!told.is_empty() && told.iter().all(|to| !to.ends_with("@wingtip.example")), "{told:?}");
    assert_eq!(app.delivery(&queued).await, "DISCARDED");
    assert!(!app.activity(CHANNEL.partner, &mailed).await.contains(&"invitation.reminded".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_asked_jointly_at_once() {
    let app = TestApp::without_mails().await;
    let joint = app.joint(CHANNEL.customer).await;
    let rows = vec![joint.clone(), Draft::to(CHANNEL.customer), joint, Draft::to("a@b.example").jointly_with("org_x")];
    for dry_run in [true, false] {
        let sent = app.send_many_with(rows.clone(), json!({ "dryRun": dry_run })).await.given("rows");
        let reasons: Vec<_> = sent.as_array().unwrap().iter().map(accord_tests::reasons).collect();
        let expected = [
            vec![],
            vec![],
            vec!["ALREADY_INVITED rows.2.recipient.email"],
            vec!["NOT_PARTNERS rows.3.indirectProviderId"],
        ];
        assert_eq!(reasons, expected, "dry run: {dry_run}");
    }
}
