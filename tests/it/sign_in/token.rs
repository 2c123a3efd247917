//! Tokens that nobody may accept: 401 UNAUTHENTICATED, saying why and nothing of what the token holds.

use std::time::Duration;

use accord_tests::{Answer, PARTNER, TestApp};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dev::issuer::{Issuer, claims_for, forge};
use serde_json::{Value, json};

const DOCUMENT: &str = "{ regions { code } }";

async fn ask_with(app: &TestApp, token: &str) -> Answer {
    app.post(Some(token), json!({ "query": DOCUMENT })).await
}

/// Stops the test unless the token is refused, even where nobody needs to be signed in, and nothing of it comes back.
async fn is_refused(app: &TestApp, token: &str) {
    let answer = ask_with(app, token).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
    assert_eq!(answer.error(), "UNAUTHENTICATED");
    assert!(answer.headers[header::WWW_AUTHENTICATE].to_str().unwrap().starts_with("Bearer"));
    assert!(answer.body.get("data").is_none(), "{}", answer.body);
    let text = answer.body.to_string();
    let parts = token.split(['.', '"', '@']).filter(|part| part.len() > 5);
    for part in parts.chain(["litware", "elsewhere", "marker"]) {
        assert!(!text.contains(part), "{part} came back: {text}");
    }
}

/// All that a good token of a partner's agent holds.
fn payload(app: &TestApp) -> Value {
    app.issuer.payload(&claims_for(PARTNER).unwrap(), Duration::from_secs(3600)).unwrap()
}

/// The same with one claim changed; null removes it.
fn changed(app: &TestApp, claim: &str, value: Value) -> String {
    let mut payload = payload(app);
    if value.is_null() {
        payload.as_object_mut().unwrap().remove(claim);
    } else {
        payload[claim] = value;
    }
    app.issuer.sign(&payload).unwrap()
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_token_is_taken() {
    let app = TestApp::new().await;
    let token = app.issuer.sign(&payload(&app)).unwrap();
    assert!(ask_with(&app, &token).await.at("regions").is_array());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_refused() {
    let app = TestApp::new().await;
    is_refused(&app, &changed(&app, "exp", json!(now() - 3600))).await;
    is_refused(&app, &changed(&app, "exp", Value::Null)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_valid_yet_is_refused() {
    let app = TestApp::new().await;
    is_refused(&app, &changed(&app, "nbf", json!(now() + 3600))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_another_audience_is_refused() {
    let app = TestApp::new().await;
    for audience in [json!("elsewhere"), json!(["elsewhere", "marker"]), json!(""), Value::Null] {
        is_refused(&app, &changed(&app, "aud", audience)).await;
    }
    let both = changed(&app, "aud", json!(["elsewhere", "accord"]));
    assert!(ask_with(&app, &both).await.at("regions").is_array());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_issuer_is_refused() {
    let app = TestApp::new().await;
    for issuer in ["https://elsewhere.example", "https://issuer.accord.example/", ""] {
        is_refused(&app, &changed(&app, "iss", json!(issuer))).await;
    }
    is_refused(&app, &changed(&app, "iss", Value::Null)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_names_nobody_is_refused() {
    let app = TestApp::new().await;
    for claim in ["sub", "tid"] {
        for nobody in [Value::Null, json!(""), json!("marker\0"), json!(7), json!("marker".repeat(100))] {
            is_refused(&app, &changed(&app, claim, nobody)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_signed_is_refused() {
    let app = TestApp::new().await;
    is_refused(&app, &forge::unsigned(&payload(&app))).await;
    let signed = app.issuer.sign(&payload(&app)).unwrap();
    let (head, _) = signed.rsplit_once('.').unwrap();
    is_refused(&app, head).await;
    is_refused(&app, &format!("{head}.")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_signed_with_the_public_key_as_a_secret_is_refused() {
    let app = TestApp::new().await;
    let keys = app.issuer.jwks();
    let x = URL_SAFE_NO_PAD.decode(keys["keys"][0]["x"].as_str().unwrap()).unwrap();
    for secret in [keys.to_string().into_bytes(), keys["keys"][0].to_string().into_bytes(), x] {
        is_refused(&app, &forge::with_secret(&payload(&app), &secret).unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_tampered_with_is_refused() {
    let app = TestApp::new().await;
    let token = app.issuer.sign(&payload(&app)).unwrap();
    for (claim, value) in [("sub", "admin@litware.example"), ("tid", "contoso.example"), ("email", "marker@b.example")]
    {
        is_refused(&app, &forge::tampered(&token, claim, json!(value)).unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_a_key_that_the_issuer_does_not_have_is_refused() {
    let app = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    let impostor = Issuer::open(folder.path()).unwrap();
    is_refused(&app, &impostor.sign(&payload(&app)).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_token_is_refused() {
    let app = TestApp::new().await;
    for nonsense in ["x", "x.y.z", "marker.marker.marker", &"marker".repeat(5_000)] {
        is_refused(&app, nonsense).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_other_scheme_than_bearer_is_refused() {
    let app = TestApp::new().await;
    let token = app.issuer.sign(&payload(&app)).unwrap();
    for value in [format!("Basic {token}"), token.clone(), "Bearer".to_owned(), format!("Bearer, {token}")] {
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, &value)
            .body(Body::from(json!({ "query": DOCUMENT }).to_string()))
            .unwrap();
        let answer = app.send(request).await;
        assert_eq!((answer.status, answer.error().as_str()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"), "{value}");
    }
}
