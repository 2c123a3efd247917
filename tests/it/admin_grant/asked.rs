//! What is asked for is explained where the customer decides: in the mail, and in the offer behind its link.

use accord_tests::{Draft, TestApp};
use serde_json::{Value, json};

use super::{CUSTOMER_ADMIN, PARTNER_AGENT};

const OFFER: &str = "query($token: String!) { invitationByLink(token: $token) {
    delegatedAdministration { meanings { role name meaning } } indirectProviderAdministration { meanings { name } } } }";

fn granular(roles: &[&str], auto_extend: bool) -> Value {
    json!({ "granular": { "roles": roles, "duration": "P1Y6M", "autoExtend": auto_extend } })
}

/// The lines of the frame that explain, in the mail that an invitation with this asked for brings.
async fn explained(app: &TestApp, asked: Value) -> (String, Vec<String>) {
    let draft = Draft::to(CUSTOMER_ADMIN).with("delegatedAdministration", asked);
    let (id, token) = app.invite(PARTNER_AGENT, draft).await;
    let mail = app.mails().await.pop().expect("a mail");
    let frame: Vec<&str> = mail.text.lines().take_while(|line| !line.is_empty()).collect();
    for line in &frame {
        let escaped = line.trim_start_matches("- ").replace('\'', "&#39;");
        assert!(mail.html.contains(&escaped), "{line} stands in HTML too: {}", mail.html);
    }
    let (asks, points) = frame.split_first().expect("who asks");
    let lasts = asks.split_once(". ").expect("how long it lasts").1;
    let lines = [lasts].iter().chain(points).map(|line| (*line).to_owned()).collect();
    app.mutate(PARTNER_AGENT, "revokeInvitation", json!({ "id": id })).await.given("invitation");
    (token, lines)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_explains_each_role_and_for_how_long() {
    let app = TestApp::new().await;
    let roles = ["LICENSE_ADMINISTRATOR", "USER_ADMINISTRATOR"];
    let lines = explained(&app, granular(&roles, false)).await.1;
    assert_eq!(
        lines,
        [
            "It ends by itself after 1 year and 6 months unless one of you has it extended, and allows:",
            "- User administrator: create, change and delete users and their licenses",
            "- License administrator: assign and remove licenses",
        ]
    );
    let lines = explained(&app, granular(&["GLOBAL_ADMINISTRATOR"], false)).await.1;
    assert_eq!(lines[0], "It ends by itself after 1 year and 6 months, and allows:", "nobody can have it extended");
    let lines = explained(&app, granular(&roles[..1], true)).await.1;
    assert_eq!(
        lines[0],
        "It lasts 1 year and 6 months, then 180 days more at a time until one of you ends it, and allows:"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_explains_what_full_means() {
    let app = TestApp::new().await;
    assert_eq!(
        explained(&app, json!({ "full": true })).await.1,
        [
            "It lasts until one of you ends it, and allows:",
            "- Its admin agents: everything your own global administrators can do",
            "- Its helpdesk agents: what your own helpdesk administrators can do",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_offer_explains_in_the_words_of_the_mail() {
    let app = TestApp::without_mails().await;
    let offer = async |asked: Value| {
        let draft = Draft::to(CUSTOMER_ADMIN).with("delegatedAdministration", asked);
        let (id, token) = app.invite(PARTNER_AGENT, draft).await;
        let offer = app.ask_nobody(OFFER, json!({ "token": token })).await.only().clone();
        app.mutate(PARTNER_AGENT, "revokeInvitation", json!({ "id": id })).await.given("invitation");
        offer["delegatedAdministration"]["meanings"].clone()
    };
    let (name, meaning) = ("License administrator", "assign and remove licenses");
    assert_eq!(
        offer(granular(&["LICENSE_ADMINISTRATOR"], false)).await,
        json!([{ "role": "LICENSE_ADMINISTRATOR", "name": name, "meaning": meaning }])
    );
    assert_eq!(
        offer(json!({ "full": true })).await,
        json!([
            { "role": null, "name": "Its admin agents", "meaning": "everything your own global administrators can do" },
            { "role": null, "name": "Its helpdesk agents", "meaning": "what your own helpdesk administrators can do" },
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inviter_reads_the_same_explanation_at_its_invitation() {
    let app = TestApp::without_mails().await;
    let asked = granular(&["GLOBAL_READER", "DIRECTORY_READERS"], false);
    let id = app.draft(PARTNER_AGENT, Draft::to(CUSTOMER_ADMIN).with("delegatedAdministration", asked)).await;
    let document = "query($id: ID!) { node(id: $id) { ... on Invitation {
        delegatedAdministration { roles meanings { role } } } } }";
    let asked = app.ask(PARTNER_AGENT, document, json!({ "id": id })).await.at("node.delegatedAdministration").clone();
    let meant: Vec<&Value> = asked["meanings"].as_array().unwrap().iter().map(|it| &it["role"]).collect();
    assert_eq!(json!(meant), asked["roles"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_joint_offer_explains_what_each_of_the_two_asks_for() {
    let app = TestApp::without_mails().await;
    let draft =
        app.joint("admin@wingtip.example").await.with("indirectProviderAdministration", json!({ "full": true }));
    let draft = draft.with("delegatedAdministration", granular(&["GLOBAL_READER"], false));
    let (_, token) = app.invite("agent@contoso.example", draft).await;
    let offer = app.ask_nobody(OFFER, json!({ "token": token })).await.only().clone();
    assert_eq!(offer["delegatedAdministration"]["meanings"][0]["name"], "Global reader");
    assert_eq!(offer["indirectProviderAdministration"]["meanings"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_offer_explains_nothing() {
    let app = TestApp::new().await;
    let (token, _) = explained(&app, json!({ "full": true })).await;
    let offer = app.ask_nobody(OFFER, json!({ "token": token })).await.only().clone();
    assert_eq!(offer, json!({ "delegatedAdministration": null, "indirectProviderAdministration": null }));
}
