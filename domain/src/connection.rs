//! One connection to PostgreSQL, encrypted where its address asks for it.

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Connects to a `postgres://` address.
///
/// `sslmode=require` encrypts and, unlike libpq's, checks the server's certificate against the system's (`SSL_CERT_FILE`
/// names others). Without it nothing is encrypted: libpq's `prefer` would keep nobody out who can answer in the server's
/// place.
pub(crate) async fn connect(address: &SecretString) -> ConnectionResult<AsyncPgConnection> {
    let address = address.expose_secret();
    // The parser's own error could quote the address, password and all.
    let unreadable =
        |_| ConnectionError::InvalidConnectionUrl("want postgres://user:password@host/database".to_owned());
    let config: Config = address.parse().map_err(unreadable)?;
    if config.get_ssl_mode() != SslMode::Require {
        return AsyncPgConnection::establish(address).await;
    }
    let failed = |error| ConnectionError::BadConnection(format!("{:#}", anyhow::Error::new(error)));
    let no_certificates =
        |_| ConnectionError::BadConnection("there are no certificates to check the server's with".to_owned());
    let (tls, _unread) = MakeRustlsConnect::with_native_certs().map_err(no_certificates)?;
    let (client, connection) = config.connect(tls).await.map_err(failed)?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}
