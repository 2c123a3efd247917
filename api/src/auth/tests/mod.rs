//! Tokens of a throw-away issuer, good and bad.

mod issuer;

use domain::actor::Identity;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use self::issuer::{Issuer, Signer, claims, now};
use super::{Denied, Rejection, Trust, Verifier};

/// What became of a token, faults in short.
async fn outcome(verifier: &Verifier, token: &str) -> Result<Identity, Rejection> {
    match verifier.verify(token).await {
        Ok(verified) => Ok(verified.identity),
        Err(Denied::Rejected(rejection)) => Err(rejection),
        Err(Denied::Unavailable(fault) | Denied::Fault(fault)) => panic!("{fault:#}"),
    }
}

fn parts(token: &str) -> [String; 3] {
    let parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    parts.try_into().unwrap()
}

#[tokio::test]
async fn a_token_says_who_is_asking() {
    for algorithm in [Algorithm::ES256, Algorithm::EdDSA] {
        let signer = Signer::new("one", algorithm);
        let issuer = Issuer::start(&[&signer]).await;
        let verifier = issuer.verifier();
        let identity = outcome(&verifier, &signer.sign(&claims())).await.unwrap();
        assert_eq!(identity.issuer, issuer::NAME);
        assert_eq!((identity.tenant.as_str(), identity.subject.as_str()), ("contoso", "u1"));
        assert_eq!(identity.verified_email(), Some("ann@contoso.example"));
    }
}

#[tokio::test]
async fn an_address_counts_only_if_the_issuer_vouches_for_it_with_true() {
    let signer = Signer::new("one", Algorithm::ES256);
    let issuer = Issuer::start(&[&signer]).await;
    let verifier = issuer.verifier();
    for vouched in [json!("true"), json!(1), json!(false), Value::Null] {
        let mut claims = claims();
        claims["email_verified"] = vouched;
        assert_eq!(outcome(&verifier, &signer.sign(&claims)).await.unwrap().verified_email(), None);
    }
}

#[tokio::test]
async fn the_tenant_is_read_from_the_claim_that_is_set() {
    let signer = Signer::new("one", Algorithm::ES256);
    let issuer = Issuer::start(&[&signer]).await;
    let trust = Trust { tenant_claim: "org".to_owned(), ..issuer.trust() };
    let verifier = Verifier::start(&trust).unwrap();
    let token = signer.sign(&claims());
    assert_eq!(outcome(&verifier, &token).await, Err(Rejection::Claim("org".to_owned())));
}

#[tokio::test]
async fn what_is_wrong_with_a_token_is_named() {
    let signer = Signer::new("one", Algorithm::ES256);
    let issuer = Issuer::start(&[&signer]).await;
    let verifier = issuer.verifier();
    let lacks = |claim: &str| Rejection::Claim(claim.to_owned());
    for (claim, value, expected) in [
        ("exp", json!(now() - 61), Rejection::Expired),
        ("exp", Value::Null, lacks("exp")),
        ("nbf", json!(now() + 90), Rejection::NotYet),
        ("nbf", json!("soon"), Rejection::Malformed),
        ("iss", json!("https://issuer.example/"), Rejection::Issuer),
        ("iss", json!([issuer::NAME]), Rejection::Issuer),
        ("iss", Value::Null, lacks("iss")),
        ("aud", json!("another"), Rejection::Audience),
        ("aud", json!(["another"]), Rejection::Audience),
        ("aud", Value::Null, lacks("aud")),
        ("sub", Value::Null, lacks("sub")),
        ("sub", json!(""), lacks("sub")),
        ("sub", json!("a\0"), lacks("sub")),
        ("tid", json!(7), lacks("tid")),
    ] {
        let mut claims = claims();
        claims[claim] = value.clone();
        assert_eq!(outcome(&verifier, &signer.sign(&claims)).await, Err(expected), "{claim}: {value}");
    }
    for (claim, value) in [("exp", json!(now() - 50)), ("nbf", json!(now() + 50)), ("aud", json!(["x", "accord"]))] {
        let mut claims = claims();
        claims[claim] = value.clone();
        assert!(outcome(&verifier, &signer.sign(&claims)).await.is_ok(), "{claim}: {value}");
    }
}

