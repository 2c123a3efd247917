use domain::email::{Email, EmailId, EmailKind, EmailStatus};
use domain::invitation::InvitationId;
use domain::invitation::message::Message;
use uuid::Uuid;

use super::super::locale::LOCALES;
use super::super::mailer::Mailer;
use super::*;

fn facts() -> Facts {
    Facts {
        inviter_name: "Contoso & Söhne".to_owned(),
        inviter_country: "United States".to_owned(),
        recipient_email: "ann@adventure-works.example".to_owned(),
        recipient_name: Some("Ann Lee".to_owned()),
        expires_at: "2026-03-08T14:05:59Z".parse().ok(),
        days_left: Some(7),
        link: Some("https://accord.example/invitations/AQ-token".to_owned()),
        decline_reason: Some("Too early.\nAsk again in spring.".to_owned()),
        portal_url: "https://accord.example".to_owned(),
    }
}

fn letter(kind: EmailKind, locale: &str, facts: Facts) -> Letter {
    let is_to_recipient = matches!(kind, EmailKind::Invitation | EmailKind::Reminder);
    let to_name = if is_to_recipient { facts.recipient_name.clone() } else { Some("Sam Rivera".to_owned()) };
    let words = if kind == EmailKind::Invitation {
        Words::Finished(Message {
            subject: "Contoso asks to be your reseller".to_owned(),
            text: "The inviter's own words.\n".to_owned(),
            html: "<p>The inviter's own words.</p>\n".to_owned(),
            mailto_url: String::new(),
        })
    } else {
        Words::Template(Box::new(facts))
    };
    Letter {
        email: Email {
            id: EmailId::from(Uuid::from_u128(7)),
            kind,
            invitation_id: InvitationId::from(Uuid::from_u128(8)),
            link_version: 1,
            days_left: None,
            status: EmailStatus::Queued,
            attempts: 1,
            next_attempt_at: DateTime::default(),
            last_error: None,
            sent_at: None,
        },
        to: "ann@adventure-works.example".to_owned(),
        to_name,
        locale: locale.to_owned(),
        words,
    }
}

fn rendered(letter: &Letter) -> Rendered {
    Renderer::new().unwrap().render(letter).unwrap()
}

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
fn every_kind_in_every_language_reads_as_written_down() {
    for kind in EmailKind::ALL {
        for locale in LOCALES {
            let Rendered { subject, text, html } = rendered(&letter(*kind, locale, facts()));
            let name = format!("{}_{locale}", kind.as_str());
            insta::assert_snapshot!(name, format!("Subject: {subject}\n\n{text}\n{}\n\n{html}", "=".repeat(60)));
        }
    }
}

#[test]
fn a_mail_is_written_without_what_is_not_known() {
    let sparse = Facts { recipient_name: None, decline_reason: None, days_left: Some(1), ..facts() };
    for kind in EmailKind::ALL {
        let mut letter = letter(*kind, "de", sparse.clone());
        letter.to_name = None;
        let Rendered { text, .. } = rendered(&letter);
        assert_eq!(text.contains("This last reminder"), *kind == EmailKind::Reminder);
    }
}

#[test]
fn what_is_not_known_is_an_error_where_a_template_does_not_ask_first() {
    let templates = Renderer::new().unwrap().templates;
    for source in ["{{ nothing }}", "{{ none }}", "{{ nothing.at_all }}"] {
        assert!(templates.render_str(source, ()).is_err(), "{source}");
    }
}

#[test]
fn only_mails_to_the_recipient_carry_the_link() {
    for kind in EmailKind::ALL {
        let Rendered { subject, text, html } = rendered(&letter(*kind, "en", facts()));
        let is_reminder = *kind == EmailKind::Reminder;
        assert!(!subject.contains("AQ-token"));
        assert_eq!([text.contains("AQ-token"), html.contains("AQ-token")], [is_reminder; 2], "{kind:?}");
    }
}

#[test]
fn what_people_wrote_is_text_in_html_and_quoted_in_text() {
    let evil = "<script>alert('x')</script>\"&\r\nBcc: eve@evil.example";
    let hostile = Facts {
        inviter_name: evil.to_owned(),
        recipient_name: Some(evil.to_owned()),
        decline_reason: Some(format!("{evil}\n{{{{ link }}}}")),
        ..facts()
    };
    for kind in EmailKind::ALL {
        let Rendered { html, text, .. } = rendered(&letter(*kind, "en", hostile.clone()));
        assert!(!html.contains("<script"), "{kind:?}: {html}");
        if *kind == EmailKind::InvitationDeclined {
            assert!(text.contains("\n> Bcc: eve@evil.example\n> {{ link }}\n"), "{text}");
        }
    }
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
        let hostile = Facts { inviter_name: evil.to_owned(), recipient_name: Some(evil.to_owned()), ..facts() };
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
