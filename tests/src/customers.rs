//! Customers that partners bring by themselves, over GraphQL; each gives the answer, whatever came of it.

use serde_json::{Value, json};

use crate::{Answer, TestApp, reasons};

/// What tests read of a relationship.
const RELATIONSHIP: &str = "relationship { id status customer { id name domain domains country cloud isClaimed }
    indirectProvider { domain } indirectReseller { domain } invitation { id } adminGrants { id } }";

/// What tests read of a refusal.
const REFUSALS: &str = "userErrors { code field message }";

/// A customer to be added or imported.
#[derive(Clone)]
pub struct Brought(pub Value);

impl Brought {
    /// A company of this domain in the United States, with its administrator `ada@`.
    #[must_use]
    pub fn of(domain: &str) -> Self {
        Self(json!({
            "name": format!("Company of {domain}"), "domain": domain, "country": "US",
            "administrator": { "email": format!("ada@{domain}") },
        }))
    }

    /// With this field.
    #[must_use]
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.0[field] = value;
        self
    }
}

impl TestApp {
    /// Adds a customer, whatever comes of it.
    pub async fn try_add(&self, who: &str, customer: Brought) -> Answer {
        let document = format!(
            "mutation($input: AddCustomerInput!) {{ addCustomer(input: $input) {{ {RELATIONSHIP} {REFUSALS} }} }}"
        );
        self.ask(who, &document, json!({ "input": customer.0 })).await
    }

    /// Adds a customer; stops the test where it is refused. Gives the relationship.
    pub async fn add(&self, who: &str, customer: Brought) -> Value {
        self.try_add(who, customer).await.given("relationship")
    }

    /// Imports customers, with `dryRun` or `idempotencyKey`, whatever comes of it.
    pub async fn try_import(&self, who: &str, customers: Vec<Brought>, mut input: Value) -> Answer {
        input["rows"] = customers.into_iter().map(|row| row.0).collect();
        let document = format!(
            "mutation($input: ImportCustomersInput!) {{ importCustomers(input: $input) {{
                 rows {{ outcome {RELATIONSHIP} invitation {{ id status recipient {{ email name locale }} }} {REFUSALS} }}
                 {REFUSALS} }} }}"
        );
        self.ask(who, &document, json!({ "input": input })).await
    }

    /// Imports customers; stops the test where that is refused as a whole. Gives of each row its outcome, or why it was
    /// refused.
    pub async fn import(&self, who: &str, customers: Vec<Brought>) -> Vec<String> {
        came_to(&self.try_import(who, customers, json!({})).await)
    }

    /// The same, as a dry run.
    pub async fn check_import(&self, who: &str, customers: Vec<Brought>) -> Vec<String> {
        came_to(&self.try_import(who, customers, json!({ "dryRun": true })).await)
    }

    /// Loads pairs of a partner and a customer's domain, as the operator does.
    pub async fn load_customers(&self, pairs: &[(&str, &str)]) -> domain::customer::Loaded {
        let pair = |(line, (partner, customer)): (u64, &(&str, &str))| domain::customer::PairToLoad {
            line,
            partner: (*partner).to_owned(),
            customer: (*customer).to_owned(),
        };
        let pairs: Vec<_> = (2..).zip(pairs).map(pair).collect();
        domain::customer::load(&self.store, &pairs, false).await.expect("a load")
    }
}

/// Of each row of an import its outcome, or why it was refused.
#[track_caller]
#[must_use]
pub fn came_to(answer: &Answer) -> Vec<String> {
    let row = |row: &Value| match row["outcome"].as_str() {
        Some(outcome) => outcome.to_owned(),
        None => reasons(row).join(", "),
    };
    answer.given("rows").as_array().expect("rows").iter().map(row).collect()
}
