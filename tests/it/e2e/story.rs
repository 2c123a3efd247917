use accord_tests::DEMO;
use serde_json::{Value, json};

use super::Accord;

const ACCEPT: &str = "mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) {
    invitation { status } outcome { __typename ... on Relationship { id status } } userErrors { code message } } }";

/// Accepts as the customer's administrator does on the page: reads the offer, and signs what it shows.
pub(super) async fn accept(accord: &Accord, token: &str) -> Value {
    let offer = "query($token: String!) { invitationByLink(token: $token) { status inviterName agreement { id } } }";
    let offer = accord.api.ask(None, offer, json!({ "token": token })).await.only().clone();
    assert_eq!((&offer["status"], &offer["inviterName"]), (&json!("PENDING"), &json!("Contoso")));
    let signer = json!({ "firstName": "Ada", "lastName": "King", "email": "ada@wingtip.example" });
    let input = json!({ "token": token, "agreementId": offer["agreement"]["id"], "signer": signer });
    let accepted = accord.ask(DEMO.customer, ACCEPT, json!({ "input": input })).await;
    accepted.given("invitation");
    accepted.only().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reseller_invites_a_customer_by_mail_and_the_customer_accepts() {
    let accord = Accord::start(|environment| environment).await;

    let id = accord.invite(DEMO.customer).await;
    let mail = accord.mail(1).await;
    assert_eq!(mail.to, DEMO.customer);
    let accepted = accept(&accord, &mail.token()).await;

    assert_eq!(accepted["invitation"]["status"], "ACCEPTED");
    assert_eq!(accepted["outcome"][0]["status"], "ACTIVE");
    let told = accord.mail(2).await;
    assert_eq!(told.to, DEMO.reseller);
    let customers = "{ viewer { partner { customers { nodes { customer { name } } } } } }";
    let customers = accord.ask(DEMO.reseller, customers, json!({})).await.at("viewer.partner.customers").to_string();
    assert!(customers.contains("Wingtip"), "{customers}");
    let query = "query($id: ID!) { node(id: $id) { ... on Invitation { status delivery { status attempts } } } }";
    let invitation = accord.ask(DEMO.reseller, query, json!({ "id": id })).await.only().clone();
    assert_eq!(invitation, json!({ "status": "ACCEPTED", "delivery": { "status": "SENT", "attempts": 1 } }));
    accord.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_processes_end_with_0_when_they_are_told_to_and_have_nothing_to_do() {
    let accord = Accord::start(|environment| environment).await;

    accord.end().await;
}
