//! Tokens that nobody may believe, most of them signed with the provider's own key: each is refused, and all that is
//! told of it is why.

use std::io::ErrorKind;
use std::net::TcpListener;

use accord_tests::DEMO;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Map, Value, json};

use super::{Accord, Provider, assert_refused};

/// What a good token holds, and who can sign it.
struct Forger {
    provider: Provider,
    header: Value,
    payload: Value,
    /// The good one.
    token: String,
}

impl Forger {
    async fn at(algorithm: &'static str) -> Self {
        let provider = Provider::start(algorithm).await;
        let token = provider.sign_in(DEMO.reseller).await;
        let [header, payload, _] = parts(&token);
        let read = |part: &str| serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap();
        Self { header: read(header), payload: read(payload), provider, token }
    }

    /// The API, which logs as much as it can.
    async fn accord(&self) -> Accord {
        Accord::trusting_with(&self.provider, |it| it.with("RUST_LOG", "trace")).await
    }

    /// A token of these changes to the good one, null for what is left out, signed with the private key of the header's
    /// `kid`.
    async fn with(&self, header: Value, payload: Value) -> String {
        let header = changed(&self.header, header);
        let key = header["kid"].clone();
        self.signed_with(header, payload, &json!({ "kid": key })).await
    }

    /// The same, signed with a key `{ kid }` or a secret `{ secret }`.
    async fn signed_with(&self, header: Value, payload: Value, by: &Value) -> String {
        let (header, payload) = (changed(&self.header, header), changed(&self.payload, payload));
        self.provider.forge(changed(&json!({ "header": header, "payload": payload }), by.clone())).await
    }

    /// A token whose secret is a published key, in every form in which somebody may have configured one.
    async fn with_published_secrets(&self) -> Vec<(String, String)> {
        let (key, pem) = (self.provider.key(), self.provider.printed["pems"][0].as_str().unwrap());
        let body: String = pem.lines().filter(|line| !line.starts_with("---")).collect();
        let number = BASE64.decode(key["x"].as_str().or_else(|| key["n"].as_str()).unwrap()).unwrap();
        let secrets = [
            ("PEM", pem.as_bytes().to_vec()),
            ("trimmed PEM", pem.trim_end().as_bytes().to_vec()),
            ("DER", base64::engine::general_purpose::STANDARD.decode(body).unwrap()),
            ("JWK", key.to_string().into_bytes()),
            ("JWK set", json!({ "keys": [key] }).to_string().into_bytes()),
            ("number", number),
            ("nothing", Vec::new()),
        ];
        let mut tokens = Vec::new();
        for (form, secret) in secrets {
            let by = json!({ "secret": BASE64.encode(secret) });
            tokens.push((
                format!("HS256 with {form}"),
                self.signed_with(json!({ "alg": "HS256" }), json!({}), &by).await,
            ));
        }
        tokens
    }
}

/// An object with these members more or other; null takes one out.
fn changed(object: &Value, changes: Value) -> Value {
    let mut object: Map<String, Value> = object.as_object().unwrap().clone();
    object.extend(changes.as_object().unwrap().clone());
    object.retain(|_, value| !value.is_null());
    Value::Object(object)
}

fn parts(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().expect("three parts")
}

fn now() -> i64 {
    chrono::Utc::now().timestamp()
}

