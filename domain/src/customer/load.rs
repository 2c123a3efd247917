//! Loads customers that the operator knows to be a partner's: each may be imported once without being asked.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::domain;
use crate::error::{Error, Result};
use crate::id::read;
use crate::organization::{OrganizationDomain, OrganizationId};
use crate::relationship::Relationship;
use crate::schema::{enrollments, loaded_customers, organization_domains};
use crate::store::Store;
use crate::text::{is_within, sought};

/// Rows of one statement: three values each, of 65,535 that PostgreSQL takes.
const ROWS_AT_ONCE: usize = 5_000;

/// A partner and a customer, as a line of a file has them.
#[derive(Debug, Clone)]
pub struct PairToLoad {
    /// Where it stands, from 1.
    pub line: u64,
    /// The partner: its id (`org_…` or `ptn_…`), its partner program's id, or one of its verified domains.
    pub partner: String,
    /// A domain of the customer.
    pub customer: String,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Where it stands, from 1.
    pub line: u64,
    /// What to mend.
    pub message: String,
}

/// What came of loading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Pairs that were not there before; in a dry run, that would be new.
    pub new: usize,
    /// Pairs that were: loaded earlier, or by an earlier line.
    pub known: usize,
    /// Lines that cannot be loaded. Where there is one, nothing was.
    pub troubles: Vec<Trouble>,
}

/// Loads every pair, or where a line is wrong none; a dry run checks all and changes nothing. A pair that was loaded
/// before stays as it is: one that was imported since is not given again.
pub async fn load(store: &Store, pairs: &[PairToLoad], dry_run: bool) -> Result<Loaded> {
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        let mut loaded = Loaded::default();
        let rows = rows_of(conn, pairs, &mut loaded.troubles).await?;
        if !loaded.troubles.is_empty() {
            return Ok(loaded);
        }
        loaded.new = count_new(conn, &rows).await?;
        loaded.known = pairs.len() - loaded.new;
        if !dry_run {
            insert(conn, &rows, store.now()).await?;
        }
        Ok::<_, Error>(loaded)
    })
    .await
}

/// A partner and a domain of its customer.
type Row = (OrganizationId, String);

/// A partner with its own domains, or why it is none.
type Partner = std::result::Result<(OrganizationId, Vec<OrganizationDomain>), &'static str>;

/// The pairs that the lines mean, each once, in their order; what is wrong with the others goes to `troubles`.
async fn rows_of(conn: &mut AsyncPgConnection, pairs: &[PairToLoad], troubles: &mut Vec<Trouble>) -> Result<Vec<Row>> {
    // Many lines name the same partner: each is looked for once.
    let mut partners: HashMap<&str, Partner> = HashMap::new();
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for pair in pairs {
        let named = pair.partner.trim();
        if !partners.contains_key(named) {
            partners.insert(named, find_partner(conn, named).await?);
        }
        let mut wrong = |message: String| troubles.push(Trouble { line: pair.line, message });
        let customer = domain::check(&pair.customer);
        match (&partners[named], &customer) {
            (Ok((_, own)), Ok(customer)) if own.iter().any(|own| is_within(customer, &own.domain)) => {
                wrong(format!("customer: {customer} is the partner's own"));
            }
            (Ok((partner, _)), Ok(customer)) => {
                let row = (*partner, customer.clone());
                if seen.insert(row.clone()) {
                    rows.push(row);
                }
            }
            (partner, customer) => {
                let of_partner = partner.as_ref().err().map(|message| format!("partner: {message}"));
                let of_customer = customer.as_ref().err().map(|refusal| format!("customer: {}", refusal.message));
                of_partner.into_iter().chain(of_customer).for_each(&mut wrong);
            }
        }
    }
    Ok(rows)
}

async fn find_partner(conn: &mut AsyncPgConnection, named: &str) -> Result<Partner> {
    let by_id = read(named).ok().filter(|(prefix, _)| prefix == "org" || prefix == "ptn").map(|(_, id)| id);
    let of_domain = organization_domains::table
        .filter(organization_domains::domain.eq(sought(&named.to_lowercase())))
        .filter(organization_domains::verified_at.is_not_null())
        .select(organization_domains::organization_id);
    let is_named = enrollments::program_id
        .assume_not_null()
        .eq(sought(named))
        .and(enrollments::program_id.is_not_null())
        .or(enrollments::organization_id.eq_any(of_domain))
        .or(enrollments::organization_id.eq(by_id.unwrap_or_default()));
    let query = enrollments::table.filter(is_named).select(enrollments::organization_id).limit(2);
    let found: Vec<OrganizationId> = query.load(conn).await?;
    Ok(match found[..] {
        [] => Err("no partner has this id, partner id or verified domain"),
        [one] => Ok((one, OrganizationDomain::of(conn, &[one]).await?)),
        _ => Err("several partners have this partner id: give a domain"),
    })
}

async fn count_new(conn: &mut AsyncPgConnection, rows: &[Row]) -> Result<usize> {
    let mut known = 0;
    for some in rows.chunks(ROWS_AT_ONCE) {
        let domains: Vec<&str> = some.iter().map(|(_, domain)| domain.as_str()).collect();
        let partners: HashSet<OrganizationId> = some.iter().map(|(partner, _)| *partner).collect();
        let query = loaded_customers::table
            .filter(loaded_customers::partner_id.eq_any(partners))
            .filter(loaded_customers::domain.eq_any(domains));
        let there: Vec<Row> = query.select((loaded_customers::partner_id, loaded_customers::domain)).load(conn).await?;
        let there: HashSet<Row> = there.into_iter().collect();
        known += some.iter().filter(|row| there.contains(*row)).count();
    }
    Ok(rows.len() - known)
}

async fn insert(conn: &mut AsyncPgConnection, rows: &[Row], now: DateTime<Utc>) -> Result<()> {
    let row = |(partner, domain): &Row| {
        (
            loaded_customers::partner_id.eq(*partner),
            loaded_customers::domain.eq(domain.clone()),
            loaded_customers::loaded_at.eq(now),
        )
    };
    for some in rows.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = some.iter().map(row).collect();
        diesel::insert_into(loaded_customers::table).values(rows).on_conflict_do_nothing().execute(conn).await?;
    }
    Ok(())
}

/// Whether the operator loaded a customer of this domain for the partner, who has not imported it yet. Who ended the
/// relationship since is asked again like everybody.
pub(super) async fn is_loaded(
    conn: &mut AsyncPgConnection,
    partner: OrganizationId,
    customer: OrganizationId,
    domain: &str,
) -> Result<bool> {
    let pair = loaded_customers::table.find((partner, domain)).filter(loaded_customers::imported_at.is_null());
    let loaded_at: Option<DateTime<Utc>> =
        pair.select(loaded_customers::loaded_at).for_no_key_update().first(conn).await.optional()?;
    match loaded_at {
        Some(loaded_at) => Ok(!Relationship::was_removed_since(conn, partner, customer, loaded_at).await?),
        None => Ok(false),
    }
}

/// Notes that the partner imported it: never again without asking.
pub(super) async fn note_imported(
    conn: &mut AsyncPgConnection,
    partner: OrganizationId,
    domain: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let pair = loaded_customers::table.find((partner, domain));
    diesel::update(pair).set(loaded_customers::imported_at.eq(now)).execute(conn).await?;
    Ok(())
}
