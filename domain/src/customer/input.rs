//! What a caller gives of a customer.

use serde::Serialize;

use super::{domain, name};
use crate::actor::Member;
use crate::email::Recipient;
use crate::error::{Code, Refusal};
use crate::organization::is_country;
use crate::text::{Checks, LONGEST_NAME, domain_of};

/// A customer to be added or imported, unchecked.
#[derive(Debug, Clone, Serialize)]
pub struct NewCustomer {
    /// The company's.
    pub name: String,
    /// Of the DNS.
    pub domain: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Who is to take the organization over, or to accept for it.
    pub administrator: NewAdministrator,
    /// The id, as text, of the indirect reseller whose customer it is to be too; none: the partner's alone.
    pub indirect_reseller_id: Option<String>,
    /// Repeating the call with the same key gives the first relationship again.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// The first administrator of a customer, unchecked.
#[derive(Debug, Clone, Serialize)]
pub struct NewAdministrator {
    /// Where the mail goes; who signs in with it.
    pub email: String,
    /// Whom the mail greets.
    pub name: Option<String>,
    /// BCP 47; none: the partner's.
    pub locale: Option<String>,
}

/// What of it is as it should be by itself. What is refused is empty.
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) domain: String,
    pub(super) country: String,
    pub(super) administrator: Recipient,
}

impl NewCustomer {
    /// Checks what needs no look at anything else.
    pub(super) fn check(&self, member: &Member, refusals: &mut Vec<Refusal>) -> Checked {
        let mut checks = Checks::default();
        let before = checks.0.len();
        let company = checks.required_line("name", &self.name, LONGEST_NAME);
        if checks.0.len() == before && !name::is_company_name(&company) {
            let message = "write the company's name out: neither one character nor an abbreviation alone is a name";
            checks.0.push(Code::Invalid.on("name").saying(message));
        }
        let domain = domain::check(&self.domain).unwrap_or_else(|refusal| {
            checks.0.push(refusal);
            String::new()
        });
        let country = if is_country(&self.country) {
            self.country.clone()
        } else {
            checks.0.push(Code::Invalid.on("country").saying("give a country's code, ISO 3166-1 alpha-2, such as US"));
            String::new()
        };
        let administrator = self.administrator.check(member, &domain, &mut checks);
        refusals.append(&mut checks.0);
        Checked { name: company, domain, country, administrator }
    }
}

impl NewAdministrator {
    /// An address of the customer's domain, where that is one.
    fn check(&self, member: &Member, domain: &str, checks: &mut Checks) -> Recipient {
        let before = checks.0.len();
        let email = checks.email("administrator.email", &self.email);
        if checks.0.len() == before && !domain.is_empty() && domain_of(&email) != domain {
            let message = format!("give an address at {domain}: who signs in with it takes the organization over");
            checks.0.push(Code::Invalid.on("administrator.email").saying(message));
        }
        let name = checks.name("administrator.name", self.name.as_deref());
        let locale = match &self.locale {
            Some(locale) => checks.locale("administrator.locale", locale),
            None => member.organization.locale.clone(),
        };
        Recipient { email, name, locale }
    }
}
