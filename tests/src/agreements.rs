//! Versions of agreements, and what partners attest.

use chrono::SecondsFormat;
use domain::agreement::{Flaw, Loaded, NewText, load};
use serde_json::{Value, json};

use crate::{Answer, TestApp};

/// All of an acceptance.
const ACCEPTANCE: &str =
    "agreement { id version } acceptedAt attestedBy { name } signer { firstName lastName email phone }";

impl TestApp {
    /// Loads texts of the customer agreement, each `country version locale` and so many days from now on; stops the test
    /// where they are refused.
    pub async fn load_agreements(&self, texts: &[(&str, &str, &str, i64)]) -> Loaded {
        let now = self.store.now();
        let in_force = |days| (now + chrono::TimeDelta::days(days)).to_rfc3339();
        let rows =
            texts.iter().map(|(country, version, locale, days)| text(country, version, locale, &in_force(*days)));
        self.try_load(&rows.collect::<Vec<_>>()).await.expect("no flaws")
    }

    /// Loads texts, whatever comes of it; gives how many of them, without their versions.
    pub async fn try_load(&self, rows: &[NewText]) -> Result<Loaded, Vec<Flaw>> {
        let loaded = load(&self.store, rows, false).await.expect("a database");
        loaded.map(|loaded| Loaded { versions: Vec::new(), ..loaded })
    }

    /// The active relationship of two organizations.
    pub async fn relationship_between(&self, partner: &str, customer: &str) -> String {
        let sql = format!(
            "select r.id from relationships r join organizations p on p.id = partner_id
             join organizations c on c.id = customer_id
             where p.tenant = '{partner}' and c.tenant = '{customer}' and r.status = 'active'"
        );
        self.ids("rel", &sql).await.remove(0)
    }

    /// What Fabrikam attests of Datum: the version in force, signed just now.
    pub async fn attestation(&self) -> Value {
        let mut input = self.signature_in("FR", "en").await;
        input["relationshipId"] = json!(self.relationship_between("fabrikam.example", "datum.example").await);
        input["signer"] =
            json!({ "firstName": "Ada", "lastName": "King", "email": "ada@datum.example", "phone": "+33 1" });
        input["acceptedAt"] = json!(self.store.now().to_rfc3339_opts(SecondsFormat::Micros, true));
        input
    }

    /// Attests, whatever comes of it.
    pub async fn attest(&self, who: &str, input: Value) -> Answer {
        let document = format!(
            "mutation($input: AttestAgreementInput!) {{ attestAgreement(input: $input) {{
                agreementAcceptance {{ {ACCEPTANCE} }} userErrors {{ code field message }} }} }}"
        );
        self.ask(who, &document, json!({ "input": input })).await
    }

    /// What an organization accepted, as one of its people reads it.
    pub async fn accepted(&self, who: &str) -> Value {
        let document = format!("{{ viewer {{ account {{ agreements {{ {ACCEPTANCE} }} }} }} }}");
        self.ask(who, &document, json!({})).await.at("viewer.account.agreements").clone()
    }

    /// What a relationship says of the agreement in force.
    pub async fn agreed(&self, who: &str, relationship: &str) -> Value {
        let document =
            format!("query($id: ID!) {{ node(id: $id) {{ ... on Relationship {{ agreement {{ {ACCEPTANCE} }} }} }} }}");
        self.ask(who, &document, json!({ "id": relationship })).await.at("node.agreement").clone()
    }
}

/// A text of the customer agreement as a row has it.
#[must_use]
pub fn text(country: &str, version: &str, locale: &str, in_force_at: &str) -> NewText {
    NewText {
        line: 2,
        kind: "customer".to_owned(),
        country: country.to_owned(),
        version: version.to_owned(),
        locale: locale.to_owned(),
        title: format!("Agreement {version}"),
        url: format!("https://agreements.example/{version}/{locale}"),
        in_force_at: in_force_at.to_owned(),
    }
}
