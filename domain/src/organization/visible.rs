//! Which organizations somebody may see.

use diesel::dsl::{auto_type, exists};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Organization, OrganizationId, lower};
use crate::actor::Actor;
use crate::business_profile;
use crate::error::Result;
use crate::schema::{business_profiles, invitations, organizations, partnerships, relationships};

impl Organization {
    /// Of these, the ones the actor may see: its own, the other side of its relationships and partnerships, who asks in
    /// invitations that were sent to the actor, and those that the directory lists. Operators see all. Whether a visitor is
    /// signed in is the caller's to know: who is not sees none.
    pub async fn find_visible(
        conn: &mut AsyncPgConnection,
        actor: &Actor,
        ids: &[OrganizationId],
    ) -> Result<Vec<Self>> {
        if actor.is_operator() {
            return Self::find(conn, ids).await;
        }
        let these = organizations::table.filter(organizations::id.eq_any(ids)).select(Self::as_select());
        let Some(member) = actor.member() else { return Ok(these.filter(is_listed()).load(conn).await?) };
        let own = member.organization.id;
        // Nobody is invited at no address.
        let email = member.user.email_verified_at.map_or("", |_| &member.user.email);
        let theirs = organizations::id
            .eq(own)
            .or(is_related(own.uuid()))
            .or(is_partner(own.uuid()))
            .or(asked(email.to_owned()))
            .or(is_listed());
        Ok(these.filter(theirs).load(conn).await?)
    }
}

/// That it is the other side of a relationship, also of a removed one.
#[auto_type]
fn is_related(own: Uuid) -> _ {
    let customer = relationships::table
        .filter(relationships::partner_id.eq(own))
        .filter(relationships::customer_id.eq(organizations::id))
        .select(relationships::id);
    let partner = relationships::table
        .filter(relationships::customer_id.eq(own))
        .filter(relationships::partner_id.eq(organizations::id))
        .select(relationships::id);
    exists(customer).or(exists(partner))
}

/// That it is the other side of a partnership, also of an ended one.
#[auto_type]
fn is_partner(own: Uuid) -> _ {
    let provider = partnerships::table
        .filter(partnerships::reseller_id.eq(own))
        .filter(partnerships::provider_id.eq(organizations::id))
        .select(partnerships::id);
    let reseller = partnerships::table
        .filter(partnerships::provider_id.eq(own))
        .filter(partnerships::reseller_id.eq(organizations::id))
        .select(partnerships::id);
    exists(provider).or(exists(reseller))
}

/// That it asks, alone or together with another, in an invitation that was sent to this address.
#[auto_type]
fn asked(email: String) -> _ {
    let asks = invitations::inviter_id
        .nullable()
        .eq(organizations::id.nullable())
        .or(invitations::indirect_provider_id.eq(organizations::id.nullable()));
    let sent = invitations::table
        .filter(asks)
        .filter(invitations::sent_at.is_not_null())
        .filter(lower(invitations::recipient_email).eq(lower(email)))
        .select(invitations::id);
    exists(sent)
}

/// That the directory lists it.
#[auto_type]
fn is_listed() -> _ {
    let listed = business_profiles::table
        .filter(business_profiles::organization_id.eq(organizations::id))
        .filter(exists(business_profile::listing()))
        .select(business_profiles::id);
    exists(listed)
}
