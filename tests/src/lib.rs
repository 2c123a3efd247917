//! The harness and the tests across crates.
