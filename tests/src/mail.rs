//! A mail as its recipient has it.

use dev::mailbox::Received;
use mail_parser::MessageParser;

/// A mail that reached the mailbox.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The envelope's recipient.
    pub to: String,
    /// As its header says.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// Without brackets.
    pub message_id: String,
    /// Everything, as received.
    pub raw: String,
}

impl Mail {
    /// Reads what came over SMTP; stops the test where it is no mail of one text and one HTML part.
    #[must_use]
    pub fn read(received: &Received) -> Self {
        let parsed = MessageParser::default().parse(&received.data).expect("a mail");
        Self {
            to: received.to.join(", "),
            subject: parsed.subject().unwrap_or_default().to_owned(),
            text: parsed.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
            html: parsed.body_html(0).unwrap_or_default().into_owned(),
            message_id: parsed.message_id().unwrap_or_default().to_owned(),
            raw: String::from_utf8_lossy(&received.data).into_owned(),
        }
    }

    /// The token of the personal link in the text; stops the test where there is none, or where it shares its line.
    #[must_use]
    #[track_caller]
    pub fn token(&self) -> String {
        let line = self.text.lines().find(|line| line.starts_with("http") && line.contains("/invitations/"));
        let link = line.unwrap_or_else(|| panic!("no link in {}", self.text));
        link.rsplit('/').next().unwrap_or_default().to_owned()
    }
}
