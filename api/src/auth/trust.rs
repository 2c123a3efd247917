//! Whose tokens are taken.

use std::net::IpAddr;
use std::str::FromStr;

use anyhow::{Context, ensure};
use reqwest::Url;
use serde_json::{Map, Value};

/// The issuer and what its tokens must say.
#[derive(clap::Args, Clone, Debug)]
pub struct Trust {
    /// The OpenID Connect issuer whose tokens are taken, exactly as their iss has it
    #[arg(long, env = "ACCORD_ISSUER")]
    pub issuer: String,

    /// Whom the tokens are for: their aud must name it
    #[arg(long, env = "ACCORD_AUDIENCE")]
    pub audience: String,

    /// Where the issuer's keys are [default: as its /.well-known/openid-configuration says]
    #[arg(long, env = "ACCORD_JWKS_URL")]
    pub jwks_url: Option<String>,

    /// The claim that names the caller's tenant
    #[arg(long, env = "ACCORD_TENANT_CLAIM", default_value = "tid")]
    pub tenant_claim: String,

    /// NAME=VALUE: the claim, text or a list, that says of administrators alone that they are; then no other token takes over
    /// an organization that a partner added, such as wids=62e90394-69f5-4237-9190-012177145e10 [default: every token may]
    #[arg(long, env = "ACCORD_OIDC_ADMIN_CLAIM")]
    pub oidc_admin_claim: Option<AdminClaim>,
}

/// What a token says of an administrator of its tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminClaim {
    /// The claim.
    name: String,
    /// What it is, or as a list has among others.
    value: String,
}

impl FromStr for AdminClaim {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let parts = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
        let (name, value) = parts
            .filter(|(name, value)| !name.is_empty() && !value.is_empty())
            .with_context(|| format!("want the claim's name and value as in roles=admin, not {text}"))?;
        Ok(Self { name: name.to_owned(), value: value.to_owned() })
    }
}

impl AdminClaim {
    /// Whether a token with these claims is an administrator's.
    pub(super) fn is_in(&self, claims: &Map<String, Value>) -> bool {
        let is_value = |claim: &Value| claim.as_str() == Some(&self.value);
        claims.get(&self.name).is_some_and(|claim| match claim {
            Value::Array(list) => list.iter().any(is_value),
            claim => is_value(claim),
        })
    }
}

/// Where an issuer publishes its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Here.
    Keys(Url),
    /// Where the document at this address says.
    Discovery(Url),
}

impl Trust {
    /// Where the keys are; refuses settings that cannot work, naming the variable.
    pub(super) fn place(&self) -> anyhow::Result<Place> {
        ensure!(!self.audience.is_empty(), "ACCORD_AUDIENCE: want whom the tokens are for");
        ensure!(!self.tenant_claim.is_empty(), "ACCORD_TENANT_CLAIM: want a claim's name");
        ensure!(!self.issuer.is_empty(), "ACCORD_ISSUER: want the issuer of the tokens");
        if let Some(url) = self.jwks_url.as_deref().filter(|url| !url.is_empty()) {
            return Ok(Place::Keys(address("ACCORD_JWKS_URL", url)?));
        }
        let document = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        Ok(Place::Discovery(address("ACCORD_ISSUER", &document)?))
    }
}

/// Whether keys that came from there can be believed: https, or http that stays on this machine.
pub(super) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || is_local(url)
}

/// Whether it is plain http to this machine.
pub(super) fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    url.scheme() == "http" && (host == "localhost" || address.is_ok_and(|address| address.is_loopback()))
}

fn address(variable: &str, text: &str) -> anyhow::Result<Url> {
    let url = Url::parse(text).with_context(|| format!("{variable}: {text} is no address"))?;
    ensure!(is_safe(&url), "{variable}: want https, or http on this machine, not {text}");
    Ok(url)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn trust(issuer: &str, jwks_url: Option<&str>) -> Trust {
        Trust {
            issuer: issuer.to_owned(),
            audience: "accord".to_owned(),
            jwks_url: jwks_url.map(str::to_owned),
            tenant_claim: "tid".to_owned(),
            oidc_admin_claim: None,
        }
    }

    #[test]
    fn an_administrators_claim_is_the_value_or_a_list_that_has_it() {
        let claim: AdminClaim = "roles = admin".parse().unwrap();
        let says = |claims: Value| claim.is_in(claims.as_object().unwrap());
        assert!(says(json!({ "roles": "admin" })));
        assert!(says(json!({ "roles": ["reader", "admin"] })));
        for other in [
            json!({}),
            json!({ "roles": "administrator" }),
            json!({ "roles": "Admin" }),
            json!({ "roles": [] }),
            json!({ "roles": ["reader", ["admin"]] }),
            json!({ "roles": { "admin": "admin" } }),
            json!({ "roles": true, "role": "admin" }),
        ] {
            assert!(!says(other.clone()), "{other}");
        }
    }

    #[test]
    fn what_is_no_claim_with_its_value_is_refused_saying_what_is_wanted() {
        for text in ["", "roles", "=admin", "roles=", " = "] {
            let refused = text.parse::<AdminClaim>().unwrap_err().to_string();
            assert!(refused.starts_with("want the claim's name and value"), "{refused}");
        }
        let url: AdminClaim = "https://id.example/roles=a=b".parse().unwrap();
        assert_eq!((url.name.as_str(), url.value.as_str()), ("https://id.example/roles", "a=b"));
    }

    fn keys_at(issuer: &str, jwks_url: Option<&str>) -> Result<Place, String> {
        trust(issuer, jwks_url).place().map_err(|error| error.to_string())
    }

    #[test]
    fn the_keys_are_where_the_setting_or_else_the_issuer_says() {
        let url = |text: &str| Url::parse(text).unwrap();
        let discovered = "https://id.example/v2/.well-known/openid-configuration";
        assert_eq!(keys_at("https://id.example/v2/", None), Ok(Place::Discovery(url(discovered))));
        assert_eq!(keys_at("urn:a-name", Some("https://k.example/")), Ok(Place::Keys(url("https://k.example/"))));
    }

    #[test]
    fn keys_come_by_https_or_from_this_machine() {
        for local in ["http://127.0.0.1:9/k", "http://localhost/k", "http://[::1]:9/k"] {
            assert!(keys_at("https://id.example", Some(local)).is_ok(), "{local}");
        }
        for far in ["http://id.example/k", "http://127.0.0.1.id.example/k", "ftp://localhost/k", "file:///etc/keys"] {
            let refused = keys_at("https://id.example", Some(far)).unwrap_err();
            assert!(refused.starts_with("ACCORD_JWKS_URL: want https"), "{refused}");
        }
        let refused = keys_at("http://id.example", None).unwrap_err();
        assert!(refused.starts_with("ACCORD_ISSUER: want https"), "{refused}");
    }
}
