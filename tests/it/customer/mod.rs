//! Customers that a partner brings by itself: added, imported, taken over by their own people.

mod add;
mod claim;
mod import;
mod invited;
mod load;
mod refused;
mod repeated;
mod rows;

use accord_tests::{Brought, TestApp};
use serde_json::{Value, json};

/// Indirect provider, US: SALES_AGENT.
const PROVIDER: &str = "sales@northwind.example";

/// Indirect reseller, US, its partner: SALES_AGENT.
const RESELLER: &str = "sales@contoso.example";

/// Direct partner, DE: SALES_AGENT.
const DIRECT: &str = "sales@fabrikam.example";

/// Nobody's that is registered, and its administrator.
const DOMAIN: &str = "blue-yonder.example";
const ADA: &str = "ada@blue-yonder.example";

/// Who somebody is to Accord.
async fn viewer(app: &TestApp, who: &str) -> Value {
    let document = "{ viewer { user { email roles locale } organization { name domain domains isClaimed }
        account { partners { nodes { id status partner { domain } } } } } }";
    app.ask(who, document, json!({})).await.at("viewer").clone()
}

/// The domains of a partner's customers that a search finds.
async fn found(app: &TestApp, who: &str, search: &str) -> Vec<String> {
    let document = "query($search: String) { viewer { partner { customers(filter: { search: $search }) {
        nodes { customer { domain } } } } } }";
    let answer = app.ask(who, document, json!({ "search": search })).await;
    let nodes = answer.at("viewer.partner.customers.nodes").as_array().unwrap().clone();
    nodes.iter().map(|node| node["customer"]["domain"].as_str().unwrap().to_owned()).collect()
}

fn blue_yonder() -> Brought {
    Brought::of(DOMAIN).with("name", json!("Blue Yonder"))
}
