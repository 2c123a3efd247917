use accord_tests::{DEMO, Draft, TestApp};
use serde_json::{Value, json};

const ANN: &str = "ann@blue-sky.example";

/// Why a draft to Ann with this field is refused.
async fn reasons(app: &TestApp, field: &str, value: Value) -> Vec<String> {
    app.try_draft(DEMO.reseller, Draft::to(ANN).with(field, value)).await.reasons()
}

/// Why a draft is refused that asks for these roles.
async fn granular(app: &TestApp, roles: &[&str], duration: &str, auto_extend: bool) -> Vec<String> {
    let asked = json!({ "granular": { "roles": roles, "duration": duration, "autoExtend": auto_extend } });
    reasons(app, "delegatedAdministration", asked).await
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_with_the_input_comes_at_once() {
    let app = TestApp::new().await;

    let draft = Draft(json!({
        "recipient": { "email": "ann", "name": "a\nb", "locale": "??", "organizationId": "org_1" },
        "delegatedAdministration": { "granular": { "roles": [], "duration": "P3Y" } },
        "subject": " ",
        "text": "Hello",
        "expiresAfter": "P91D",
    }));

    assert_eq!(
        app.try_draft(DEMO.reseller, draft).await.reasons(),
        [
            "INVALID_EMAIL recipient.email",
            "INVALID recipient.name",
            "NOT_FOUND recipient.organizationId",
            "INVALID recipient.locale",
            "REQUIRED delegatedAdministration.granular.roles",
            "OUT_OF_RANGE delegatedAdministration.granular.duration",
            "REQUIRED subject",
            "LINK_MISSING text",
            "OUT_OF_RANGE expiresAfter",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_one_plain_address_is_refused() {
    let app = TestApp::new().await;
    let long = format!("{}@{}.example", "a".repeat(64), vec!["b".repeat(60); 4].join("."));
    assert!(long.len() > 254);

    for email in [
        "",
        "ann",
        "ann@",
        "ann@localhost",
        "ann@blue-sky.example\r\nBcc: eve@evil.example",
        "ann@blue-sky.example, eve@evil.example",
        "ann@blue-sky.example;eve@evil.example",
        "Ann <ann@blue-sky.example>",
        "ann@[127.0.0.1]",
        "ann@blue-sky.example.",
        "ann@blue-sky.example%0ABcc:eve@evil.example",
        &long,
    ] {
        let answer = app.try_draft(DEMO.reseller, Draft::to(email)).await;
        assert_eq!(answer.reasons(), ["INVALID_EMAIL recipient.email"], "{email:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_keeps_its_case() {
    let app = TestApp::new().await;

    let draft = app.try_draft(DEMO.reseller, Draft::to(" Ann@Blue-Sky.example ")).await.given("invitation");

    assert_eq!(draft["recipient"]["email"], "Ann@Blue-Sky.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_stands_in_the_text_and_never_in_the_subject() {
    let app = TestApp::new().await;

    assert_eq!(reasons(&app, "text", json!("Hello, {{ link }}, {link}")).await, ["LINK_MISSING text"]);
    assert_eq!(reasons(&app, "subject", json!("See {{link}}")).await, ["LINK_MISSING subject"]);
    assert_eq!(reasons(&app, "text", json!("{{link}} and {{link}}")).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn subject_text_and_name_have_their_longest_in_characters() {
    let app = TestApp::new().await;
    let text = |length: usize| json!(format!("{{{{link}}}}{}", "ü".repeat(length - 8)));
    let name = |length: usize| json!({ "email": ANN, "name": "ü".repeat(length) });

    assert_eq!(reasons(&app, "text", text(10_000)).await, [""; 0]);
    assert_eq!(reasons(&app, "text", text(10_001)).await, ["TOO_LONG text"]);
    assert_eq!(reasons(&app, "subject", json!("ü".repeat(200))).await, [""; 0]);
    assert_eq!(reasons(&app, "subject", json!("ü".repeat(201))).await, ["TOO_LONG subject"]);
    assert_eq!(reasons(&app, "recipient", name(200)).await, [""; 0]);
    assert_eq!(reasons(&app, "recipient", name(201)).await, ["TOO_LONG recipient.name"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_break_in_subject_or_name_would_forge_a_header_and_is_refused() {
    let app = TestApp::new().await;

    for forged in ["Hello\r\nBcc: eve@evil.example", "Hello\nBcc: eve@evil.example", "Hello\u{0}", "Hello\u{202e}"] {
        assert_eq!(reasons(&app, "subject", json!(forged)).await, ["INVALID subject"], "{forged:?}");
        let named = json!({ "email": ANN, "name": forged });
        assert_eq!(reasons(&app, "recipient", named).await, ["INVALID recipient.name"], "{forged:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_that_the_partner_does_not_know_cannot_be_named() {
    let app = TestApp::new().await;
    let naming = |id: Value| json!({ "email": ANN, "organizationId": id });
    let of_somebody_else = app.organization("datum.example").await;

    for id in ["", "org_1", "inv_01h455vb4pex5vsknk084sn02q", "org_01h455vb4pex5vsknk084sn02q", &of_somebody_else] {
        let refused = reasons(&app, "recipient", naming(json!(id))).await;
        assert_eq!(refused, ["NOT_FOUND recipient.organizationId"], "{id}");
    }
    let customer = app.organization("adventure-works.example").await;
    assert_eq!(reasons(&app, "recipient", naming(json!(customer))).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_stands_for_a_day_to_ninety_days() {
    let app = TestApp::new().await;

    for period in ["P1D", "P90D", "P1M", "P12W"] {
        assert_eq!(reasons(&app, "expiresAfter", json!(period)).await, [""; 0], "{period}");
    }
    for period in ["P91D", "P1Y", "P10000D"] {
        assert_eq!(reasons(&app, "expiresAfter", json!(period)).await, ["OUT_OF_RANGE expiresAfter"], "{period}");
    }
    for period in ["", "30", "P0D", "-P1D", "PT23H", "P1DT1H", "P99999999999999D"] {
        assert_eq!(reasons(&app, "expiresAfter", json!(period)).await, ["INVALID expiresAfter"], "{period}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_granular_grant_lasts_a_day_to_two_years() {
    let app = TestApp::new().await;
    let lasting = async |duration: &str| granular(&app, &["GLOBAL_READER"], duration, false).await;

    for duration in ["P1D", "P2Y", "P24M", "P180D"] {
        assert_eq!(lasting(duration).await, [""; 0], "{duration}");
    }
    for duration in ["P2Y1D", "P25M", "P732D"] {
        assert_eq!(lasting(duration).await, ["OUT_OF_RANGE delegatedAdministration.granular.duration"], "{duration}");
    }
    for duration in ["", "PT12H", "two years"] {
        assert_eq!(lasting(duration).await, ["INVALID delegatedAdministration.granular.duration"], "{duration}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_granular_grant_names_roles_and_global_administrator_rules_out_extending() {
    let app = TestApp::new().await;

    assert_eq!(granular(&app, &[], "P1Y", true).await, ["REQUIRED delegatedAdministration.granular.roles"]);
    assert_eq!(
        granular(&app, &["GLOBAL_READER", "GLOBAL_ADMINISTRATOR"], "P1Y", true).await,
        ["AUTO_EXTEND_NOT_ALLOWED delegatedAdministration.granular.autoExtend"]
    );
    assert_eq!(granular(&app, &["GLOBAL_ADMINISTRATOR"], "P1Y", false).await, [""; 0]);
    assert_eq!(granular(&app, &["GLOBAL_READER"], "P1Y", true).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_named_twice_is_asked_for_once_and_full_false_asks_for_nothing() {
    let app = TestApp::new().await;
    let asked = async |what: Value| {
        let draft = Draft::to(ANN).with("delegatedAdministration", what);
        app.try_draft(DEMO.reseller, draft).await.given("invitation")["delegatedAdministration"].clone()
    };

    let twice = ["GLOBAL_READER", "USER_ADMINISTRATOR", "GLOBAL_READER"];
    let twice = asked(json!({ "granular": { "roles": twice, "duration": "P1Y" } })).await;
    assert_eq!(twice["roles"], json!(["GLOBAL_READER", "USER_ADMINISTRATOR"]));
    assert_eq!(asked(json!({ "full": false })).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_has_the_link_ten_times_at_most() {
    let app = TestApp::new().await;
    for (times, reasons) in [(10, vec![]), (11, vec!["INVALID text"])] {
        let draft = Draft::to("ann@blue-sky.example").with("text", json!("{{link}} ".repeat(times)));
        assert_eq!(app.try_draft(DEMO.reseller, draft).await.reasons(), reasons, "{times}");
    }
}
