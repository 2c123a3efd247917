//! What people do with invitations, over GraphQL; each gives the answer, whatever came of it.

use dev::issuer::{Claims, claims_for};
use serde_json::{Value, json};

use crate::{Answer, DEMO, Draft, TestApp};

/// What tests read of an invitation.
const INVITATION: &str = "invitation { id kind status recipient { email name locale }
    delegatedAdministration { scope roles duration autoExtend }
    indirectProvider { domain } indirectProviderAdministration { scope roles duration autoExtend } message { subject template text html mailtoUrl } link
    delivery { status attempts messageId } createdAt sentAt openedAt expiresAt answeredAt declineReason }";

/// What tests read of an offer.
const OFFER: &str = "offer { kind status inviterName inviterCountry indirectProviderName indirectProviderCountry
    recipientHint delegatedAdministration { scope roles duration autoExtend }
    indirectProviderAdministration { scope roles duration autoExtend } authorization locale isExistingCustomer
    agreement { id title version locale } expiresAt portalUrl }";

/// What tests read of a refusal.
const REFUSALS: &str = "userErrors { code field message }";

impl TestApp {
    /// Runs a mutation of invitations with its one input.
    pub async fn mutate(&self, who: &str, mutation: &str, input: Value) -> Answer {
        self.mutate_as(&claims_for(who).expect("an address"), mutation, input).await
    }

    /// The same, as whoever a token says.
    pub async fn mutate_as(&self, who: &Claims, mutation: &str, input: Value) -> Answer {
        self.ask_as(who, &document(mutation), json!({ "input": input })).await
    }

    /// The same, by who is not signed in.
    pub async fn mutate_as_nobody(&self, mutation: &str, input: Value) -> Answer {
        self.ask_nobody(&document(mutation), json!({ "input": input })).await
    }

    /// The reseller's agent changes a draft.
    pub async fn edit(&self, id: &str, mut change: Value) -> Answer {
        change["id"] = json!(id);
        self.mutate(DEMO.reseller, "editInvitation", change).await
    }

    /// The reseller's agent sends a draft.
    pub async fn send_draft(&self, id: &str) -> Answer {
        self.mutate(DEMO.reseller, "sendInvitation", json!({ "id": id })).await
    }

    /// The reseller's agent drafts and sends.
    pub async fn send_new(&self, draft: Draft) -> Answer {
        let id = self.draft(DEMO.reseller, draft).await;
        self.send_draft(&id).await
    }

    /// The reseller's agent drafts and sends many.
    pub async fn send_many(&self, rows: Vec<Draft>) -> Answer {
        self.send_many_with(rows, json!({})).await
    }

    /// The same, with `dryRun` or `idempotencyKey`.
    pub async fn send_many_with(&self, rows: Vec<Draft>, mut input: Value) -> Answer {
        input["rows"] = rows.into_iter().map(|row| row.0).collect();
        self.mutate(DEMO.reseller, "sendInvitations", input).await
    }

    /// The reseller's agent sends it again.
    pub async fn resend(&self, id: &str) -> Answer {
        self.mutate(DEMO.reseller, "resendInvitation", json!({ "id": id })).await
    }

    /// The reseller's agent takes it back.
    pub async fn revoke(&self, id: &str) -> Answer {
        self.mutate(DEMO.reseller, "revokeInvitation", json!({ "id": id })).await
    }

    /// Somebody who is not signed in looks at it.
    pub async fn open(&self, token: &str) -> Answer {
        self.mutate_as_nobody("openInvitation", json!({ "token": token })).await
    }

    /// Somebody says no.
    pub async fn decline(&self, who: &str, token: &str) -> Answer {
        self.mutate(who, "declineInvitation", json!({ "token": token })).await
    }

    /// Somebody who is not signed in asks for a new one.
    pub async fn request_new(&self, token: &str) -> Answer {
        self.mutate_as_nobody("requestNewInvitation", json!({ "token": token })).await
    }

    /// The offer behind a link, as nobody reads it; null where there is none.
    pub async fn offer(&self, token: &str) -> Value {
        let offer = OFFER.replacen("offer", "invitationByLink(token: $token)", 1);
        let document = format!("query($token: String!) {{ {offer} }}");
        self.ask_nobody(&document, json!({ "token": token })).await.only().clone()
    }

    /// The invitation as somebody sees it; null where they do not.
    pub async fn invitation(&self, who: &str, id: &str) -> Value {
        let invitation = INVITATION.replacen("invitation", "... on Invitation", 1);
        let document = format!("query($id: ID!) {{ node(id: $id) {{ {invitation} }} }}");
        self.ask(who, &document, json!({ "id": id })).await.only().clone()
    }

