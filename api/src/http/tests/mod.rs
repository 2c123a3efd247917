//! The edge, on a throw-away schema.

mod app;
mod conformance;
mod contract;
mod graphql;
mod headers;
mod monitor;
mod overload;
mod pages;
