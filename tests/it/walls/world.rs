//! The world that is walked: the demo world, and what it lacks for every field to have a value somewhere.

use accord_tests::{Draft, TestApp};
use dev::seed::DemoOrganization;
use domain::enrollment::PartnerKind;
use domain::organization::Cloud;
use serde_json::{Value, json};

use super::actors::{self, Actor};
use super::names::Names;

/// An indirect provider that has nothing to do with Northwind's people.
static RELECLOUD: DemoOrganization = DemoOrganization {
    name: "Relecloud",
    domain: "relecloud.example",
    country: "US",
    cloud: Cloud::Public,
    partner: Some(PartnerKind::IndirectProvider),
};

/// Accord, and what everything in it is called.
pub(super) struct World {
    pub(super) app: TestApp,
    pub(super) names: Names,
    pub(super) actors: Vec<Actor>,
}

impl World {
    /// A fresh one.
    pub(super) async fn new() -> Self {
        // A connection that all requests share can hold a transaction around them.
        let mut app = TestApp::with(|settings| settings.database_pool = 1).await;
        app.leaves_mails();
        people(&app).await;
        past(&app).await;
        invitations(&app).await;
        app.sql(ODDS).await;
        while app.seal().await.is_some() {}
        let names = Names::load(&app).await;
        let actors = actors::all(&app);
        Self { app, names, actors }
    }
}

/// Organizations and people that the demo world lacks.
async fn people(app: &TestApp) {
    RELECLOUD.insert(&mut app.store.connection().await.unwrap(), app.store.now()).await.unwrap();
    app.suspend("proseware.example").await;
    // Known since they signed in, and gone since.
    for who in ["former@contoso.example", "former@datum.example"] {
        app.session(who).await;
    }
}

/// What is over: an invitation that nobody answered, and a customer that left.
async fn past(app: &TestApp) {
    let late = Draft::to("user@tailspin.example").with("expiresAfter", json!("P1D"));
    app.invite("agent@litware.example", late).await;
    let (_, token) =
        app.invite("agent@litware.example", Draft::to("admin@tailspin.example").with(ADMINISTRATION, full())).await;
    let mut acceptance = app.signature_in("GU", "en").await;
    acceptance["token"] = json!(token);
    app.try_accept_with("admin@tailspin.example", acceptance).await.given("invitation");
    app.days_pass(2);
    assert_eq!(app.expire().await, 1);
}

const ADMINISTRATION: &str = "delegatedAdministration";

fn full() -> Value {
    json!({ "full": true })
}

fn granular() -> Value {
    json!({ "granular": { "roles": ["GLOBAL_READER"], "duration": "P90D", "autoExtend": true } })
}

/// What stands: of each partner an invitation in every state that says something of the walls.
async fn invitations(app: &TestApp) {
    let contoso = "agent@contoso.example";
    let (_, token) =
        app.invite(contoso, Draft::to("admin@adventure-works.example").with(ADMINISTRATION, granular())).await;
    app.try_accept("admin@adventure-works.example", &token).await.given("invitation");
    let (_, token) = app.invite(contoso, Draft::to("user@wingtip.example")).await;
    let answer = json!({ "token": token, "reason": "Not now." });
    app.mutate("user@wingtip.example", "declineInvitation", answer).await.given("invitation");
    let kept = Draft::to("draft@blue-sky.example").with("idempotencyKey", json!("of-contoso"));
    app.draft(contoso, kept.with(ADMINISTRATION, granular())).await;
    for (by, to) in [
        (contoso, Draft::to("admin@wingtip.example").with(ADMINISTRATION, full())),
        (contoso, Draft::to("it@wingtip.example")),
        ("agent@northwind.example", Draft::to("admin@wingtip.example")),
        ("agent@fabrikam.example", Draft::to("admin@datum.example").with(ADMINISTRATION, full())),
    ] {
        app.invite(by, to).await;
    }
    let litware = "agent@litware.example";
    for sent in [true, false] {
        // Of one that was never sent its recipient never hears.
        let to = if sent { "admin@wingtip.example" } else { "user@wingtip.example" };
        let id = app.draft(litware, Draft::to(to)).await;
        if sent {
            app.try_send(litware, &id).await.given("invitation");
        }
        let revoked = app.mutate(litware, "revokeInvitation", json!({ "id": id, "reason": "A mistake." })).await;
        revoked.given("invitation");
    }
    app.draft(litware, Draft::to("admin@wingtip.example")).await;
}

/// Values that nothing in the world came to by itself.
const ODDS: &str = "
    update relationships set status = 'removed', removed_at = now(), removed_by = 'customer'
    where partner_id = (select id from organizations where tenant = 'litware.example');
    update admin_grants set status = 'revoked', ended_at = now()
    where partner_id = (select id from organizations where tenant = 'litware.example');
    update users set status = 'deleted', deleted_at = now() where email like 'former@%';
    update enrollments set program_id = 'P-' || kind;
    update emails set last_error = 'Greylisted', attempts = 1 where status = 'queued';
    update agreement_acceptances set signer_phone = '+1 555 0100', attested_by = (
        select id from organizations where tenant = 'contoso.example')
    where organization_id = (select id from organizations where tenant = 'adventure-works.example');
";
