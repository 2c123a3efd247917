use domain::email::{AgreementFacts, EmailKind};

use super::tests::addressed;
use super::*;

/// An attestation by a partner of this name.
pub(super) fn letter(locale: &str, name: &str) -> Letter {
    let facts = AgreementFacts {
        partner_name: name.to_owned(),
        customer_name: "Adventure Works".to_owned(),
        signer_name: "Ann Lee".to_owned(),
        signer_email: "ann@adventure-works.example".to_owned(),
        accepted_at: "2026-03-08T14:05:59Z".parse().unwrap(),
        agreement_title: "Customer Agreement".to_owned(),
        agreement_version: "2026-01".to_owned(),
        agreement_url: "https://agreements.example/2026-01".to_owned(),
        portal_url: "https://accord.example".to_owned(),
    };
    let words = Words::Template(Box::new(Facts::Agreement(facts)));
    addressed(EmailKind::AgreementAttested, locale, Some("Ann Lee".to_owned()), words)
}
