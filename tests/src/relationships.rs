//! The life of a relationship, as its two sides go through it; each gives the answer, whatever came of it.

use serde_json::{Value, json};

use crate::{Answer, Draft, TestApp};

/// What tests read of a relationship.
const RELATIONSHIP: &str = "id status since removedAt removedBy partner { domain } customer { domain }
    indirectProvider { domain } indirectReseller { domain } adminGrants { id scope status } invitation { id }
    supportContact { organization { domain } name email phone url }";

/// What tests read of a service request.
const REQUEST: &str = "id subject description openedAt openedBy { name email } relationship { id }";

impl TestApp {
    /// Invites, and has the customer's administrator accept; gives the outcome.
    pub async fn agree(&self, who: &str, draft: Draft) -> Value {
        let email = draft.0["recipient"]["email"].as_str().expect("an address").to_owned();
        let (_, domain) = email.split_once('@').expect("an address");
        let (_, token) = self.invite(who, draft).await;
        self.try_accept(&format!("admin@{domain}"), &token).await.given("outcome")
    }

    /// The relationship as somebody sees it; null where they do not.
    pub async fn relationship(&self, who: &str, id: &str) -> Value {
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on Relationship {{ {RELATIONSHIP} }} }} }}");
        self.ask(who, &document, json!({ "id": id })).await.only().clone()
    }

    /// Somebody removes it, with this input besides its id.
    pub async fn remove(&self, who: &str, id: &str, mut input: Value) -> Answer {
        input["id"] = json!(id);
        self.change_relationship(who, "removeRelationship", &input).await
    }

    /// Somebody of the partner removes it, with all that it takes.
    pub async fn leave(&self, who: &str, id: &str, administration: &str) -> Answer {
        self.remove(who, id, json!({ "attestGoodFaith": true, "delegatedAdministration": administration })).await
    }

    /// Somebody asks for it again, with this input besides its id.
    pub async fn reinstate(&self, who: &str, id: &str, mut input: Value) -> Answer {
        input["id"] = json!(id);
        self.mutate(who, "reinstateRelationship", input).await
    }

    /// Somebody says whose support its customer turns to: the organization of a domain.
    pub async fn assign_support(&self, who: &str, id: &str, domain: &str) -> Answer {
        let organization = self.organization(domain).await;
        self.assign_support_to(who, id, &organization).await
    }

    /// The same, of any id.
    pub async fn assign_support_to(&self, who: &str, id: &str, organization: &str) -> Answer {
        let input = json!({ "relationshipId": id, "organizationId": organization });
        self.change_relationship(who, "assignSupportContact", &input).await
    }

    /// Somebody changes how their partner's support is reached.
    pub async fn update_support(&self, who: &str, input: Value) -> Answer {
        let document = "mutation($input: UpdateSupportProfileInput!) { updateSupportProfile(input: $input) {
            supportProfile { name email phone url } userErrors { code field message } } }";
        self.ask(who, document, json!({ "input": input })).await
    }

    /// Somebody asks the vendor for something, with this input besides the relationship.
    pub async fn open_request(&self, who: &str, relationship: &str, mut input: Value) -> Answer {
        input["relationshipId"] = json!(relationship);
        let document = format!(
            "mutation($input: OpenServiceRequestInput!) {{ openServiceRequest(input: $input) {{
             serviceRequest {{ {REQUEST} }} userErrors {{ code field message }} }} }}"
        );
        self.ask(who, &document, json!({ "input": input })).await
    }

    /// The service request as somebody sees it; null where they do not.
    pub async fn service_request(&self, who: &str, id: &str) -> Value {
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on ServiceRequest {{ {REQUEST} }} }} }}");
        self.ask(who, &document, json!({ "id": id })).await.only().clone()
    }

    async fn change_relationship(&self, who: &str, mutation: &str, input: &Value) -> Answer {
        let (first, rest) = mutation.split_at(1);
        let document = format!(
            "mutation($input: {}{rest}Input!) {{ {mutation}(input: $input) {{ relationship {{ {RELATIONSHIP} }}
             userErrors {{ code field message }} }} }}",
            first.to_uppercase()
        );
        self.ask(who, &document, json!({ "input": input })).await
    }

    /// Gives Litware `count` service requests for its customer Tailspin, with the relationship's id.
    pub async fn many_service_requests(&self, count: usize) -> String {
        let relationship = self.relate("litware.example", "tailspin.example").await;
        let sql = format!(
            "insert into service_requests (id, relationship_id, partner_id, opened_by, opened_at, subject, description)
             select gen_random_uuid(), r.id, r.partner_id, u.id, '2026-01-01', 'Same', 'Same'
             from generate_series(1, {count}) n, relationships r join users u on u.organization_id = r.partner_id
             join organizations c on c.id = r.customer_id
             where u.email = 'agent@litware.example' and c.tenant = 'tailspin.example'"
        );
        self.sql(&sql).await;
        relationship
    }
}
