use chrono::Utc;

use super::mailto::LONGEST;
use super::*;
use crate::admin_grant::{AdminScope, DirectoryRole, RequestedAdministration};
use crate::invitation::{InvitationId, InvitationKind, InvitationStatus};
use crate::organization::Cloud;
use crate::period::Period;
use crate::user::UserId;

const LINK: &str = "https://portal.example/invitations/TOKEN";

fn inviter(name: &str) -> Organization {
    Organization {
        id: OrganizationId::fresh(),
        issuer: None,
        tenant: None,
        name: name.into(),
        country: "US".into(),
        cloud: Cloud::Public,
        locale: "en".into(),
        created_at: Utc::now(),
        administrator_email: None,
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
        indirect_provider_id: None,
        provider_admin_scope: None,
        provider_admin_roles: Vec::new(),
        provider_admin_duration: None,
        provider_admin_auto_extend: false,
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
    finish(&invitation("Hello", template, None), alone(&inviter("Contoso")), LINK)
}

fn alone(inviter: &Organization) -> Parties<'_> {
    Parties { inviter, provider: None, domain: "contoso.example", provider_domain: "", is_customer: false }
}

fn together<'a>(inviter: &'a Organization, provider: &'a Organization) -> Parties<'a> {
    Parties { provider: Some(provider), provider_domain: "northwind.example", ..alone(inviter) }
}

fn granular() -> RequestedAdministration {
    let roles = vec![DirectoryRole::UserAdministrator];
    RequestedAdministration::Granular { roles, duration: Period::years(1), auto_extend: false }
}

/// The usual mail of a request like this, to Ann.
fn usual_mail(
    kind: InvitationKind,
    parties: Parties<'_>,
    administration: Option<&RequestedAdministration>,
    of_provider: Option<&RequestedAdministration>,
) -> Message {
    let Parties { inviter, provider, .. } = parties;
    let usual = usual(
        "en",
        Occasion {
            kind,
            inviter,
            provider,
            recipient: Some("Ann"),
            asks_administration: administration.is_some(),
            asks_provider_administration: of_provider.is_some(),
            is_customer: parties.is_customer,
        },
    );
    let mut drafted = invitation(&usual.subject, &usual.template, None);
    drafted.kind = kind;
    drafted.indirect_provider_id = provider.map(|provider| provider.id);
    drafted.ask(administration);
    drafted.ask_for_provider(of_provider);
    finish(&drafted, parties, LINK)
}

fn joint_mail(inviter_name: &str, provider_name: &str) -> Message {
    let (inviter, provider) = (inviter(inviter_name), inviter(provider_name));
    let parties = together(&inviter, &provider);
    let full = Some(&RequestedAdministration::Full);
    usual_mail(InvitationKind::ResellerRelationship, parties, full, full)
}

fn partnership_mail(provider: &str) -> Message {
    let full = Some(&RequestedAdministration::Full);
    usual_mail(InvitationKind::IndirectProviderPartnership, alone(&inviter(provider)), full, None)
}

fn written(message: &Message) -> String {
    let Message { subject, text, html, mailto_url } = message;
    format!("{subject}\n\n{text}\n\n{html}\n\n{mailto_url}")
}

#[test]
fn the_usual_mail_is_as_read_and_approved() {
    let full = Some(&RequestedAdministration::Full);
    let kind = InvitationKind::ResellerRelationship;
    insta::assert_snapshot!(written(&usual_mail(kind, alone(&inviter("Contoso")), full, None)));
}

#[test]
fn the_usual_mail_to_an_existing_customer_is_as_read_and_approved() {
    let contoso = inviter("Contoso");
    let parties = Parties { is_customer: true, ..alone(&contoso) };
    let (full, granular) = (RequestedAdministration::Full, granular());
    let mail = |asked| usual_mail(InvitationKind::ResellerRelationship, parties, Some(asked), None);
    insta::assert_snapshot!(format!("{}\n\n{}", written(&mail(&full)), mail(&granular).text));
}

#[test]
fn the_usual_mail_of_a_partnership_is_as_read_and_approved() {
    insta::assert_snapshot!(written(&partnership_mail("Northwind Traders")));
}

#[test]
fn the_usual_mail_of_a_joint_invitation_is_as_read_and_approved() {
    insta::assert_snapshot!(written(&joint_mail("Contoso", "Northwind Traders")));
}

#[test]
fn a_joint_mail_says_what_each_of_the_two_asks_for() {
    let (contoso, northwind) = (inviter("Contoso"), inviter("Northwind Traders"));
    let parties = together(&contoso, &northwind);
    let (full, granular) = (RequestedAdministration::Full, granular());
    let asked = [None, Some(&full), Some(&granular)];
    let texts: Vec<String> = asked
        .iter()
        .flat_map(|own| asked.iter().map(move |theirs| (*own, *theirs)))
        .map(|(own, theirs)| usual_mail(InvitationKind::ResellerRelationship, parties, own, theirs).text)
        .collect();
    insta::assert_snapshot!(texts.join(&format!("\n{}\n\n", "=".repeat(60))));
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
    let html = finish(&drafted, alone(&inviter("<img src=x>")), LINK).html;
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
    assert!(long.len() <= LONGEST, "{}", long.len());
    assert!(long.contains("TOKEN") && !long.contains("word"), "{long}");
}

#[test]
fn a_name_is_never_more_than_a_name() {
    for evil in [
        "{link}",
        "{{link}}",
        "{inviter}{provider}",
        "<img src=x>",
        "Eve\nContoso (contoso.example) asks",
        "Eve\u{2028}x",
    ] {
        let (joint, partnership) = (joint_mail("Contoso", "Eve"), partnership_mail("Eve"));
        for (message, usual) in [
            (joint_mail("Contoso", evil), &joint),
            (joint_mail(evil, "Eve"), &joint),
            (partnership_mail(evil), &partnership),
        ] {
            assert_eq!(message.text.lines().count(), usual.text.lines().count(), "{evil:?}: {}", message.text);
            assert_eq!(message.text.matches(LINK).count(), 1, "{evil:?}: {}", message.text);
            assert_eq!(message.html.matches("<a href=").count(), 1, "{evil:?}: {}", message.html);
            assert!(!message.html.contains("<img"), "{}", message.html);
            assert_eq!(message.subject.lines().count(), 1, "{:?}", message.subject);
            assert!(!message.subject.contains(PLACEHOLDER), "{:?}", message.subject);
        }
    }
}

#[test]
fn a_mailto_address_is_never_too_long_and_always_has_the_link() {
    let long = "会".repeat(200);
    for message in [joint_mail(&long, &long), partnership_mail(&long), joint_mail("Contoso", &"a".repeat(200))] {
        let address = message.mailto_url;
        assert!(address.len() <= LONGEST && address.contains("TOKEN"), "{} {address}", address.len());
        assert!(address.contains("global%20administrator"), "{address}");
    }
}

#[test]
fn what_authorizing_allows_names_the_provider_in_every_sentence() {
    let says = authorization("en", &inviter("Northwind Traders"));
    assert_eq!(says.len(), 2);
    assert!(says.iter().all(|sentence| sentence.starts_with("Northwind Traders ")), "{says:?}");
}
