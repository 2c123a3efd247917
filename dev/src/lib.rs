//! cargo dev: everything on one machine, for those who build Accord.
//!
//! This library is what `cargo dev` and the tests' harness share: a private PostgreSQL, a mailbox that speaks
//! SMTP, and an issuer of sign-ins. Each is the real thing on loopback, and none of them is part of the service.

pub mod issuer;
pub mod mailbox;
pub mod ports;
pub mod postgres;
pub mod progress;
