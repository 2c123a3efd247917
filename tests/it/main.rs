//! What a user of Accord would notice.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop where it is")]

mod activity;
mod admin_grant;
mod agreement;
mod config;
mod customer;
mod directory;
mod document;
mod e2e;
mod export;
mod invitation;
mod monitor;
mod node;
mod overload;
mod page;
mod partnership;
mod relationship;
mod schema;
mod service_request;
mod sign_in;
mod user;
mod viewer;
mod walls;
mod worker;
