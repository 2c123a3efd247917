//! Where a request comes from, as far as the proxies in front can be believed.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::{Extensions, HeaderMap};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The other end of a connection, as the listener saw it; among a request's extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Who is limited together: an IPv4 address, or the /64 that an IPv6 subscriber has to themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Network(IpAddr);

impl Network {
    /// The caller's. `proxies` in front each add to `X-Forwarded-For` whom they were asked by; what stands before their
    /// entries is the caller's own word and counts for nothing.
    pub(super) fn of(extensions: &Extensions, headers: &HeaderMap, proxies: usize) -> Self {
        let peer = extensions.get::<Peer>().map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.0);
        Self::around(forwarded(headers, proxies).unwrap_or(peer))
    }

    fn around(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
            address @ IpAddr::V4(_) => address,
        })
    }
}

/// Whom the outermost proxy was asked by. None: there is no proxy, or it said nothing that can be read.
fn forwarded(headers: &HeaderMap, proxies: usize) -> Option<IpAddr> {
    let lines = headers.get_all(FORWARDED_FOR).iter().rev().filter_map(|line| line.to_str().ok());
    let said = lines.flat_map(|line| line.rsplit(',')).map(str::trim);
    address(said.take(proxies).last()?)
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn network(peer: &str, forwarded: &[&str], proxies: usize) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(Peer(peer.parse().unwrap()));
        let headers =
            forwarded.iter().map(|line| (FORWARDED_FOR.parse().unwrap(), HeaderValue::from_str(line).unwrap()));
        Network::of(&extensions, &HeaderMap::from_iter(headers), proxies).0.to_string()
    }

    #[test]
    fn without_a_proxy_the_header_counts_for_nothing() {
        assert_eq!(network("192.0.2.1", &["198.51.100.7"], 0), "192.0.2.1");
    }

    #[test]
    fn each_proxy_is_believed_for_the_entry_it_added() {
        assert_eq!(network("10.0.0.1", &["198.51.100.7"], 1), "198.51.100.7");
        assert_eq!(network("10.0.0.1", &["203.0.113.9, 198.51.100.7"], 1), "198.51.100.7");
        assert_eq!(network("10.0.0.1", &["203.0.113.9", "198.51.100.7,10.0.0.2"], 2), "198.51.100.7");
        for written in ["198.51.100.7:51234", "198.51.100.7"] {
            assert_eq!(network("10.0.0.1", &[written], 1), "198.51.100.7", "{written}");
        }
        for written in ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443"] {
            assert_eq!(network("10.0.0.1", &[written], 1), "2001:db8::", "{written}");
        }
        assert_eq!(network("10.0.0.1", &[], 1), "10.0.0.1");
        assert_eq!(network("10.0.0.1", &["unknown"], 1), "10.0.0.1");
    }

    #[test]
    fn an_ipv6_subscriber_is_one_whichever_of_its_addresses_it_uses() {
        let one = network("2001:db8:1:2:3:4:5:6", &[], 0);
        assert_eq!(one, network("2001:db8:1:2:ffff::1", &[], 0));
        assert_ne!(one, network("2001:db8:1:3::1", &[], 0));
        assert_eq!(network("::ffff:192.0.2.1", &[], 0), "192.0.2.1");
    }
}
