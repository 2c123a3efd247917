//! The edge, on a throw-away schema.

mod app;
mod contract;
mod cost;
mod graphql;
mod pages;
mod trusted;
