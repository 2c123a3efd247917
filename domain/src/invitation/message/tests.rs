use chrono::Utc;

use super::*;
use crate::admin_grant::{AdminScope, RequestedAdministration};
use crate::invitation::{InvitationId, InvitationKind, InvitationStatus};
use crate::organization::Cloud;
use crate::period::Period;
use crate::user::UserId;

const LINK: &str = "https://portal.example/invitations/TOKEN";

fn inviter(name: &str) -> Organization {
    Organization {
        id: OrganizationId::fresh(),
        issuer: String::new(),
        tenant: String::new(),
        name: name.into(),
        country: "US".into(),
        cloud: Cloud::Public,
        locale: "en".into(),
        created_at: Utc::now(),
    }
}

fn invitation(subject: &str, template: &str, scope: Option<AdminScope>) -> Invitation {
    Invitation {
        id: InvitationId::fresh(),
        kind: InvitationKind::ResellerRelationship,
        status: InvitationStatus::Draft,
        inviter_id: OrganizationId::fresh(),
        created_by: UserId::fresh(),
        created_at: Utc::now(),
        recipient_email: "o'neil+it@customer.example".into(),
        recipient_name: None,
        recipient_locale: "en".into(),
        recipient_organization_id: None,
        admin_scope: scope,
        admin_roles: Vec::new(),
        admin_duration: None,
        admin_auto_extend: false,
        subject: subject.into(),
        template: template.into(),
        expires_after: Period::days(30),
        link_version: 1,
        by_hand: false,
        sent_at: None,
        expires_at: None,
        remind_at: None,
        opened_at: None,
        answered_at: None,
        answered_by: None,
        decline_reason: None,
        revoked_at: None,
        revoke_reason: None,
    }
}

fn finished(template: &str) -> Message {
    finish(&invitation("Hello", template, None), &inviter("Contoso"), "contoso.example", LINK)
}

#[test]
fn the_usual_mail_is_as_read_and_approved() {
    let contoso = inviter("Contoso");
    let usual = usual("en", &contoso, Some("Ann"), Some(&RequestedAdministration::Full));
    let drafted = invitation(&usual.subject, &usual.template, Some(AdminScope::Full));
    let message = finish(&drafted, &contoso, "contoso.example", LINK);
    insta::assert_snapshot!(format!(
        "{}\n\n{}\n\n{}\n\n{}",
        message.subject, message.text, message.html, message.mailto_url
    ));
}

#[test]
fn each_link_stands_alone_on_its_line_in_plain_text() {
    let text = finished("Look at {{link}}, or later at {{link}}.\n\nBye").text;
    assert!(text.contains(&format!("Look at\n{LINK}\n, or later at\n{LINK}\n.\n\nBye")), "{text}");
}

#[test]
fn a_line_of_white_space_stays_an_empty_line() {
    let text = finished("Hi\n \nbye {{link}} now").text;
    assert!(text.contains(&format!("Hi\n\nbye\n{LINK}\nnow\n")), "{text}");
}

#[test]
fn html_in_a_name_or_text_is_shown_as_text() {
    let drafted = invitation("<b>hi</b>", "<script>alert(1)</script> & \"so\" {{link}}", None);
    let html = finish(&drafted, &inviter("<img src=x>"), "contoso.example", LINK).html;
    for raw in ["<script", "<img", "<b>"] {
        assert!(!html.contains(raw), "{html}");
    }
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;so&quot;"), "{html}");
}

#[test]
fn only_the_personal_link_becomes_a_link() {
    let html = finished("See https://phish.example first, then {{link}}").html;
    assert_eq!(html.matches("<a href=").count(), 1);
    assert!(html.contains(&format!("<a href=\"{LINK}\"")), "{html}");
}

#[test]
fn the_frame_names_who_asks_whatever_the_text_says() {
    let message = finished("{inviter} {domain} {{link}}");
    assert!(message.text.starts_with("Contoso (contoso.example, United States) asks to become"), "{}", message.text);
    assert!(message.text.contains("{inviter} {domain}\n"), "a placeholder of the frame is none in the text");
}

#[test]
fn a_mailto_address_that_would_be_too_long_has_two_sentences_and_the_link() {
    let short = finished("{{link}}").mailto_url;
    assert!(short.starts_with("mailto:o%27neil%2Bit@customer.example?subject=Hello&body=Contoso%20%28"), "{short}");
    assert!(short.contains("%0D%0A"), "line breaks are CRLF (RFC 6068 section 5)");
    let long = finished(&format!("{} {{{{link}}}}", "word ".repeat(500))).mailto_url;
    assert!(long.len() <= LONGEST_MAILTO, "{}", long.len());
    assert!(long.contains("TOKEN") && !long.contains("word"), "{long}");
}
