//! The world that is walked: the demo world, and what it lacks for every field to have a value somewhere.

use accord_tests::{Brought, Draft, TestApp, text};
use dev::seed::DemoOrganization;
use domain::enrollment::PartnerKind;
use domain::organization::Cloud;
use serde_json::{Value, json};

use super::actors::{self, Actor};
use super::fingerprint::Fingerprint;
use super::mentions::Mentions;
use super::names::Names;
use super::past;

/// Companies that the demo world lacks: an indirect provider that has nothing to do with Northwind's people, a customer of
/// one partner, one that two asked together, and a provider that was suspended.
static COMPANIES: [DemoOrganization; 4] = [
    company("Relecloud", "relecloud.example", Some(PartnerKind::IndirectProvider)),
    company("Tailwind Traders", "tailwind.example", Some(PartnerKind::IndirectProvider)),
    company("Lamna Healthcare", "lamna.example", None),
    company("Margie's Travel", "margies.example", None),
];

const fn company(name: &'static str, domain: &'static str, partner: Option<PartnerKind>) -> DemoOrganization {
    DemoOrganization { name, domain, country: "US", cloud: Cloud::Public, partner }
}

/// The inviting agents.
pub(super) const NORTHWIND: &str = "agent@northwind.example";
pub(super) const CONTOSO: &str = "agent@contoso.example";
pub(super) const RELECLOUD: &str = "agent@relecloud.example";
pub(super) const LITWARE: &str = "agent@litware.example";
pub(super) const FABRIKAM: &str = "agent@fabrikam.example";
pub(super) const TAILWIND: &str = "agent@tailwind.example";

/// Accord, and what everything in it is called.
pub(super) struct World {
    pub(super) app: TestApp,
    pub(super) names: Names,
    pub(super) mentions: Mentions,
    pub(super) fingerprint: Fingerprint,
    pub(super) actors: Vec<Actor>,
}

impl World {
    /// A fresh one.
    pub(super) async fn new() -> Self {
        // A connection that all requests share can hold a transaction around them.
        let mut app = TestApp::with(|settings| settings.database_pool = 1).await;
        app.leaves_mails();
        companies(&app).await;
        past::past(&app).await;
        accepted(&app).await;
        partnerships(&app).await;
        removed(&app).await;
        open(&app).await;
        closed(&app).await;
        supported(&app).await;
        brought(&app).await;
        past::people(&app).await;
        past::attested(&app).await;
        app.sql(ODDS).await;
        // Of which Datum accepted none.
        app.try_load(&[text("FR", "2020-01", "en", "2020-01-01T00:00:00Z")]).await.unwrap();
        while app.seal().await.is_some() {}
        let names = Names::load(&app).await;
        let (mentions, fingerprint) = (Mentions::load(&app).await, Fingerprint::of(&app).await);
        let actors = actors::all(&app);
        Self { app, names, mentions, fingerprint, actors }
    }
}

/// Companies and people that the demo world lacks.
async fn companies(app: &TestApp) {
    for company in &COMPANIES {
        company.insert(&mut app.store.connection().await.unwrap(), app.store.now()).await.unwrap();
    }
    for who in [NORTHWIND, RELECLOUD, LITWARE, TAILWIND] {
        let profile = json!({
            "headline": "Clouds", "description": "Of every kind", "website": "https://clouds.example",
            "countries": ["US"], "languages": ["en-GB"], "services": ["Migration"],
        });
        app.update_profile(who, profile).await.given("businessProfile");
    }
    app.suspend("proseware.example").await;
    // Known since they signed in, and gone since.
    for who in ["former@contoso.example", "former@datum.example"] {
        app.session(who).await;
    }
}

const ADMINISTRATION: &str = "delegatedAdministration";

fn full() -> Value {
    json!({ "full": true })
}

fn granular() -> Value {
    json!({ "granular": { "roles": ["GLOBAL_READER"], "duration": "P90D", "autoExtend": true } })
}

