//! One of the issuer's keys, and the one algorithm it is for.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::ensure;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// Bits of the smallest RSA key that is taken: RFC 7518 §3.3.
const MIN_RSA_BITS: usize = 2048;

/// The issuer's keys by `kid`.
pub(super) type Keys = HashMap<String, Arc<Key>>;

/// A public key that verifies tokens.
#[derive(Debug)]
pub(super) struct Key {
    /// Its only algorithm: a token that names another was not signed by this key.
    pub(super) algorithm: Algorithm,
    pub(super) public: DecodingKey,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

/// Reads a JWKS (RFC 7517 §5). Keys that are of no use here are passed over; refuses a set with none left.
pub(super) fn read_all(document: &[u8]) -> anyhow::Result<Keys> {
    let document: Document = serde_json::from_slice(document)?;
    let keys: Keys = document.keys.into_iter().filter_map(read).collect();
    ensure!(!keys.is_empty(), "no key for RS256, ES256 or EdDSA");
    Ok(keys)
}

fn read(jwk: Value) -> Option<(String, Arc<Key>)> {
    let jwk: Jwk = serde_json::from_value(jwk).ok()?;
    let algorithm = algorithm(&jwk)?;
    let public = DecodingKey::from_jwk(&jwk).ok()?;
    Some((jwk.common.key_id?, Arc::new(Key { algorithm, public })))
}

/// The algorithm of the key's own type, if that is one of the three and the key does not say otherwise of itself.
fn algorithm(jwk: &Jwk) -> Option<Algorithm> {
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) if rsa.n.len() * 6 >= MIN_RSA_BITS => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(point) if point.curve == EllipticCurve::P256 => Algorithm::ES256,
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => Algorithm::EdDSA,
        _ => return None,
    };
    let common = &jwk.common;
    let named = common.key_algorithm.is_none_or(|named| named == KeyAlgorithm::from(algorithm));
    let signs = common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
    let verifies = common.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify));
    (named && signs && verifies).then_some(algorithm)
}
