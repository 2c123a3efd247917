//! Attempting every mutation as everybody, each in a transaction of its own that is rolled back: no attempt sees another.

use diesel_async::{AsyncConnection, AsyncPgConnection, TransactionManager};
use serde_json::{Value, json};

use super::actors::Actor;
use super::attempts::Attempt;
use super::cells::{self, Given};
use super::fingerprint::Attempted;
use super::schema::Schema;
use super::selection::{self, Asked};
use super::table::Rows;
use super::walk::refusal;
use super::world::World;

/// What came of it.
struct Outcome {
    /// `ok`, or the codes.
    said: String,
    /// Whether anything was done.
    is_done: bool,
    shown: Given,
}

/// What an attempt's payload has, but for the refusals.
pub(super) fn payload(schema: &Schema, mutation: &str) -> Vec<Asked> {
    let (first, rest) = mutation.split_at(1);
    selection::whole(schema, &format!("{}{rest}Payload", first.to_uppercase()))
}

/// What comes of an attempt, for everybody, as a person reviews it.
pub(super) async fn of(world: &World, schema: &Schema, attempt: &Attempt) -> String {
    let fields = payload(schema, attempt.mutation);
    let mut outcomes = Vec::new();
    for actor in &world.actors {
        outcomes.push(one(world, actor, attempt, &fields).await);
    }
    let mut said: Vec<&str> = outcomes.iter().map(|outcome| outcome.said.as_str()).collect();
    said.sort_by_key(|said| (*said != "ok", *said));
    said.dedup();
    let mut rows = Rows::default();
    for text in said {
        let cells = outcomes.iter().map(|outcome| if outcome.said == text { 'x' } else { '.' }).collect();
        rows.row(cells).say(text.to_owned());
    }
    let shown: Vec<Given> = outcomes.into_iter().map(|outcome| outcome.shown).collect();
    rows.fields(&fields, &shown, |path| !path.contains(&"userErrors".to_owned()));
    rows.text(&format!("{}\n{}", attempt.title(), attempt.input))
}

async fn one(world: &World, actor: &Actor, attempt: &Attempt, fields: &[Asked]) -> Outcome {
    let mutation = attempt.mutation;
    let (first, rest) = mutation.split_at(1);
    let payload = selection::text(fields);
    let document = format!(
        "mutation($input: {}{rest}Input!) {{ {mutation}(input: $input) {{ {payload} }} }}",
        first.to_uppercase()
    );
    let input = filled(world, &attempt.input);
    let before = begin(world).await;
    let answer = actor.ask(&world.app, &document, json!({ "input": input })).await;
    let outcome = outcome(world, attempt, fields, &answer.body);
    let is_dry = attempt.input["dryRun"] == true;
    let is_changed = end(world, &before).await;
    let may_write = outcome.is_done && !is_dry;
    assert!(
        may_write || !is_changed,
        "{}, and written nevertheless: {mutation} {input} as {:?}",
        outcome.said,
        actor.email
    );
    outcome
}

fn outcome(world: &World, attempt: &Attempt, fields: &[Asked], body: &Value) -> Outcome {
    let hidden = cells::all(fields, cells::Cell::Hidden);
    match refusal(body) {
        Some("UNAUTHENTICATED") => Outcome { said: "UNAUTHENTICATED".to_owned(), is_done: false, shown: hidden },
        Some(_) => panic!("{} {}: {:#}", attempt.mutation, attempt.input, body["errors"]),
        None => {
            let payload = &body["data"][attempt.mutation];
            let (said, is_done) = refusals(world, payload);
            let is_shown = is_done || payload["rows"].is_array();
            let shown = if is_shown { cells::read(fields, payload, &world.names) } else { hidden };
            Outcome { said, is_done, shown }
        }
    }
}

/// What a payload says, and each of its rows: `ok; CODE field [whom the message names]`. And whether any of it was done.
fn refusals(world: &World, payload: &Value) -> (String, bool) {
    let of_rows = payload["rows"].as_array().filter(|rows| !rows.is_empty());
    let said: Vec<String> = match of_rows {
        Some(rows) => rows.iter().map(|row| reasons(world, row)).collect(),
        None => vec![reasons(world, payload)],
    };
    (said.join("; "), said.iter().any(|said| said == "ok"))
}

fn reasons(world: &World, of: &Value) -> String {
    let messages = of["userErrors"].as_array().unwrap().iter().map(|error| error["message"].as_str().unwrap());
    let reasons = accord_tests::reasons(of).into_iter().zip(messages).map(|(reason, message)| {
        let named = world.mentions.of(message);
        if named.is_empty() { reason } else { format!("{reason} [{}]", named.join(", ")) }
    });
    let reasons = reasons.collect::<Vec<_>>().join(", ");
    if reasons.is_empty() { "ok".to_owned() } else { reasons }
}

fn filled(world: &World, input: &Value) -> Value {
    match input {
        Value::String(text) => json!(world.names.fill(text)),
        Value::Array(items) => items.iter().map(|item| filled(world, item)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), filled(world, value))).collect(),
        other => other.clone(),
    }
}

/// Opens a transaction on the world's only connection, inside which everything is a savepoint.
async fn begin(world: &World) -> Attempted {
    let conn = &mut *world.app.store.connection().await.unwrap();
    conn.begin_test_transaction().await.unwrap();
    Attempted::so_far(conn).await
}

/// Takes everything back. Says whether the world had changed.
async fn end(world: &World, before: &Attempted) -> bool {
    let conn = &mut *world.app.store.connection().await.unwrap();
    let is_changed = world.fingerprint.is_changed(conn, before).await;
    type Manager = <AsyncPgConnection as AsyncConnection>::TransactionManager;
    Manager::rollback_transaction(conn).await.unwrap();
    is_changed
}
