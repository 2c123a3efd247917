//! How a relationship ends, comes back, and whose support its customer turns to.

mod kept;
mod race;
mod reinstate;
mod remove;
mod sharing;
mod support_contact;
mod support_profile;
mod told;

use accord_tests::{DEMO, Draft, TestApp};
use dev::seed::OPERATOR;
use serde_json::{Value, json};

/// What is asked with every relationship of these tests that has a grant.
fn granular() -> Value {
    json!({ "granular": { "roles": ["USER_ADMINISTRATOR"], "duration": "P90D" } })
}

/// Wingtip as Contoso's customer: the relationship's id.
async fn related(app: &TestApp) -> String {
    let outcome = app.agree(DEMO.reseller, Draft::to(DEMO.customer)).await;
    outcome[0]["id"].as_str().expect("a relationship").to_owned()
}

/// The same with a grant: the ids of both.
async fn administered(app: &TestApp) -> [String; 2] {
    let asking = Draft::to(DEMO.customer).with("delegatedAdministration", granular());
    let outcome = app.agree(DEMO.reseller, asking).await;
    [0, 1].map(|place: usize| outcome[place]["id"].as_str().expect("an id").to_owned())
}

/// Who is neither side, and why they are refused what only a side does.
const OUTSIDERS: [(&str, &str); 4] = [
    (DEMO.stranger, "NOT_FOUND"),
    ("admin@northwind.example", "NOT_FOUND"),
    (OPERATOR, "FORBIDDEN"),
    ("admin@unheard-of.example", "FORBIDDEN"),
];
