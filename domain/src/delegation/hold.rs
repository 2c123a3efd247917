//! By what right somebody changes something in an organization's tenant, held until the transaction ends.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Delegate, TenantAction};
use crate::actor::{Actor, Member};
use crate::admin_grant::AdminGrant;
use crate::enrollment::Enrollment;
use crate::error::{Code, Error, Refusal, Result};
use crate::organization::{Organization, OrganizationId};
use crate::partnership::Partnership;
use crate::policy::Action;
use crate::relationship::Relationship;
use crate::schema::{partnerships, relationships};
use crate::user;

/// By what right somebody acts in an organization's tenant.
pub(crate) enum Authority {
    /// It is their own; whether they decide there.
    Own(bool),
    /// Their partner's grants.
    Delegated(Box<Delegate>),
}

impl Authority {
    /// Who acts as they are now, their right in this organization's tenant, and the organization, locked: who decides over
    /// it, its people and what is granted there go one after the other.
    ///
    /// Whoever revokes a grant, removes the relationship, ends the partnership, suspends the partner, or takes the actor's
    /// roles or deactivates them meanwhile waits, or was first. Refuses with `NOT_FOUND` on `field` an organization that is
    /// neither the actor's own, nor was ever its customer or its reseller, and with `FORBIDDEN` who is of no organization or
    /// no longer active there. What the right allows is yet to be asked.
    pub(crate) async fn hold(
        conn: &mut AsyncPgConnection,
        actor: &Actor,
        id: OrganizationId,
        field: &str,
    ) -> Result<(Member, Self, Organization)> {
        let member = actor.member().ok_or_else(|| Error::from(Code::Forbidden))?;
        if member.organization.id == id {
            let own = Organization::lock(conn, id).await?;
            let member = user::hold(conn, member).await?;
            let decides = member.can(Action::ManageUsers);
            return Ok((member, Self::Own(decides), own));
        }
        if !is_or_was_related(conn, member.organization.id, id).await? {
            return Err(Code::NotFound.on(field).into());
        }
        let customer = Organization::lock(conn, id).await?;
        let (member, delegate) = hold_delegate(conn, member, id).await?;
        Ok((member, Self::Delegated(Box::new(delegate)), customer))
    }

    /// Whether it allows this; a refusal is on `field`. `on_admin` as [`TenantAction`] has it.
    pub(crate) fn check(
        &self,
        action: TenantAction,
        on_admin: bool,
        field: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let refused = match self {
            Self::Own(true) => return Ok(()),
            Self::Own(false) => {
                let message = "only a global administrator manages the organization's people";
                Code::Forbidden.refusal().saying(message)
            }
            Self::Delegated(delegate) => match delegate.may(action, on_admin, now) {
                Ok(()) => return Ok(()),
                Err(refused) => refused,
            },
        };
        Err(refused.code.on(field).saying(refused.message))
    }
}

/// Whether a partner has the organization for a customer or a reseller, or had it once.
async fn is_or_was_related(
    conn: &mut AsyncPgConnection,
    partner: OrganizationId,
    customer: OrganizationId,
) -> Result<bool> {
    let related = relationships::table
        .filter(relationships::partner_id.eq(partner))
        .filter(relationships::customer_id.eq(customer))
        .select(relationships::id);
    let partnered = partnerships::table
        .filter(partnerships::provider_id.eq(partner))
        .filter(partnerships::reseller_id.eq(customer))
        .select(partnerships::id);
    Ok(diesel::select(exists(related).or(exists(partnered))).get_result(conn).await?)
}

/// The member and what they bring, kept as it is: relationship, else partnership, then enrollment, then grants, then the
/// member.
async fn hold_delegate(
    conn: &mut AsyncPgConnection,
    member: &Member,
    customer: OrganizationId,
) -> Result<(Member, Delegate)> {
    let partner = member.organization.id;
    let is_related = Relationship::hold_active(conn, partner, customer).await?.is_some()
        || Partnership::hold_active(conn, partner, customer).await?.is_some();
    let enrollment = Enrollment::hold(conn, partner).await?;
    let grants = AdminGrant::hold_active(conn, partner, customer).await?;
    let member = user::hold(conn, member).await?;
    let is_authorized = enrollment.is_some_and(|enrollment| enrollment.is_authorized());
    let delegate = Delegate { roles: member.user.roles.clone(), is_authorized, is_related, grants };
    Ok((member, delegate))
}
