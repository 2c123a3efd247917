//! Organizations that a partner added and nobody has claimed, and whose a domain is.

use std::cmp::Reverse;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Organization, OrganizationId};
use crate::error::{OnConstraint, Refusal, Result};
use crate::relationship::RelationshipStatus;
use crate::schema::{organization_domains, organizations, relationships};

/// Whose a domain is.
#[derive(Debug)]
pub(crate) enum Holder {
    /// Nobody's that Accord knows.
    Nobody,
    /// Of an unclaimed organization that no partner has as its customer any more: it yields to whoever adds it next.
    Abandoned(OrganizationId),
    /// Of an unclaimed organization; boxed, as it is much larger than the rest.
    Unclaimed(Box<Organization>),
    /// Of an organization that has shown it.
    Registered(Box<Organization>),
}

impl Holder {
    /// Whose this domain is, in lower case: one statement, so that of an organization that is being claimed either is seen.
    ///
    /// Who has shown a domain above it, down to the one that is registered, has it too. What a partner only named counts for
    /// itself alone.
    pub(crate) async fn of(conn: &mut AsyncPgConnection, domain: &str) -> Result<Self> {
        let is_verified = organization_domains::verified_at.is_not_null();
        let customers = relationships::table
            .filter(relationships::customer_id.eq(organizations::id))
            .filter(relationships::status.eq(RelationshipStatus::Active))
            .select(relationships::id);
        let query = organization_domains::table
            .inner_join(organizations::table)
            .filter(organization_domains::domain.eq_any(with_those_above(domain)))
            .filter(is_verified.or(organization_domains::is_unclaimed.and(organization_domains::domain.eq(domain))))
            .select((Organization::as_select(), organization_domains::domain, diesel::dsl::exists(customers)));
        let found: Vec<(Organization, String, bool)> = query.load(conn).await?;
        // What is abandoned comes last; else the nearest, and of the same domain who has shown it before who was only named.
        let nearest = found.into_iter().min_by_key(|(organization, domain, is_had)| {
            let is_claimed = organization.is_claimed();
            (!is_claimed && !is_had, Reverse(domain.len()), !is_claimed)
        });
        Ok(match nearest {
            None => Self::Nobody,
            Some((organization, ..)) if organization.is_claimed() => Self::Registered(Box::new(organization)),
            Some((organization, _, true)) => Self::Unclaimed(Box::new(organization)),
            Some((organization, _, false)) => Self::Abandoned(organization.id),
        })
    }
}

/// The domain, and those it lies below, down to the one that is registered.
fn with_those_above(domain: &str) -> Vec<&str> {
    let registered = psl::domain_str(domain).map_or(domain.len(), str::len);
    let above = std::iter::successors(Some(domain), |below| below.split_once('.').map(|(_, above)| above));
    above.take_while(|above| above.len() >= registered).collect()
}

impl Organization {
    /// Stores an unclaimed one with the domain it was named with. Refuses with `taken` where there is one of that domain.
    pub(crate) async fn insert_unclaimed(
        &self,
        conn: &mut AsyncPgConnection,
        domain: &str,
        taken: Refusal,
    ) -> Result<()> {
        diesel::insert_into(organizations::table).values(self).execute(conn).await?;
        let row = (
            organization_domains::organization_id.eq(self.id),
            organization_domains::domain.eq(domain),
            organization_domains::is_unclaimed.eq(true),
        );
        let inserted = diesel::insert_into(organization_domains::table).values(row).execute(conn).await;
        inserted.on_constraint("organization_domains_one_unclaimed", taken)?;
        Ok(())
    }

    /// Takes its domain from an unclaimed organization, which is locked; its row stays for the history of who had it.
    pub(crate) async fn yield_domain(conn: &mut AsyncPgConnection, id: OrganizationId) -> Result<()> {
        let domain = organization_domains::table
            .filter(organization_domains::organization_id.eq(id))
            .filter(organization_domains::is_unclaimed);
        diesel::delete(domain).execute(conn).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_lies_below_others_down_to_the_one_that_is_registered() {
        assert_eq!(with_those_above("contoso.com"), ["contoso.com"]);
        assert_eq!(with_those_above("a.eu.contoso.co.uk"), ["a.eu.contoso.co.uk", "eu.contoso.co.uk", "contoso.co.uk"]);
        assert_eq!(with_those_above("co.uk"), ["co.uk"]);
    }
}
