//! What many tests need of the demo world.

use serde_json::{Value, json};

use crate::{Answer, TestApp};

/// People of the demo world, by what they are to a test.
pub struct Demo {
    /// Indirect reseller, US: GLOBAL_ADMIN.
    pub reseller_admin: &'static str,
    /// Indirect reseller, US: ADMIN_AGENT.
    pub reseller: &'static str,
    /// Indirect reseller, US: SALES_AGENT.
    pub reseller_sales: &'static str,
    /// Customer, US, in no relationship: GLOBAL_ADMIN.
    pub customer: &'static str,
    /// Customer, US, in no relationship: no role.
    pub customer_user: &'static str,
    /// Another partner, DE: ADMIN_AGENT.
    pub stranger: &'static str,
}

/// The people most tests are about.
pub const DEMO: Demo = Demo {
    reseller_admin: "admin@contoso.example",
    reseller: "agent@contoso.example",
    reseller_sales: "sales@contoso.example",
    customer: "admin@wingtip.example",
    customer_user: "user@wingtip.example",
    stranger: "agent@fabrikam.example",
};

/// The customer agreement in force in a country.
const AGREEMENT: &str = "query($country: CountryCode!, $locale: Locale) {
    agreement(kind: CUSTOMER, country: $country, locale: $locale) { id version } }";

/// An invitation to be drafted, `DraftInvitationInput`.
#[derive(Clone)]
pub struct Draft(pub Value);

impl Draft {
    /// To this address, with everything else left out.
    #[must_use]
    pub fn to(email: &str) -> Self {
        Self(json!({ "recipient": { "email": email } }))
    }

    /// With this field.
    #[must_use]
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.0[field] = value;
        self
    }
}

/// The token of the link that an invitation shows to its inviter.
#[must_use]
#[track_caller]
pub fn token_of(invitation: &Value) -> String {
    let link = invitation["link"].as_str().unwrap_or_else(|| panic!("no link: {invitation:#}"));
    link.rsplit('/').next().unwrap_or_default().to_owned()
}

impl TestApp {
    /// Drafts; stops the test where it is refused. Gives the invitation's id.
    pub async fn draft(&self, who: &str, draft: Draft) -> String {
        self.try_draft(who, draft).await.accepted("draftInvitation").text("draftInvitation.invitation.id")
    }

    /// Drafts, whatever comes of it.
    pub async fn try_draft(&self, who: &str, draft: Draft) -> Answer {
        self.mutate(who, "draftInvitation", draft.0).await
    }

    /// Sends a draft, whatever comes of it.
    pub async fn try_send(&self, who: &str, id: &str) -> Answer {
        self.mutate(who, "sendInvitation", json!({ "id": id })).await
    }

    /// Drafts and sends; gives the invitation's id and the token of its link.
    pub async fn invite(&self, who: &str, draft: Draft) -> (String, String) {
        let id = self.draft(who, draft).await;
        let sent = self.try_send(who, &id).await.given("invitation");
        (id, token_of(&sent))
    }

    /// What accepting takes besides the token: the agreement in force in the United States, and a signer.
    pub async fn signature(&self) -> Value {
        self.signature_in("US", "en").await
    }

    /// The same of another country, or language.
    pub async fn signature_in(&self, country: &str, locale: &str) -> Value {
        let agreement = self.ask_nobody(AGREEMENT, json!({ "country": country, "locale": locale })).await;
        json!({
            "agreementId": agreement.text("agreement.id"),
            "signer": { "firstName": "Ada", "lastName": "King", "email": "ada@wingtip.example" },
        })
    }

    /// Accepts with everything it takes, whatever comes of it.
    pub async fn try_accept(&self, who: &str, token: &str) -> Answer {
        let mut input = self.signature().await;
        input["token"] = json!(token);
        self.try_accept_with(who, input).await
    }

    /// Accepts with this input, whatever comes of it.
    pub async fn try_accept_with(&self, who: &str, input: Value) -> Answer {
        self.mutate(who, "acceptInvitation", input).await
    }
}
