//! Tokens nobody may accept, for the tests of whoever checks them.

use anyhow::{Result, bail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Map, Value, json};

/// A token with the algorithm `none` and no signature.
pub fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| BASE64.encode(value.to_string());
    format!("{}.{}.", part(&json!({ "alg": "none", "typ": "JWT" })), part(claims))
}

/// A token signed with HS256 and a secret everybody knows: a published key, say, taken for a shared one.
pub fn with_secret(claims: &Value, secret: &[u8]) -> Result<String> {
    Ok(jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(secret))?)
}

/// The same header and signature around one claim more or other than was signed.
pub fn tampered(token: &str, claim: &str, value: Value) -> Result<String> {
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        bail!("a token has three parts");
    };
    let mut claims: Map<String, Value> = serde_json::from_slice(&BASE64.decode(payload)?)?;
    claims.insert(claim.to_owned(), value);
    Ok(format!("{header}.{}.{signature}", BASE64.encode(Value::Object(claims).to_string())))
}
