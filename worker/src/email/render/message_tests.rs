use super::super::mailer::Mailer;
use super::tests::{facts, letter, rendered};
use super::*;
use domain::email::{EmailKind, InvitationFacts};

fn composed(letter: &Letter) -> String {
    let mailer = Mailer::new("Accord <accord@accord.example>".parse().unwrap(), "accord.example");
    let message = mailer.compose(letter, rendered(letter), DateTime::default()).unwrap();
    String::from_utf8(message.formatted()).unwrap()
}

/// The headers of a message, unfolded.
fn headers(message: &str) -> Vec<String> {
    let (headers, _) = message.split_once("\r\n\r\n").unwrap();
    headers.replace("\r\n ", " ").split("\r\n").map(ToOwned::to_owned).collect()
}

#[test]
fn no_name_adds_a_header_or_a_recipient() {
    for evil in [
        "Eve\r\nBcc: eve@evil.example",
        "Eve\nBcc: eve@evil.example\r\n\r\nbody",
        "\" <eve@evil.example>, \"",
        "Eve, eve@evil.example",
        "=?utf-8?q?=0d=0aBcc:_eve@evil.example?=",
        "Eve\u{2028}Bcc: eve@evil.example",
        "Zoë \u{202e}\u{0}",
    ] {
        let hostile = InvitationFacts {
            inviter_name: evil.to_owned(),
            indirect_provider_name: Some(evil.to_owned()),
            recipient_name: Some(evil.to_owned()),
            ..facts()
        };
        for kind in EmailKind::ALL {
            let mut letter = letter(*kind, "en", hostile.clone());
            letter.to_name = Some(evil.to_owned());
            if let Words::Finished(message) = &mut letter.words {
                message.subject = evil.to_owned();
            }
            let message = composed(&letter);
            let headers = headers(&message);
            let names: Vec<_> = headers.iter().map(|line| line.split_once(": ").unwrap().0).collect();
            assert_eq!(
                names,
                ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"],
                "{evil:?}: {message}"
            );
            let to = headers[1].rsplit_once(' ').unwrap().1;
            assert_eq!(to, "<ann@adventure-works.example>", "{evil:?}: {message}");
        }
    }
}

#[test]
fn a_message_bears_the_headers_of_an_automatic_mail_and_the_same_id_on_every_try() {
    let letter = letter(EmailKind::Reminder, "en", facts());
    let [first, again] = [composed(&letter), composed(&letter)].map(|message| headers(&message));
    let until_boundary = |headers: &[String]| headers[..7].join("\n");
    assert_eq!(until_boundary(&first), until_boundary(&again));
    insta::assert_snapshot!(until_boundary(&first), @r#"
    From: Accord <accord@accord.example>
    To: "Ann Lee" <ann@adventure-works.example>
    Subject: Reminder: Contoso & =?utf-8?b?U8O2aG5l?= asks to be your reseller
    Date: Thu, 01 Jan 1970 00:00:00 +0000
    Message-ID: <eml_00000000000000000000000007@accord.example>
    Auto-Submitted: auto-generated
    MIME-Version: 1.0
    "#);
}

#[test]
fn an_address_that_no_mail_can_go_to_is_refused_for_good() {
    let mut letter = letter(EmailKind::Reminder, "en", facts());
    letter.to = "ann@adventure-works.example\r\nRCPT TO:<eve@evil.example>".to_owned();
    let mailer = Mailer::new("accord@accord.example".parse().unwrap(), "accord.example");
    let trouble = mailer.compose(&letter, rendered(&letter), DateTime::default()).err().unwrap();
    assert!(trouble.is_permanent);
}
