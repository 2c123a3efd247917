//! `.env.example` lists every variable of the two processes and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::{Arg, Args, Command};

/// A variable as a line of the example has it.
struct Line {
    must_be_set: bool,
    value: String,
}

/// Every variable of the example; one that is written twice stops the test.
fn example() -> BTreeMap<String, Line> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.env.example");
    let text = std::fs::read_to_string(path).expect(".env.example");
    let mut lines = BTreeMap::new();
    for line in text.lines() {
        let (must_be_set, line) = line.strip_prefix('#').map_or((true, line), |line| (false, line));
        let Some((name, value)) = line.split_once('=').filter(|(name, _)| is_variable(name)) else { continue };
        let line = Line { must_be_set, value: value.trim_matches('"').to_owned() };
        assert!(lines.insert(name.to_owned(), line).is_none(), "{name} is listed twice");
    }
    lines
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// Every variable that the processes read, by name.
fn read() -> BTreeMap<String, Arg> {
    let api = api::config::Config::augment_args(Command::new("api"));
    let worker = worker::Config::augment_args(Command::new("worker"));
    let arguments = api.get_arguments().chain(worker.get_arguments()).cloned();
    arguments.filter_map(|argument| Some((argument.get_env()?.to_str()?.to_owned(), argument))).collect()
}

#[test]
fn the_example_lists_every_variable_and_nothing_else() {
    let (example, read) = (example(), read());
    let listed: BTreeSet<_> = example.keys().collect();
    assert_eq!(listed, read.keys().collect());
    assert!(read.len() > 20, "{read:?}");
}

#[test]
fn every_setting_has_a_variable_and_says_what_it_is() {
    let api = api::config::Config::augment_args(Command::new("api"));
    let worker = worker::Config::augment_args(Command::new("worker"));
    for argument in api.get_arguments().chain(worker.get_arguments()) {
        assert!(argument.get_env().is_some(), "{argument}");
        assert!(argument.get_help().is_some(), "{argument}");
    }
}

#[test]
fn what_must_be_set_stands_without_a_hash() {
    for (name, argument) in read() {
        assert_eq!(example()[&name].must_be_set, argument.is_required_set(), "{name}");
    }
}

#[test]
fn what_need_not_be_set_shows_its_default() {
    for (name, argument) in read() {
        if let [default] = argument.get_default_values() {
            assert_eq!(example()[&name].value, default.to_str().unwrap(), "{name}");
        }
    }
}
