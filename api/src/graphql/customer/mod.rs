//! Customers that a partner brings by itself.

mod input;
mod mutation;

pub use self::mutation::CustomerMutation;
