//! What the mutations of customers take.

use async_graphql::{ID, InputObject};
use domain::customer::{NewAdministrator, NewCustomer};

use crate::graphql::scalars::{CountryCode, EmailAddress, Locale};

/// Who is to take an organization over, or to accept for it.
#[derive(InputObject)]
pub struct AdministratorInput {
    /// Where the mail goes: an address of the customer's own domain.
    email: EmailAddress,
    /// Whom the mail greets, at most 200 characters; nobody by name when left out.
    name: Option<String>,
    /// The language of the mail; your organization's when left out.
    locale: Option<Locale>,
}

impl From<AdministratorInput> for NewAdministrator {
    fn from(input: AdministratorInput) -> Self {
        Self { email: input.email.0, name: input.name, locale: input.locale.map(|locale| locale.0) }
    }
}

/// A customer to add.
#[derive(InputObject)]
pub struct AddCustomerInput {
    /// The company's name, written out: INVALID where it is one character or an abbreviation alone, such as A., A.B.C. or
    /// IBM. At most 200 characters.
    name: String,
    /// A DNS domain of its own: INVALID where it is no host's name or a public suffix such as co.uk, WEBMAIL_NOT_ALLOWED
    /// where anybody has an address, OWN_ORGANIZATION where it is yours or below it, ALREADY_RELATED where it is your
    /// customer's, CONFLICT where it is another organization's.
    domain: String,
    /// Where its tenant is; of your own sales region.
    country: CountryCode,
    /// Its first administrator, who is mailed, and takes the organization over by signing in with this address.
    administrator: AdministratorInput,
    /// An indirect reseller that you have an active partnership with (NOT_PARTNERS): the customer is its customer too, and
    /// shared. Yours alone when left out.
    indirect_reseller_id: Option<ID>,
    /// Repeating the call with the same key within 24 hours gives the first relationship again; 1 to 200 characters.
    idempotency_key: Option<String>,
}

impl From<AddCustomerInput> for NewCustomer {
    fn from(input: AddCustomerInput) -> Self {
        Self {
            name: input.name,
            domain: input.domain,
            country: input.country.0,
            administrator: input.administrator.into(),
            indirect_reseller_id: input.indirect_reseller_id.map(|id| id.0),
            idempotency_key: input.idempotency_key,
        }
    }
}

/// A customer to import.
#[derive(InputObject)]
pub struct ImportCustomerInput {
    /// As in `AddCustomerInput`; a registered organization keeps its own.
    name: String,
    /// As in `AddCustomerInput`, but that an organization's domain has it invited.
    domain: String,
    /// As in `AddCustomerInput`; a registered organization keeps its own, which must be of your sales region too.
    country: CountryCode,
    /// Its first administrator as in `AddCustomerInput`, or the recipient of its invitation.
    administrator: AdministratorInput,
    /// As in `AddCustomerInput`; only for a customer that is added.
    indirect_reseller_id: Option<ID>,
}

impl From<ImportCustomerInput> for NewCustomer {
    fn from(input: ImportCustomerInput) -> Self {
        Self {
            name: input.name,
            domain: input.domain,
            country: input.country.0,
            administrator: input.administrator.into(),
            indirect_reseller_id: input.indirect_reseller_id.map(|id| id.0),
            idempotency_key: None,
        }
    }
}

/// Many customers to import.
#[derive(InputObject)]
pub struct ImportCustomersInput {
    /// 1 to 250; the whole request at most 1 MiB.
    pub(super) rows: Vec<ImportCustomerInput>,
    /// Check all rows, duplicates among them too, say what would become of each, and do nothing.
    #[graphql(default_with = "Some(false)")]
    pub(super) dry_run: Option<bool>,
    /// Repeating the call with the same key within 24 hours does only what was not done; 1 to 200 characters.
    pub(super) idempotency_key: Option<String>,
}
