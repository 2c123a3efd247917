//! Tokens as a service sees them: checked with nothing but the issuer's published documents.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use anyhow::{Context, Result};
use dev::issuer::{AUDIENCE, Algorithm, ISSUER, Issuer, LIFETIME, claims_for, forge};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Checks a token as a service does.
fn verify(issuer: &Issuer, token: &str) -> Result<Value> {
    let keys: JwkSet = serde_json::from_value(issuer.jwks())?;
    let kid = decode_header(token)?.kid.context("no kid")?;
    let jwk = keys.find(&kid).context("unknown key")?;
    let algorithm = jwk.common.key_algorithm.context("no algorithm")?;
    let mut validation = Validation::new(algorithm.try_into()?);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    Ok(decode(token, &DecodingKey::from_jwk(jwk)?, &validation)?.claims)
}

#[test]
fn a_token_verifies_with_the_published_keys() -> Result<()> {
    let data_dir = tempfile::tempdir()?;
    let issuer = Issuer::open(data_dir.path())?;
    let token = issuer.token(&claims_for("admin@contoso.example")?, LIFETIME)?;
    assert_eq!(decode_header(&token)?.alg, Algorithm::ES256);

    let claims = verify(&issuer, &token)?;
    assert_eq!(claims["sub"], "admin@contoso.example");
    assert_eq!(claims["tid"], "contoso.example");
    assert_eq!(claims["email_verified"], true);
    assert_eq!(claims["exp"].as_u64(), claims["iat"].as_u64().map(|iat| iat + 12 * 60 * 60));
    Ok(())
}

#[test]
fn keys_are_kept_and_closed_to_others() -> Result<()> {
    let data_dir = tempfile::tempdir()?;
    let token = Issuer::open(data_dir.path())?.token(&claims_for("ops@accord.example")?, LIFETIME)?;
    verify(&Issuer::open(data_dir.path())?, &token)?;

    let key = data_dir.path().join("issuer/0001-ES256.der");
    assert_eq!(key.metadata()?.permissions().mode() & 0o777, 0o600);
    assert!(!Issuer::open(data_dir.path())?.jwks().to_string().contains("\"d\""), "no private part is published");
    Ok(())
}

#[test]
fn every_algorithm_verifies_across_a_rotation_and_not_beyond_retirement() -> Result<()> {
    let data_dir = tempfile::tempdir()?;
    let issuer = Issuer::open(data_dir.path())?;
    let claims = claims_for("admin@contoso.example")?;
    let old = issuer.token(&claims, LIFETIME)?;
    for algorithm in [Algorithm::RS256, Algorithm::EdDSA, Algorithm::ES256] {
        issuer.rotate(algorithm)?;
        let token = issuer.token(&claims, LIFETIME)?;
        assert_eq!(decode_header(&token)?.alg, algorithm);
        verify(&issuer, &token).with_context(|| format!("{algorithm:?}"))?;
        verify(&issuer, &old).context("an older key stays published")?;
    }
    assert_eq!(issuer.jwks()["keys"].as_array().map(Vec::len), Some(4));

    issuer.retire()?;
    assert!(verify(&issuer, &old).is_err());
    assert_eq!(Issuer::open(data_dir.path())?.jwks(), issuer.jwks(), "the folder says the same");
    Ok(())
}

#[test]
fn forged_tokens_do_not_verify() -> Result<()> {
    let data_dir = tempfile::tempdir()?;
    let issuer = Issuer::open(data_dir.path())?;
    let good = issuer.payload(&claims_for("admin@contoso.example")?, LIFETIME)?;
    let with = |claim: &str, value: Value| {
        let mut claims = good.clone();
        claims[claim] = value;
        issuer.sign(&claims)
    };
    verify(&issuer, &issuer.sign(&good)?)?;
    for (what, token) in [
        ("expired", with("exp", json!(1))?),
        ("for others", with("aud", json!("others"))?),
        ("by others", with("iss", json!("https://others.example"))?),
        ("unsigned", forge::unsigned(&good)),
        ("by a known secret", forge::with_secret(&good, b"published")?),
        ("tampered", forge::tampered(&issuer.sign(&good)?, "tid", json!("northwind.example"))?),
    ] {
        assert!(verify(&issuer, &token).is_err(), "{what}");
    }
    Ok(())
}

#[tokio::test]
async fn the_documents_are_served_where_they_say() -> Result<()> {
    let data_dir = tempfile::tempdir()?;
    let issuer = Arc::new(Issuer::open(data_dir.path())?);
    let (address, server) = issuer.serve_on_loopback().await?;
    let configuration = fetch(address, "/.well-known/openid-configuration").await?;
    assert_eq!(configuration["issuer"], ISSUER);
    assert_eq!(configuration["jwks_uri"], format!("http://{address}/jwks.json"));
    assert_eq!(fetch(address, "/jwks.json").await?, issuer.jwks());

    issuer.rotate(Algorithm::EdDSA)?;
    assert_eq!(fetch(address, "/jwks.json").await?, issuer.jwks(), "a rotation shows at once");
    server.abort();
    Ok(())
}

/// The JSON document at a path.
async fn fetch(address: SocketAddr, path: &str) -> Result<Value> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (_, body) = answer.split_once("\r\n\r\n").context("no body")?;
    Ok(serde_json::from_str(body)?)
}
