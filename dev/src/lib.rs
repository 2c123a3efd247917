//! cargo dev: everything on one machine, for those who build Accord.
//!
//! Two halves. What `cargo dev` and the tests' harness share: a private [PostgreSQL](postgres), a [mailbox] that speaks
//! SMTP, an [issuer] of sign-ins and the demo world of [`seed`]. Each is the real thing on loopback, and none of them is
//! part of the service. And the commands themselves, a module each, which print what they have to say.

#![expect(clippy::print_stdout, reason = "commands answer on stdout")]

pub mod bench;
pub mod check;
mod data_dir;
mod database;
pub mod db;
pub mod issuer;
pub mod mailbox;
pub mod npm;
pub mod ports;
pub mod postgres;
pub mod progress;
pub mod schema;
pub mod scratch;
pub mod seed;
mod stop;
pub mod test;
pub mod token;
pub mod up;
mod workspace;
