//! The business profiles of the demo world: what the directory finds.

use chrono::{DateTime, Days, Utc};
use diesel_async::AsyncPgConnection;
use domain::actor::Actor;
use domain::business_profile::{self, BusinessProfileChange};
use domain::error::Result;

use super::People;

/// How a partner presents itself; its agent wrote it.
#[derive(Debug)]
pub(super) struct DemoProfile {
    /// The partner's domain.
    of: &'static str,
    headline: &'static str,
    description: &'static str,
    website: &'static str,
    countries: &'static [&'static str],
    languages: &'static [&'static str],
    services: &'static [&'static str],
    /// How many days ago.
    days: u64,
}

/// Every profile. The countries are of the partner's own sales region: it deals with nobody elsewhere.
pub(super) const PROFILES: &[DemoProfile] = &[DemoProfile {
    of: "northwind.example",
    headline: "Cloud distributor for resellers in the United States",
    description: "Northwind Traders supplies indirect resellers with cloud subscriptions.\n\n\
        We place the orders, bill monthly, and answer your technicians in English and Spanish.",
    website: "https://northwind.example/partners",
    countries: &["US", "GU"],
    languages: &["en", "es"],
    services: &["Cloud subscriptions", "Billing", "Technical support"],
    days: 330,
}];

/// Writes each profile as its partner's agent, with the account of it.
pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    profiles: &[DemoProfile],
    people: &People,
    now: DateTime<Utc>,
) -> Result<()> {
    let list = |texts: &[&str]| Some(Some(texts.iter().map(|text| (*text).to_owned()).collect()));
    let text = |text: &str| Some(Some(text.to_owned()));
    for profile in profiles {
        let agent = people.get(&format!("agent@{}", profile.of));
        let change = BusinessProfileChange {
            headline: text(profile.headline),
            description: text(profile.description),
            website: text(profile.website),
            countries: list(profile.countries),
            languages: list(profile.languages),
            services: list(profile.services),
        };
        let at = now - Days::new(profile.days);
        business_profile::update_at(conn, &Actor::Member(Box::new(agent.clone())), at, change).await?;
    }
    Ok(())
}
