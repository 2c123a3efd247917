use domain::email::{EmailKind, InvitationFacts, WelcomeFacts};

use super::tests::{addressed, rendered, written};
use super::*;

fn facts() -> WelcomeFacts {
    WelcomeFacts {
        partner_name: "Northwind Traders".to_owned(),
        partner_domain: "northwind.example".to_owned(),
        partner_country: "United States".to_owned(),
        indirect_reseller_name: None,
        customer_name: "Blue Yonder & Söhne".to_owned(),
        customer_domain: "blue-yonder.example".to_owned(),
        administrator_email: "ada@blue-yonder.example".to_owned(),
        portal_url: "https://accord.example".to_owned(),
    }
}

fn letter_of(locale: &str, to_name: Option<String>, facts: WelcomeFacts) -> Letter {
    addressed(EmailKind::CustomerWelcome, locale, to_name, Words::Template(Box::new(Facts::Welcome(facts))))
}

/// A welcome by a partner and for a reader of these names.
pub(super) fn letter(locale: &str, named: &InvitationFacts) -> Letter {
    let facts = WelcomeFacts {
        partner_name: named.inviter_name.clone(),
        indirect_reseller_name: named.indirect_provider_name.clone(),
        customer_name: named.inviter_name.clone(),
        ..facts()
    };
    letter_of(locale, named.recipient_name.clone(), facts)
}

#[test]
fn a_welcome_says_who_added_the_customer_and_for_whom_it_did() {
    let joint = WelcomeFacts { indirect_reseller_name: Some("Contoso".to_owned()), ..facts() };
    for (name, facts) in [("alone", facts()), ("for_reseller", joint)] {
        let letter = letter_of("en", Some("Ada King".to_owned()), facts);
        insta::assert_snapshot!(format!("customer_welcome_{name}_en"), written(&letter));
    }
}

#[test]
fn a_welcome_names_the_address_that_takes_the_organization_over() {
    let Rendered { text, html, .. } = rendered(&letter_of("en", None, facts()));
    for said in [text, html] {
        assert!(said.contains("sign in as ada@blue-yonder.example") && said.contains("Hello,"), "{said}");
    }
}
