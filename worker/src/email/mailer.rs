//! Makes the message: headers, text and HTML.
//!
//! What a person wrote gets into headers only through lettre's encoding, after control characters were taken out, so
//! that no name adds a header.

use anyhow::Context;
use chrono::{DateTime, Utc};
use domain::email::Letter;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};

use super::render::Rendered;
use super::smtp::Trouble;

/// RFC 3834: keeps out-of-office answers and other robots from replying.
const AUTO_SUBMITTED: &str = "Auto-Submitted";

/// Makes messages in the name of one sender; `host` is that of their Message-IDs.
pub(crate) struct Mailer {
    from: Mailbox,
    host: String,
}

impl Mailer {
    pub(crate) fn new(from: Mailbox, host: &str) -> Self {
        Self { from, host: host.to_owned() }
    }

    /// The message of a letter: the same Message-ID on every try. An address that no mail can go to is for good.
    pub(crate) fn compose(&self, letter: &Letter, rendered: Rendered, now: DateTime<Utc>) -> Result<Message, Trouble> {
        let address = letter.to.parse().map_err(|_| Trouble {
            is_permanent: true,
            shown: "no mail can be sent to this address".to_owned(),
            logged: "not an address".to_owned(),
        })?;
        let name = letter.to_name.as_deref().map(one_line).filter(|name| !name.is_empty());
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(name, address))
            .subject(one_line(&rendered.subject))
            .date(now.into())
            .message_id(Some(format!("<{}>", letter.email.message_id(&self.host))))
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(AUTO_SUBMITTED), "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(rendered.text, rendered.html));
        message.context("cannot make a message").map_err(|error| Trouble::ours(&format!("{error:#}")))
    }
}

/// A text without control characters, its runs of white space one space each.
pub(super) fn one_line(text: &str) -> String {
    let printable: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}