#[tokio::test]
async fn a_forged_token_is_refused() {
    let (signer, other) = (Signer::new("one", Algorithm::ES256), Signer::new("one", Algorithm::ES256));
    let issuer = Issuer::start(&[&signer]).await;
    let verifier = issuer.verifier();
    let good = signer.sign(&claims());
    let [head, _, signature] = parts(&good);
    let [_, payload, _] = parts(&other.sign(&json!({ "sub": "admin" })));
    let header = |header: Header| Header { kid: Some("one".to_owned()), ..header };
    let shared = EncodingKey::from_secret(signer.jwk().to_string().as_bytes());

    let hs256 = encode(&header(Header::new(Algorithm::HS256)), &claims(), &shared).unwrap();
    let eddsa = Signer::new("one", Algorithm::EdDSA).sign(&claims());
    let critical = Header { crit: Some(vec!["b64".to_owned()]), ..header(Header::new(Algorithm::ES256)) };
    let nameless = Header::new(Algorithm::ES256);
    // {"alg":"none","kid":"one"}
    let none = format!("eyJhbGciOiJub25lIiwia2lkIjoib25lIn0.{payload}.");
    for (token, expected) in [
        (other.sign(&claims()), Rejection::Signature),
        (format!("{head}.{payload}.{signature}"), Rejection::Signature),
        (format!("{head}.{payload}."), Rejection::Signature),
        (hs256, Rejection::Algorithm),
        (eddsa, Rejection::Algorithm),
        (none, Rejection::Malformed),
        (signer.sign_as(&critical, &claims()), Rejection::Malformed),
        (signer.sign_as(&nameless, &claims()), Rejection::UnknownKey),
        (String::new(), Rejection::Malformed),
        ("a.b".to_owned(), Rejection::Malformed),
        (format!("{good}.a"), Rejection::Malformed),
        ("a".repeat(20_000), Rejection::Malformed),
    ] {
        assert_eq!(outcome(&verifier, &token).await, Err(expected), "{token}");
    }
}

#[tokio::test]
async fn a_key_that_is_not_for_signatures_is_passed_over() {
    let (signer, spare) = (Signer::new("one", Algorithm::ES256), Signer::new("two", Algorithm::EdDSA));
    for (member, value) in [("use", json!("enc")), ("alg", json!("ES384")), ("key_ops", json!(["encrypt"]))] {
        let issuer = Issuer::start(&[&spare]).await;
        let mut jwk = signer.jwk();
        jwk[member] = value;
        issuer.publish(json!([{ "kty": "new" }, jwk, spare.jwk()]));
        let verifier = issuer.verifier();
        assert_eq!(outcome(&verifier, &signer.sign(&claims())).await, Err(Rejection::UnknownKey), "{member}");
        assert!(outcome(&verifier, &spare.sign(&claims())).await.is_ok());
    }
}

#[tokio::test]
async fn a_new_key_is_read_at_once_and_forged_ones_do_not_burden_the_issuer() {
    let (old, new) = (Signer::new("old", Algorithm::ES256), Signer::new("new", Algorithm::ES256));
    let issuer = Issuer::start(&[&old]).await;
    let verifier = issuer.verifier();
    assert!(outcome(&verifier, &old.sign(&claims())).await.is_ok());
    assert_eq!(issuer.readings(), 1);

    issuer.publish(json!([old.jwk(), new.jwk()]));
    let token = new.sign(&claims());
    let (first, second) = tokio::join!(outcome(&verifier, &token), outcome(&verifier, &token));
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(issuer.readings(), 2);

    let forged = Signer::new("forged", Algorithm::ES256).sign(&claims());
    for _ in 0..5 {
        assert_eq!(outcome(&verifier, &forged).await, Err(Rejection::UnknownKey));
    }
    assert_eq!(issuer.readings(), 2);
}

#[tokio::test]
async fn keys_stay_in_use_while_the_issuer_is_down() {
    let signer = Signer::new("one", Algorithm::ES256);
    let issuer = Issuer::start(&[&signer]).await;
    let verifier = issuer.verifier();
    assert!(outcome(&verifier, &signer.sign(&claims())).await.is_ok());
    issuer.publish(json!("down"));
    let unknown = Signer::new("two", Algorithm::ES256).sign(&claims());
    assert_eq!(outcome(&verifier, &unknown).await, Err(Rejection::UnknownKey));
    assert_eq!(issuer.readings(), 2);
    assert!(outcome(&verifier, &signer.sign(&claims())).await.is_ok());
}

#[tokio::test]
async fn the_keys_are_found_by_discovery() {
    let signer = Signer::new("one", Algorithm::ES256);
    let issuer = Issuer::start(&[&signer]).await;
    let trust = Trust { issuer: issuer.address(), jwks_url: None, ..issuer.trust() };
    let mut claims = claims();
    claims["iss"] = json!(trust.issuer);
    let verifier = Verifier::start(&trust).unwrap();
    assert!(outcome(&verifier, &signer.sign(&claims)).await.is_ok());
}

#[tokio::test]
async fn keys_from_where_they_cannot_be_believed_are_not_read() {
    let signer = Signer::new("one", Algorithm::ES256);
    let issuer = Issuer::start(&[&signer]).await;
    for path in ["/redirected-far", "/endless", "/too-large", "/empty", "/missing"] {
        let trust = Trust { jwks_url: Some(issuer.address() + path), ..issuer.trust() };
        let verifier = Verifier::start(&trust).unwrap();
        let denied = verifier.verify(&signer.sign(&claims())).await;
        assert!(matches!(denied, Err(Denied::Unavailable(_))), "{path}: {denied:?}");
    }
    let elsewhere = Trust { issuer: issuer.address() + "/another", jwks_url: None, ..issuer.trust() };
    let verifier = Verifier::start(&elsewhere).unwrap();
    assert!(matches!(verifier.verify(&signer.sign(&claims())).await, Err(Denied::Unavailable(_))));
}
