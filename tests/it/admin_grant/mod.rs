//! What a partner may administer, and until when: asked for, listed, taken away, given back, narrowed, extended, ended.

mod asked;
mod change_roles;
mod end;
mod expire;
mod list;
mod notify;
mod race;
mod restored;
mod revoke;
mod set_auto_extend;
mod year;

use accord_tests::{Answer, TestApp, granular};
use domain::admin_grant::DirectoryRole::{self, LicenseAdministrator, UserAdministrator};
use serde_json::json;

/// The partner that holds the grants of these tests, and its people.
const PARTNER: &str = "litware.example";
const PARTNER_ADMIN: &str = "admin@litware.example";
const PARTNER_AGENT: &str = "agent@litware.example";

/// The customer on whose tenant they are, and its people.
const CUSTOMER: &str = "tailspin.example";
const CUSTOMER_ADMIN: &str = "admin@tailspin.example";

const ROLES: [DirectoryRole; 2] = [UserAdministrator, LicenseAdministrator];

/// Everybody who is told of a grant by mail, in the order of their addresses.
const TOLD: [&str; 3] = [PARTNER_ADMIN, CUSTOMER_ADMIN, PARTNER_AGENT];

/// A grant of two roles for so long.
async fn granted(app: &TestApp, duration: &str, auto_extend: bool) -> String {
    app.granted(PARTNER, CUSTOMER, &granular(&ROLES, duration, auto_extend)).await
}

/// The customer accepts an invitation, whatever comes of it: in its country another agreement is in force than in most.
async fn try_accept(app: &TestApp, token: &str) -> Answer {
    let mut input = app.signature_in("GU", "en").await;
    input["token"] = json!(token);
    app.try_accept_with(CUSTOMER_ADMIN, input).await
}

/// Where a grant stands, as either side sees it.
async fn status(app: &TestApp, id: &str) -> String {
    let [held, given] = [app.grant(PARTNER_AGENT, id).await, app.grant(CUSTOMER_ADMIN, id).await];
    assert_eq!(held, given, "both sides see the same");
    held["status"].as_str().expect("a status").to_owned()
}

/// What both sides read of a grant, the earliest first.
async fn told(app: &TestApp, id: &str) -> Vec<String> {
    let held = app.activity(PARTNER_AGENT, id).await;
    assert_eq!(app.activity(CUSTOMER_ADMIN, id).await, held, "both sides read the same");
    held
}

/// To whom mails went, in order of addresses, whichever mails.
async fn mailed(app: &TestApp) -> Vec<String> {
    let mut to: Vec<String> = app.mails().await.into_iter().map(|mail| mail.to).collect();
    to.sort();
    to
}
