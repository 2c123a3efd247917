//! Loopback ports for servers which cannot be handed an open socket.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

/// A loopback port nothing listens on.
///
/// Another process may take it before the caller does, so whoever binds it tries again with another one.
pub fn free() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_port_can_be_bound() -> io::Result<()> {
        TcpListener::bind((Ipv4Addr::LOCALHOST, free()?)).map(drop)
    }
}
