//! The partnerships of the demo world: agreed elsewhere and loaded, so that no invitation stands behind them.

use chrono::{DateTime, Days, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use domain::activity::{self, Change, Event};
use domain::actor::Actor;
use domain::admin_grant::{AdminGrant, RequestedAdministration};
use domain::error::Result;
use domain::organization::OrganizationId;
use domain::partnership::Partnership;
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
        grant.insert(conn).await?;
        let details = json!({ "scope": grant.scope, "roles": grant.roles, "endsAt": grant.ends_at });
        let change = Change::new(Event::AdminGrantGranted, grant.id).read_by(both).with(details);
        // The account tells in this order what happened at once.
        activity::record(conn, &Actor::System, at + TimeDelta::microseconds(1), change).await?;
        partnerships.push(partnership);
    }
    Ok(Partnerships(partnerships))
}

fn grant_of(partnership: &Partnership) -> AdminGrant {
    let (provider, reseller) = (partnership.provider_id, partnership.reseller_id);
    let granted = AdminGrant::granting(&RequestedAdministration::Full, provider, reseller, None, partnership.since);
    AdminGrant { id: id_at(partnership.since), ..granted }
}
