//! What refuses a joint invitation: when it is drafted, when it is sent, when it is accepted. Then neither relationship is made.

use accord_tests::{CHANNEL, Draft, TestApp};
use serde_json::json;

use super::made;

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_named_that_is_a_partner_of_the_reseller() {
    let app = TestApp::new().await;
    let northwind = app.organization("northwind.example").await;
    let fabrikam = app.organization("fabrikam.example").await;
    for (who, named) in [
        (CHANNEL.reseller, northwind.as_str()),
        ("agent@fabrikam.example", &northwind),
        (CHANNEL.provider, &northwind),
        (CHANNEL.provider, &app.organization("contoso.example").await),
        (CHANNEL.partner, &fabrikam),
        (CHANNEL.partner, "org_01h455vb4pex5vsknk084sn02q"),
        (CHANNEL.partner, "usr_01h455vb4pex5vsknk084sn02q"),
        (CHANNEL.partner, "nobody"),
    ] {
        let drafted = app.try_draft(who, Draft::to(CHANNEL.customer).jointly_with(named)).await;
        assert_eq!(drafted.reasons(), ["NOT_PARTNERS indirectProviderId"], "{who}: {named}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn administration_for_a_provider_wants_a_provider() {
    let app = TestApp::new().await;
    let full = json!({ "full": true });
    let draft = Draft::to(CHANNEL.customer).with("indirectProviderAdministration", full.clone());
    assert_eq!(app.try_draft(CHANNEL.partner, draft).await.reasons(), ["REQUIRED indirectProviderId"]);
    let id = app.draft(CHANNEL.partner, Draft::to(CHANNEL.customer)).await;
    let edited = app.edit(&id, json!({ "indirectProviderAdministration": full })).await;
    assert_eq!(edited.reasons(), ["INVALID indirectProviderAdministration"]);
    app.edit(&id, json!({ "indirectProviderAdministration": null })).await.given("invitation");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_providers_administration_names_its_field() {
    let app = TestApp::new().await;
    let wrong = json!({ "granular": { "roles": ["GLOBAL_ADMINISTRATOR"], "duration": "P3Y", "autoExtend": true } });
    let draft = app.joint(CHANNEL.customer).await.with("indirectProviderAdministration", wrong);
    assert_eq!(
        app.try_draft(CHANNEL.partner, draft).await.reasons(),
        [
            "AUTO_EXTEND_NOT_ALLOWED indirectProviderAdministration.granular.autoExtend",
            "OUT_OF_RANGE indirectProviderAdministration.granular.duration"
        ]
    );
}

/// What changes between one step and the next, and why the next is refused then.
const CHANGES: [(&str, &[&str]); 8] = [
    (
        "update partnerships set status = 'ended', ended_at = now(), ended_by = 'indirect_provider', administration_kept = true",
        &["NOT_PARTNERS"],
    ),
    ("update enrollments set kind = 'direct_partner' where kind = 'indirect_provider'", &["WRONG_PARTNER_KIND"]),
    ("update enrollments set kind = 'direct_partner' where kind = 'indirect_reseller'", &["WRONG_PARTNER_KIND"]),
    ("update enrollments set status = 'suspended' where kind = 'indirect_provider'", &["NOT_AUTHORIZED_PARTNER"]),
    ("update organizations set country = 'BR' where tenant in ('northwind.example')", &["REGION_MISMATCH"]),
    ("update organizations set country = 'KP' where tenant = 'northwind.example'", &["COUNTRY_NOT_SUPPORTED"]),
    ("update organizations set cloud = 'germany' where tenant = 'northwind.example'", &["CLOUD_MISMATCH"]),
    (
        "update organizations set country = 'BR' where tenant = 'wingtip.example'",
        &["REGION_MISMATCH", "REGION_MISMATCH"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_it_was_sent_refuses_both_relationships() {
    for (change, reasons) in CHANGES {
        let app = TestApp::without_mails().await;
        let (id, token) = app.invite_jointly(CHANNEL.customer).await;
        app.sql(change).await;
        assert_eq!(app.try_accept(CHANNEL.customer, &token).await.reasons(), reasons, "{change}");
        assert_eq!(made(&app).await, [0, 0, 0], "{change}");
        assert_eq!(app.status(&id).await, "PENDING", "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_it_was_drafted_refuses_its_sending() {
    for (change, reasons) in CHANGES {
        let app = TestApp::new().await;
        let id = app.draft(CHANNEL.partner, app.joint(CHANNEL.customer).await).await;
        app.sql(change).await;
        let sent = app.send_draft(&id).await.reasons();
        let codes: Vec<_> = sent.iter().map(|reason| reason.split(' ').next().unwrap()).collect();
        assert_eq!(codes, reasons, "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_it_was_sent_refuses_its_sending_again() {
    for (change, reasons) in CHANGES {
        let app = TestApp::without_mails().await;
        let (id, token) = app.invite_jointly(CHANNEL.customer).await;
        app.sql(change).await;
        let resent = app.resend(&id).await.reasons();
        let codes: Vec<_> = resent.iter().map(|reason| reason.split(' ').next().unwrap()).collect();
        assert_eq!(codes, reasons, "{change}");
        assert_eq!(app.offer(&token).await["status"], "PENDING", "the older link stays alive: {change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn which_of_the_two_is_suspended_is_said() {
    for (domain, name) in [("contoso.example", "Contoso"), ("northwind.example", "Northwind Traders")] {
        let app = TestApp::without_mails().await;
        let (_, token) = app.invite_jointly(CHANNEL.customer).await;
        app.suspend(domain).await;
        let refused = app.try_accept(CHANNEL.customer, &token).await;
        assert_eq!(refused.reasons(), ["NOT_AUTHORIZED_PARTNER"]);
        let said = refused.only()["userErrors"][0]["message"].as_str().unwrap();
        assert_eq!(said, format!("{name} is not an authorized partner"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_comes_together() {
    let app = TestApp::without_mails().await;
    let (_, token) = app.invite_jointly(CHANNEL.customer).await;
    app.suspend("contoso.example").await;
    app.suspend("northwind.example").await;
    app.sql(CHANGES[0].0).await;
    app.sql("update organizations set cloud = 'germany' where tenant = 'northwind.example'").await;
    assert_eq!(
        app.try_accept(CHANNEL.customer, &token).await.reasons(),
        ["NOT_PARTNERS", "NOT_AUTHORIZED_PARTNER", "NOT_AUTHORIZED_PARTNER", "CLOUD_MISMATCH"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_partner_is_the_customer() {
    let app = TestApp::without_mails().await;
    for to in ["sales@contoso.example", "sales@northwind.example"] {
        let id = app.draft(CHANNEL.partner, app.joint(to).await).await;
        assert_eq!(app.send_draft(&id).await.reasons(), ["OWN_ORGANIZATION recipient.email"], "{to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_resellers_relationship_must_ask_for_administration_where_its_cloud_says_so_and_the_providers_not() {
    let app = TestApp::without_mails().await;
    app.sql(
        "update organizations set cloud = 'us_government'
             where tenant in ('contoso.example', 'northwind.example', 'wingtip.example')",
    )
    .await;
    let bare = app.draft(CHANNEL.partner, app.joint(CHANNEL.customer).await).await;
    assert_eq!(app.send_draft(&bare).await.reasons(), ["DELEGATED_ADMINISTRATION_REQUIRED delegatedAdministration"]);
    let asking = app.joint(CHANNEL.customer).await.with("delegatedAdministration", json!({ "full": true }));
    let (_, token) = app.invite(CHANNEL.partner, asking).await;
    app.try_accept(CHANNEL.customer, &token).await.given("outcome");
    assert_eq!(made(&app).await, [2, 1, 1]);
}
