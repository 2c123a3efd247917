//! A browser in which somebody signs in to a portal: the authorization code flow with PKCE (RFC 6749, RFC 7636), page
//! by page.

use std::collections::BTreeMap;

use axum::http::{StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{RequestBuilder, Url};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::client;

/// Where the provider sends people back to; nothing listens there, the code is read off the redirect.
const PORTAL: &str = "http://127.0.0.1/signed-in";

/// One person's browser, and the portal that they sign in to.
pub(super) struct Browser {
    client: reqwest::Client,
    issuer: Url,
    cookies: BTreeMap<String, String>,
}

/// What the portal is given.
pub(super) struct Tokens {
    /// For an API.
    pub(super) access: String,
    /// For the portal itself.
    pub(super) id: String,
}

impl Browser {
    pub(super) fn new(issuer: &str) -> Self {
        Self { client: client(), issuer: issuer.parse().unwrap(), cookies: BTreeMap::new() }
    }

    /// Signs somebody in, with an access token for this audience.
    pub(super) async fn sign_in(mut self, email: &str, audience: &str) -> Tokens {
        let configuration = self.issuer.join("/.well-known/openid-configuration").unwrap();
        let configuration: Value = self.client.get(configuration).send().await.unwrap().json().await.unwrap();
        let endpoint = |name: &str| -> Url { configuration[name].as_str().expect(name).parse().unwrap() };
        let (verifier, state) = (format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()), Uuid::new_v4());
        let mut authorize = endpoint("authorization_endpoint");
        authorize.query_pairs_mut().extend_pairs([
            ("client_id", "portal"),
            ("response_type", "code"),
            ("redirect_uri", PORTAL),
            ("scope", "openid email profile invitations"),
            ("resource", &format!("https://api.example/{audience}")),
            ("code_challenge", &URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier))),
            ("code_challenge_method", "S256"),
            ("state", &state.to_string()),
        ]);

        let back = self.through_the_pages(authorize, email).await;
        let given: BTreeMap<_, _> = back.query_pairs().into_owned().collect();
        assert_eq!(
            (&given["state"], given["iss"].trim_end_matches('/')),
            (&state.to_string(), endpoint("issuer").as_str().trim_end_matches('/'))
        );
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &given["code"]),
            ("redirect_uri", PORTAL),
            ("client_id", "portal"),
            ("code_verifier", &verifier),
        ];
        let tokens: Value = self.post(endpoint("token_endpoint"), &form).send().await.unwrap().json().await.unwrap();
        let token = |name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("no {name}: {tokens}")).to_owned();
        Tokens { access: token("access_token"), id: token("id_token") }
    }

    /// Fills in what the provider asks, until it sends the browser back to the portal.
    async fn through_the_pages(&mut self, address: Url, email: &str) -> Url {
        let mut request = self.client.get(address.clone());
        for _ in 0..20 {
            let (address, page) = match self.load(request).await {
                Loaded::Redirect(to) if to.as_str().starts_with(PORTAL) => return to,
                Loaded::Redirect(to) => {
                    request = self.client.get(to);
                    continue;
                }
                Loaded::Page(address, page) => (address, page),
            };
            let asks = |prompt: &str| page.contains(&format!(r#"name="prompt" value="{prompt}""#));
            let form: &[(&str, &str)] = match () {
                () if asks("login") => &[("prompt", "login"), ("login", email), ("password", "any")],
                () if asks("consent") => &[("prompt", "consent")],
                () => panic!("no form: {page}"),
            };
            let action = page.split(r#"action=""#).nth(1).and_then(|rest| rest.split('"').next()).expect("an action");
            request = self.post(address.join(action).unwrap(), form);
        }
        panic!("the provider does not come to an end");
    }

    fn post(&self, address: Url, form: &[(&str, &str)]) -> RequestBuilder {
        let encoded = Url::parse_with_params("form:", form).unwrap();
        let request = self.client.post(address).body(encoded.query().unwrap_or_default().to_owned());
        request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    /// Sends a request with the cookies there are, and keeps those that come.
    async fn load(&mut self, request: RequestBuilder) -> Loaded {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let response = request.header(header::COOKIE, cookies.join("; ")).send().await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap();
            // Names tell its cookies apart, whatever path they are for; an empty one is taken back.
            self.cookies.insert(name.to_owned(), value.to_owned());
            self.cookies.retain(|_, value| !value.is_empty());
        }
        let address = response.url().clone();
        match response.headers().get(header::LOCATION) {
            Some(to) => Loaded::Redirect(address.join(to.to_str().unwrap()).unwrap()),
            None => {
                assert_eq!(response.status(), StatusCode::OK, "{address}");
                Loaded::Page(address, response.text().await.unwrap())
            }
        }
    }
}

enum Loaded {
    Redirect(Url),
    Page(Url, String),
}