/// Stops the test unless each token is refused for its reason, and nothing but the reason is in the log.
async fn all_are_refused(forger: &Forger, accord: &Accord, tokens: Vec<(impl AsRef<str>, String, &str)>) {
    for (case, token, reason) in tokens {
        let case = case.as_ref();
        let before = accord.api.process.log().len();
        let answer = accord.ask(&token).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{case}: {}", answer.body);
        assert_refused(&answer);
        assert_eq!(answer.body["errors"][0]["message"], reason, "{case}");
        let log = accord.api.process.log()[before..].to_owned();
        assert!(log.contains(&format!(r#""reason":{}"#, json!(reason))), "{case}: {log}");
        let secrets = token.split('.').chain([DEMO.reseller, "contoso"]).filter(|part| part.len() > 6);
        for secret in secrets {
            assert!(!log.contains(secret) && !answer.body.to_string().contains(secret), "{case}: {secret}: {log}");
        }
    }
    assert!(accord.knows(&forger.token).await, "the good one is still good");
}

const EXPIRED: &str = "the token has expired; sign in again";
const MALFORMED: &str = "the token is malformed";
const ALGORITHM: &str = "the token must be signed with RS256, ES256 or EdDSA, as its key says";
const UNKNOWN_KEY: &str = "the token names no key of the issuer; sign in again";
const SIGNATURE: &str = "the token's signature is not valid";

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_time_issuer_or_audience_is_refused_though_the_provider_signed_it() {
    let forger = Forger::at("ES256").await;
    let accord = forger.accord().await;
    let mut tokens = Vec::new();
    for (payload, reason) in [
        (json!({ "exp": now() - 61 }), EXPIRED),
        (json!({ "exp": 0 }), EXPIRED),
        (json!({ "exp": null }), "the token lacks a usable `exp`"),
        (json!({ "nbf": now() + 90 }), "the token is not valid yet"),
        (json!({ "aud": "elsewhere" }), "the token is not for this audience"),
        (json!({ "aud": ["elsewhere", "portal"] }), "the token is not for this audience"),
        (json!({ "aud": null }), "the token lacks a usable `aud`"),
        (json!({ "iss": "https://elsewhere.example" }), "the token is of another issuer"),
        (json!({ "iss": format!("{}/", forger.provider.issuer) }), "the token is of another issuer"),
        (json!({ "iss": null }), "the token lacks a usable `iss`"),
        (json!({ "sub": null }), "the token lacks a usable `sub`"),
        (json!({ "tid": null }), "the token lacks a usable `tid`"),
    ] {
        tokens.push((payload.to_string(), forger.with(json!({}), payload).await, reason));
    }
    all_are_refused(&forger, &accord, tokens).await;

    let unchanged = forger.with(json!({}), json!({})).await;
    assert!(accord.knows(&unchanged).await, "the forger can do it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_signed_or_signed_with_what_is_published_is_refused() {
    for algorithm in ["ES256", "RS256"] {
        let forger = Forger::at(algorithm).await;
        let accord = forger.accord().await;
        let [header, payload, signature] = parts(&forger.token);
        let mut tokens = vec![
            ("no signature".to_owned(), format!("{header}.{payload}."), SIGNATURE),
            ("a signature of zeros".to_owned(), format!("{header}.{payload}.{}", BASE64.encode([0; 64])), SIGNATURE),
            ("two parts".to_owned(), format!("{header}.{payload}"), MALFORMED),
            ("four parts".to_owned(), format!("{}.{signature}", forger.token), MALFORMED),
        ];
        for none in ["none", "None", "NONE", ""] {
            tokens.push((format!("alg {none}"), forger.with(json!({ "alg": none }), json!({})).await, MALFORMED));
        }
        for (case, token) in forger.with_published_secrets().await {
            tokens.push((case, token, ALGORITHM));
        }
        if algorithm == "RS256" {
            tokens.push(("PS256".to_owned(), forger.with(json!({ "alg": "PS256" }), json!({})).await, ALGORITHM));
        }
        all_are_refused(&forger, &accord, tokens).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_tampered_with_is_refused() {
    let forger = Forger::at("ES256").await;
    let accord = forger.accord().await;
    let [header, payload, signature] = parts(&forger.token);
    let mut tokens = Vec::new();
    for (claim, value) in [("sub", "admin@contoso.example"), ("tid", "fabrikam.example"), ("email", DEMO.stranger)] {
        let other = BASE64.encode(changed(&forger.payload, json!({ claim: value })).to_string());
        tokens.push((claim, format!("{header}.{other}.{signature}"), SIGNATURE));
    }
    let later = BASE64.encode(changed(&forger.payload, json!({ "exp": now() + 86_400 })).to_string());
    tokens.push(("exp", format!("{header}.{later}.{signature}"), SIGNATURE));
    let mut bytes = BASE64.decode(signature).unwrap();
    bytes[5] ^= 1;
    tokens.push(("a bit of the signature", format!("{header}.{payload}.{}", BASE64.encode(bytes)), SIGNATURE));
    let other_header = BASE64.encode(changed(&forger.header, json!({ "typ": "JWT" })).to_string());
    tokens.push(("header", format!("{other_header}.{payload}.{signature}"), SIGNATURE));
    all_are_refused(&forger, &accord, tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_signed_with_another_key_than_it_names_is_refused() {
    let mut forger = Forger::at("ES256").await;
    // Two keys are published: the token's, which is the older one, and another.
    forger.provider.restart(&["--rotate"]).await;
    let accord = forger.accord().await;
    let (newer, stranger) = (&forger.provider.key()["kid"], &forger.provider.printed["stranger"]["kid"]);
    let own = &forger.header["kid"];
    let critical = json!({ "crit": ["b64"], "b64": true });
    let by = |kid: &Value| json!({ "kid": kid });
    let tokens = vec![
        ("another published key", forger.signed_with(json!({}), json!({}), &by(newer)).await, SIGNATURE),
        ("the same, the other way", forger.signed_with(json!({ "kid": newer }), json!({}), &by(own)).await, SIGNATURE),
        ("a stranger's key", forger.signed_with(json!({}), json!({}), &by(stranger)).await, SIGNATURE),
        ("a key that is not published", forger.with(json!({ "kid": stranger }), json!({})).await, UNKNOWN_KEY),
        ("no key", forger.signed_with(json!({ "kid": null }), json!({}), &by(own)).await, UNKNOWN_KEY),
        ("what must be understood", forger.with(critical, json!({})).await, MALFORMED),
        ("nothing that must be understood", forger.with(json!({ "crit": [] }), json!({})).await, MALFORMED),
    ];
    all_are_refused(&forger, &accord, tokens).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_token_brings_along_or_points_to_is_neither_used_nor_fetched() {
    let forger = Forger::at("ES256").await;
    let accord = forger.accord().await;
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let address = format!("http://{}/jwks", elsewhere.local_addr().unwrap());
    let stranger = &forger.provider.printed["stranger"];
    let mut tokens = Vec::new();
    for hint in [json!({ "jwk": stranger }), json!({ "jku": address }), json!({ "x5u": address })] {
        for (kid, reason) in [(&forger.header["kid"], SIGNATURE), (&stranger["kid"], UNKNOWN_KEY)] {
            let header = changed(&json!({ "kid": kid }), hint.clone());
            let token = forger.signed_with(header, json!({}), &json!({ "kid": stranger["kid"] })).await;
            tokens.push((format!("{hint} {reason}"), token, reason));
        }
    }
    all_are_refused(&forger, &accord, tokens).await;
    assert_eq!(elsewhere.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "somebody asked there");
}
