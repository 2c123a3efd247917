//! Imports many customers at once: a result a row, a transaction a row.

mod row;

use std::collections::{HashMap, HashSet};

use diesel_async::AsyncConnection;

use super::plan::{By, Plan};
use super::{NewCustomer, domain};
use crate::actor::{Actor, Member};
use crate::error::{Code, Error, Refusal, Result};
use crate::idempotency::Once;
use crate::invitation::{Invitation, MOST_ROWS, in_row};
use crate::organization::{Holder, OrganizationId};
use crate::outbox::Outbox;
use crate::policy::Action;
use crate::relationship::{Relationship, RelationshipId};
use crate::store::Store;

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// No organization was registered: an unclaimed one is added, and related at once.
    Added,
    /// The operator loaded this registered organization for the partner: it is related at once.
    Imported,
    /// The organization is asked.
    Invited,
}

/// What became of a row; of a dry run's nothing but the outcome.
#[derive(Debug, Default)]
pub struct ImportedRow {
    /// None: refused.
    pub outcome: Option<ImportOutcome>,
    /// What stands.
    pub relationship: Option<Relationship>,
    /// What was sent.
    pub invitation: Option<Invitation>,
    /// Why it was refused, with paths that begin with `rows` and the row's number from 0.
    pub refusals: Vec<Refusal>,
}

/// Brings every row that is good, as its domain's holder decides; bad rows say why. A dry run checks all, says what would
/// become of each, and does nothing.
///
/// With an `idempotency_key`, rows that an earlier call did are given again. Each row takes a connection of its own, so
/// that many such calls leave others their turn.
///
/// Refuses as a whole with `NOT_AUTHORIZED_PARTNER`, `FORBIDDEN`, `OUT_OF_RANGE` (no rows, or more than 250) and
/// `IDEMPOTENCY_CONFLICT`.
pub async fn import(
    store: &Store,
    actor: &Actor,
    rows: Vec<NewCustomer>,
    dry_run: bool,
    idempotency_key: Option<&str>,
) -> Result<Vec<ImportedRow>> {
    // What a row adds, and its relationship, are of one moment: that tells it when it is given again.
    let store = &store.at_one_moment();
    let member = actor.may(Action::AddCustomer)?;
    if rows.is_empty() || rows.len() > MOST_ROWS {
        return Err(Code::OutOfRange.on("rows").saying(format!("give 1 to {MOST_ROWS} rows")).into());
    }
    let call = Once::new(member.organization.id, "importCustomers", idempotency_key, &rows)?;
    if let (Some(call), false) = (&call, dry_run) {
        let conn = &mut store.connection().await?;
        conn.transaction(async |conn| call.take(conn, store.now(), None).await).await?;
    }
    let mut import = Import { store, actor, member, call, dry_run, done: Done::default() };
    let mut results = Vec::with_capacity(rows.len());
    for (number, row) in rows.into_iter().enumerate() {
        results.push(match import.row(number, &row).await {
            Ok(row) => row,
            Err(error) => match in_row(error, number) {
                Error::Refused(refusals) => ImportedRow { refusals, ..ImportedRow::default() },
                fault @ Error::Fault(_) => {
                    store.ring(Outbox::Emails);
                    return Err(fault);
                }
            },
        });
    }
    store.ring(Outbox::Emails);
    Ok(results)
}

/// A call, and what its rows came to so far.
struct Import<'a> {
    store: &'a Store,
    actor: &'a Actor,
    member: &'a Member,
    call: Option<Once>,
    dry_run: bool,
    done: Done,
}

/// What earlier rows of the call came to; in a dry run, would come to.
#[derive(Default)]
struct Done {
    /// By domain. A row that was refused is in nobody's way.
    domains: HashMap<String, ImportOutcome>,
    /// Registered organizations that are related by now.
    related: HashSet<OrganizationId>,
    /// How many mails are queued by now.
    mails: usize,
}

impl Done {
    /// Notes a row that was done; in a dry run, would be.
    fn note(&mut self, outcome: ImportOutcome, plan: Plan) {
        self.mails += usize::from(outcome != ImportOutcome::Imported);
        if let (ImportOutcome::Imported, Holder::Registered(customer)) = (outcome, &plan.holder) {
            self.related.insert(customer.id);
        }
        self.domains.insert(plan.domain, outcome);
    }
}

impl Import<'_> {
    /// Does a row, or finds what is wrong with it.
    async fn row(&mut self, number: usize, row: &NewCustomer) -> Result<ImportedRow> {
        let part = |call: &Once| call.part("importCustomers.part", number, row);
        let once = self.call.as_ref().filter(|_| !self.dry_run).map(part).transpose()?;
        let id = RelationshipId::fresh();
        let conn = &mut self.store.connection().await?;
        let (done, plan) = conn
            .transaction(async |conn| {
                if let Some(first) = row::first_again(self.store, conn, once.as_ref(), id).await? {
                    return Ok((first, None));
                }
                let mut refusals = Vec::new();
                let plan = Plan::of(self.store, conn, self.member, row, By::Importing, &mut refusals).await?;
                let outcome = self.outcome(conn, &plan, refusals).await?;
                let done = if self.dry_run {
                    self.check(conn, &plan, outcome).await?
                } else {
                    self.make(conn, &plan, outcome, id).await?
                };
                Ok::<_, Error>((done, Some(plan)))
            })
            .await?;
        match (done.outcome, plan) {
            (Some(outcome), Some(plan)) => self.done.note(outcome, plan),
            // Given again: it stands in the way of a later row of its domain as it did the first time.
            (Some(outcome), None) => {
                self.done.domains.extend(domain::check(&row.domain).ok().map(|domain| (domain, outcome)));
            }
            (None, _) => {}
        }
        Ok(done)
    }
}
