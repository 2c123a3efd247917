//! The account of every change: who reads what, which of it, and that nothing of it can be altered unseen.

mod filter;
mod live;
mod read;
mod seal;
mod shown;
mod verify;
