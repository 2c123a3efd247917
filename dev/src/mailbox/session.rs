//! One conversation by RFC 5321.
//!
//! ```text
//! greeted ── MAIL ──▶ sender ── RCPT ──▶ recipients ── DATA ──▶ message ──┐
//!    ▲                   └───── RSET, EHLO ──┴────────── the end: taken ──┤
//!    └────────────────────────────────────────────────────────────────────┘
//! ```

use std::io;
use std::slice::Iter;
use std::time::Instant;

use smtp_proto::request::receiver::RequestReceiver;
use smtp_proto::{Error, MAIL_SMTPUTF8, MailFrom, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::message::{Message, SIZE_LIMIT};
use super::script::{Answer, Stage};
use super::{Post, Received};

/// What to do after a command.
#[derive(Debug, PartialEq)]
enum Next {
    Listen,
    Close,
    Hang,
}

/// Converses until one side closes the connection.
pub(super) async fn converse(mut stream: TcpStream, post: &Post) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut session = Session::new(post);
    session.reply(220, "mailbox.localhost takes everything");
    let mut chunk = vec![0; 16 * 1024];
    let mut next = Next::Listen;
    while next != Next::Close {
        // Replies to what came in one piece go in one piece: that is all there is to PIPELINING.
        stream.write_all(&session.replies).await?;
        session.replies.clear();
        let length = stream.read(&mut chunk).await?;
        if length == 0 {
            return Ok(());
        }
        if next == Next::Listen {
            next = session.hear(&mut chunk[..length].iter()).await;
        }
    }
    stream.write_all(&session.replies).await?;
    stream.shutdown().await
}

struct Session<'a> {
    post: &'a Post,
    commands: RequestReceiver,
    replies: Vec<u8>,
    from: Option<MailFrom<String>>,
    to: Vec<String>,
    message: Option<Message>,
}

impl<'a> Session<'a> {
    fn new(post: &'a Post) -> Self {
        let commands = RequestReceiver::default();
        Self { post, commands, replies: Vec::new(), from: None, to: Vec::new(), message: None }
    }

    /// Takes all that came, up to where the conversation stops.
    async fn hear(&mut self, bytes: &mut Iter<'_, u8>) -> Next {
        loop {
            let next = if let Some(message) = &mut self.message {
                if !message.ingest(bytes) {
                    return Next::Listen;
                }
                self.finish().await
            } else {
                match self.commands.ingest(bytes).map(Request::into_owned) {
                    Ok(request) => self.obey(request),
                    Err(Error::NeedsMoreData { .. }) => return Next::Listen,
                    Err(error) => self.complain(&error),
                }
            };
            if next != Next::Listen {
                return next;
            }
        }
    }

    fn obey(&mut self, request: Request<String>) -> Next {
        match request {
            Request::Ehlo { .. } => {
                self.reset();
                let extensions = format!("PIPELINING\r\n250-SIZE {SIZE_LIMIT}\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n");
                self.replies.extend(format!("250-mailbox.localhost\r\n250-{extensions}").bytes());
                Next::Listen
            }
            Request::Helo { .. } => {
                self.reset();
                self.reply(250, "mailbox.localhost")
            }
            Request::Mail { from } => self.mail(from),
            Request::Rcpt { to } => self.recipient(to.address),
            Request::Data if self.to.is_empty() => self.reply(503, "RCPT first"),
            Request::Data => {
                self.message = Some(Message::new());
                self.reply(354, "end with a dot alone on its line")
            }
            Request::Rset => {
                self.reset();
                self.reply(250, "forgotten")
            }
            Request::Noop { .. } => self.reply(250, "done"),
            Request::Vrfy { .. } => self.reply(252, "send and see"),
            Request::Quit => {
                self.reply(221, "bye");
                Next::Close
            }
            other => self.reply(502, &format!("no {} here", other.name())),
        }
    }

    fn mail(&mut self, from: MailFrom<String>) -> Next {
        if self.from.is_some() {
            return self.reply(503, "one sender a mail");
        }
        if from.size > SIZE_LIMIT {
            return self.reply(552, "too large");
        }
        if from.flags & MAIL_SMTPUTF8 == 0 && !from.address.is_ascii() {
            return self.reply(553, "this address needs SMTPUTF8");
        }
        self.from = Some(from);
        self.reply(250, "sender taken")
    }

    fn recipient(&mut self, address: String) -> Next {
        let Some(from) = &self.from else {
            return self.reply(503, "MAIL first");
        };
        if from.flags & MAIL_SMTPUTF8 == 0 && !address.is_ascii() {
            return self.reply(553, "this address needs SMTPUTF8");
        }
        if let Some(answer) = self.post.script.answer(Stage::Recipient, std::slice::from_ref(&address)) {
            return self.give(answer);
        }
        self.to.push(address);
        self.reply(250, "recipient taken")
    }

    /// Answers a message that was received whole.
    async fn finish(&mut self) -> Next {
        let message = self.message.take().unwrap_or_else(Message::new);
        let from = self.from.take().map(|from| from.address).unwrap_or_default();
        let to = std::mem::take(&mut self.to);
        if message.is_too_large {
            return self.reply(552, "too large");
        }
        let answer = self.post.script.answer(Stage::Message, &to);
        if let Some(answer) = answer.clone().filter(|answer| *answer != Answer::TakeAndDrop) {
            return self.give(answer);
        }
        if let Err(error) = self.post.store.keep(Received { from, to, data: message.data, at: Instant::now() }).await {
            return self.reply(451, &format!("cannot keep it: {error}"));
        }
        match answer {
            Some(answer) => self.give(answer),
            None => self.reply(250, "mail taken"),
        }
    }

    /// Answers as a test asked for.
    fn give(&mut self, answer: Answer) -> Next {
        match answer {
            Answer::Reply(421, text) => {
                self.reply(421, &text);
                Next::Close
            }
            Answer::Reply(code, text) => self.reply(code, &text),
            Answer::Hang => Next::Hang,
            Answer::Drop | Answer::TakeAndDrop => Next::Close,
        }
    }

    fn complain(&mut self, error: &Error) -> Next {
        match error {
            Error::UnknownCommand => self.reply(500, "unknown command"),
            Error::UnsupportedParameter { param } => self.reply(555, &format!("no {param} here")),
            Error::SyntaxError { syntax } => self.reply(501, syntax),
            // Where its line ends is unknown, and so what is a command.
            Error::ResponseTooLong => {
                self.reply(500, "line too long");
                Next::Close
            }
            _ => self.reply(501, "cannot read that"),
        }
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }

    fn reply(&mut self, code: u16, text: &str) -> Next {
        self.replies.extend(format!("{code} {text}\r\n").bytes());
        Next::Listen
    }
}
