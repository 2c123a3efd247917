//! Who is asking: a bearer token becomes a [`Session`].
//!
//! ```text
//! Authorization ─ none ──────────────────────────────────────▶ a visitor
//!               └ Bearer ─▶ Verifier ─▶ Identity ─▶ sign_in ─▶ the actor, read anew for each request
//! ```
//! Nothing of a sign-in is cached but the issuer's keys: a role that was taken away is gone with the next request.

mod jwks;
mod key;
mod source;
#[cfg(test)]
mod tests;
mod trust;
mod verifier;

use axum::http::{HeaderMap, header};
use domain::actor::{Actor, Identity};
use domain::error::Error;
use domain::store::Store;
use domain::user;

pub(crate) use jwks::MIN_GAP;
pub use trust::Trust;
pub use verifier::{Denied, Rejection, Verified, Verifier};

/// Who asks in this request; the GraphQL context has it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who is asking.
    pub actor: Actor,
    /// What their token says; none: nobody is signed in.
    pub identity: Option<Identity>,
}

/// What a request's token says, verified; none: there is no token. Refuses a bad one, also where nobody needs to be signed
/// in, and logs why. Asks no database.
pub(crate) async fn verify(verifier: &Verifier, headers: &HeaderMap) -> Result<Option<Verified>, Denied> {
    match bearer(headers).transpose() {
        None => Ok(None),
        Some(token) => believed(verifier, token).await.map(Some),
    }
}

/// The same for credentials that come without headers, written as `Authorization` has them: `Bearer <token>`.
pub(crate) async fn verify_credentials(verifier: &Verifier, credentials: &str) -> Result<Verified, Denied> {
    believed(verifier, token(credentials)).await
}

async fn believed(verifier: &Verifier, token: Result<&str, Rejection>) -> Result<Verified, Denied> {
    let verified = match token {
        Ok(token) => verifier.verify(token).await,
        Err(reason) => Err(reason.into()),
    };
    if let Err(Denied::Rejected(reason)) = &verified {
        tracing::info!(%reason, "a token was refused");
    }
    verified
}

/// The session of who a token says is asking: the actor is read anew.
pub(crate) async fn sign_in(store: &Store, token: Option<Verified>) -> Result<Session, Denied> {
    let Some(Verified { identity, .. }) = token else {
        return Ok(Session { actor: Actor::Visitor, identity: None });
    };
    let actor = user::sign_in(store, &identity).await.map_err(|error| match error {
        Error::Fault(fault) => Denied::Fault(fault),
        refused @ Error::Refused(_) => Denied::Fault(anyhow::anyhow!("{refused}")),
    })?;
    Ok(Session { actor, identity: Some(identity) })
}

/// The token of `Authorization: Bearer …`; none: there is no such header.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Rejection> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    match (given.next(), given.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => token(value.to_str().map_err(|_| Rejection::Scheme)?).map(Some),
        (Some(_), Some(_)) => Err(Rejection::Scheme),
    }
}

/// The token of `Bearer …`.
fn token(credentials: &str) -> Result<&str, Rejection> {
    match credentials.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(Rejection::Scheme),
    }
}
