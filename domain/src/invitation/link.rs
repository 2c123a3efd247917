//! The personal link: derived, never stored.
//!
//! ```text
//! token = base64url( format (1) ‖ invitation id (16) ‖ link version (4, big endian) ‖ HMAC-SHA256 (32) )
//! HMAC over "accord.invitation.v1" ‖ 0x00 ‖ the 21 bytes before
//! ```
//! The MAC is checked, in constant time, before the database is asked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::{Invitation, InvitationId};
use crate::settings::Key;

/// The only format there is.
const FORMAT: u8 = 1;

/// What precedes the bytes under the MAC, so that it can be mistaken for no other.
const DOMAIN: &[u8] = b"accord.invitation.v1\0";

const BODY: usize = 1 + 16 + 4;
const MAC: usize = 32;

/// Characters of a token: 53 bytes in base64 without padding.
const SPELLED: usize = (BODY + MAC) * 4 / 3 + 1;

/// The current key, and the one before, under which older links are still known.
#[derive(Debug, Clone)]
pub struct LinkKeys {
    current: Key,
    previous: Option<Key>,
}

/// What a genuine token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) id: InvitationId,
    pub(crate) version: i32,
}

impl LinkKeys {
    /// Keeps a key `previous` at least 90 days, the longest that a link lives.
    #[must_use]
    pub fn new(current: Key, previous: Option<Key>) -> Self {
        Self { current, previous }
    }

    /// The token of the invitation's current link.
    #[must_use]
    pub fn token(&self, invitation: &Invitation) -> String {
        self.token_of(Link { id: invitation.id, version: invitation.link_version })
    }

    fn token_of(&self, link: Link) -> String {
        let mut bytes = Vec::with_capacity(BODY + MAC);
        bytes.push(FORMAT);
        bytes.extend_from_slice(link.id.uuid().as_bytes());
        bytes.extend_from_slice(&link.version.to_be_bytes());
        let mac = mac(&self.current, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&mac);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What the token says, if one of the keys made it. Only its canonical spelling is one.
    pub(crate) fn read(&self, token: &str) -> Option<Link> {
        // Bounds the work before any is done.
        (token.len() == SPELLED).then_some(())?;
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let bytes: &[u8; BODY + MAC] = bytes.as_slice().try_into().ok()?;
        let (body, tag) = bytes.split_at(BODY);
        let genuine = |key: &Key| mac(key, body).verify_slice(tag).is_ok();
        let known = genuine(&self.current) || self.previous.as_ref().is_some_and(genuine);
        (known && body[0] == FORMAT).then_some(())?;
        let id = Uuid::from_slice(&body[1..17]).ok()?;
        let version = i32::from_be_bytes(body[17..].try_into().ok()?);
        Some(Link { id: id.into(), version })
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn mac(key: &Key, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.bytes()).expect("a key of any length");
    mac.update(DOMAIN);
    mac.update(body);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(current: u8, previous: Option<u8>) -> LinkKeys {
        LinkKeys::new(Key::from([current; 32]), previous.map(|byte| Key::from([byte; 32])))
    }

    fn link() -> Link {
        Link { id: Uuid::from_u128(7).into(), version: 3 }
    }

    #[test]
    fn a_token_is_read_under_the_current_and_the_previous_key_only() {
        let token = keys(1, None).token_of(link());
        assert_eq!(keys(1, None).read(&token), Some(link()));
        assert_eq!(keys(2, Some(1)).read(&token), Some(link()));
        assert_eq!(keys(3, Some(2)).read(&token), None);
    }

    #[test]
    fn a_token_is_what_the_design_says() {
        let token = keys(1, None).token_of(link());
        // Computed with Python's hmac and base64.
        assert_eq!(token, "AQAAAAAAAAAAAAAAAAAAAAcAAAADT0XrRWUcqidpNhtOFXikvVB6Hj_b8ZerSDOkxxXGMlQ");
    }

    #[test]
    fn a_token_changed_anywhere_is_forged() {
        let token = keys(1, None).token_of(link());
        for place in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(keys(1, None).read(std::str::from_utf8(&forged).unwrap()), None, "at {place}");
        }
    }

    #[test]
    fn a_token_cut_padded_or_spelled_otherwise_is_forged() {
        let token = keys(1, None).token_of(link());
        let standard = token.replace('-', "+").replace('_', "/");
        for other in [
            &token[1..],
            &token[..token.len() - 1],
            &format!("{token}="),
            &format!("{token}A"),
            "",
            &"A".repeat(100_000),
        ] {
            assert_eq!(keys(1, None).read(other), None);
        }
        assert!(standard == token || keys(1, None).read(&standard).is_none());
    }
}
