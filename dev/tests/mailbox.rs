//! Conversations with the mailbox, byte by byte, as any sender may have them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use dev::mailbox::{Answer, Mailbox, Rule, Stage};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// A sender that says what it is told.
struct Sender(BufReader<TcpStream>);

impl Sender {
    /// Connects and gets as far as EHLO.
    async fn to(address: SocketAddr) -> Result<Self> {
        let mut sender = Self(BufReader::new(TcpStream::connect(address).await?));
        ensure!(sender.hear().await?.starts_with("220 "));
        sender.say("EHLO tests.localhost").await?;
        Ok(sender)
    }

    /// Says one line and returns the answer's last.
    async fn say(&mut self, line: &str) -> Result<String> {
        self.0.write_all(format!("{line}\r\n").as_bytes()).await?;
        self.hear().await
    }

    /// The last line of the next answer; an error when the connection is closed.
    async fn hear(&mut self) -> Result<String> {
        let mut line = String::new();
        while line.is_empty() || line.as_bytes().get(3) == Some(&b'-') {
            line.clear();
            ensure!(self.0.read_line(&mut line).await? > 0, "closed");
        }
        Ok(line.trim_end().to_owned())
    }

    /// Sends one mail; returns what was answered to the message.
    async fn send(&mut self, to: &str, message: &str) -> Result<String> {
        ensure!(self.say("MAIL FROM:<accord@accord.example>").await?.starts_with("250 "));
        ensure!(self.say(&format!("RCPT TO:<{to}>")).await?.starts_with("250 "));
        ensure!(self.say("DATA").await?.starts_with("354 "));
        self.say(&format!("{message}\r\n.")).await
    }
}

#[tokio::test]
async fn a_mail_is_kept_byte_for_byte_with_its_envelope() -> Result<()> {
    let mailbox = Mailbox::in_memory().await?;
    let mut sender = Sender::to(mailbox.address()).await?;
    assert_eq!(sender.send("ann@contoso.example", "Subject: Grüße\r\n\r\n..dot").await?, "250 mail taken");

    let mails = mailbox.wait_for(1).await?;
    assert_eq!(mails[0].from, "accord@accord.example");
    assert_eq!(mails[0].to, ["ann@contoso.example"]);
    assert_eq!(mails[0].data, "Subject: Grüße\r\n\r\n.dot\r\n".as_bytes());
    assert!(mails[0].at <= Instant::now());

    mailbox.clear();
    assert_eq!(mailbox.received(), []);
    Ok(())
}

#[tokio::test]
async fn the_extensions_are_announced() -> Result<()> {
    let mailbox = Mailbox::in_memory().await?;
    let mut sender = Sender::to(mailbox.address()).await?;
    sender.0.write_all(b"EHLO tests.localhost\r\nQUIT\r\n").await?;
    let mut said = String::new();
    sender.0.read_to_string(&mut said).await?;
    let expected = "250-mailbox.localhost\r\n250-PIPELINING\r\n250-SIZE 26214400\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n";
    assert_eq!(said, format!("{expected}221 bye\r\n"));
    Ok(())
}

#[tokio::test]
async fn commands_are_taken_in_their_order_and_refused_out_of_it() -> Result<()> {
    let mailbox = Mailbox::in_memory().await?;
    let mut sender = Sender::to(mailbox.address()).await?;
    for (line, answer) in [
        ("HELO tests.localhost", "250"),
        ("RCPT TO:<ann@contoso.example>", "503"),
        ("DATA", "503"),
        ("MAIL FROM:<>", "250"),
        ("MAIL FROM:<again@accord.example>", "503"),
        ("RCPT TO:ann", "501"),
        ("RSET", "250"),
        ("MAIL FROM:<a@accord.example> SIZE=26214401", "552"),
        ("MAIL FROM:<a@accord.example> SIZE=1000 BODY=8BITMIME", "250"),
        ("RCPT TO:<jürgen@contoso.example>", "553"),
        ("RSET", "250"),
        ("MAIL FROM:<a@accord.example> SMTPUTF8", "250"),
        ("RCPT TO:<jürgen@contoso.example>", "250"),
        ("NOOP", "250"),
        ("VRFY ann", "252"),
        ("STARTTLS", "502"),
        ("MAKE tea", "500"),
        ("DATA", "354"),
        (".", "250"),
        ("QUIT", "221"),
    ] {
        let said = sender.say(line).await.with_context(|| line.to_owned())?;
        assert!(said.starts_with(answer), "{line} → {said}");
    }
    let mails = mailbox.received();
    assert_eq!((mails[0].to[0].as_str(), mails[0].data.as_slice()), ("jürgen@contoso.example", &b""[..]));
    Ok(())
}

