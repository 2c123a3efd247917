//! What a user of Accord would notice.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop where it is")]

mod activity;
mod admin_grant;
mod agreement;
mod config;
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
mod schema;
mod sign_in;
mod viewer;
mod walls;
mod worker;
