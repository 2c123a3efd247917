//! An issuer on a loopback port, which publishes what a test says.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::response::Redirect;
use axum::routing::get;
use axum::{Json, Router};
use ed25519_dalek::pkcs8::KeypairBytes;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, get_current_timestamp};
use p256::pkcs8::EncodePrivateKey;
use rand_core::OsRng;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

use crate::auth::{Trust, Verifier};

/// The `iss` of its tokens.
pub(super) const NAME: &str = "https://issuer.example";

pub(super) fn now() -> u64 {
    get_current_timestamp()
}

/// What a good token says.
pub(super) fn claims() -> Value {
    json!({
        "iss": NAME, "aud": "accord", "exp": now() + 300, "nbf": now(), "sub": "u1", "tid": "contoso",
        "email": "ann@contoso.example", "email_verified": true, "name": "Ann",
    })
}

/// A key pair.
pub(super) struct Signer {
    private: EncodingKey,
    header: Header,
    jwk: Value,
}

impl Signer {
    pub(super) fn new(id: &str, algorithm: Algorithm) -> Self {
        let private = match algorithm {
            Algorithm::ES256 => {
                EncodingKey::from_ec_der(p256::SecretKey::random(&mut OsRng).to_pkcs8_der().unwrap().as_bytes())
            }
            _ => {
                let secret_key = ed25519_dalek::SigningKey::generate(&mut OsRng).to_bytes();
                EncodingKey::from_ed_der(
                    KeypairBytes { secret_key, public_key: None }.to_pkcs8_der().unwrap().as_bytes(),
                )
            }
        };
        let mut jwk = Jwk::from_encoding_key(&private, algorithm).unwrap();
        jwk.common.key_id = Some(id.to_owned());
        let header = Header { kid: Some(id.to_owned()), ..Header::new(algorithm) };
        Self { private, header, jwk: serde_json::to_value(jwk).unwrap() }
    }

    pub(super) fn jwk(&self) -> Value {
        self.jwk.clone()
    }

    /// Signs claims; those that are null are left out.
    pub(super) fn sign(&self, claims: &Value) -> String {
        self.sign_as(&self.header, claims)
    }

    pub(super) fn sign_as(&self, header: &Header, claims: &Value) -> String {
        let mut claims = claims.as_object().unwrap().clone();
        claims.retain(|_, value| !value.is_null());
        encode(header, &claims, &self.private).unwrap()
    }
}

/// A running issuer.
pub(super) struct Issuer {
    address: String,
    published: Arc<Mutex<Value>>,
    readings: Arc<AtomicUsize>,
    _server: AbortOnDropHandle<()>,
}

impl Issuer {
    pub(super) async fn start(signers: &[&Signer]) -> Self {
        let published = Arc::new(Mutex::new(Value::from_iter(signers.iter().map(|signer| signer.jwk()))));
        let readings = Arc::new(AtomicUsize::new(0));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());

        let (keys, count) = (Arc::clone(&published), Arc::clone(&readings));
        let configuration = json!({ "issuer": address, "jwks_uri": format!("{address}/moved") });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(Json(configuration.clone())))
            .route("/another/.well-known/openid-configuration", get(Json(configuration)))
            .route("/moved", get(async || Redirect::temporary("/keys")))
            .route(
                "/keys",
                get(async move || {
                    count.fetch_add(1, Ordering::Relaxed);
                    Json(json!({ "keys": keys.lock().unwrap().clone() }))
                }),
            )
            .route("/redirected-far", get(async || Redirect::temporary("http://issuer.example/keys")))
            .route("/endless", get(async || Redirect::temporary("/endless")))
            .route("/too-large", get(async || " ".repeat(300_000)))
            .route("/empty", get(Json(json!({ "keys": [] }))));
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Self { address, published, readings, _server: AbortOnDropHandle::new(server) }
    }

    pub(super) fn address(&self) -> String {
        self.address.clone()
    }

    pub(super) fn trust(&self) -> Trust {
        Trust {
            issuer: NAME.to_owned(),
            audience: "accord".to_owned(),
            jwks_url: Some(format!("{}/keys", self.address)),
            tenant_claim: "tid".to_owned(),
            oidc_admin_claim: None,
        }
    }

    pub(super) fn verifier(&self) -> Verifier {
        Verifier::start(&self.trust()).unwrap()
    }

    /// Publishes these keys from now on.
    pub(super) fn publish(&self, keys: Value) {
        *self.published.lock().unwrap() = keys;
    }

    /// How often its keys were read.
    pub(super) fn readings(&self) -> usize {
        self.readings.load(Ordering::Relaxed)
    }
}
