use std::collections::BTreeSet;

use accord_tests::{Environment, TestApp};

use super::environment;

/// What a process refuses: a variable that is missing, or has this value.
type Refused = &'static [(&'static str, &'static str, Option<&'static str>)];

const OF_THE_API: Refused = &[
    ("accord-api serve", "DATABASE_URL", None),
    ("accord-api serve", "ACCORD_LINK_KEY", None),
    ("accord-api serve", "ACCORD_LINK_KEY", Some("c2VjcmV0")),
    ("accord-api serve", "ACCORD_LINK_KEY_PREVIOUS", Some("c2VjcmV0")),
    ("accord-api serve", "ACCORD_ISSUER", None),
    ("accord-api serve", "ACCORD_AUDIENCE", None),
    ("accord-api serve", "ACCORD_JWKS_URL", Some("http://keys.example/jwks.json")),
    ("accord-api serve", "ACCORD_PUBLIC_URL", Some("accord.example")),
    ("accord-api serve", "ACCORD_PORTAL_GERMANY", Some("portal")),
    ("accord-api serve", "ACCORD_LISTEN", Some("everywhere")),
    ("accord-api serve", "ACCORD_WEB_DIR", Some("/nowhere")),
    ("accord-api serve", "ACCORD_MAX_COST", Some("0")),
    ("accord-api serve", "ACCORD_TRUSTED_DOCUMENTS", Some("/nowhere.json")),
    ("accord-api serve", "ACCORD_REQUEST_TIMEOUT_SECONDS", Some("0")),
    ("accord-api serve", "ACCORD_MONITOR_LISTEN", Some("off")),
    ("accord-api serve", "ACCORD_MONITOR_LISTEN", Some("192.0.2.1:9464")),
    ("accord-api serve", "ACCORD_OTLP_ENDPOINT", Some("http://user:c2VjcmV0@otel.example")),
    ("accord-api serve", "ACCORD_TRACE_RATIO", Some("2")),
    ("accord-api serve", "DATABASE_POOL", Some("many")),
];

const OF_THE_WORKER: Refused = &[
    ("accord-worker run", "DATABASE_URL", None),
    ("accord-worker run", "ACCORD_LINK_KEY", Some("c2VjcmV0")),
    ("accord-worker run", "ACCORD_SEAL_KEY", None),
    ("accord-worker run", "ACCORD_SEAL_KEY", Some("c2VjcmV0")),
    ("accord-worker run", "SMTP_URL", None),
    ("accord-worker run", "SMTP_URL", Some("http://user:c2VjcmV0@mail.example")),
    ("accord-worker run", "ACCORD_MAIL_FROM", None),
    ("accord-worker run", "ACCORD_MAIL_FROM", Some("Accord")),
    ("accord-worker run", "ACCORD_WORKER_SLOTS", Some("0")),
    ("accord-worker run", "ACCORD_POLL_MS", Some("1")),
    ("accord-worker run", "SMTP_TIMEOUT", Some("60")),
    ("accord-worker run", "ACCORD_WORKER_MONITOR_LISTEN", Some("api")),
    ("accord-worker run", "ACCORD_WORKER_MONITOR_LISTEN", Some("192.0.2.1:9465")),
    ("accord-worker run", "ACCORD_OTLP_ENDPOINT", Some("grpc://otel.example")),
    ("accord-worker migrate", "DATABASE_URL", None),
    ("accord-worker verify-activity", "ACCORD_SEAL_KEY", Some("c2VjcmV0")),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_cannot_work_ends_at_once_naming_the_variable_and_no_secret() {
    refuses(OF_THE_API).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_cannot_work_ends_at_once_naming_the_variable_and_no_secret() {
    refuses(OF_THE_WORKER).await;
}

async fn refuses(refused: Refused) {
    let app = TestApp::new().await;
    let good = environment(&app.issuer, app.database_url(), &app.mailbox).await.with("ACCORD_LISTEN", "127.0.0.1:0");
    for (line, variable, value) in refused {
        let environment = match value {
            Some(value) => good.clone().with(variable, value),
            None => good.clone().without(variable),
        };

        let ended = environment.run(line).await;

        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!ended.status.success(), "{line} with {variable}={value:?}");
        assert!(said.contains(variable), "{line} with {variable}={value:?}: {said}");
        assert!(!said.contains("c2VjcmV0"), "{line}, {variable}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn help_is_the_reference_of_all_variables() {
    let nothing = Environment::over("postgres://nowhere", "127.0.0.1:1".parse().unwrap());
    let mut helped = BTreeSet::new();
    for line in ["accord-api serve --help", "accord-worker run --help"] {
        let help = nothing.run(line).await;
        assert!(help.status.success());
        let help = String::from_utf8(help.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        let names = help.split("[env: ").skip(1).filter_map(|rest| rest.split(['=', ']']).next());
        helped.extend(names.map(str::to_owned));
        assert!(!help.contains("AQEBAQEB") && !help.contains("postgres://nowhere"), "{help}");
    }

    let example = include_str!("../../../.env.example");
    let listed = example.lines().filter_map(|line| line.trim_start_matches('#').split_once('=').map(|(name, _)| name));
    let listed: BTreeSet<String> =
        listed.filter(|name| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')).map(str::to_owned).collect();
    assert_eq!(helped, listed);
}
