//! The partnerships of the demo world: agreed elsewhere and loaded, so that no invitation stands behind them.

use chrono::{DateTime, Days, TimeDelta, Utc};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::activity::{self, Change, Event};
use domain::actor::Actor;
use domain::admin_grant::{AdminGrant, AdminGrantStatus, AdminScope};
use domain::error::Result;
use domain::organization::OrganizationId;
use domain::partnership::Partnership;
use domain::schema::admin_grants;
use serde_json::json;

use super::{People, id_at};

/// Provider, reseller, and how many days they have been partners: longer than either has had a customer.
const PARTNERSHIPS: &[(&str, &str, u64)] = &[("northwind.example", "contoso.example", 300)];

/// The partnerships of a database that has the demo world's.
#[derive(Debug)]
pub(super) struct Partnerships(Vec<Partnership>);

impl Partnerships {
    /// The one of these two; panics where the demo world has none: its tables name no other.
    pub(super) fn of(&self, provider: OrganizationId, reseller: OrganizationId) -> &Partnership {
        let found = self.0.iter().find(|it| it.provider_id == provider && it.reseller_id == reseller);
        found.unwrap_or_else(|| panic!("{provider} and {reseller} are no partners in the demo world"))
    }
}

/// Stores every partnership with the provider's grant on the reseller's tenant, and the account of both.
pub(super) async fn insert(conn: &mut AsyncPgConnection, people: &People, now: DateTime<Utc>) -> Result<Partnerships> {
    let mut partnerships = Vec::new();
    for (provider, reseller, days) in PARTNERSHIPS {
        let at = now - Days::new(*days);
        let [provider, reseller] =
            [provider, reseller].map(|domain| &people.get(&format!("admin@{domain}")).organization);
        let both = [provider.id, reseller.id];
        let partnership = Partnership::establish(conn, provider, reseller, None, at).await?;
        let change = Change::new(Event::PartnershipEstablished, partnership.id).read_by(both);
        activity::record(conn, &Actor::System, at, change).await?;

        let grant = grant_of(&partnership);
        diesel::insert_into(admin_grants::table).values(&grant).execute(conn).await?;
        let details = json!({ "scope": grant.scope, "roles": grant.roles, "endsAt": grant.ends_at });
        let change = Change::new(Event::AdminGrantGranted, grant.id).read_by(both).with(details);
        // The account tells in this order what happened at once.
        activity::record(conn, &Actor::System, at + TimeDelta::microseconds(1), change).await?;
        partnerships.push(partnership);
    }
    Ok(Partnerships(partnerships))
}

fn grant_of(partnership: &Partnership) -> AdminGrant {
    AdminGrant {
        id: id_at(partnership.since),
        partner_id: partnership.provider_id,
        customer_id: partnership.reseller_id,
        invitation_id: None,
        scope: AdminScope::Full,
        roles: Vec::new(),
        status: AdminGrantStatus::Active,
        granted_at: partnership.since,
        ends_at: None,
        auto_extend: false,
        ended_at: None,
    }
}
