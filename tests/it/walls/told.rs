//! The root that tells what happens, as everybody: from a mark that every organization is told, to another.

use accord_tests::Draft;
use domain::activity::ActivityId;
use serde_json::{Value, json};

use super::cells::{self, Cell};
use super::names::Names;
use super::schema::Schema;
use super::selection;
use super::table::Rows;
use super::walk::refusal;
use super::world::World;

/// The root, with its arguments.
pub(super) const TOLD: (&str, &str) = ("activity", "(events: $events, after: $after)");

/// What is told between two marks.
pub(super) async fn walk(world: &mut World, schema: &Schema) -> String {
    let from = mark(world).await;
    happen(world).await;
    let to = mark(world).await;
    world.names = Names::load(&world.app).await;

    let fields = vec![selection::field(schema, "Subscription", TOLD.0, TOLD.1)];
    let document = format!("subscription($events: [String!], $after: String) {{ {} }}", selection::text(&fields));
    let (mut said, mut given) = (Vec::new(), Vec::new());
    for actor in &world.actors {
        let (code, told) = all_told(world, actor.email.as_deref(), &document, &from, &to).await;
        given.push(match &code {
            None => cells::read(&fields, &json!({ "activity": told }), &world.names),
            Some(_) => cells::all(&fields, Cell::Hidden),
        });
        said.push(code.unwrap_or_else(|| "ok".to_owned()));
    }
    let mut rows = Rows::default();
    for code in ["ok", "BAD_REQUEST", "UNAUTHENTICATED"] {
        rows.row(said.iter().map(|one| if one == code { 'x' } else { '.' }).collect()).say(code.to_owned());
    }
    rows.fields(&fields, &given, |_| true);
    rows.text("activity(after: …)")
}

/// Something happens that one side reads, then what two and three read.
async fn happen(world: &World) {
    let app = &world.app;
    app.draft("agent@northwind.example", Draft::to("later@blue-sky.example")).await;
    app.update_profile("agent@northwind.example", json!({ "headline": "Rain" })).await.given("businessProfile");
    let full = json!({ "full": true });
    let alone = Draft::to("admin@tailspin.example").with("delegatedAdministration", full.clone());
    let joint = Draft::to("user@wingtip.example").jointly_with(&app.organization("northwind.example").await);
    let joint = joint.with("delegatedAdministration", full.clone()).with("indirectProviderAdministration", full);
    for (draft, who, country) in [(alone, "admin@tailspin.example", "GU"), (joint, "admin@wingtip.example", "US")] {
        let (_, token) = app.invite("agent@contoso.example", draft).await;
        let mut acceptance = app.signature_in(country, "en").await;
        acceptance["token"] = json!(token);
        app.try_accept_with(who, acceptance).await.given("invitation");
    }
    let mut attestation = app.attestation().await;
    attestation["signer"]["email"] = json!("nobody@datum.example");
    app.attest("sales@fabrikam.example", attestation).await.given("agreementAcceptance");
    let invited = world.names.fill("<link northwind to admin@litware, partnership pending>");
    app.authorize("admin@litware.example", &invited).await.given("invitation");
    app.created("agent@contoso.example", "lamna.example").await;
    let related = world.names.id("rel contoso and adventure-works");
    let words = json!({ "subject": "Later", "description": "Please look." });
    app.open_request("agent@contoso.example", related, words).await.given("serviceRequest");
    app.assign_support("agent@contoso.example", related, "contoso.example").await.given("relationship");
    app.update_support("agent@contoso.example", json!({ "phone": null })).await.given("supportProfile");
    app.leave("admin@adventure-works.example", related, "END").await.given("relationship");
    app.reinstate("agent@contoso.example", related, json!({})).await.given("invitation");
    let partnership = world.names.id("psh northwind and contoso, active");
    app.end_partnership("admin@contoso.example", partnership, "END").await.given("partnership");
}

/// The code it ends with, or what is told before the last mark.
async fn all_told(
    world: &World,
    who: Option<&str>,
    document: &str,
    from: &str,
    to: &str,
) -> (Option<String>, Vec<Value>) {
    let feed = world.app.feed();
    let variables = json!({ "after": from, "events": null });
    let mut subscription = world.app.subscribe_to(&feed, who, document, variables).await;
    let mut told = Vec::new();
    loop {
        let answer = subscription.answer().await.unwrap();
        if let Some(code) = refusal(&answer) {
            return (Some(code.to_owned()), told);
        }
        let activity = answer["data"]["activity"].clone();
        if activity["id"] == to {
            return (None, told);
        }
        told.push(activity);
    }
}

/// Has something happen that every organization reads.
async fn mark(world: &World) -> String {
    let id = ActivityId::fresh();
    let uuid = id.uuid();
    let nil = uuid::Uuid::nil();
    let sql = format!(
        "insert into activities (id, event, at, actor_kind, subject_kind, subject_id)
         values ('{uuid}', 'invitation.sent', now(), 'system', 'org', '{nil}');
         insert into activity_organizations (organization_id, activity_id, event, subject_id)
         select id, '{uuid}', 'invitation.sent', '{nil}' from organizations"
    );
    world.app.sql(&sql).await;
    id.to_string()
}
