//! The edge, on a throw-away schema.

mod app;
mod contract;
mod graphql;
mod monitor;
mod pages;
