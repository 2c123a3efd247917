//! Whose people somebody may look at, asked of many organizations at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{auto_type, exists};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Delegate, TenantAction};
use crate::actor::{Actor, Member};
use crate::admin_grant::{AdminGrant, AdminGrantStatus};
use crate::error::{Code, Result};
use crate::organization::OrganizationId;
use crate::partnership::PartnershipStatus;
use crate::relationship::RelationshipStatus;
use crate::schema::{admin_grants, partnerships, relationships};

/// Of these organizations, those whose people the actor may look at: its own, and those in whose tenant it acts as far as
/// that. Operators look at all. One statement, and none where the actor's own role does not reach.
pub async fn readable(
    conn: &mut AsyncPgConnection,
    actor: &Actor,
    organizations: &[OrganizationId],
    now: DateTime<Utc>,
) -> Result<Vec<OrganizationId>> {
    if actor.is_operator() {
        return Ok(organizations.to_vec());
    }
    let Some(member) = actor.member() else { return Ok(Vec::new()) };
    let (own, others): (Vec<_>, Vec<_>) = organizations.iter().partition(|id| **id == member.organization.id);
    let mut found = own;
    let reads = |delegate: &Delegate| delegate.may(TenantAction::ReadUsers, false, now);
    let lacks_a_grant = reads(&delegate(member, true)).is_err_and(|refused| refused.code == Code::NoAdminGrant);
    if others.is_empty() || !lacks_a_grant {
        return Ok(found);
    }
    let mut delegates: HashMap<OrganizationId, Delegate> = HashMap::new();
    for (grant, is_related) in grants(member.organization.id, &others).load::<(AdminGrant, bool)>(conn).await? {
        let of_customer = delegates.entry(grant.customer_id).or_insert_with(|| delegate(member, is_related));
        of_customer.grants.push(grant);
    }
    found.extend(delegates.into_iter().filter(|(_, delegate)| reads(delegate).is_ok()).map(|(customer, _)| customer));
    Ok(found)
}

/// The member with no grant at all.
fn delegate(member: &Member, is_related: bool) -> Delegate {
    Delegate {
        roles: member.user.roles.clone(),
        is_authorized: member.enrollment.as_ref().is_some_and(|enrollment| enrollment.is_authorized()),
        is_related,
        grants: Vec::new(),
    }
}

/// What a partner was granted by these customers and nobody ended, each with whether the two are still related.
#[auto_type]
fn grants<'a>(partner: OrganizationId, customers: &'a [OrganizationId]) -> _ {
    let active: AdminGrantStatus = AdminGrantStatus::Active;
    let granted: diesel::dsl::AsSelect<AdminGrant, diesel::pg::Pg> = AdminGrant::as_select();
    admin_grants::table
        .filter(admin_grants::partner_id.eq(partner))
        .filter(admin_grants::customer_id.eq_any(customers))
        .filter(admin_grants::status.eq(active))
        .select((granted, is_related()))
}

/// That the two sides of a grant are related: as partner and customer, or as a provider and its reseller.
#[auto_type]
fn is_related() -> _ {
    let (active, standing): (RelationshipStatus, PartnershipStatus) =
        (RelationshipStatus::Active, PartnershipStatus::Active);
    let relationship = relationships::table
        .filter(relationships::partner_id.eq(admin_grants::partner_id))
        .filter(relationships::customer_id.eq(admin_grants::customer_id))
        .filter(relationships::status.eq(active))
        .select(relationships::id);
    let partnership = partnerships::table
        .filter(partnerships::provider_id.eq(admin_grants::partner_id))
        .filter(partnerships::reseller_id.eq(admin_grants::customer_id))
        .filter(partnerships::status.eq(standing))
        .select(partnerships::id);
    exists(relationship).or(exists(partnership))
}