#[tokio::test]
async fn a_pipelined_mail_is_answered_line_by_line() -> Result<()> {
    let mailbox = Mailbox::in_memory().await?;
    let mut sender = Sender::to(mailbox.address()).await?;
    let envelope = "MAIL FROM:<a@accord.example>\r\nRCPT TO:<b@contoso.example>\r\nRCPT TO:<c@contoso.example>\r\n";
    sender.0.write_all(format!("{envelope}DATA\r\none\r\n.\r\nQUIT\r\n").as_bytes()).await?;
    let mut said = String::new();
    sender.0.read_to_string(&mut said).await?;
    let codes: Vec<_> = said.lines().map(|line| &line[..3]).collect();
    assert_eq!(codes, ["250", "250", "250", "354", "250", "221"]);
    assert_eq!(mailbox.received()[0].to, ["b@contoso.example", "c@contoso.example"]);
    Ok(())
}

#[tokio::test]
async fn a_programmed_reply_is_given_once_and_the_mail_is_not_kept() -> Result<()> {
    let mailbox = Mailbox::in_memory().await?;
    let mut sender = Sender::to(mailbox.address()).await?;
    for code in [450, 451, 550] {
        mailbox.answer_next(Answer::reply(code, "as asked"));
        assert_eq!(sender.send("ann@contoso.example", "one").await?, format!("{code} as asked"));
    }
    assert_eq!(mailbox.received(), []);
    assert_eq!(sender.send("ann@contoso.example", "two").await?, "250 mail taken");
    Ok(())
}

#[tokio::test]
async fn a_421_closes_the_connection() -> Result<()> {
    let mailbox = Mailbox::in_memory().await?;
    let mut sender = Sender::to(mailbox.address()).await?;
    mailbox.answer_next(Answer::reply(421, "later"));
    assert_eq!(sender.send("ann@contoso.example", "one").await?, "421 later");
    assert!(sender.hear().await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_recipient_is_refused_as_often_as_asked_and_others_are_not() -> Result<()> {
    let mailbox = Mailbox::in_memory().await?;
    mailbox.answer(Rule::new(Answer::reply(550, "nobody")).at(Stage::Recipient).to("ann@contoso.example").always());
    let mut sender = Sender::to(mailbox.address()).await?;
    assert_eq!(sender.send("bob@contoso.example", "one").await?, "250 mail taken");

    sender.say("MAIL FROM:<a@accord.example>").await?;
    assert_eq!(sender.say("RCPT TO:<Ann@contoso.example>").await?, "550 nobody");
    assert_eq!(sender.say("RCPT TO:<Ann@contoso.example>").await?, "550 nobody");
    mailbox.clear_answers();
    assert_eq!(sender.say("RCPT TO:<Ann@contoso.example>").await?, "250 recipient taken");
    Ok(())
}

#[tokio::test]
async fn a_mail_taken_without_an_answer_is_kept() -> Result<()> {
    let mailbox = Mailbox::in_memory().await?;
    let mut sender = Sender::to(mailbox.address()).await?;
    mailbox.answer_next(Answer::TakeAndDrop);
    assert!(sender.send("ann@contoso.example", "one").await.is_err(), "closed without an answer");
    assert_eq!(mailbox.received().len(), 1);

    mailbox.answer_next(Answer::Drop);
    let mut sender = Sender::to(mailbox.address()).await?;
    assert!(sender.send("ann@contoso.example", "two").await.is_err());
    assert_eq!(mailbox.received().len(), 1, "a dropped one is not");
    Ok(())
}

#[tokio::test]
async fn a_hanging_mailbox_says_nothing_and_stays() -> Result<()> {
    let mailbox = Mailbox::in_memory().await?;
    let mut sender = Sender::to(mailbox.address()).await?;
    mailbox.answer_next(Answer::Hang);
    let answer = tokio::time::timeout(Duration::from_millis(100), sender.send("ann@contoso.example", "one")).await;
    assert!(answer.is_err(), "neither an answer nor the end of the connection");
    assert!(tokio::time::timeout(Duration::from_millis(100), sender.say("NOOP")).await.is_err());
    assert_eq!(mailbox.received(), []);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_over_many_connections_is_taken_whole() -> Result<()> {
    let mailbox = Mailbox::in_memory().await?;
    let address = mailbox.address();
    let mut senders = JoinSet::new();
    for _ in 0..50 {
        senders.spawn(async move {
            let mut sender = Sender::to(address).await?;
            for _ in 0..40 {
                sender.send("ann@contoso.example", "Subject: burst\r\n\r\nbody").await?;
            }
            anyhow::Ok(())
        });
    }
    assert_eq!(mailbox.wait_for(2_000).await?.len(), 2_000);
    while let Some(sender) = senders.join_next().await {
        sender??;
    }
    Ok(())
}
