//! Who sees which object; from everybody else it is hidden as if it were not there.

use accord_tests::{CUSTOMER, Draft, PARTNER, TestApp};
use dev::seed::OPERATOR;
use serde_json::json;

/// Each sees the side of Contoso's relationship with Adventure Works that they are on, or neither.
const PARTNERS_AGENT: &str = "agent@contoso.example";
const PARTNERS_SALES: &str = "sales@contoso.example";
const CUSTOMERS_ADMIN: &str = "admin@adventure-works.example";
const CUSTOMERS_USER: &str = "user@adventure-works.example";
const STRANGER: &str = "admin@fabrikam.example";
const OTHER_CUSTOMER: &str = "admin@datum.example";
const UNREGISTERED: &str = "admin@unheard-of.example";

const EVERYBODY: [&str; 8] =
    [PARTNERS_AGENT, PARTNERS_SALES, CUSTOMERS_ADMIN, CUSTOMERS_USER, STRANGER, OTHER_CUSTOMER, UNREGISTERED, OPERATOR];

/// Stops the test unless exactly these people see the only object that the query names.
async fn seen_by(app: &TestApp, prefix: &str, query: &str, people: &[&str]) {
    let ids = app.ids(prefix, query).await;
    let [id] = ids.as_slice() else { panic!("{} objects: {query}", ids.len()) };
    let mut seeing = Vec::new();
    for who in EVERYBODY {
        let answer = app.ask(who, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
        if !answer.at("node").is_null() {
            seeing.push(who);
        }
    }
    assert_eq!(seeing, people, "{id}");
}

fn invitation(to: &str, status: &str) -> String {
    format!(
        "select i.id from invitations i join organizations o on o.id = i.inviter_id
         where o.tenant = 'contoso.example' and recipient_email = '{to}' and status = '{status}'"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_is_seen_by_its_people_and_by_the_other_side_of_its_relationships() {
    let app = TestApp::new().await;
    let partner = "select id from organizations where tenant = 'contoso.example'";
    let both = [PARTNERS_AGENT, PARTNERS_SALES, CUSTOMERS_ADMIN, CUSTOMERS_USER, OPERATOR];
    seen_by(&app, "org", partner, &both).await;
    let customer = "select id from organizations where tenant = 'adventure-works.example'";
    seen_by(&app, "org", customer, &both).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_is_seen_by_whom_it_invited_once_the_invitation_is_sent() {
    let app = TestApp::without_mails().await;
    let inviter = app.organization("litware.example").await;
    let seen = async |who: &str| {
        let answer = app.ask(who, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": inviter })).await;
        !answer.at("node").is_null()
    };
    let draft = app.draft(PARTNER, Draft::to("Admin@Tailspin.example")).await;
    assert!(!seen(CUSTOMER).await);
    app.try_send(PARTNER, &draft).await.given("invitation");
    assert!(seen(CUSTOMER).await);
    assert!(!seen("user@tailspin.example").await, "the other person of the same organization");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_seen_by_colleagues() {
    let app = TestApp::new().await;
    let person = "select id from users where email = 'admin@contoso.example'";
    seen_by(&app, "usr", person, &[PARTNERS_AGENT, PARTNERS_SALES, OPERATOR]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_seen_by_its_people() {
    let app = TestApp::new().await;
    let partner = "select id from organizations where tenant = 'contoso.example'";
    seen_by(&app, "ptn", partner, &[PARTNERS_AGENT, PARTNERS_SALES, OPERATOR]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_seen_by_its_people() {
    let app = TestApp::new().await;
    let customer = "select id from organizations where tenant = 'adventure-works.example'";
    seen_by(&app, "acc", customer, &[CUSTOMERS_ADMIN, CUSTOMERS_USER, OPERATOR]).await;
    let partner = "select id from organizations where tenant = 'contoso.example'";
    seen_by(&app, "acc", partner, &[PARTNERS_AGENT, PARTNERS_SALES, OPERATOR]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_never_a_partner_is_seen_as_one_by_nobody() {
    let app = TestApp::new().await;
    seen_by(&app, "ptn", "select id from organizations where tenant = 'adventure-works.example'", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relationship_is_seen_by_both_sides_also_once_removed() {
    let app = TestApp::new().await;
    let relationship = "select r.id from relationships r join organizations o on o.id = r.partner_id
                        where o.tenant = 'contoso.example'";
    let both = [PARTNERS_AGENT, PARTNERS_SALES, CUSTOMERS_ADMIN, CUSTOMERS_USER, OPERATOR];
    seen_by(&app, "rel", relationship, &both).await;
    app.sql("update relationships set status = 'removed', removed_at = now(), removed_by = 'customer'").await;
    seen_by(&app, "rel", relationship, &both).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_grant_is_seen_by_both_sides() {
    let app = TestApp::new().await;
    let of_customer = "select id from admin_grants where scope = 'granular'";
    seen_by(&app, "grt", of_customer, &[STRANGER, OTHER_CUSTOMER, OPERATOR]).await;
    let of_reseller = "select id from admin_grants where scope = 'full'";
    seen_by(&app, "grt", of_reseller, &[PARTNERS_AGENT, PARTNERS_SALES, OPERATOR]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_invitation_is_seen_by_the_whole_organization_that_accepted() {
    let app = TestApp::new().await;
    let people = [PARTNERS_AGENT, PARTNERS_SALES, CUSTOMERS_ADMIN, CUSTOMERS_USER, OPERATOR];
    seen_by(&app, "inv", &invitation(CUSTOMERS_ADMIN, "accepted"), &people).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_invitation_is_seen_by_its_addressee_alone_on_that_side() {
    let app = TestApp::new().await;
    let people = [PARTNERS_AGENT, PARTNERS_SALES, CUSTOMERS_ADMIN, OPERATOR];
    seen_by(&app, "inv", &invitation(CUSTOMERS_ADMIN, "declined"), &people).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_seen_by_its_addressee_from_sending_on() {
    let app = TestApp::without_mails().await;
    let asks_for_more = Draft::to(CUSTOMERS_ADMIN).with("delegatedAdministration", json!({ "full": true }));
    let draft = app.draft(PARTNERS_AGENT, asks_for_more).await;
    let inviters = [PARTNERS_AGENT, PARTNERS_SALES, OPERATOR];
    seen_by(&app, "inv", &invitation(CUSTOMERS_ADMIN, "draft"), &inviters).await;
    app.try_send(PARTNERS_AGENT, &draft).await.given("invitation");
    let people = [PARTNERS_AGENT, PARTNERS_SALES, CUSTOMERS_ADMIN, OPERATOR];
    seen_by(&app, "inv", &invitation(CUSTOMERS_ADMIN, "pending"), &people).await;
    app.revoke(&draft).await.given("invitation");
    seen_by(&app, "inv", &invitation(CUSTOMERS_ADMIN, "revoked"), &people).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_was_revoked_is_never_seen_by_its_addressee() {
    let app = TestApp::new().await;
    let draft = app.draft(PARTNERS_AGENT, Draft::to(CUSTOMERS_ADMIN)).await;
    app.revoke(&draft).await.given("invitation");
    let inviters = [PARTNERS_AGENT, PARTNERS_SALES, OPERATOR];
    seen_by(&app, "inv", &invitation(CUSTOMERS_ADMIN, "revoked"), &inviters).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agreements_are_seen_by_everybody() {
    let app = TestApp::new().await;
    seen_by(&app, "agr", "select id from agreements where country = 'US'", &EVERYBODY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activity_is_seen_by_its_readers_as_far_as_their_roles_reach() {
    let app = TestApp::new().await;
    let of = |event: &str, email: &str| {
        format!(
            "select a.id from activities a join invitations i on i.id = a.subject_id
             join organizations o on o.id = i.inviter_id and o.tenant = 'contoso.example'
             where a.event = '{event}' and i.recipient_email = '{email}' and i.status = 'accepted'"
        )
    };
    let sent = of("invitation.sent", CUSTOMERS_ADMIN);
    seen_by(&app, "act", &sent, &[PARTNERS_AGENT, OPERATOR]).await;
    let accepted = of("invitation.accepted", CUSTOMERS_ADMIN);
    seen_by(&app, "act", &accepted, &[PARTNERS_AGENT, CUSTOMERS_ADMIN, OPERATOR]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_subject_of_an_activity_is_null_for_who_may_not_see_it() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(PARTNER, Draft::to("somebody@tailspin.example")).await;
    // Another administrator of the addressee's organization declines, and reads of what is not addressed to them.
    app.decline(CUSTOMER, &token).await.given("invitation");
    let document = "query($id: ID!) { viewer { account { activity(filter: { subjectId: $id }) {
        nodes { event subject { id } } } } } }";
    let answer = app.ask(CUSTOMER, document, json!({ "id": id })).await;
    let expected = json!([{ "event": "invitation.declined", "subject": null }]);
    assert_eq!(*answer.at("viewer.account.activity.nodes"), expected);
}