/// Asks for what the reseller may administer, and for what the provider may.
fn both_administer(joint: Draft) -> Draft {
    joint.with(ADMINISTRATION, full()).with("indirectProviderAdministration", granular())
}

/// Relationships of one partner, and a customer that two share.
async fn accepted(app: &TestApp) {
    let northwind = app.organization("northwind.example").await;
    for (by, draft) in [
        (LITWARE, Draft::to("admin@tailspin.example").with(ADMINISTRATION, full())),
        (CONTOSO, Draft::to("admin@adventure-works.example").with(ADMINISTRATION, granular())),
        (CONTOSO, both_administer(Draft::to("admin@margies.example").jointly_with(&northwind))),
        (CONTOSO, Draft::to("admin@lamna.example").with(ADMINISTRATION, full())),
        (NORTHWIND, Draft::to("admin@tailspin.example")),
    ] {
        accept(app, by, draft).await;
    }
}

/// The recipient's administrator says yes.
async fn accept(app: &TestApp, by: &str, draft: Draft) {
    let (_, domain) = draft.0["recipient"]["email"].as_str().unwrap().split_once('@').unwrap();
    let who = format!("admin@{domain}");
    let country = if domain.contains("tailspin") { "GU" } else { "US" };
    let (_, token) = app.invite(by, draft).await;
    let mut acceptance = app.signature_in(country, "en").await;
    acceptance["token"] = json!(token);
    acceptance["authorizeIndirectProvider"] = json!(true);
    app.try_accept_with(&who, acceptance).await.given("invitation");
}

/// Partnerships of one reseller: ended by the one side and by the other, and one that stands while its provider is
/// suspended. The one by which it asks somebody jointly ends later.
async fn partnerships(app: &TestApp) {
    accept(app, RELECLOUD, Draft::partnership("admin@litware.example")).await;
    for (recipient, who) in [("it@litware.example", TAILWIND), ("sales@litware.example", LITWARE)] {
        accept(app, TAILWIND, Draft::partnership(recipient)).await;
        end(app, "tailwind.example", who, "END").await;
    }
    accept(app, TAILWIND, Draft::partnership("admin@litware.example")).await;
    app.suspend("tailwind.example").await;
}

/// Ends a provider's only partnership that stands, keeping or ending the grant on the reseller's tenant.
async fn end(app: &TestApp, provider: &str, who: &str, administration: &str) {
    let standing = format!(
        "select s.id from partnerships s join organizations o on o.id = provider_id
         where s.status = 'active' and o.tenant = '{provider}'"
    );
    let standing = app.ids("psh", &standing).await.remove(0);
    app.end_partnership(who, &standing, administration).await.given("partnership");
}

/// A relationship that the customer removed, under which the vendor was asked for something.
async fn removed(app: &TestApp) {
    let id = app.relationship_between("litware.example", "tailspin.example").await;
    let words = json!({ "subject": "Late", "description": "Please look." });
    app.open_request(LITWARE, &id, words).await.given("serviceRequest");
    app.remove("admin@tailspin.example", &id, json!({})).await.given("relationship");
}

