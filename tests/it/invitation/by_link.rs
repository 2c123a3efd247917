use accord_tests::{DEMO, Draft, TestApp, token_of};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::settings::Settings;
use serde_json::{Value, json};

const CLOSED: [&str; 4] = ["ACCEPTED", "DECLINED", "REVOKED", "EXPIRED"];

#[tokio::test(flavor = "multi_thread")]
async fn an_open_offer_says_who_asks_for_what_until_when_and_under_which_agreement() {
    let app = TestApp::without_mails().await;
    let asked = json!({ "granular": { "roles": ["USER_ADMINISTRATOR"], "duration": "P6M", "autoExtend": true } });
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer).with("delegatedAdministration", asked)).await;

    let offer = app.offer(&token).await;

    insta::with_settings!({ filters => vec![("agr_[0-9a-z]{26}", "AGREEMENT"), (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME")] }, {
        insta::assert_json_snapshot!(offer);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_stands_in_an_offer_but_a_hint_at_the_mailbox() {
    let app = TestApp::without_mails().await;
    let draft = Draft(
        json!({ "recipient": { "email": "ann.lee@wingtip.example", "name": "Ann Lee" }, "text": "secret {{link}}" }),
    );
    let (_, token) = app.invite(DEMO.reseller, draft).await;

    let offer = app.offer(&token).await;

    assert_eq!(offer["recipientHint"], "a•••@wingtip.example");
    let shown = offer.to_string();
    for private in ["ann.lee", "Ann Lee", "agent@contoso", "secret"] {
        assert!(!shown.contains(private), "{private} in {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_offer_shows_its_status_and_nothing_about_what_was_asked() {
    let app = TestApp::without_mails().await;
    let asked = |email: &str| Draft::to(email).with("delegatedAdministration", json!({ "full": true }));
    let short = asked("a@blue-sky.example").with("expiresAfter", json!("P1D"));
    let (_, expired) = app.invite(DEMO.reseller, short).await;
    app.days_pass(1);
    let (id, revoked) = app.invite(DEMO.reseller, asked("b@blue-sky.example")).await;
    let (_, declined) = app.invite(DEMO.reseller, asked("c@wingtip.example")).await;
    let (_, accepted) = app.invite(DEMO.reseller, asked("d@wingtip.example")).await;
    app.revoke(&id).await.given("invitation");
    app.decline(DEMO.customer, &declined).await.given("invitation");
    app.try_accept(DEMO.customer, &accepted).await.given("invitation");

    for (token, status) in [accepted, declined, revoked, expired].iter().zip(CLOSED) {
        let offer = app.offer(token).await;
        let seen = ["status", "inviterName", "delegatedAdministration", "agreement"].map(|field| &offer[field]);
        assert_eq!(json!(seen), json!([status, "Contoso", null, null]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_of_a_draft_is_not_yet_one() {
    let app = TestApp::without_mails().await;
    let id = app.draft(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let token = token_of(&app.invitation(DEMO.reseller, &id).await);

    assert_eq!(app.offer(&token).await, Value::Null);
    assert_eq!(app.open(&token).await.reasons(), ["LINK_NOT_VALID token"]);
    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), ["LINK_NOT_VALID token"]);
    app.send_draft(&id).await.given("invitation");
    assert_eq!(app.offer(&token).await["status"], "PENDING");
}

/// Tokens that nobody was given, made from a genuine one.
fn forgeries(genuine: &str) -> Vec<String> {
    let bytes = URL_SAFE_NO_PAD.decode(genuine).unwrap();
    let with = |place: usize, byte: u8| {
        let mut forged = bytes.clone();
        forged[place] ^= byte;
        URL_SAFE_NO_PAD.encode(forged)
    };
    let other_spelling = format!("{}{}", &genuine[..70], if genuine.ends_with('A') { 'B' } else { 'A' });
    vec![
        String::new(),
        "AAAA".into(),
        genuine[..70].into(),
        format!("{genuine}="),
        format!("{genuine}A"),
        other_spelling,
        with(0, 3),
        with(5, 1),
        with(20, 1),
        with(52, 1),
        STANDARD.encode(&bytes),
        "../../etc/passwd".into(),
        "ü".repeat(71),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_or_incomplete_link_is_none_anywhere() {
    let app = TestApp::without_mails().await;
    let (_, genuine) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let not_valid = ["LINK_NOT_VALID token"];

    for forged in forgeries(&genuine).into_iter().filter(|forged| *forged != genuine) {
        assert_eq!(app.offer(&forged).await, Value::Null, "{forged}");
        assert_eq!(app.open(&forged).await.reasons(), not_valid, "{forged}");
        assert_eq!(app.request_new(&forged).await.reasons(), not_valid, "{forged}");
        assert_eq!(app.try_accept(DEMO.customer, &forged).await.reasons(), not_valid, "{forged}");
        assert_eq!(app.decline(DEMO.customer, &forged).await.reasons(), not_valid, "{forged}");
    }
    assert_eq!(app.offer(&genuine).await["status"], "PENDING");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_another_key_is_forged_and_one_of_the_key_before_is_good() {
    let mut app = TestApp::without_mails().await;
    let (_, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    app.restart_with(|settings| rotate(settings, 9)).await;
    assert_eq!(app.offer(&token).await["status"], "PENDING");

    app.restart_with(|settings| rotate(settings, 8)).await;
    assert_eq!(app.offer(&token).await, Value::Null);
    assert_eq!(app.try_accept(DEMO.customer, &token).await.reasons(), ["LINK_NOT_VALID token"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_made_with_the_current_key() {
    let mut app = TestApp::without_mails().await;
    let (id, old) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;

    app.restart_with(|settings| rotate(settings, 9)).await;

    let new = token_of(&app.invitation(DEMO.reseller, &id).await);
    assert_ne!(new, old);
    assert_eq!(app.offer(&new).await["status"], "PENDING");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_stored_nowhere() {
    let app = TestApp::new().await;
    let (id, first) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let second = token_of(&app.resend(&id).await.given("invitation"));
    app.mails().await;
    app.open(&second).await.given("offer");
    app.try_accept(DEMO.customer, &second).await.given("invitation");
    app.mails().await;

    for token in [first, second] {
        app.sql(&format!(
            "do $$ declare name text; found bool; begin
                for name in select table_name from information_schema.tables where table_schema = 'public' loop
                    execute format('select exists (select from %I as row where row::text like %L)', name, '%{token}%') into found;
                    if found then raise exception 'the token is in %', name; end if;
                end loop;
            end $$"
        ))
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_an_offer_changes_nothing() {
    let app = TestApp::without_mails().await;
    let (id, token) = app.invite(DEMO.reseller, Draft::to(DEMO.customer)).await;
    let before = app.invitation(DEMO.reseller, &id).await;
    let activities = app.count("from activities").await;

    for _ in 0..3 {
        app.offer(&token).await;
    }

    assert_eq!(app.invitation(DEMO.reseller, &id).await, before);
    assert_eq!(app.count("from activities").await, activities);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agreement_is_the_known_organizations_countrys_else_the_inviters() {
    let app = TestApp::without_mails().await;
    let title = async |who: &str, draft: Draft| {
        let (_, token) = app.invite(who, draft).await;
        app.offer(&token).await["agreement"]["title"].as_str().unwrap().to_owned()
    };

    assert_eq!(title(DEMO.reseller, Draft::to("it@tailspin.example")).await, "Customer Agreement", "Guam");
    assert_eq!(title(DEMO.reseller, Draft::to("a@blue-sky.example")).await, "Customer Agreement (United States)");
    assert_eq!(
        title(DEMO.stranger, Draft::to("a@blue-sky.example")).await,
        "Customer Agreement",
        "by a German partner"
    );
    let german = Draft(json!({ "recipient": { "email": "b@blue-sky.example", "locale": "de-CH" } }));
    assert_eq!(title(DEMO.stranger, german).await, "Kundenvertrag");
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_of_a_cloud_accept_at_its_portal() {
    let app = TestApp::without_mails().await;
    let full = |email: &str| Draft::to(email).with("delegatedAdministration", json!({ "full": true }));

    let (_, public) = app.invite(DEMO.reseller, full("a@blue-sky.example")).await;
    let (id, government) = app.invite("agent@proseware.example", full("a@blue-sky.example")).await;

    assert_eq!(app.offer(&public).await["portalUrl"], "https://accord.example");
    assert_eq!(app.offer(&government).await["portalUrl"], "https://portal.accord.example.us");
    let link = app.invitation("agent@proseware.example", &id).await["link"].clone();
    assert_eq!(link, json!(format!("https://portal.accord.example.us/invitations/{government}")));
}

/// Puts a new key of links before the one there is.
fn rotate(settings: &mut Settings, byte: u8) {
    let new = STANDARD.encode([byte; 32]).into();
    settings.link_key_previous = Some(std::mem::replace(&mut settings.link_key, new));
}
