//! How a partner brings customers.

use async_graphql::{Context, Enum, Error, Object, SimpleObject};
use domain::customer as verbs;

use super::input::{AddCustomerInput, ImportCustomersInput};
use crate::graphql::context::ContextExt;
use crate::graphql::error::{self, UserError, payload};
use crate::graphql::invitation::Invitation;
use crate::graphql::relationship::Relationship;

/// How a partner brings customers.
#[derive(Default)]
pub struct CustomerMutation;

/// What came of adding a customer.
#[derive(SimpleObject)]
pub struct AddCustomerPayload {
    /// Your relationship with it, ACTIVE. Null: refused.
    relationship: Option<Relationship>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What becomes of an imported row.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::customer::ImportOutcome")]
pub enum ImportOutcome {
    /// No organization was registered for its domain: an unclaimed one is added, and its relationship stands at once.
    Added,
    /// The operator loaded this registered organization as your customer: its relationship stands at once.
    Imported,
    /// The domain is an organization's: it is invited, and its relationship stands once it accepts.
    Invited,
}

/// What came of importing.
#[derive(SimpleObject)]
pub struct ImportCustomersPayload {
    /// A result a row, in order. Empty: refused as a whole.
    rows: Vec<ImportCustomerRow>,
    /// Why it was refused as a whole; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What came of one row.
#[derive(SimpleObject)]
pub struct ImportCustomerRow {
    /// What became of it; in a dry run, what would. Null: refused.
    outcome: Option<ImportOutcome>,
    /// The relationship, of one ADDED or IMPORTED. Null: invited, refused, or a dry run.
    relationship: Option<Relationship>,
    /// The invitation, of one INVITED. Null: related at once, refused, or a dry run.
    invitation: Option<Invitation>,
    /// Why the row was refused, with paths such as `["rows", "17", "domain"]`; empty when it was not.
    user_errors: Vec<UserError>,
}

/// How a partner brings customers.
#[Object]
impl CustomerMutation {
    /// Adds a customer that is not registered yet: an unclaimed organization in your cloud, related to you at once, without
    /// delegated administration. Its first administrator is mailed, and takes it over by signing in with the address you
    /// name; until then nobody accepts anything for it. GLOBAL_ADMIN, ADMIN_AGENT and SALES_AGENT of an authorized direct
    /// partner or indirect provider; an indirect reseller's provider adds for it (PROVIDER_MUST_ADD). In US_GOVERNMENT and
    /// GERMANY a customer is invited (DELEGATED_ADMINISTRATION_REQUIRED). The mail counts among your mails of the day
    /// (RATE_LIMITED). Events: `customer.added`, `relationship.established`; once it is taken over
    /// `organization.registered`.
    async fn add_customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer, and its first administrator.")] input: AddCustomerInput,
    ) -> Result<AddCustomerPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let (added, user_errors) = payload(ctx, verbs::add(ctx.store(), actor, input.into()).await)?;
        Ok(AddCustomerPayload { relationship: added.map(Relationship), user_errors })
    }

    /// Brings up to 250 customers at once: whose domain is nobody's is added as by `addCustomer`, whose domain is an
    /// organization's is invited with the usual text, unless the operator loaded it as your customer. Good rows are done,
    /// bad rows say why. GLOBAL_ADMIN, ADMIN_AGENT and SALES_AGENT of any authorized partner; an indirect reseller's rows
    /// that would be added are refused (PROVIDER_MUST_ADD). Events, a row: `customer.added` or `customer.imported` and
    /// `relationship.established`, with `admin_grant.ended` of what you kept of an earlier relationship with what is imported, or
    /// `invitation.drafted` and `invitation.sent`.
    async fn import_customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The rows.")] input: ImportCustomersInput,
    ) -> Result<ImportCustomersPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let rows = input.rows.into_iter().map(Into::into).collect();
        let key = input.idempotency_key.as_deref();
        let (imported, user_errors) =
            payload(ctx, verbs::import(ctx.store(), actor, rows, input.dry_run.unwrap_or_default(), key).await)?;
        let row = |row: verbs::ImportedRow| ImportCustomerRow {
            outcome: row.outcome.map(Into::into),
            relationship: row.relationship.map(Relationship),
            invitation: row.invitation.map(Invitation),
            user_errors: error::user_errors(ctx, row.refusals),
        };
        Ok(ImportCustomersPayload { rows: imported.unwrap_or_default().into_iter().map(row).collect(), user_errors })
    }
}
