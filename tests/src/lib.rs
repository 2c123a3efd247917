//! The harness: each test has Accord to itself, over a database of its own that holds the demo world.
//!
//! ```text
//! cluster (one a run) ─► template: migrated and seeded (one a run) ─► a clone for each test
//! TestApp = clone + clock + mailbox + the API's router, asked as over HTTP, with tokens of a real issuer
//! ```
//! Mails go out when a test asks for them; a [`TestApp`] that is dropped with mails in its queue fails its test.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop where it is")]

mod account;
mod admin_grants;
mod agreements;
mod answer;
mod app;
mod channel;
mod collector;
mod customers;
mod database;
mod directory;
mod exports;
mod hostile;
mod invitations;
mod list;
mod mail;
mod partnerships;
mod people;
mod process;
mod relationships;
mod rows;
mod script;
mod statements;
mod subscription;
mod world;

pub use account::proves;
pub use admin_grants::granular;
pub use agreements::text;
pub use answer::{Answer, reasons};
pub use app::{TestApp, metrics};
pub use channel::CHANNEL;
pub use collector::{Collector, Exported};
pub use customers::{Brought, came_to};
pub use database::TestDatabase;
pub use directory::Provider;
pub use exports::{Export, Pages};
pub use hostile::{Hostile, doubling, frontend, graphiql, hostile};
pub use list::{List, Shown};
pub use mail::Mail;
pub use partnerships::PAIR;
pub use process::{Environment, Process};
pub use rows::{CUSTOMER, Company, PARTNER};
pub use script::Script;
pub use subscription::Subscription;
pub use world::{DEMO, Draft, token_of};
