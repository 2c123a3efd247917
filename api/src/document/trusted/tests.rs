use std::io::Write as _;

use async_graphql::{EmptyMutation, Object, Schema, Subscription};
use futures_util::stream::{self, Stream};
use serde_json::json;
use tempfile::NamedTempFile;

use super::*;

struct Query;

#[Object]
impl Query {
    async fn hello(&self, name: Option<String>) -> String {
        name.unwrap_or_default()
    }

    async fn things(&self, first: Option<i32>) -> ThingConnection {
        let _ = first;
        ThingConnection
    }
}

struct ThingConnection;

#[Object]
impl ThingConnection {
    async fn nodes(&self) -> Vec<Query> {
        Vec::new()
    }
}

struct Events;

#[Subscription]
impl Events {
    async fn event(&self) -> impl Stream<Item = i32> {
        stream::empty()
    }
}

fn read(text: &str) -> anyhow::Result<Trusted> {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let schema = Schema::new(Query, EmptyMutation, Events);
    Trusted::read(file.path(), false, 10, &Types::read(&schema.sdl()).unwrap(), &schema)
}

fn refusal(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

const HELLO: &str = "{ hello }";
/// Of [`HELLO`].
const SHA256: &str = "001c3174e099bd72b729d0c0a529ba9f5a740c446e2a6e1d71b283cb84ec3065";

#[test]
fn a_document_is_found_by_the_id_it_was_written_under() {
    let trusted = read(&json!({ "md5-or-sha1": HELLO }).to_string()).unwrap();
    assert_eq!(trusted.get("md5-or-sha1").unwrap().text, HELLO);
    assert!(trusted.get("other").is_none());
}

#[test]
fn a_sha_256_is_found_with_its_prefix_and_without() {
    for key in [SHA256.to_owned(), format!("sha256:{SHA256}"), SHA256.to_uppercase()] {
        let trusted = read(&json!({ key: HELLO }).to_string()).unwrap();
        for id in [SHA256.to_owned(), format!("sha256:{SHA256}")] {
            assert_eq!(trusted.get(&id).unwrap().text, HELLO, "{id}");
        }
    }
}

#[test]
fn an_id_that_claims_another_documents_hash_is_refused() {
    for id in [format!("sha256:{}", "0".repeat(64)), "a".repeat(64), "sha256:".to_owned()] {
        let message = refusal(&json!({ id.clone(): HELLO }).to_string());
        assert!(message.contains(&format!("{id}: the id is not the document's SHA-256")), "{message}");
    }
}

#[test]
fn every_bad_document_is_named_with_its_reason() {
    let file = json!({
        "good": HELLO,
        "text": 7,
        "syntax": "{",
        "field": "{ nothing }",
        "argument": "query a { hello(nome: 1) } query b { hello }",
        "limits": format!("{{ {} }}", "hello ".repeat(51)),
        "introspection": "{ __schema { types { name } } }",
        "variable": "query($v: Nothing) { hello(name: $v) }",
    });
    let message = refusal(&file.to_string());
    for (id, reason) in [
        ("text", "want the document as a string"),
        ("syntax", "the document has a syntax error"),
        ("field", "Unknown field \"nothing\""),
        ("argument", "Unknown argument \"nome\""),
        ("limits", "the document has more than 50 fields at its root"),
        ("introspection", "introspection is off here"),
        ("variable", "Unknown type \"Nothing\""),
    ] {
        assert!(message.contains(&format!("\n  {id}: {reason}")), "{id}: {message}");
    }
    assert!(message.starts_with("ACCORD_TRUSTED_DOCUMENTS: ") && !message.contains("good"), "{message}");
}

#[test]
fn what_is_listed_of_bad_documents_is_bounded() {
    let file: Map<String, Value> = (0..500).map(|n| (format!("{n}{}", "x".repeat(999)), json!("{"))).collect();
    let message = refusal(&Value::Object(file).to_string());
    assert!(message.ends_with("and 480 more"), "{message}");
    assert!(message.len() < 10_000, "{}", message.len());
}

#[test]
fn a_file_that_is_no_map_of_documents_is_refused() {
    for text in ["", "[]", "7", "{", "{}"] {
        assert!(refusal(text).starts_with("ACCORD_TRUSTED_DOCUMENTS: "), "{text}");
    }
    let schema = Schema::new(Query, EmptyMutation, Events);
    let missing = Trusted::read(Path::new("/nowhere.json"), false, 10, &Types::read(&schema.sdl()).unwrap(), &schema);
    assert_eq!(missing.unwrap_err().to_string(), "ACCORD_TRUSTED_DOCUMENTS: cannot read /nowhere.json");
}

#[test]
fn a_document_whose_variables_nobody_gave_yet_is_valid() {
    let text = json!({ "a": "query q($name: String!) { hello(name: $name) }", "b": "query($v: String = \"x\") { hello(name: $v) }" });
    assert!(read(&text.to_string()).is_ok());
}

#[test]
fn an_operation_that_can_never_run_is_refused() {
    let file = json!({
        "subscription": "subscription a { event } subscription b { event other: event }",
        "cost": "query a { hello } query b { things(first: 11) { nodes { hello } } }",
        "good": "{ things(first: 10) { nodes { hello } } }",
    });
    let message = refusal(&file.to_string());
    for (id, reason) in [
        ("subscription", "a subscription selects one field, in no fragment and without a directive"),
        ("cost", "the operation costs 11 rows, at most 10 are served"),
    ] {
        assert!(message.contains(&format!("\n  {id}: {reason}")), "{id}: {message}");
    }
    assert!(!message.contains("good"), "{message}");
}

#[test]
fn a_document_that_some_variables_make_cheap_enough_is_taken() {
    let inside = |page: &str| format!("things(first: {page}) {{ nodes {{ hello }} }}");
    let text = format!("query($n: Int = 100, $m: Int) {{ {} more: {} }}", inside("$n"), inside("$m"));
    assert!(read(&json!({ "a": text }).to_string()).is_ok());
    let text = format!("query($n: Int) {{ {} more: {} }}", inside("$n"), inside("10"));
    assert!(refusal(&json!({ "a": text }).to_string()).contains("costs 11 rows"));
}