    /// Where an invitation of the reseller stands.
    pub async fn status(&self, id: &str) -> String {
        self.invitation(DEMO.reseller, id).await["status"].as_str().expect("a status").to_owned()
    }

    /// How an invitation of the reseller reaches its recipient.
    pub async fn delivery(&self, id: &str) -> String {
        self.invitation(DEMO.reseller, id).await["delivery"]["status"].as_str().expect("a status").to_owned()
    }

    /// What happened to an object, as somebody's organization reads it, the earliest first.
    pub async fn activity(&self, who: &str, subject: &str) -> Vec<String> {
        let document = "query($id: ID!) { viewer {
            partner { activity(filter: { subjectId: $id }) { nodes { event } } }
            account { activity(filter: { subjectId: $id }) { nodes { event } } } } }";
        let answer = self.ask(who, document, json!({ "id": subject })).await;
        let side = if answer.at("viewer.partner").is_null() { "account" } else { "partner" };
        let nodes = answer.at(&format!("viewer.{side}.activity.nodes")).as_array().expect("a list").clone();
        nodes.iter().rev().map(|node| node["event"].as_str().expect("a name").to_owned()).collect()
    }

    /// The id of an organization of the demo world.
    pub async fn organization(&self, domain: &str) -> String {
        let own = "{ viewer { organization { id } } }";
        self.ask(&format!("admin@{domain}"), own, json!({})).await.text("viewer.organization.id")
    }

    /// Takes a partner's standing.
    pub async fn suspend(&self, domain: &str) {
        let of = format!("(select id from organizations where tenant = '{domain}')");
        self.sql(&format!("update enrollments set status = 'suspended' where organization_id = {of}")).await;
    }

    /// Gives somebody of the demo world the role GLOBAL_ADMIN too.
    pub async fn make_global_admin(&self, who: &str) {
        self.sql(&format!("update users set roles = '{{global_admin}}' where email = '{who}'")).await;
    }

    /// Invitations of the reseller in every state there is, with the state's name.
    pub async fn one_in_every_state(&self) -> Vec<(String, &'static str)> {
        let sent = async |email: &str| self.invite(DEMO.reseller, Draft::to(email)).await;
        let brief = Draft::to("expired@wingtip.example").with("expiresAfter", json!("P1D"));
        let expired = self.invite(DEMO.reseller, brief).await.0;
        self.days_pass(1);
        let draft = self.draft(DEMO.reseller, Draft::to("draft@blue-sky.example")).await;
        let pending = sent("pending@blue-sky.example").await.0;
        let revoked = sent("revoked@blue-sky.example").await.0;
        self.revoke(&revoked).await.given("invitation");
        let (declined, token) = sent("declined@wingtip.example").await;
        self.decline(DEMO.customer, &token).await.given("invitation");
        let (accepted, token) = sent("accepted@wingtip.example").await;
        self.try_accept(DEMO.customer, &token).await.given("invitation");
        vec![
            (draft, "DRAFT"),
            (pending, "PENDING"),
            (accepted, "ACCEPTED"),
            (declined, "DECLINED"),
            (revoked, "REVOKED"),
            (expired, "EXPIRED"),
        ]
    }

    /// What passing deadlines do once a worker comes by.
    pub async fn expire(&self) -> usize {
        domain::invitation::expire(&self.store, 200).await.expect("a run")
    }

    /// The reminders that a worker queues when it comes by.
    pub async fn remind(&self) -> usize {
        domain::invitation::remind(&self.store, 200).await.expect("a run")
    }
}

/// The document of a mutation with one input, reading all that its payload has.
fn document(mutation: &str) -> String {
    let (first, rest) = mutation.split_at(1);
    let input = format!("{}{rest}Input", first.to_uppercase());
    let payload = match mutation {
        "sendInvitations" => format!("rows {{ {INVITATION} {REFUSALS} }}"),
        "openInvitation" | "requestNewInvitation" => OFFER.to_owned(),
        "acceptInvitation" => format!(
            "{INVITATION} outcome {{ __typename ... on Relationship {{ id status }}
             ... on AdminGrant {{ id scope roles status endsAt autoExtend }}
             ... on Partnership {{ id status indirectProvider {{ domain }} indirectReseller {{ domain }} }} }}"
        ),
        _ => INVITATION.to_owned(),
    };
    format!("mutation($input: {input}!) {{ {mutation}(input: $input) {{ {payload} {REFUSALS} }} }}")
}
