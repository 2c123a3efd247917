//! Attempts on people: of a customer with a FULL grant, with a GRANULAR one and without, of a provider's reseller, and of one's
//! own organization; without a role, with one, the last administrator, and who is deleted.

use serde_json::{Value, json};

use super::attempts::Attempt;

/// Whom the attempts are on.
pub(super) const ALL: &[&str] = &[
    "user@lamna",
    "admin@lamna",
    "user@datum",
    "user@adventure-works",
    "admin@wingtip",
    "agent@contoso",
    "agent@litware",
    "former@contoso",
    "former@datum",
];

/// Where people are created: without a role, and with GLOBAL_ADMIN.
const WHERE: &[&str] = &["lamna", "datum", "adventure-works", "tailspin", "wingtip", "contoso", "litware"];

pub(super) fn created() -> Vec<Attempt> {
    let input = |domain: &&str| json!({ "customerId": format!("<org {domain}>"), "name": "Nina", "email": format!("nina@{domain}.example") });
    let mut inputs: Vec<Value> = WHERE.iter().map(input).collect();
    for input in &mut inputs[..2] {
        let mut admin = input.clone();
        admin["roles"] = json!(["GLOBAL_ADMIN"]);
        admin["locale"] = json!("en-GB");
        admin["idempotencyKey"] = json!("of-contoso");
        *input = admin;
    }
    inputs.extend(WHERE[..2].iter().map(input));
    inputs.into_iter().map(|input| Attempt { mutation: "createCustomerUser", input }).collect()
}

/// By name alone, and with what takes more.
pub(super) fn updated() -> Vec<Attempt> {
    let mut inputs: Vec<Value> = ALL
        .iter()
        .map(|person| json!({ "id": format!("<usr {person}>"), "name": "Nina", "locale": "en-GB" }))
        .collect();
    for person in ["user@lamna", "user@datum"] {
        let (_, domain) = person.split_once('@').unwrap();
        let id = format!("<usr {person}>");
        inputs.push(json!({ "id": id, "email": format!("nina@{domain}.example"), "status": "DEACTIVATED" }));
        inputs.push(json!({ "id": id, "roles": ["GLOBAL_ADMIN"] }));
    }
    inputs.into_iter().map(|input| Attempt { mutation: "updateCustomerUser", input }).collect()
}
