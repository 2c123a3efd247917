//! What an operator sets for the domain. Both processes flatten it into their own configuration.

use std::ffi::{OsStr, OsString};
use std::fmt;

use anyhow::{Context, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::invitation::LinkKeys;
use crate::organization::Cloud;

/// The settings that the API and the worker share, each with its variable and default.
#[derive(clap::Args, Clone, Debug)]
pub struct Settings {
    /// PostgreSQL 15 or later: postgres://user:password@host:5432/database, with ?sslmode=require to encrypt
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: SecretString,

    /// Connections this process keeps, about two a core: a small pool is the faster one. Besides, up to two that wake workers
    #[arg(long, env = "DATABASE_POOL", default_value_t = 4)]
    pub database_pool: usize,

    /// Seconds until the database ends a statement; the request is answered with TIMEOUT
    #[arg(long, env = "DATABASE_STATEMENT_TIMEOUT_SECONDS", default_value_t = 20)]
    pub database_statement_timeout_seconds: u64,

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

    /// Mails one partner may cause in 24 hours to who is no user: invitations, welcomes, attested agreements
    #[arg(long, env = "ACCORD_MAILS_PER_DAY", default_value_t = 2_000)]
    pub mails_per_day: u32,

    /// Service requests one partner may open in 24 hours, over all its customers
    #[arg(long, env = "ACCORD_SERVICE_REQUESTS_PER_DAY", default_value_t = 100)]
    pub service_requests_per_day: u32,
}

/// A command line whose settings bear their variables' names, so that what clap says of one that is missing or wrong tells
/// which variable to set. A variable that is empty counts as unset; `variable` reads one.
#[must_use]
pub fn by_variable(command: clap::Command, variable: fn(&OsStr) -> Option<OsString>) -> clap::Command {
    let command = command.mut_subcommands(|command| by_variable(command, variable));
    command.mut_args(|arg| {
        let Some(name) = arg.get_env().map(OsStr::to_owned) else { return arg };
        let is_empty = variable(&name).is_some_and(|value| value.is_empty());
        let arg = if is_empty { arg.env(None::<&'static str>) } else { arg };
        if arg.get_action().takes_values() { arg.value_name(name.to_string_lossy().into_owned()) } else { arg }
    })
}

/// Where customers of each cloud accept: addresses without a trailing slash.
#[derive(Clone, Debug)]
pub struct Portals {
    host: String,
    public: String,
    us_government: String,
    germany: String,
}

impl Portals {
    /// The host of Accord's own public address, without its port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
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
    /// How many connections the pool has; refuses none, naming the variable.
    pub(crate) fn pool(&self) -> anyhow::Result<usize> {
        ensure!(self.database_pool > 0, "DATABASE_POOL: want at least 1");
        Ok(self.database_pool)
    }

    /// Seconds that a statement may take; refuses none, naming the variable: the database reads that as without end.
    pub(crate) fn statement_timeout(&self) -> anyhow::Result<u64> {
        let seconds = self.database_statement_timeout_seconds;
        ensure!((1..=3600).contains(&seconds), "DATABASE_STATEMENT_TIMEOUT_SECONDS: want 1 to 3600");
        Ok(seconds)
    }

    /// The portals; refuses what is not an http(s) address alone, naming the variable.
    pub fn portals(&self) -> anyhow::Result<Portals> {
        let public = address("ACCORD_PUBLIC_URL", &self.public_url)?;
        let or_public = |variable, value: &Option<String>| {
            value.as_ref().map_or_else(|| Ok(public.clone()), |value| address(variable, value))
        };
        Ok(Portals {
            host: public.host_str().unwrap_or_default().to_owned(),
            us_government: spelled(&or_public("ACCORD_PORTAL_US_GOVERNMENT", &self.portal_us_government)?),
            germany: spelled(&or_public("ACCORD_PORTAL_GERMANY", &self.portal_germany)?),
            public: spelled(&public),
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

/// Refuses what is no PostgreSQL's address, naming the variable and never the value: there is a password in it.
pub fn check_database_url(url: &SecretString) -> anyhow::Result<()> {
    let remedy = "DATABASE_URL: want postgres://user:password@host:5432/database, with ?sslmode=require to encrypt, \
                  or sslmode=disable or prefer, which do not";
    let config: tokio_postgres::Config = url.expose_secret().parse().ok().context(remedy)?;
    ensure!(!config.get_hosts().is_empty(), remedy);
    Ok(())
}

/// Reads an address that others are put behind; the error names the variable, not the value, which may hold a password.
fn address(variable: &str, value: &str) -> anyhow::Result<Url> {
    let remedy = || format!("{variable}: want an address such as https://accord.example, without user, query or #");
    let url = Url::parse(value).ok().with_context(remedy)?;
    let is_bare = url.query().is_none() && url.fragment().is_none() && !value.contains(char::is_whitespace);
    // Also an empty user, which the parser drops.
    let has_user = value.contains('@');
    ensure!(matches!(url.scheme(), "http" | "https") && url.has_host() && is_bare && !has_user, remedy());
    Ok(url)
}

/// Without a trailing slash, so that a path can be put behind it.
fn spelled(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests;
