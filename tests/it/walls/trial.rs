//! Attempting every mutation as everybody, each in a transaction of its own that is rolled back: no attempt sees another.

use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, TransactionManager};
use serde_json::{Value, json};

use super::actors::Actor;
use super::attempts::Attempt;
use super::cells::{self, Given};
use super::schema::Schema;
use super::selection::{self, Asked};
use super::table::Rows;
use super::walk::refusal;
use super::world::World;

/// What came of it.
struct Outcome {
    /// `ok`, or the codes.
    said: String,
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
    let after = end(world).await;
    let hidden = cells::all(fields, cells::Cell::Hidden);
    let outcome = match refusal(&answer.body) {
        Some("UNAUTHENTICATED") => Outcome { said: "UNAUTHENTICATED".to_owned(), shown: hidden },
        Some(_) => panic!("{mutation} {input} as {:?}: {:#}", actor.email, answer.body["errors"]),
        None => {
            let payload = &answer.body["data"][mutation];
            let said = refusals(payload);
            let shown = if said == "ok" || mutation == "sendInvitations" {
                cells::read(fields, payload, &world.names)
            } else {
                hidden
            };
            Outcome { said, shown }
        }
    };
    let wrote_nothing = before == after;
    assert!(
        outcome.said == "ok" || outcome.said.contains("ok;") || wrote_nothing,
        "refused, and written nevertheless: {mutation} {input}"
    );
    outcome
}

/// What a payload says, and each of its rows: `ok; CODE field`.
fn refusals(payload: &Value) -> String {
    let said = |of: &Value| {
        let reasons = accord_tests::reasons(of);
        if reasons.is_empty() { "ok".to_owned() } else { reasons.join(", ") }
    };
    match payload["rows"].as_array() {
        Some(rows) if !rows.is_empty() => rows.iter().map(said).collect::<Vec<_>>().join("; "),
        _ => said(payload),
    }
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
async fn begin(world: &World) -> i64 {
    let conn = &mut *world.app.store.connection().await.unwrap();
    conn.begin_test_transaction().await.unwrap();
    written(conn).await
}

/// Takes everything back.
async fn end(world: &World) -> i64 {
    let conn = &mut *world.app.store.connection().await.unwrap();
    let written = written(conn).await;
    type Manager = <AsyncPgConnection as AsyncConnection>::TransactionManager;
    Manager::rollback_transaction(conn).await.unwrap();
    written
}

/// Rows that every change writes some of.
async fn written(conn: &mut AsyncPgConnection) -> i64 {
    #[derive(QueryableByName)]
    struct Written {
        #[diesel(sql_type = BigInt)]
        rows: i64,
    }
    let query = "select (select count(*) from activities) + (select count(*) from emails)
                 + (select count(*) from invitations) + (select count(*) from idempotency_keys) as rows";
    diesel::sql_query(query).get_result::<Written>(conn).await.unwrap().rows
}
