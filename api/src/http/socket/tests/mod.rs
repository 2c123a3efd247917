//! One socket, over a wire in memory and a time that the tests move.

mod limits;
mod operations;
mod protocol;
mod sign_in;
mod time;
mod wire;
