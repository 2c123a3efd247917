//! Lists of one's own organization as CSV.

mod activity;
mod customers;
mod cut;
mod refused;
