//! Who is told of a grant's end by mail: on the partner's side who could end it, on the customer's its global
//! administrators.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use super::AdminGrant;
use crate::email::{self, EmailKind, GrantMail};
use crate::error::Result;
use crate::organization::OrganizationId;
use crate::policy::Action;
use crate::user::{User, UserId};

/// Queues a mail about each grant, with the days that are left of it, to the right people of both sides; in few statements,
/// however many grants.
pub(super) async fn tell(
    conn: &mut AsyncPgConnection,
    kind: EmailKind,
    grants: &[(&AdminGrant, Option<i16>)],
    now: DateTime<Utc>,
) -> Result<()> {
    if grants.is_empty() {
        return Ok(());
    }
    let partners = people(conn, grants.iter().map(|(grant, _)| grant.partner_id), Action::EndAdminGrant).await?;
    let customers = people(conn, grants.iter().map(|(grant, _)| grant.customer_id), Action::RevokeAdminGrant).await?;
    let mut mails = Vec::new();
    for (grant, days_left) in grants {
        let sides = [partners.get(&grant.partner_id), customers.get(&grant.customer_id)];
        for recipient in sides.into_iter().flatten().flatten() {
            mails.push(GrantMail {
                grant: grant.id,
                sender: grant.partner_id,
                recipient: *recipient,
                notice: days_left.zip(grant.ends_at),
            });
        }
    }
    email::queue_about_grants(conn, kind, &mails, now).await
}

async fn people(
    conn: &mut AsyncPgConnection,
    organizations: impl Iterator<Item = OrganizationId>,
    action: Action,
) -> Result<HashMap<OrganizationId, Vec<UserId>>> {
    let organizations: BTreeSet<OrganizationId> = organizations.collect();
    let organizations: Vec<OrganizationId> = organizations.into_iter().collect();
    let mut people: HashMap<OrganizationId, Vec<UserId>> = HashMap::new();
    for (organization, user) in User::find_who_may_of_each(conn, &organizations, action).await? {
        people.entry(organization).or_default().push(user);
    }
    Ok(people)
}
