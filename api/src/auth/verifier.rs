//! What a bearer token is believed, and why not.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::actor::Identity;
use jsonwebtoken::errors::{Error as JwtError, ErrorKind};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header};
use serde_json::{Map, Value};
use tokio_util::task::AbortOnDropHandle;

use super::jwks::Jwks;
use super::source::Source;
use super::trust::Trust;

/// The algorithms that are taken. Never `none`, and no shared secret, which would let whoever verifies also sign.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

/// Seconds by which the issuer's clock may be off.
const LEEWAY: u64 = 60;

/// Bytes of a token; more than a server's headers usually hold.
const MAX_TOKEN: usize = 16 * 1024;

/// Characters of a claim that names somebody: OpenID Connect Core §2 allows `sub` no more.
const MAX_NAME: usize = 255;

/// Verifies the tokens of one issuer.
#[derive(Debug)]
pub struct Verifier {
    trust: Trust,
    jwks: Arc<Jwks>,
    _fresh: AbortOnDropHandle<()>,
}

/// What a token is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Who is asking.
    pub identity: Identity,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

impl Verified {
    /// How long the token is still taken, by the clock that verifies it: as long as a request with it would be.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        let left = self.expires_at.signed_duration_since(Utc::now());
        (left + TimeDelta::seconds(LEEWAY.cast_signed())).to_std().unwrap_or_default()
    }
}

/// Why a token is not believed. Says nothing of what it holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The header is not a bearer token's.
    #[error("send the token as `Authorization: Bearer <token>`")]
    Scheme,
    /// Not a JWT.
    #[error("the token is malformed")]
    Malformed,
    /// Signed in a way that is not taken, or not by the key's own.
    #[error("the token must be signed with RS256, ES256 or EdDSA, as its key says")]
    Algorithm,
    /// The issuer has no such key.
    #[error("the token names no key of the issuer; sign in again")]
    UnknownKey,
    /// The signature is not its key's.
    #[error("the token's signature is not valid")]
    Signature,
    /// From somebody else.
    #[error("the token is of another issuer")]
    Issuer,
    /// For somebody else.
    #[error("the token is not for this audience")]
    Audience,
    /// Too late.
    #[error("the token has expired; sign in again")]
    Expired,
    /// Too early.
    #[error("the token is not valid yet")]
    NotYet,
    /// Something it must say is missing.
    #[error("the token lacks a usable `{0}`")]
    Claim(String),
}

/// Why there is no session.
#[derive(Debug)]
pub enum Denied {
    /// The caller's token is not believed.
    Rejected(Rejection),
    /// The issuer's keys could not be read since the start: it cannot be told whether the token is good.
    Unavailable(anyhow::Error),
    /// Ours: the database cannot be read.
    Fault(anyhow::Error),
}

impl From<Rejection> for Denied {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<JwtError> for Rejection {
    fn from(error: JwtError) -> Self {
        match error.kind() {
            ErrorKind::InvalidAlgorithm => Self::Algorithm,
            ErrorKind::InvalidSignature => Self::Signature,
            ErrorKind::InvalidIssuer => Self::Issuer,
            ErrorKind::InvalidAudience => Self::Audience,
            ErrorKind::ExpiredSignature => Self::Expired,
            ErrorKind::ImmatureSignature => Self::NotYet,
            ErrorKind::MissingRequiredClaim(claim) => Self::Claim(claim.clone()),
            _ => Self::Malformed,
        }
    }
}

impl Verifier {
    /// Starts reading the issuer's keys and goes on without them; refuses settings that cannot work. Needs a runtime.
    pub fn start(trust: &Trust) -> anyhow::Result<Self> {
        let jwks = Arc::new(Jwks::new(Source::new(trust)?));
        Ok(Self { trust: trust.clone(), _fresh: jwks.keep_fresh(), jwks })
    }

    /// Who the token says is asking, and until when.
    pub async fn verify(&self, token: &str) -> Result<Verified, Denied> {
        let (header, id) = read_header(token)?;
        let key = self.jwks.key(&id).await.map_err(Denied::Unavailable)?.ok_or(Rejection::UnknownKey)?;
        // Invariant: the key's own algorithm decides, never the token's.
        if header.alg != key.algorithm {
            return Err(Rejection::Algorithm.into());
        }
        let verified = decode::<Map<String, Value>>(token, &key.public, &self.validation(key.algorithm));
        let claims = verified.map_err(Rejection::from)?.claims;
        Ok(Verified { identity: self.identity(&claims)?, expires_at: expiry(&claims)? })
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.trust.issuer]);
        validation.set_audience(&[&self.trust.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation
    }

    fn identity(&self, claims: &Map<String, Value>) -> Result<Identity, Rejection> {
        let required = |claim: &str| name(claims, claim).ok_or_else(|| Rejection::Claim(claim.to_owned()));
        // The library also takes a list that has the issuer among others.
        if claims.get("iss").and_then(Value::as_str) != Some(&self.trust.issuer) {
            return Err(Rejection::Issuer);
        }
        Ok(Identity {
            issuer: self.trust.issuer.clone(),
            tenant: required(&self.trust.tenant_claim)?,
            subject: required("sub")?,
            email: name(claims, "email"),
            email_verified: claims.get("email_verified") == Some(&Value::Bool(true)),
            name: name(claims, "name"),
            may_claim: self.trust.oidc_admin_claim.as_ref().is_none_or(|administrator| administrator.is_in(claims)),
        })
    }
}

/// When the token expires. The library has checked that it is a number, and not past.
fn expiry(claims: &Map<String, Value>) -> Result<DateTime<Utc>, Rejection> {
    let unusable = || Rejection::Claim("exp".to_owned());
    let seconds = claims.get("exp").and_then(Value::as_f64).ok_or_else(unusable)?;
    // Far beyond what a calendar has is as good as never.
    #[expect(clippy::cast_possible_truncation, reason = "saturates, as it should")]
    let seconds = seconds as i64;
    Ok(DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC))
}

/// The header and the key it names, of a token that may be worth verifying.
fn read_header(token: &str) -> Result<(Header, String), Rejection> {
    if token.len() > MAX_TOKEN {
        return Err(Rejection::Malformed);
    }
    // An algorithm that the library does not know, as `none`, is malformed to it.
    let mut header = decode_header(token)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Rejection::Algorithm);
    }
    // RFC 7515 §4.1.11: what must be understood and is not makes a token invalid.
    if header.crit.is_some() {
        return Err(Rejection::Malformed);
    }
    let id = header.kid.take().ok_or(Rejection::UnknownKey)?;
    Ok((header, id))
}

/// A claim that names somebody; none where it is empty, overlong or has control characters, which no row takes.
fn name(claims: &Map<String, Value>, claim: &str) -> Option<String> {
    let text = claims.get(claim)?.as_str()?;
    let usable = !text.is_empty() && text.chars().count() <= MAX_NAME && !text.contains(char::is_control);
    usable.then(|| text.to_owned())
}
