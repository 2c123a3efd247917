//! Where the issuer's keys are read from.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde::Deserialize;

use super::key::{self, Keys};
use super::trust::{Place, Trust, is_local, is_safe};

/// How long the issuer may take for all it is asked.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes of one of its documents.
const MAX_BYTES: usize = 256 * 1024;

const MAX_REDIRECTS: usize = 3;

/// The issuer's published documents.
#[derive(Debug)]
pub(super) struct Source {
    client: Client,
    issuer: String,
    place: Place,
}

/// What is read of OpenID Connect Discovery 1.0 §3.
#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: String,
}

impl Source {
    /// The documents of an issuer; refuses settings that cannot work.
    pub(super) fn new(trust: &Trust) -> anyhow::Result<Self> {
        let place = trust.place()?;
        // Whoever installed one before has the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let redirects = Policy::custom(|attempt| match attempt.previous().len() {
            1..=MAX_REDIRECTS if is_safe(attempt.url()) => attempt.follow(),
            _ => attempt.error("a redirect too many, or to plain http"),
        });
        let mut client = Client::builder().redirect(redirects).timeout(PATIENCE);
        if let Place::Keys(url) | Place::Discovery(url) = &place
            && is_local(url)
        {
            // This machine is not behind its proxy, and needs no certificates.
            client = client.no_proxy().tls_certs_only([]);
        }
        let client = client.build().context("ACCORD_JWKS_URL: cannot prepare TLS")?;
        Ok(Self { client, issuer: trust.issuer.clone(), place })
    }

    /// The keys as the issuer publishes them now.
    pub(super) async fn fetch(&self) -> anyhow::Result<Keys> {
        tokio::time::timeout(PATIENCE, self.read()).await.context("the issuer took too long")?
    }

    async fn read(&self) -> anyhow::Result<Keys> {
        let url = match &self.place {
            Place::Keys(url) => url.clone(),
            Place::Discovery(url) => self.discover(url).await?,
        };
        key::read_all(&self.get(&url).await?).with_context(|| format!("{url} holds no keys"))
    }

    async fn discover(&self, url: &Url) -> anyhow::Result<Url> {
        let found: Configuration = serde_json::from_slice(&self.get(url).await?)
            .with_context(|| format!("{url} is no OpenID Connect configuration"))?;
        // Discovery 1.0 §4.3: or one tenant could publish another's keys.
        ensure!(found.issuer == self.issuer, "{url} is of another issuer: {}", found.issuer);
        let keys = Url::parse(&found.jwks_uri).with_context(|| format!("{url} names no address of its keys"))?;
        ensure!(is_safe(&keys), "{url} names keys at plain http: {keys}");
        Ok(keys)
    }

    async fn get(&self, url: &Url) -> anyhow::Result<Vec<u8>> {
        let mut response = self.client.get(url.clone()).send().await?.error_for_status()?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BYTES {
                bail!("{url} has more than {MAX_BYTES} bytes");
            }
        }
        Ok(body)
    }
}
