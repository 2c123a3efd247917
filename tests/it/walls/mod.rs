//! The walls between tenants: every field and mutation of the schema, asked for by every role of every kind of
//! organization, of objects of its own, its partner's, its customer's and a stranger's.
//!
//! ```text
//! actors × objects   ─► selection (all that the schema has) ─► cells ─► a table for each object   ┐
//! actors × probes    ─► arguments that narrow a list        ─► rows  ─► a table for each argument ├─► snapshots/
//! actors × attempts  ─► mutations, each rolled back         ─► codes ─► a table for each attempt  ┘
//! ```
//! The snapshots are the expectation, and are reviewed cell by cell. What the schema has and the tables lack fails
//! `complete`.

mod actors;
mod attempts;
mod cells;
mod names;
mod objects;
mod schema;
mod selection;
mod table;
mod trial;
mod walk;
mod world;

use schema::Schema;
use world::World;

#[tokio::test(flavor = "multi_thread")]
async fn every_field_is_shown_to_whom_it_should_be() {
    let (world, schema) = (World::new().await, Schema::load().await);
    for (of, walked) in walk::objects(&world, &schema).await {
        let tables: String = walked.iter().map(walk::Walked::table).collect();
        insta::assert_snapshot!(of, tables);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mutation_is_for_whom_it_should_be() {
    let (world, schema) = (World::new().await, Schema::load().await);
    for (mutation, attempts) in attempts::all() {
        let mut tables = String::new();
        for attempt in attempts {
            tables += &trial::of(&world, &schema, &attempt).await;
        }
        insta::assert_snapshot!(mutation, tables);
    }
}
