//! Lists: every row once, in order, either way, whatever the filter; and what they cost.

mod arguments;
mod customers;
mod flat;
mod invitations;
mod shared;
mod statements;
mod users;
mod walk;
