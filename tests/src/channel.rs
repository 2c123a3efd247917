//! The two-tier channel: what its tests need of the demo world, and what they do in it.

use serde_json::{Value, json};

use crate::{Answer, Draft, TestApp};

/// People of the two-tier channel, by what they are to a test.
pub struct Channel {
    /// Indirect provider, US: GLOBAL_ADMIN.
    pub provider_admin: &'static str,
    /// Indirect provider, US: ADMIN_AGENT.
    pub provider: &'static str,
    /// Its partner, indirect reseller, US: GLOBAL_ADMIN.
    pub partner_admin: &'static str,
    /// Its partner, indirect reseller, US: ADMIN_AGENT.
    pub partner: &'static str,
    /// An indirect reseller without a partner, US: GLOBAL_ADMIN.
    pub reseller_admin: &'static str,
    /// An indirect reseller without a partner, US: ADMIN_AGENT.
    pub reseller: &'static str,
    /// A customer of nobody, US: GLOBAL_ADMIN.
    pub customer: &'static str,
}

/// The people of the two-tier channel.
pub const CHANNEL: Channel = Channel {
    provider_admin: "admin@northwind.example",
    provider: "agent@northwind.example",
    partner_admin: "admin@contoso.example",
    partner: "agent@contoso.example",
    reseller_admin: "admin@litware.example",
    reseller: "agent@litware.example",
    customer: "admin@wingtip.example",
};

impl Draft {
    /// That the reseller with this address accepts the provider as its partner.
    #[must_use]
    pub fn partnership(email: &str) -> Self {
        Self::to(email).with("kind", json!("INDIRECT_PROVIDER_PARTNERSHIP"))
    }

    /// Asked together with an indirect provider, given by its id.
    #[must_use]
    pub fn jointly_with(self, provider: &str) -> Self {
        self.with("indirectProviderId", json!(provider))
    }
}

impl TestApp {
    /// Northwind's agent invites Litware's administrator: the invitation's id and the token of its link.
    pub async fn invite_to_partnership(&self) -> (String, String) {
        self.invite(CHANNEL.provider, Draft::partnership(CHANNEL.reseller_admin)).await
    }

    /// Somebody authorizes the indirect provider, whatever comes of it.
    pub async fn authorize(&self, who: &str, token: &str) -> Answer {
        self.try_accept_with(who, json!({ "token": token, "authorizeIndirectProvider": true })).await
    }

    /// Makes Northwind and Litware partners; gives the partnership's id.
    pub async fn partner_up(&self) -> String {
        let (_, token) = self.invite_to_partnership().await;
        let outcome = self.authorize(CHANNEL.reseller_admin, &token).await.given("outcome");
        outcome[0]["id"].as_str().expect("a partnership").to_owned()
    }

    /// What Contoso asks together with Northwind of this address.
    pub async fn joint(&self, email: &str) -> Draft {
        Draft::to(email).jointly_with(&self.organization("northwind.example").await)
    }

    /// Contoso's agent invites together with Northwind: the invitation's id and the token of its link.
    pub async fn invite_jointly(&self, email: &str) -> (String, String) {
        self.invite(CHANNEL.partner, self.joint(email).await).await
    }

    /// The relationships, active ones, that somebody's organization has with a customer as its partner, as they see them.
    pub async fn relationships_with(&self, who: &str, customer: &str) -> Vec<Value> {
        let document = "query($search: String!) { viewer { partner { customers(filter: { search: $search }) { nodes {
            id status customer { domain } adminGrants { scope status } invitation { id } } } } } }";
        let answer = self.ask(who, document, json!({ "search": customer })).await;
        answer.at("viewer.partner.customers.nodes").as_array().expect("a list").clone()
    }
}
