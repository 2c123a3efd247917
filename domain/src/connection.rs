//! One connection to PostgreSQL, encrypted where its address asks for it.

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Connects to a `postgres://` address.
///
/// `sslmode=require` encrypts and, unlike libpq's, checks the server's certificate against the system's (`SSL_CERT_FILE`
/// names others). Without it nothing is encrypted: libpq's `prefer` would keep nobody out who can answer in the server's
/// place.
///
/// Not by Diesel's own way from an address: that hands it, password and all, to whatever default instrumentation there is.
pub(crate) async fn connect(address: &SecretString) -> ConnectionResult<AsyncPgConnection> {
    let config = read(address)?;
    let failed = |error| ConnectionError::BadConnection(format!("{:#}", anyhow::Error::new(error)));
    if config.get_ssl_mode() != SslMode::Require {
        let (client, connection) = config.connect(NoTls).await.map_err(failed)?;
        return AsyncPgConnection::try_from_client_and_connection(client, connection).await;
    }
    let no_certificates =
        |_| ConnectionError::BadConnection("there are no certificates to check the server's with".to_owned());
    let (tls, _unread) = MakeRustlsConnect::with_native_certs().map_err(no_certificates)?;
    let (client, connection) = config.connect(tls).await.map_err(failed)?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

fn read(address: &SecretString) -> ConnectionResult<Config> {
    // The parser's own error could quote the address, password and all.
    let unreadable =
        |_| ConnectionError::InvalidConnectionUrl("want postgres://user:password@host/database".to_owned());
    address.expose_secret().parse().map_err(unreadable)
}

/// An address as anybody may know it: where the database is and what it is called, no user, no password, no options.
pub(crate) fn place_of(address: &SecretString) -> ConnectionResult<String> {
    let config = read(address)?;
    let (hosts, ports) = (config.get_hosts(), config.get_ports());
    // One port is every host's; none is PostgreSQL's own.
    let port_of = |place: usize| ports.get(place).or(ports.first()).copied().unwrap_or(5432);
    let named = hosts.iter().enumerate().map(|(place, host)| match host {
        Host::Tcp(name) => format!("{name}:{}", port_of(place)),
        #[cfg(unix)]
        Host::Unix(folder) => format!("{}:{}", folder.display(), port_of(place)),
    });
    let hosts: Vec<String> = named.collect();
    Ok(format!("postgres://{}/{}", hosts.join(","), config.get_dbname().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_database_names_neither_user_nor_password() {
        for (address, place) in [
            ("postgres://accord:hunter2@db.example:6432/accord?sslmode=require", "postgres://db.example:6432/accord"),
            ("postgres://db/accord?user=accord&password=hunter2", "postgres://db:5432/accord"),
            ("postgres://accord:hunter2%40@one,two:6432/accord", "postgres://one:5432,two:6432/accord"),
            ("postgresql://accord:hunter2@%2Frun%2Fpostgresql/accord", "postgres:///run/postgresql:5432/accord"),
            ("host=db user=accord password=hunter2 dbname=accord", "postgres://db:5432/accord"),
            ("postgres://accord:hunter2@db", "postgres://db:5432/"),
        ] {
            assert_eq!(place_of(&address.into()).unwrap(), place, "{address}");
        }
        let error = place_of(&"postgres://accord:hunter2@db:port/accord".into()).unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
