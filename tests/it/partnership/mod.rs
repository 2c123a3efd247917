//! The two-tier channel: who partners with whom, which customers they share, and how it ends.

mod end;
mod filter;
mod page;
mod race;
mod shared;
mod told;
