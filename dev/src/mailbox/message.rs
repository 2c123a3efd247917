//! A message's bytes between DATA and the dot that ends it.

use std::slice::Iter;

use smtp_proto::request::receiver::DataReceiver;

/// The largest message taken, in bytes: what large receivers take, as RFC 1870 announces it.
pub(super) const SIZE_LIMIT: usize = 25 * 1024 * 1024;

/// A message on its way in.
pub(super) struct Message {
    receiver: DataReceiver,
    pub(super) data: Vec<u8>,
    pub(super) is_too_large: bool,
}

impl Message {
    pub(super) fn new() -> Self {
        let mut receiver = DataReceiver::new();
        // The line of the DATA command ended: a dot that comes first begins its line.
        receiver.ingest(&mut b"\r\n".iter(), &mut Vec::new());
        Self { receiver, data: Vec::new(), is_too_large: false }
    }

    /// Takes bytes up to the message's end; says whether that was among them.
    pub(super) fn ingest(&mut self, bytes: &mut Iter<'_, u8>) -> bool {
        let ended = self.receiver.ingest(bytes, &mut self.data);
        if self.data.len() > SIZE_LIMIT {
            self.is_too_large = true;
            self.data.clear();
        }
        ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> Option<Vec<u8>> {
        let mut message = Message::new();
        let ended = pieces.iter().any(|piece| message.ingest(&mut piece.iter()));
        ended.then_some(message.data)
    }

    #[test]
    fn a_message_ends_with_a_dot_alone_on_its_line() {
        assert_eq!(read(&[b"one\r\n.\r\n"]), Some(b"one\r\n".to_vec()));
        assert_eq!(read(&[b"one\r\n", b".", b"\r", b"\n"]), Some(b"one\r\n".to_vec()));
        assert_eq!(read(&[b".\r\n"]), Some(Vec::new()), "an empty message");
        assert_eq!(read(&[b"one\n.\n", b"two\n.\r\n"]), None, "bare line feeds end nothing");
    }

    #[test]
    fn the_dots_of_the_protocol_are_taken_off() {
        assert_eq!(
            read(&[b"..first\r\n..\r\nin.side\r\n...\r\n.\r\n"]),
            Some(b".first\r\n.\r\nin.side\r\n..\r\n".to_vec())
        );
    }

    #[test]
    fn a_message_beyond_the_limit_is_read_to_its_end_and_not_kept() {
        let line = [b'x'; 1024 * 1024];
        let mut message = Message::new();
        for _ in 0..26 {
            assert!(!message.ingest(&mut line.iter()));
        }
        assert!(message.ingest(&mut b"\r\n.\r\n".iter()));
        assert!(message.is_too_large);
        assert!(message.data.len() < SIZE_LIMIT);
    }
}
