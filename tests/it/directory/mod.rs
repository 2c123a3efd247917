//! The directory of indirect providers, and the business profiles it is made of.

mod activity;
mod filter;
mod listed;
mod page;
mod refused;
mod search;
mod update;
