//! What an operator sets for the worker: the domain's settings and its own, each with its variable and default.

use std::time::Duration;

use anyhow::{Context, ensure};
use domain::settings::{self, Key, Settings};
use lettre::message::Mailbox;
use process::{monitor, trace};
use secrecy::SecretString;

use crate::email::Server;

/// What lies between the end of a handler's time and the end of the shortest lease: settling, and its repetition.
const MARGIN: Duration = Duration::from_secs(5);

/// A lease is up to twice the handler's time and the margin; rescue after a crash is to stay under a minute.
const LONGEST_LEASE: Duration = Duration::from_secs(55);

/// The settings of the worker.
#[derive(clap::Args, Clone, Debug)]
pub struct Config {
    /// The domain's settings.
    #[command(flatten)]
    pub settings: Settings,

    /// Mail server: smtps://user:password@host, smtp://host?tls=required (STARTTLS), ?tls=opportunistic, or plain smtp://host:port
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: SecretString,

    /// Seconds that a mail may take from its claim until the mail server has it; at most 22
    #[arg(long, env = "SMTP_TIMEOUT", default_value = "20", value_parser = seconds)]
    pub smtp_timeout: Duration,

    /// Who mails are from: "Accord <accord@example.com>"
    #[arg(long, env = "ACCORD_MAIL_FROM")]
    pub mail_from: String,

    /// Key of the activity's seal: 32 random bytes in base64, kept out of the database's reach (openssl rand -base64 32)
    #[arg(long, env = "ACCORD_SEAL_KEY", hide_env_values = true)]
    pub seal_key: SecretString,

    /// Mails that are sent at the same time
    #[arg(long = "worker-slots", env = "ACCORD_WORKER_SLOTS", default_value_t = 16)]
    pub slots: usize,

    /// Milliseconds between looks for due mails that no bell was rung for; 100 to 10000
    #[arg(long, env = "ACCORD_POLL_MS", default_value_t = 500)]
    pub poll_ms: u64,

    /// Address and port of /metrics, /health/live and /health/ready, for operators alone; off: nowhere
    #[arg(long = "worker-monitor-listen", env = "ACCORD_WORKER_MONITOR_LISTEN", default_value = "127.0.0.1:9465", value_parser = monitor::Place::or_off)]
    pub monitor: monitor::Place,

    /// Where spans are exported.
    #[command(flatten)]
    pub traces: trace::Traces,
}

impl Config {
    /// Refuses what cannot work, naming the variable.
    pub fn check(&self) -> anyhow::Result<()> {
        ensure!((1..=256).contains(&self.slots), "ACCORD_WORKER_SLOTS: want 1 to 256, not {}", self.slots);
        ensure!((100..=10_000).contains(&self.poll_ms), "ACCORD_POLL_MS: want 100 to 10000, not {}", self.poll_ms);
        ensure!(!self.smtp_timeout.is_zero(), "SMTP_TIMEOUT: want more than 0 seconds");
        let most = LONGEST_LEASE / 2 - MARGIN;
        ensure!(self.lease() * 2 <= LONGEST_LEASE, "SMTP_TIMEOUT: want at most {} seconds", most.as_secs());
        self.server()?;
        self.sender()?;
        self.seal_key()?;
        self.traces.check()
    }

    /// The mail server.
    pub(crate) fn server(&self) -> anyhow::Result<Server> {
        Server::new(&self.smtp_url)
    }

    /// Who mails are from.
    pub(crate) fn sender(&self) -> anyhow::Result<Mailbox> {
        let remedy = "ACCORD_MAIL_FROM: want an address such as Accord <accord@example.com>";
        self.mail_from.parse().ok().context(remedy)
    }

    /// The key of the activity's seal.
    pub(crate) fn seal_key(&self) -> anyhow::Result<Key> {
        settings::key("ACCORD_SEAL_KEY", &self.seal_key)
    }

    /// The shortest that a claimed mail is held for.
    pub(crate) fn lease(&self) -> Duration {
        self.smtp_timeout + MARGIN
    }

    /// How often due rows are looked for.
    pub(crate) fn poll(&self) -> Duration {
        Duration::from_millis(self.poll_ms)
    }
}

/// Reads seconds, such as 20 or 0.5.
fn seconds(text: &str) -> anyhow::Result<Duration> {
    let seconds: f64 = text.parse().context("want seconds, such as 20 or 0.5")?;
    Ok(Duration::try_from_secs_f64(seconds)?)
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command, FromArgMatches};

    use super::*;

    fn config(changed: &[(&str, &str)]) -> Config {
        let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let mut flags = vec![
            ("database-url", "postgres://localhost"),
            ("link-key", key),
            ("seal-key", key),
            ("smtp-url", "smtp://localhost"),
            ("mail-from", "Accord <accord@accord.example>"),
        ];
        flags.retain(|(flag, _)| changed.iter().all(|(other, _)| flag != other));
        flags.extend(changed);
        let arguments = flags.into_iter().map(|(flag, value)| format!("--{flag}={value}"));
        let command = Config::augment_args(Command::new("test").no_binary_name(true));
        Config::from_arg_matches(&command.get_matches_from(arguments)).unwrap()
    }

    #[test]
    fn the_defaults_work_and_no_lease_outlives_a_minute() {
        let config = config(&[]);
        config.check().unwrap();
        assert_eq!((config.slots, config.smtp_timeout.as_secs(), config.lease().as_secs()), (16, 20, 25));
    }

    #[test]
    fn what_cannot_work_is_refused_naming_the_variable() {
        for (flag, value, variable) in [
            ("worker-slots", "0", "ACCORD_WORKER_SLOTS"),
            ("worker-slots", "10000", "ACCORD_WORKER_SLOTS"),
            ("poll-ms", "1", "ACCORD_POLL_MS"),
            ("smtp-timeout", "0", "SMTP_TIMEOUT"),
            ("smtp-timeout", "23", "SMTP_TIMEOUT"),
            ("smtp-url", "http://user:secret@mail.example", "SMTP_URL"),
            ("mail-from", "Accord", "ACCORD_MAIL_FROM"),
            ("mail-from", "a@b.example\r\nBcc: c@d.example", "ACCORD_MAIL_FROM"),
            ("seal-key", "c2hvcnQ=", "ACCORD_SEAL_KEY"),
            ("otlp-endpoint", "http://user:secret@otel.example", "ACCORD_OTLP_ENDPOINT"),
            ("trace-ratio", "2", "ACCORD_TRACE_RATIO"),
        ] {
            let error = config(&[(flag, value)]).check().unwrap_err().to_string();
            assert!(error.starts_with(variable), "{error}");
            assert!(!error.contains("secret") && !error.contains("c2hvcnQ"), "{error}");
        }
    }
}