/// Drafts, and what waits for an answer.
async fn open(app: &TestApp) {
    let (northwind, relecloud) =
        (app.organization("northwind.example").await, app.organization("relecloud.example").await);
    for (by, draft) in [
        (
            CONTOSO,
            Draft::to("draft@blue-sky.example")
                .with("idempotencyKey", json!("of-contoso"))
                .with(ADMINISTRATION, granular()),
        ),
        (CONTOSO, Draft::to("it@blue-sky.example").jointly_with(&northwind).with(ADMINISTRATION, full())),
        (LITWARE, Draft::to("admin@wingtip.example")),
        (NORTHWIND, Draft::partnership("admin@fabrikam.example")),
        (NORTHWIND, Draft::partnership("admin@wingtip.example")),
        (RELECLOUD, Draft::partnership("admin@litware.example")),
    ] {
        let id = app.draft(by, draft).await;
        app.mutate(by, "editInvitation", json!({ "id": id, "expiresAfter": "P20D" })).await.given("invitation");
    }
    for (by, draft) in [
        (CONTOSO, Draft::to("admin@wingtip.example").with(ADMINISTRATION, full())),
        (CONTOSO, Draft::to("it@wingtip.example")),
        (CONTOSO, both_administer(Draft::to("admin@wingtip.example").jointly_with(&northwind))),
        (LITWARE, Draft::to("admin@tailspin.example").jointly_with(&relecloud)),
        (NORTHWIND, Draft::to("admin@wingtip.example")),
        (NORTHWIND, Draft::partnership("admin@litware.example")),
        (FABRIKAM, Draft::to("admin@datum.example").with(ADMINISTRATION, full())),
    ] {
        app.invite(by, draft).await;
    }
    let (id, _) = app.invite(CONTOSO, Draft::to("twice@wingtip.example")).await;
    app.mutate(CONTOSO, "resendInvitation", json!({ "id": id })).await.given("invitation");
}

/// What was declined or taken back.
async fn closed(app: &TestApp) {
    let (_, token) = app.invite(CONTOSO, Draft::to("user@wingtip.example")).await;
    let answer = json!({ "token": token, "reason": "Not now." });
    app.mutate("user@wingtip.example", "declineInvitation", answer).await.given("invitation");
    // Of one that was never sent its recipient never hears.
    let unsent = app.draft(LITWARE, Draft::to("user@wingtip.example")).await;
    let (sent, _) = app.invite(LITWARE, Draft::to("admin@wingtip.example")).await;
    for id in [unsent, sent] {
        let reason = json!({ "id": id, "reason": "A mistake." });
        app.mutate(LITWARE, "revokeInvitation", reason).await.given("invitation");
    }
    end(app, "relecloud.example", "admin@litware.example", "KEEP").await;
}

/// What was asked of the vendor and whose support a customer turns to.
async fn supported(app: &TestApp) {
    let help = json!({ "name": "Relecloud Help", "email": "help@relecloud.example" });
    app.update_support(RELECLOUD, help).await.given("supportProfile");
    for (by, partner, customer, subject) in [
        (CONTOSO, "contoso.example", "adventure-works.example", "Sign-in fails"),
        (NORTHWIND, "northwind.example", "tailspin.example", "Billing"),
    ] {
        let relationship = app.relationship_between(partner, customer).await;
        let words = json!({ "subject": subject, "description": "Please look." });
        app.open_request(by, &relationship, words).await.given("serviceRequest");
    }
    let shared = app.relationship_between("contoso.example", "adventure-works.example").await;
    app.assign_support(CONTOSO, &shared, "northwind.example").await.given("relationship");
}

/// Customers that partners brought: one that nobody has claimed, for two; and one that its administrator took over, which
/// another partner imported since.
async fn brought(app: &TestApp) {
    let contoso = app.organization("contoso.example").await;
    app.add(NORTHWIND, Brought::of("trey.example").with("indirectResellerId", json!(contoso))).await;
    app.add(RELECLOUD, Brought::of("humongous.example")).await;
    app.session("ada@humongous.example").await;
    app.load_customers(&[("northwind.example", "humongous.example")]).await;
    assert_eq!(app.import(NORTHWIND, vec![Brought::of("humongous.example")]).await, ["IMPORTED"]);
}

/// Values that nothing in the world came to by itself.
const ODDS: &str = "
    update users set status = 'deleted', deleted_at = now() where email like 'former@%';
    update enrollments set program_id = 'P-' || kind;
    update emails set last_error = 'Greylisted', attempts = 1 where status = 'queued';
    update agreement_acceptances set signer_phone = '+1 555 0100', accepted_by = null, attested_by = (
        select id from organizations where tenant = 'contoso.example')
    where organization_id = (select id from organizations where tenant = 'adventure-works.example');
";
