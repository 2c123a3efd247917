use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use super::*;

/// What a server answers to a line, `.` standing for a whole message; none: nothing, ever.
type Answers = fn(&str, usize) -> Option<&'static str>;

fn all_well(line: &str, _connection: usize) -> Option<&'static str> {
    Some(if line == "DATA" { "354 go on" } else { "250 well" })
}

/// A mail server on loopback, and how many connections were made to it.
async fn server(answers: Answers) -> (Smtp, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, answers, count.fetch_add(1, Ordering::Relaxed)));
        }
    });
    (Smtp::new(Server::from_url(&url).unwrap()), connections)
}

async fn converse(stream: TcpStream, answers: Answers, connection: usize) {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 here\r\n").await.unwrap();
    let (mut line, mut in_message) = (String::new(), false);
    while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
        let said = std::mem::take(&mut line);
        let said = said.trim_end();
        if in_message && said != "." {
            continue;
        }
        let Some(answer) = answers(said, connection) else { continue };
        in_message = answer.starts_with("354");
        if stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

fn envelope(to: &str) -> Envelope {
    Envelope::new("accord@accord.example".parse().ok(), vec![to.parse().unwrap()]).unwrap()
}

async fn send(smtp: &Smtp) -> Result<(), Trouble> {
    smtp.send(&envelope("ann@contoso.example"), b"Subject: x\r\n\r\nbody\r\n").await
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_mail() {
    let (smtp, connections) = server(all_well).await;
    for _ in 0..3 {
        assert_eq!(send(&smtp).await, Ok(()));
    }
    assert_eq!(connections.load(Ordering::Relaxed), 1);
    smtp.close().await;
    assert_eq!(send(&smtp).await, Ok(()));
    assert_eq!(connections.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_conversation_that_was_broken_off_answers_no_other_mail() {
    let (smtp, connections) = server(|line, connection| match (line, connection) {
        (".", 0) => None,
        (".", 1) => Some("550 no"),
        _ => all_well(line, connection),
    })
    .await;
    let waited = timeout(Duration::from_millis(100), send(&smtp)).await;
    assert!(waited.is_err(), "{waited:?}");
    assert!(send(&smtp).await.unwrap_err().is_permanent);
    assert_eq!(send(&smtp).await, Ok(()));
    assert_eq!(connections.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn a_server_that_hung_up_on_a_kept_connection_is_called_again() {
    let (smtp, connections) = server(|line, connection| match (line, connection) {
        ("NOOP", 0) => Some("421 too many mails"),
        _ => all_well(line, connection),
    })
    .await;
    assert_eq!((send(&smtp).await, send(&smtp).await), (Ok(()), Ok(())));
    assert_eq!(connections.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_refusal_is_shown_to_the_inviter_and_its_words_are_not_logged() {
    let (smtp, _) = server(|line, connection| match line {
        line if line.starts_with("RCPT") => Some("550 5.1.1 ann@contoso.example is unknown"),
        _ => all_well(line, connection),
    })
    .await;
    let trouble = send(&smtp).await.unwrap_err();
    assert!(trouble.is_permanent);
    assert_eq!(trouble.shown, "the mail server answered 550 5.1.1 ann@contoso.example is unknown");
    assert_eq!(trouble.logged, "answered 550");
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    let (smtp, _) = server(|line, connection| match line {
        "." => Some("451 4.3.0 later"),
        _ => all_well(line, connection),
    })
    .await;
    let trouble = send(&smtp).await.unwrap_err();
    assert_eq!((trouble.is_permanent, trouble.logged.as_str()), (false, "answered 451"));

    let (smtp, _) = server(|line, connection| match line {
        line if line.starts_with("MAIL") => Some("530 5.7.0 sign in first"),
        _ => all_well(line, connection),
    })
    .await;
    let trouble = send(&smtp).await.unwrap_err();
    assert_eq!((trouble.is_permanent, trouble.shown.as_str()), (false, "internal error"));

    let nobody = Smtp::new(Server::from_url("smtp://127.0.0.1:1").unwrap());
    let trouble = send(&nobody).await.unwrap_err();
    assert_eq!((trouble.is_permanent, trouble.shown.as_str()), (false, "the mail server cannot be reached"));
}

#[tokio::test]
async fn an_address_that_the_server_cannot_spell_is_given_up() {
    let (smtp, _) = server(all_well).await;
    let trouble = smtp.send(&envelope("zoë@contoso.example"), b"\r\n").await.unwrap_err();
    assert!(trouble.is_permanent && !trouble.logged.contains('@'), "{trouble:?}");
}

#[tokio::test]
async fn mails_are_not_sent_in_the_clear_where_encryption_is_required() {
    let (plain, connections) = server(all_well).await;
    let url = format!("smtp://127.0.0.1:{}?tls=required", plain.server.port);
    let smtp = Smtp::new(Server::from_url(&url).unwrap());
    assert!(!send(&smtp).await.unwrap_err().is_permanent);
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

#[test]
fn an_address_says_where_and_how_to_get_in() {
    let server = Server::from_url("smtps://us%40er:p%3Aw@mail.example").unwrap();
    assert_eq!((server.host.as_str(), server.port, server.credentials.is_some()), ("mail.example", 465, true));
    assert!(matches!(server.tls, Tls::Wrapper(_)));
    let server = Server::from_url("smtp://mail.example:2525/ehlo.example?tls=required").unwrap();
    assert_eq!((server.port, server.hello), (2525, ClientId::Domain("ehlo.example".to_owned())));
    assert!(matches!(server.tls, Tls::Required(_)));
    let server = Server::from_url("smtp://127.0.0.1").unwrap();
    assert!(server.port == 25 && matches!(server.tls, Tls::None) && server.credentials.is_none());
}

#[test]
fn an_address_that_cannot_work_is_refused_without_showing_it() {
    for url in ["", "mail.example", "http://mail.example", "smtp://user:secret@mail.example?tls=maybe", "smtp:///x"] {
        let error = Server::new(&url.to_owned().into()).err().unwrap();
        assert!(error.to_string().starts_with("SMTP_URL: "), "{url}");
        assert!(!format!("{error:#}").contains("secret"), "{url}");
    }
}

#[test]
fn a_password_is_told_only_where_it_leaves_the_machine_without_tls() {
    for (url, tells) in [
        ("smtp://ann:secret@mail.example", true),
        ("smtp://ann:secret@10.0.0.7:25", true),
        ("smtp://mail.example", false),
        ("smtp://ann:secret@localhost:1025", false),
        ("smtp://ann:secret@127.0.0.1:1025", false),
        ("smtp://ann:secret@[::1]:1025", false),
        ("smtp://ann:secret@mail.example?tls=required", false),
        ("smtp://ann:secret@mail.example?tls=opportunistic", false),
        ("smtps://ann:secret@mail.example", false),
    ] {
        assert_eq!(Server::from_url(url).unwrap().tells_its_password(), tells, "{url}");
    }
}
