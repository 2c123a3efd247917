//! How customers of the demo world reach its partners' support.

use chrono::{DateTime, Days, Utc};
use diesel_async::AsyncPgConnection;
use domain::actor::Actor;
use domain::error::Result;
use domain::support_profile::{self, SupportProfileChange};

use super::People;

/// The partner's domain, what its support is called, and its telephone number; its agent wrote it.
const SUPPORT: &[(&str, &str, &str)] = &[
    ("northwind.example", "Northwind Partner Support", "+1 555 0100"),
    ("contoso.example", "Contoso Customer Care", "+1 555 0140"),
];

/// How many days ago: before either had a customer.
const DAYS: u64 = 320;

/// Writes each profile as its partner's agent, with the account of it.
pub(super) async fn insert(conn: &mut AsyncPgConnection, people: &People, now: DateTime<Utc>) -> Result<()> {
    let text = |text: String| Some(Some(text));
    for (domain, name, phone) in SUPPORT {
        let agent = people.get(&format!("agent@{domain}"));
        let change = SupportProfileChange {
            name: text((*name).to_owned()),
            email: text(format!("support@{domain}")),
            phone: text((*phone).to_owned()),
            url: text(format!("https://{domain}/support")),
        };
        let at = now - Days::new(DAYS);
        support_profile::update_at(conn, &Actor::Member(Box::new(agent.clone())), at, change).await?;
    }
    Ok(())
}
