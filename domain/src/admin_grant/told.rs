//! Who is told of a grant by mail: on the partner's side who could end it, on the customer's its global administrators.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;

use super::AdminGrant;
use crate::email::{self, EmailKind, GrantMail};
use crate::error::Result;
use crate::organization::OrganizationId;
use crate::policy::Action;
use crate::relationship::RelationshipSide;
use crate::user::{User, UserId};

/// What is told of a grant, and to which sides.
pub(super) struct News<'a> {
    pub(super) grant: &'a AdminGrant,
    /// Of a notice, which: so many days before the end.
    notice: Option<i16>,
    /// What keeps it from being told twice, besides: the end that it is about, or when it was done.
    at: Option<DateTime<Utc>>,
    /// None: both are.
    to: Option<RelationshipSide>,
}

impl<'a> News<'a> {
    /// That it is over.
    pub(super) fn ended(grant: &'a AdminGrant) -> Self {
        Self { grant, notice: None, at: None, to: None }
    }

    /// That its end is near, or that it extends itself then.
    pub(super) fn notice(grant: &'a AdminGrant, days: i16) -> Self {
        Self { grant, notice: Some(days), at: grant.ends_at, to: None }
    }

    /// That it has extended itself, to the end that it has now.
    pub(super) fn extended(grant: &'a AdminGrant) -> Self {
        Self { grant, notice: None, at: grant.ends_at, to: None }
    }

    /// That one side has just had it extend itself, or no longer: the other is told, and both where both were told of its
    /// end, since what they were told no longer holds.
    pub(super) fn changed(grant: &'a AdminGrant, by: RelationshipSide, now: DateTime<Utc>) -> Self {
        let other = match by {
            RelationshipSide::Partner => RelationshipSide::Customer,
            RelationshipSide::Customer => RelationshipSide::Partner,
        };
        let to = (!grant.is_noticed()).then_some(other);
        Self { grant, notice: None, at: Some(now), to }
    }

    fn is_to(&self, side: RelationshipSide) -> bool {
        self.to.is_none_or(|to| to == side)
    }
}

/// Queues a mail about each grant to the right people; in few statements, however many grants.
pub(super) async fn tell(
    conn: &mut AsyncPgConnection,
    kind: EmailKind,
    news: &[News<'_>],
    now: DateTime<Utc>,
) -> Result<()> {
    if news.is_empty() {
        return Ok(());
    }
    let partners = people(conn, news.iter().map(|news| news.grant.partner_id), Action::EndAdminGrant).await?;
    let customers = people(conn, news.iter().map(|news| news.grant.customer_id), Action::RevokeAdminGrant).await?;
    let mut mails = Vec::new();
    for it in news {
        let partner = partners.get(&it.grant.partner_id).filter(|_| it.is_to(RelationshipSide::Partner));
        let customer = customers.get(&it.grant.customer_id).filter(|_| it.is_to(RelationshipSide::Customer));
        for recipient in [partner, customer].into_iter().flatten().flatten() {
            mails.push(GrantMail {
                grant: it.grant.id,
                sender: it.grant.partner_id,
                recipient: *recipient,
                days_left: it.notice,
                at: it.at,
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
