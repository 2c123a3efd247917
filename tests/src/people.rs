//! An organization's people, as partners under a grant and the organization's own administrator manage them.

use domain::user;
use serde_json::{Value, json};

use crate::{Answer, TestApp};

/// What tests read of a person.
const USER: &str = "id name email locale roles status deletedAt organization { domain }";

impl TestApp {
    /// Somebody creates a person of an organization, by its domain, whatever comes of it.
    pub async fn create_user(&self, who: &str, domain: &str, mut input: Value) -> Answer {
        input["customerId"] = json!(self.organization_row(domain).await.id.to_string());
        self.change_user(who, "createCustomerUser", input).await
    }

    /// The same of a person called Nina without roles; gives the id.
    pub async fn created(&self, who: &str, domain: &str) -> String {
        let input = json!({ "name": "Nina", "email": format!("nina@{domain}") });
        let created = self.create_user(who, domain, input).await.given("user");
        created["id"].as_str().expect("an id").to_owned()
    }

    /// Somebody changes a person, whatever comes of it.
    pub async fn update_user(&self, who: &str, id: &str, mut change: Value) -> Answer {
        change["id"] = json!(id);
        self.change_user(who, "updateCustomerUser", change).await
    }

    /// Somebody deletes a person, whatever comes of it.
    pub async fn delete_user(&self, who: &str, id: &str) -> Answer {
        self.change_user(who, "deleteCustomerUser", json!({ "id": id })).await
    }

    /// Somebody restores a person, whatever comes of it.
    pub async fn restore_user(&self, who: &str, id: &str) -> Answer {
        self.change_user(who, "restoreCustomerUser", json!({ "id": id })).await
    }

    /// Somebody does something to a person with this input, whatever comes of it.
    pub async fn change_user(&self, who: &str, mutation: &str, input: Value) -> Answer {
        let (first, rest) = mutation.split_at(1);
        let document = format!(
            "mutation($input: {}{rest}Input!) {{ {mutation}(input: $input) {{ user {{ {USER} }}
             userErrors {{ code field message }} }} }}",
            first.to_uppercase()
        );
        self.ask(who, &document, json!({ "input": input })).await
    }

    /// The person as somebody sees them; null where they do not.
    pub async fn user(&self, who: &str, id: &str) -> Value {
        let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on User {{ {USER} }} }} }}");
        self.ask(who, &document, json!({ "id": id })).await.only().clone()
    }

    /// The id of the person of this address.
    pub async fn user_id(&self, email: &str) -> String {
        self.ids("usr", &format!("select id from users where email = '{email}'")).await.remove(0)
    }

    /// What a worker purges when it comes by; how many people.
    pub async fn purge_users(&self) -> usize {
        user::purge(&self.store, 200).await.expect("a run")
    }
}
