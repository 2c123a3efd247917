//! One socket, over a wire in memory and a time that the tests move; and the handshake and frames, over a listener.

mod frames;
mod handshake;
mod limits;
mod loopback;
mod operations;
mod protocol;
mod sign_in;
mod time;
mod wire;
