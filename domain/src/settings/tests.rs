use clap::{Args, Command, FromArgMatches};

use super::*;

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn command() -> Command {
    Settings::augment_args(Command::new("test").no_binary_name(true))
}

fn settings(flag: &str, value: &str) -> Settings {
    let mut flags = vec![("database-url", "postgres://localhost"), ("link-key", KEY)];
    flags.retain(|(other, _)| flag != *other);
    flags.push((flag, value));
    let arguments = flags.into_iter().map(|(flag, value)| format!("--{flag}={value}"));
    Settings::from_arg_matches(&command().get_matches_from(arguments)).unwrap()
}

fn refusal(settings: &Settings) -> String {
    let found = check_database_url(&settings.database_url)
        .and_then(|()| settings.pool())
        .and_then(|_| settings.statement_timeout())
        .and_then(|_| settings.link_keys())
        .and_then(|_| settings.portals());
    found.err().map_or_else(|| "none".to_owned(), |error| format!("{error:#}"))
}

#[test]
fn what_cannot_work_is_refused_naming_the_variable_and_no_secret() {
    for (flag, value, variable) in [
        ("database-url", "", "DATABASE_URL"),
        ("database-url", "hunter2", "DATABASE_URL"),
        ("database-url", "mysql://accord:hunter2@db/accord", "DATABASE_URL"),
        ("database-url", "postgres://accord:hunter2@db:port/accord", "DATABASE_URL"),
        ("database-url", "postgres://accord:hunter2@db/accord?sslmode=verify-full", "DATABASE_URL"),
        ("database-url", "postgres://accord:hunter2@db/accord?sslmode=allow", "DATABASE_URL"),
        ("database-url", "postgres://accord:hunter2@db/accord?sslrootcert=/ca.pem", "DATABASE_URL"),
        ("database-pool", "0", "DATABASE_POOL"),
        ("database-statement-timeout-seconds", "0", "DATABASE_STATEMENT_TIMEOUT_SECONDS"),
        ("link-key", "aHVudGVyMg==", "ACCORD_LINK_KEY:"),
        ("link-key-previous", "aHVudGVyMg==", "ACCORD_LINK_KEY_PREVIOUS"),
        ("public-url", "accord.example", "ACCORD_PUBLIC_URL"),
        ("public-url", "accord.example:8080", "ACCORD_PUBLIC_URL"),
        ("public-url", "ftp://accord.example", "ACCORD_PUBLIC_URL"),
        ("public-url", "https://", "ACCORD_PUBLIC_URL"),
        ("public-url", "https://accord.example?hunter2", "ACCORD_PUBLIC_URL"),
        ("public-url", "https://accord.example/?", "ACCORD_PUBLIC_URL"),
        ("public-url", "https://accord.example#top", "ACCORD_PUBLIC_URL"),
        ("public-url", "https://ann:hunter2@accord.example", "ACCORD_PUBLIC_URL"),
        ("public-url", "https://@accord.example", "ACCORD_PUBLIC_URL"),
        ("public-url", " https://accord.example", "ACCORD_PUBLIC_URL"),
        ("public-url", "https://accord.example\n", "ACCORD_PUBLIC_URL"),
        ("portal-us-government", "https://accord.example/a b", "ACCORD_PORTAL_US_GOVERNMENT"),
        ("portal-germany", "portal", "ACCORD_PORTAL_GERMANY"),
    ] {
        let refused = refusal(&settings(flag, value));
        assert!(refused.starts_with(variable), "{flag}={value}: {refused}");
        assert!(!refused.contains("hunter2") && !refused.contains("aHVudGVyMg"), "{refused}");
    }
}

#[test]
fn what_can_work_is_taken() {
    for (flag, value) in [
        ("database-url", "postgresql://accord:p%40ss@db.example:5432/accord?sslmode=require"),
        ("database-url", "postgres://accord@%2Frun%2Fpostgresql/accord?sslmode=disable"),
        ("database-url", "host=db user=accord sslmode=prefer"),
        ("database-pool", "1"),
        ("public-url", "http://[::1]:8080"),
        ("portal-germany", "https://portal.example/accord/"),
    ] {
        assert_eq!(refusal(&settings(flag, value)), "none", "{flag}={value}");
    }
}

#[test]
fn portals_are_addresses_that_a_path_can_be_put_behind() {
    let portals = settings("public-url", "https://accord.example:8443/portal/").portals().unwrap();
    assert_eq!(portals.host(), "accord.example");
    for cloud in [Cloud::Public, Cloud::Germany] {
        assert_eq!(portals.of(cloud), "https://accord.example:8443/portal");
    }
    let portals = settings("public-url", "http://127.0.0.1:8080").portals().unwrap();
    assert_eq!((portals.host(), portals.of(Cloud::Public)), ("127.0.0.1", "http://127.0.0.1:8080"));
}

#[test]
fn a_variable_that_is_empty_counts_as_unset() {
    let set = |name: &OsStr| (name == "ACCORD_PUBLIC_URL").then(|| "https://accord.example".into());
    let variables = |variable| {
        let command = by_variable(command(), variable);
        let variables =
            command.get_arguments().filter_map(clap::Arg::get_env).map(|name| name.to_str().unwrap().to_owned());
        variables.collect::<Vec<_>>()
    };
    let all = variables(set);
    assert!(all.iter().any(|name| name == "ACCORD_PORTAL_GERMANY"), "{all:?}");
    let rest = variables(|name| (name == "ACCORD_PORTAL_GERMANY").then(OsString::new));
    assert_eq!(rest, all.into_iter().filter(|name| name != "ACCORD_PORTAL_GERMANY").collect::<Vec<_>>());
}

#[test]
fn what_clap_says_names_the_variable() {
    let command = by_variable(command(), |name| (name == "ACCORD_LINK_KEY").then(OsString::new));
    let error = command.clone().try_get_matches_from(["--database-url=postgres://localhost"]).unwrap_err().to_string();
    assert!(error.contains("<ACCORD_LINK_KEY>"), "{error}");
    let key = format!("--link-key={KEY}");
    let error = command.try_get_matches_from([&key, "--mails-per-day=many"]).unwrap_err().to_string();
    assert!(error.contains("<ACCORD_MAILS_PER_DAY>"), "{error}");
}
