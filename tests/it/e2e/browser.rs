use std::path::Path;

use accord_tests::{CHANNEL, DEMO};
use serde_json::{Value, json};
use tokio::process::Command;

use super::Accord;

/// Where Debian has it.
const CHROMIUM: &str = "/usr/bin/chromium";

/// What a page looks like once its scripts have run, and what it wrote to the console. None: no browser is there.
async fn browse(url: &str) -> Option<(String, String)> {
    if !Path::new(CHROMIUM).exists() {
        eprintln!("skipped: there is no {CHROMIUM}");
        return None;
    }
    let profile = tempfile::tempdir().unwrap();
    let mut browser = Command::new(CHROMIUM);
    browser.arg(format!("--user-data-dir={}", profile.path().display()));
    browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]);
    browser.args(["--enable-logging=stderr", "--virtual-time-budget=10000", "--dump-dom", url]);
    let shown = browser.kill_on_drop(true).output().await.unwrap();
    let log = String::from_utf8_lossy(&shown.stderr).into_owned();
    let console: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
    Some((String::from_utf8_lossy(&shown.stdout).into_owned(), console.join("\n")))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_customer_sees_who_asks_and_how_it_stands_and_nothing_is_blocked() {
    let accord = Accord::start(|it| it).await;
    let id = accord.invite(DEMO.customer).await;
    let link = format!("http://127.0.0.1:{}/invitations/{}", accord.api.port, accord.mail(1).await.token());

    if let Some((page, console)) = browse(&link).await {
        assert!(page.contains("Contoso") && page.contains("United States"), "{page}");
        assert!(!page.contains("Reading the invitation"), "{page}");
        assert_eq!(console, "");
    }

    let revoke = "mutation($id: ID!) { revokeInvitation(input: { id: $id }) { userErrors { code } } }";
    accord.ask(DEMO.reseller, revoke, json!({ "id": id })).await.reasons();
    if let Some((page, console)) = browse(&link).await {
        assert!(page.contains(">revoked<"), "{page}");
        assert_eq!(console, "");
    }
    accord.end().await;
}

/// Sends what somebody asks; gives the link.
async fn link(accord: &Accord, who: &str, row: Value) -> String {
    let send = "mutation($rows: [DraftInvitationInput!]!) { sendInvitations(input: { rows: $rows }) {
        rows { invitation { link } userErrors { code message } } userErrors { code message } } }";
    let sent = accord.ask(who, send, json!({ "rows": [row] })).await.given("rows");
    sent[0]["invitation"]["link"].as_str().expect("a link").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_customer_sees_both_who_ask_jointly_and_a_reseller_what_authorizing_allows() {
    let accord = Accord::start(|it| it).await;
    let own = "{ viewer { organization { id } } }";
    let provider = accord.ask(CHANNEL.provider, own, json!({})).await.text("viewer.organization.id");
    let full = json!({ "full": true });
    let joint = json!({ "recipient": { "email": CHANNEL.customer }, "indirectProviderId": provider,
        "indirectProviderAdministration": full });
    let partnership =
        json!({ "recipient": { "email": CHANNEL.reseller_admin }, "kind": "INDIRECT_PROVIDER_PARTNERSHIP" });

    if let Some((page, console)) = browse(&link(&accord, CHANNEL.partner, joint).await).await {
        for shown in ["Contoso", "Northwind Traders", "None is asked for", "Full administration", "ask together"] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        assert_eq!(console, "");
    }
    if let Some((page, console)) = browse(&link(&accord, CHANNEL.provider, partnership).await).await {
        for shown in ["<ul lang=\"en\">", "may place orders", "administrator access", "Northwind Traders"] {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        assert_eq!(console, "");
    }
    accord.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_not_valid_says_so() {
    let accord = Accord::start(|it| it).await;

    if let Some((page, console)) = browse(&format!("http://127.0.0.1:{}/invitations/forged", accord.api.port)).await {
        assert!(page.contains("not valid"), "{page}");
        assert_eq!(console, "");
    }
    accord.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn graphiql_opens_and_nothing_is_blocked() {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("web");
    if !web.join("node_modules/.package-lock.json").exists() {
        eprintln!("skipped: GraphiQL is not installed; `cargo dev up` does it");
        return;
    }
    let accord = Accord::start(|it| it.with("ACCORD_GRAPHIQL", true).with("ACCORD_WEB_DIR", web.display())).await;

    if let Some((page, console)) = browse(&format!("http://127.0.0.1:{}/graphql", accord.api.port)).await {
        assert!(page.contains("graphiql-container"), "{page}");
        assert!(!console.contains("Content Security Policy"), "{console}");
    }
    accord.end().await;
}
