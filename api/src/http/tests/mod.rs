//! The edge, on a throw-away schema.

pub(super) mod app;
mod conformance;
mod contract;
mod cost;
mod exports;
mod graphql;
mod headers;
mod monitor;
mod overload;
mod pages;
mod trusted;
