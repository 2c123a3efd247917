//! What an operator sets for the domain. Both processes flatten it into their own configuration.

use std::fmt;

use anyhow::{Context, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::invitation::LinkKeys;
use crate::organization::Cloud;

/// The settings that the API and the worker share, each with its variable and default.
#[derive(clap::Args, Clone, Debug)]
pub struct Settings {
    /// PostgreSQL 15 or later: postgres://user:password@host:5432/database, with ?sslmode=require to encrypt
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: SecretString,

    /// Connections this process keeps; a small pool is the faster one (about two a core)
    #[arg(long, env = "DATABASE_POOL", default_value_t = 4)]
    pub database_pool: usize,

    /// Key of the personal links: 32 random bytes in base64 (openssl rand -base64 32)
    #[arg(long, env = "ACCORD_LINK_KEY", hide_env_values = true)]
    pub link_key: SecretString,

    /// The key before, for links already sent; keep it 90 days after a change
    #[arg(long, env = "ACCORD_LINK_KEY_PREVIOUS", hide_env_values = true)]
    pub link_key_previous: Option<SecretString>,

    /// Where this Accord is reached from outside, and by default where customers accept
    #[arg(long, env = "ACCORD_PUBLIC_URL", default_value = "http://127.0.0.1:8080")]
    pub public_url: String,

    /// Where customers of the US government cloud accept, if elsewhere
    #[arg(long, env = "ACCORD_PORTAL_US_GOVERNMENT")]
    pub portal_us_government: Option<String>,

    /// Where customers of the German cloud accept, if elsewhere
    #[arg(long, env = "ACCORD_PORTAL_GERMANY")]
    pub portal_germany: Option<String>,

    /// Invitation mails one partner may cause in 24 hours
    #[arg(long, env = "ACCORD_MAILS_PER_DAY", default_value_t = 2_000)]
    pub mails_per_day: u32,
}

/// Where customers of each cloud accept: addresses without a trailing slash.
#[derive(Clone, Debug)]
pub struct Portals {
    public: String,
    us_government: String,
    germany: String,
}

impl Portals {
    /// The host of Accord's own public address, without its port.
    #[must_use]
    pub fn host(&self) -> &str {
        let authority = self.public.split("://").nth(1).unwrap_or_default();
        let host = authority.split('/').next().unwrap_or_default();
        host.rsplit_once(':').map_or(host, |(host, _)| host)
    }

    /// The portal for customers of `cloud`.
    #[must_use]
    pub fn of(&self, cloud: Cloud) -> &str {
        match cloud {
            Cloud::Public => &self.public,
            Cloud::UsGovernment => &self.us_government,
            Cloud::Germany => &self.germany,
        }
    }
}

impl Settings {
    /// The portals; refuses what is not an http(s) address, naming the variable.
    pub fn portals(&self) -> anyhow::Result<Portals> {
        let public = address("ACCORD_PUBLIC_URL", &self.public_url)?;
        let or_public = |variable, value: &Option<String>| match value {
            Some(value) => address(variable, value),
            None => Ok(public.clone()),
        };
        Ok(Portals {
            us_government: or_public("ACCORD_PORTAL_US_GOVERNMENT", &self.portal_us_government)?,
            germany: or_public("ACCORD_PORTAL_GERMANY", &self.portal_germany)?,
            public,
        })
    }

    /// The keys of the personal links; refuses what is not 32 bytes, naming the variable.
    pub fn link_keys(&self) -> anyhow::Result<LinkKeys> {
        let current = key("ACCORD_LINK_KEY", &self.link_key)?;
        let previous = self.link_key_previous.as_ref().map(|previous| key("ACCORD_LINK_KEY_PREVIOUS", previous));
        Ok(LinkKeys::new(current, previous.transpose()?))
    }
}

/// A 32-byte secret, never shown.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// The bytes, for the one place that uses them.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Key {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Reads a key of 32 bytes in base64; the error names the variable, never the value.
pub fn key(variable: &str, text: &SecretString) -> anyhow::Result<Key> {
    let remedy = || format!("{variable}: want 32 bytes in base64, as `openssl rand -base64 32` prints them");
    let bytes = STANDARD.decode(text.expose_secret().trim()).ok().with_context(remedy)?;
    Ok(Key(<[u8; 32]>::try_from(bytes).ok().with_context(remedy)?))
}

fn address(variable: &str, value: &str) -> anyhow::Result<String> {
    let value = value.trim_end_matches('/');
    let Some(host) = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://")) else {
        bail!("{variable}: want an address that starts with https:// or http://, not {value:?}");
    };
    ensure!(!host.is_empty() && !value.contains(char::is_whitespace), "{variable}: want an address, not {value:?}");
    Ok(value.to_owned())
}
