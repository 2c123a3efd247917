//! The schema as clients read it, and the database's as people do.

mod database;
mod described;
mod examples;
mod inputs;
mod published;
