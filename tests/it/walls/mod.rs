//! The walls between tenants: every field and mutation of the schema, asked for by every role of every kind of
//! organization, of objects of its own, its partner's, its customer's and a stranger's.
//!
//! ```text
//! actors × objects   ─► every field that the schema has   ─► a table for each object   ┐
//! actors × roots     ─► the same                          ─► a table for each root     │
//! actors × probes    ─► arguments that narrow a list      ─► a table for each argument ├─► snapshots/
//! actors × attempts  ─► mutations, each taken back        ─► a table for each attempt  │
//! actors × what happens, as it is told                    ─► a table                   │
//! actors × exports, against the lists they are of         ─► a table for each export   ┘
//! ```
//! The snapshots are the expectation, reviewed cell by cell. What the schema has and the tables lack fails `complete`.

mod actors;
mod attempts;
mod cells;
mod complete;
mod exports;
mod fingerprint;
mod leak;
mod mentions;
mod names;
mod objects;
mod past;
mod people;
mod probes;
mod relationships;
mod roots;
mod schema;
mod selection;
mod table;
mod told;
mod trial;
mod walk;
mod world;

use std::collections::BTreeSet;

use schema::Schema;
use table::preface;
use walk::Walked;
use world::World;

#[tokio::test(flavor = "multi_thread")]
async fn every_field_is_shown_to_whom_it_should_be() {
    let (world, schema) = (World::new().await, Schema::load().await);
    let mut valued = BTreeSet::new();
    let mut all = walk::objects(&world, &schema).await;
    all.push(("Query", roots::walk(&world, &schema).await));
    let mut asked = BTreeSet::new();
    for (of, walked) in &all {
        let tables: String = walked.iter().map(Walked::table).collect();
        insta::assert_snapshot!(*of, preface() + &tables);
        asked.extend(walked.iter().flat_map(|one| selection::walked(&one.fields)));
        valued.extend(walked.iter().flat_map(Walked::valued));
    }
    let (objects, cells) = size(&all);
    report(&format!("{} fields × {} actors × {objects} objects: {cells} cells", asked.len(), world.actors.len()));
    let never: Vec<&String> = asked.difference(&valued).collect();
    assert_eq!(never, Vec::<&String>::new(), "nobody was given a value: let the world have one");
    roots::node_is_as_nodes(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_argument_tells_of_what_is_not_theirs() {
    let world = World::new().await;
    let tables = probes::walk(&world).await;
    report(&format!("{} arguments × {} actors", tables.len(), world.actors.len()));
    for of in tables.iter().map(|(of, _)| *of).collect::<BTreeSet<_>>() {
        let tables: String = tables.iter().filter(|(other, _)| *other == of).map(|(_, table)| table.as_str()).collect();
        insta::assert_snapshot!(format!("{of}_arguments"), preface() + &tables);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mutation_is_for_whom_it_should_be() {
    let (world, schema) = (World::new().await, Schema::load().await);
    let mut tried = 0;
    for (mutation, attempts) in attempts::all() {
        let mut tables = String::new();
        for attempt in &attempts {
            tables += &trial::of(&world, &schema, attempt).await;
        }
        insta::assert_snapshot!(mutation, preface() + &tables);
        tried += attempts.len();
    }
    report(&format!("{tried} attempts × {} actors: {} cells", world.actors.len(), tried * world.actors.len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_to_whom_it_should_be() {
    let (mut world, schema) = (World::new().await, Schema::load().await);
    let table = told::walk(&mut world, &schema).await;
    insta::assert_snapshot!("Subscription", preface() + &table);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_away_what_they_are_not_shown() {
    insta::assert_snapshot!("exports", preface() + &exports::walk(&World::new().await).await);
}

/// How many objects and roots were walked, and how many cells that made.
fn size(all: &[(&str, Vec<Walked>)]) -> (usize, usize) {
    let walked = || all.iter().flat_map(|(_, walked)| walked);
    (walked().count(), walked().flat_map(|one| &one.given).map(|given| given.cells.len()).sum())
}

/// Says how much was walked: `cargo dev test walls -- --nocapture` shows it.
#[expect(clippy::print_stdout, reason = "how large the walk is belongs to its result")]
fn report(size: &str) {
    println!("walls: {size}");
}
