//! Conversations with the mail server.
//!
//! Connections are kept for the next mail, and only in a state that is known: one that was left in mid-conversation,
//! by an error or because time was up, is closed, so that no answer is ever taken for that to another mail. lettre's
//! own pool would keep such a connection, and bounds no wait but that for the connection.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use futures_util::future::join_all;
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

/// A connection is kept so long without a mail: less than any server waits.
const IDLE: Duration = Duration::from_secs(30);

/// A connection carries so many mails: many servers end it after a hundred.
const MOST_MAILS: u32 = 100;

/// How long the end of the process waits for a server's goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// Authentication is missing or wrong (RFC 4954 section 6): ours to mend, not the recipient's address.
const OURS: [u16; 4] = [530, 534, 535, 538];

/// Why a mail was not sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// Whether another try would be in vain.
    pub(crate) is_permanent: bool,
    /// For the inviter.
    pub(crate) shown: String,
    /// For the operator: nothing that a server said of a recipient.
    pub(crate) logged: String,
}

impl Trouble {
    /// Something of ours went wrong; the inviter need not know what.
    pub(crate) fn ours(logged: &str) -> Self {
        Self { is_permanent: false, shown: "internal error".to_owned(), logged: logged.to_owned() }
    }

    /// The time that a mail may take is up.
    pub(crate) fn timed_out() -> Self {
        let shown = "the mail server did not answer in time".to_owned();
        Self { is_permanent: false, logged: shown.clone(), shown }
    }

    /// The mail could not be begun: that is no matter of its recipient's.
    fn unreachable(error: &anyhow::Error) -> Self {
        let shown = "the mail server cannot be reached".to_owned();
        Self { is_permanent: false, shown, logged: format!("cannot reach the mail server: {error:#}") }
    }

    /// The server refused the mail, or broke off.
    fn refused(error: &Error, envelope: &Envelope) -> Self {
        let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        match error.status().map(u16::from) {
            Some(code) if OURS.contains(&code) => Self::ours(&format!("answered {code}")),
            Some(code) => Self {
                is_permanent: error.is_permanent(),
                shown: format!("the mail server answered {code} {text}"),
                logged: format!("answered {code}"),
            },
            // lettre refuses itself what a server without SMTPUTF8 could not take.
            None if error.is_client() && envelope.to().iter().any(|to| !to.to_string().is_ascii()) => Self {
                is_permanent: true,
                shown: "the mail server takes no addresses with such characters".to_owned(),
                logged: "no SMTPUTF8".to_owned(),
            },
            None => Self { is_permanent: false, shown: "the mail server broke off".to_owned(), logged: text },
        }
    }
}

/// Where the mail server is, and how to get in.
pub(crate) struct Server {
    host: String,
    port: u16,
    tls: Tls,
    credentials: Option<Credentials>,
    hello: ClientId,
}

impl Server {
    /// Refuses an address that it cannot read, naming the variable and not the value.
    pub(crate) fn new(url: &SecretString) -> anyhow::Result<Self> {
        Self::from_url(url.expose_secret())
            .context("SMTP_URL: want smtps://user:password@host or smtp://host:port?tls=required")
    }

    /// Reads `smtp[s]://user:password@host:port/ehlo-name?tls=required|opportunistic`, as lettre does.
    fn from_url(url: &str) -> anyhow::Result<Self> {
        let url = Url::parse(url)?;
        let host = url.host_str().context("no host")?.to_owned();
        let parameters = || TlsParameters::new(host.clone());
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let (port, tls) = match (url.scheme(), tls.as_deref()) {
            ("smtps", None) => (465, Tls::Wrapper(parameters()?)),
            ("smtp", Some("required")) => (587, Tls::Required(parameters()?)),
            ("smtp", Some("opportunistic")) => (587, Tls::Opportunistic(parameters()?)),
            ("smtp", None) => (25, Tls::None),
            _ => bail!("neither smtps:// nor smtp:// with tls=required, tls=opportunistic or without tls"),
        };
        let plain = |text: &str| percent_decode_str(text).decode_utf8().map(|text| text.into_owned());
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(plain(url.username())?, plain(password)?)),
            None => None,
        };
        let hello = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        Ok(Self { port: url.port().unwrap_or(port), host, tls, credentials, hello })
    }

    /// Whether there is a password that leaves this machine without TLS.
    fn tells_its_password(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        self.credentials.is_some() && matches!(self.tls, Tls::None) && !is_here
    }

    async fn connect(&self) -> anyhow::Result<AsyncSmtpConnection> {
        let address = (self.host.as_str(), self.port);
        let mut connection = if let Tls::Wrapper(parameters) = &self.tls {
            AsyncSmtpConnection::connect_tokio1(address, None, &self.hello, Some(parameters.clone()), None).await?
        } else {
            let stream = TcpStream::connect(address).await?;
            // lettre ends a message by a write of its own, which else waits some 40 ms for the server's acknowledgement.
            stream.set_nodelay(true)?;
            AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello).await?
        };
        match &self.tls {
            Tls::Required(parameters) => connection.starttls(parameters.clone(), &self.hello).await?,
            Tls::Opportunistic(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), &self.hello).await?;
            }
            _ => {}
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

/// A connection between two mails.
struct Open {
    connection: AsyncSmtpConnection,
    mails: u32,
    since: Instant,
}

/// The mail server, and connections to it.
pub(crate) struct Smtp {
    server: Server,
    idle: Mutex<Vec<Open>>,
}

impl Smtp {
    /// Connects when first used. Warns of a password that anybody on the way could read.
    pub(crate) fn new(server: Server) -> Self {
        if server.tells_its_password() {
            tracing::warn!("SMTP_URL: the password goes out unencrypted; ask for smtps:// or ?tls=required");
        }
        Self { server, idle: Mutex::default() }
    }

    /// Hands a mail over. May wait for ever: dropped before its end, it closes the connection.
    pub(crate) async fn send(&self, envelope: &Envelope, message: &[u8]) -> Result<(), Trouble> {
        let mut open = match self.kept().await {
            Some(open) => open,
            None => {
                let connection = self.server.connect().await.map_err(|error| Trouble::unreachable(&error))?;
                Open { connection, mails: 0, since: Instant::now() }
            }
        };
        open.connection.send(envelope, message).await.map_err(|error| Trouble::refused(&error, envelope))?;
        open.mails += 1;
        open.since = Instant::now();
        self.keep(open);
        Ok(())
    }

    /// Ends the connections that are kept.
    pub(crate) async fn close(&self) {
        let idle = self.idle(std::mem::take);
        let goodbyes = idle.into_iter().map(|mut open| async move {
            let _ = timeout(GOODBYE, open.connection.quit()).await;
        });
        join_all(goodbyes).await;
    }

    /// A kept connection whose server is still there: the latest, so that those not needed grow old.
    async fn kept(&self) -> Option<Open> {
        while let Some(mut open) = self.idle(Vec::pop) {
            if open.since.elapsed() < IDLE && open.connection.test_connected().await {
                return Some(open);
            }
        }
        None
    }

    fn keep(&self, open: Open) {
        self.idle(|idle| {
            idle.retain(|other| other.since.elapsed() < IDLE);
            if open.mails < MOST_MAILS {
                idle.push(open);
            }
        });
    }

    fn idle<T>(&self, with: impl FnOnce(&mut Vec<Open>) -> T) -> T {
        // No change to the list panics halfway, so that a poisoned lock guards a whole one.
        with(&mut self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests;
