//! Acting for a customer: may this person do this in that customer's tenant?
//!
//! One function answers, [`Delegate::may`], and everything that reads or changes what is a customer's own asks it: with
//! [`readable`] where many are read, with `Authority` where something is changed. Who of a partner reaches what depends on
//! three things together: their role at the partner, the directory roles of the grants that hold, and whether partner and
//! customer are still related. The customer's own global administrator needs no grant.
//!
//! It decides what may be done, and never does it.

mod hold;
mod read;
mod rule;

pub(crate) use hold::Authority;
pub use read::readable;
pub use rule::{Delegate, TenantAction};
