//! The development's OpenID Connect issuer: signs whoever asks in as whomever they name.
//!
//! Its keys lie below the data folder, where `cargo dev token` finds them without a running server. It has no
//! sign-in page, and the service never contains it.

mod claims;
pub mod forge;
mod http;
mod keys;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

pub use jsonwebtoken::Algorithm;

pub use self::claims::{Claims, claims_for};

use self::keys::Key;

/// The issuer's identifier, the same on every port: organizations are stored by issuer and tenant.
pub const ISSUER: &str = "https://issuer.accord.example";

/// Whom its tokens are for.
pub const AUDIENCE: &str = "accord";

/// How long a sign-in lasts: a working day.
pub const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// An issuer with at least one key.
#[derive(Debug)]
pub struct Issuer {
    folder: PathBuf,
    /// Oldest first; the newest signs, all are published.
    keys: Mutex<Vec<Key>>,
}

impl Issuer {
    /// Opens the issuer of a data folder, with an ES256 key at first. Processes that open one folder share its keys.
    pub fn open(data_dir: &Path) -> Result<Self> {
        let folder = data_dir.join("issuer");
        keys::create_folder(&folder)?;
        let mut keys = Key::read_all(&folder)?;
        if keys.is_empty() {
            Key::create(&folder, 1, Algorithm::ES256)?;
            keys = Key::read_all(&folder)?;
        }
        Ok(Self { folder, keys: Mutex::new(keys) })
    }

    /// Signs with a new key from now on; the older ones stay published. ES256, RS256 or EdDSA.
    pub fn rotate(&self, algorithm: Algorithm) -> Result<()> {
        self.keys(|keys| {
            let number = keys.last().map_or(1, Key::next_number);
            Key::create(&self.folder, number, algorithm)?;
            *keys = Key::read_all(&self.folder)?;
            Ok(())
        })
    }

    /// Drops every key but the newest; what they signed no longer verifies.
    pub fn retire(&self) -> Result<()> {
        self.keys(|keys| {
            let old = keys.len().saturating_sub(1);
            keys.drain(..old).try_for_each(|key| key.remove(&self.folder))
        })
    }

    /// A sign-in which ends after `lifetime`, usually [`LIFETIME`].
    pub fn token(&self, claims: &Claims, lifetime: Duration) -> Result<String> {
        self.sign(&self.payload(claims, lifetime)?)
    }

    /// All that a token holds, for a test to change before it is signed.
    pub fn payload(&self, claims: &Claims, lifetime: Duration) -> Result<Value> {
        let now = jsonwebtoken::get_current_timestamp();
        let mut payload = serde_json::to_value(claims)?;
        payload["iss"] = json!(ISSUER);
        payload["aud"] = json!(AUDIENCE);
        payload["iat"] = json!(now);
        payload["exp"] = json!(now + lifetime.as_secs());
        Ok(payload)
    }

    /// Signs any claims, also those nobody should accept.
    pub fn sign(&self, claims: &Value) -> Result<String> {
        self.keys(|keys| keys.last().context("every key was removed")?.sign(claims))
    }

    /// The published keys, as RFC 7517 has them.
    pub fn jwks(&self) -> Value {
        self.keys(|keys| json!({ "keys": keys.iter().map(|key| &key.jwk).collect::<Vec<_>>() }))
    }

    fn keys<T>(&self, with: impl FnOnce(&mut Vec<Key>) -> T) -> T {
        // The keys are replaced whole, so that a poisoned lock guards good ones.
        with(&mut self.keys.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
