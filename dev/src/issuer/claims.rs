//! Who signs in.

use anyhow::{Context, Result};
use serde::Serialize;

/// What a token says of its user, beside the issuer's own claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claims {
    /// The user, stable for this issuer.
    pub sub: String,
    /// The user's organization, stable for this issuer.
    pub tid: String,
    /// The user's address.
    pub email: String,
    /// Whether the issuer vouches for the address.
    pub email_verified: bool,
    /// What the user is called.
    pub name: String,
}

/// The claims of a demo user: the address names the user, its domain the organization.
///
/// The demo world's rows are made by the same rule, so that a user signs in to what was seeded.
pub fn claims_for(email: &str) -> Result<Claims> {
    let email = email.to_ascii_lowercase();
    let address = email.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
    let (local, domain) = address.with_context(|| format!("`{email}` is no email address"))?;
    let organization = domain.split('.').next().unwrap_or(domain);
    let organization: Vec<_> = organization.split('-').map(capitalized).collect();
    Ok(Claims {
        sub: email.clone(),
        tid: domain.to_owned(),
        email_verified: true,
        name: format!("{} {local}", organization.join(" ")),
        email,
    })
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_user_is_named_by_address_and_organization() -> Result<()> {
        let claims = claims_for("Admin@adventure-works.example")?;
        assert_eq!(claims.sub, "admin@adventure-works.example");
        assert_eq!(claims.tid, "adventure-works.example");
        assert_eq!(claims.email, claims.sub);
        assert_eq!(claims.name, "Adventure Works admin");
        assert!(claims.email_verified);
        Ok(())
    }

    #[test]
    fn what_is_no_address_has_no_claims() {
        for text in ["", "admin", "@contoso.example", "admin@"] {
            assert!(claims_for(text).is_err(), "{text}");
        }
    }
}
