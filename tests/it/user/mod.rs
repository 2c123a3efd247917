//! An organization's people, managed by its own administrator and by partners as far as their grants reach.

mod adopt;
mod create;
mod delete;
mod grant;
mod last_admin;
mod purge;
mod race;
mod read;
mod restore;
mod update;

use accord_tests::{TestApp, granular};
use dev::issuer::claims_for;
use domain::admin_grant::{DirectoryRole, RequestedAdministration};
use serde_json::{Value, json};

/// The partner of these tests, and its people.
const PARTNER: &str = "litware.example";
const PARTNER_ADMIN: &str = "admin@litware.example";
const AGENT: &str = "agent@litware.example";
const SALES: &str = "sales@litware.example";
const HELPDESK: &str = "helpdesk@litware.example";

/// Its customer, and the customer's people.
const CUSTOMER: &str = "tailspin.example";
const CUSTOMER_ADMIN: &str = "admin@tailspin.example";
const CUSTOMER_USER: &str = "user@tailspin.example";

/// A partner who has nothing to do with either.
const STRANGER: &str = "agent@fabrikam.example";

/// Accord with the customer's relationship, and a grant on its tenant; gives the grant's id.
async fn with(asked: &RequestedAdministration) -> (TestApp, String) {
    let app = TestApp::without_mails().await;
    app.relate(PARTNER, CUSTOMER).await;
    let grant = app.granted(PARTNER, CUSTOMER, asked).await;
    (app, grant)
}

/// The same with everything granted.
async fn with_full() -> TestApp {
    with(&RequestedAdministration::Full).await.0
}

/// The same with one directory role for 30 days.
async fn with_role(role: DirectoryRole) -> (TestApp, String) {
    with(&granular(&[role], "P30D", false)).await
}

/// Who signs in with an address: id, address and roles; null where they are a visitor.
async fn signed_in(app: &TestApp, email: &str) -> Value {
    app.ask(email, "{ viewer { user { id email roles } } }", json!({})).await.at("viewer.user").clone()
}

/// The same, as another person of the directory.
async fn signed_in_as(app: &TestApp, subject: &str, email: &str, is_verified: bool) -> Value {
    let mut claims = claims_for(email).unwrap();
    subject.clone_into(&mut claims.sub);
    claims.email_verified = is_verified;
    app.ask_as(&claims, "{ viewer { user { id email roles } } }", json!({})).await.at("viewer.user").clone()
}

/// What an activity's details say, of the latest with that event.
async fn details(app: &TestApp, who: &str, event: &str) -> Value {
    let document =
        "query($event: [String!]) { viewer { account { activity(filter: { event: $event }, first: 1) { nodes {
        details } } } } }";
    let answer = app.ask(who, document, json!({ "event": [event] })).await;
    answer.at("viewer.account.activity.nodes.0.details").clone()
}
