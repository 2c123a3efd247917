//! The partner gives a grant back; grants end together with what they were granted for.

use chrono::{DateTime, Utc};
use diesel::dsl::{auto_type, exists, not};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::{AdminGrant, AdminGrantId, AdminGrantStatus, Step, told};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::email::EmailKind;
use crate::error::{Code, Error, Result};
use crate::invitation::InvitationKind;
use crate::organization::OrganizationId;
use crate::outbox::Outbox;
use crate::partnership::PartnershipStatus;
use crate::policy::Action;
use crate::relationship::RelationshipSide;
use crate::schema::{admin_grants, invitations, partnerships};
use crate::store::Store;
use crate::text_enum::text_enum;

text_enum! {
    /// What becomes of delegated administration when what it was granted for ends. There is no default: who leaves must not
    /// keep rights by oversight.
    AdministrationChoice {
        /// The grants stay.
        Keep = "keep",
        /// The grants end with it.
        End = "end",
    }
}

/// Ends a grant that the member's organization holds, at any time, and tells both sides; the relationship stands.
///
/// A suspended partner may give back what it holds, too. One that was ended before is given again, unchanged. Refuses with `NOT_FOUND` what is not theirs, with `FORBIDDEN` what
/// they granted themselves, and with `NO_ADMIN_GRANT` what is over otherwise.
pub async fn end(store: &Store, actor: &Actor, id: AdminGrantId) -> Result<AdminGrant> {
    let member = actor.may_withdraw(Action::EndAdminGrant)?;
    let conn = &mut store.connection().await?;
    let ended = conn
        .transaction(async |conn| {
            let (mut grant, side) = AdminGrant::lock_own(conn, member, id).await?;
            if side != RelationshipSide::Partner {
                let message = "only the partner gives a grant back; your organization may revoke it";
                return Err(Code::Forbidden.on("id").saying(message).into());
            }
            grant.catch_up(conn, store.now()).await?;
            if grant.close(Step::End, store.now())? {
                grant.save(conn).await?;
                let change = Change::new(Event::AdminGrantEnded, id).read_by(grant.sides());
                activity::record(conn, actor, store.now(), change).await?;
                told::tell(conn, EmailKind::AdminGrantEnded, &[(&grant, None)], store.now()).await?;
            }
            Ok::<_, Error>(grant)
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(ended)
}

impl AdminGrant {
    /// Whether a grant that came with a partnership is active.
    pub(crate) async fn is_any_of_partnership(
        conn: &mut AsyncPgConnection,
        provider: OrganizationId,
        reseller: OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        Ok(diesel::select(exists(of_partnership(provider, reseller, now))).get_result(conn).await?)
    }

    /// Ends every active grant that came with a partnership, and gives them as they are now: revoked where the reseller
    /// ends them, ended where the provider does. What the reseller granted as the provider's customer stands by itself.
    /// Telling is the caller's.
    pub(crate) async fn end_of_partnership(
        conn: &mut AsyncPgConnection,
        provider: OrganizationId,
        reseller: OrganizationId,
        by: OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        let query = of_partnership(provider, reseller, now).order(admin_grants::id).select(Self::as_select());
        let ending: Vec<Self> = query.for_no_key_update().load(conn).await?;
        Self::end_all(conn, ending, by, now).await
    }

    /// Whether a grant that goes with a relationship is active.
    pub(crate) async fn is_any_of_relationship(
        conn: &mut AsyncPgConnection,
        partner: OrganizationId,
        customer: OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        Ok(diesel::select(exists(of_relationship(partner, customer, now))).get_result(conn).await?)
    }

    /// Ends every active grant that goes with a relationship, as [`AdminGrant::end_of_partnership`] does with a
    /// partnership's. What came with a partnership that stands between the two stands by itself.
    pub(crate) async fn end_of_relationship(
        conn: &mut AsyncPgConnection,
        partner: OrganizationId,
        customer: OrganizationId,
        by: OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        let query = of_relationship(partner, customer, now).order(admin_grants::id).select(Self::as_select());
        let ending: Vec<Self> = query.for_no_key_update().load(conn).await?;
        Self::end_all(conn, ending, by, now).await
    }

    async fn end_all(
        conn: &mut AsyncPgConnection,
        mut grants: Vec<Self>,
        by: OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        for grant in &mut grants {
            grant.catch_up(conn, now).await?;
            grant.close(if by == grant.customer_id { Step::Revoke } else { Step::End }, now)?;
            grant.save(conn).await?;
        }
        Ok(grants)
    }

    /// What is told of a grant that was just ended: who took it away or gave it back decides.
    pub(crate) fn ended(&self) -> Change {
        let is_revoked = self.status == AdminGrantStatus::Revoked;
        let event = if is_revoked { Event::AdminGrantRevoked } else { Event::AdminGrantEnded };
        Change::new(event, self.id).read_by(self.sides())
    }
}

/// The active grants that came with a partnership.
#[auto_type]
fn of_partnership(provider: OrganizationId, reseller: OrganizationId, now: DateTime<Utc>) -> _ {
    let active: active_between = active_between(provider, reseller, now);
    active.filter(not(exists(asked_for_relationship())))
}

/// The active grants that go with a relationship: all but those that came with a partnership which stands between the two.
#[auto_type]
fn of_relationship(partner: OrganizationId, customer: OrganizationId, now: DateTime<Utc>) -> _ {
    let standing: PartnershipStatus = PartnershipStatus::Active;
    let partnership = partnerships::table
        .filter(partnerships::provider_id.eq(partner))
        .filter(partnerships::reseller_id.eq(customer))
        .filter(partnerships::status.eq(standing))
        .select(partnerships::id);
    let active: active_between = active_between(partner, customer, now);
    active.filter(exists(asked_for_relationship()).or(not(exists(partnership))))
}

/// The active grants of a pair. One past its end reads expired, and stays so.
#[auto_type]
fn active_between(partner: OrganizationId, customer: OrganizationId, now: DateTime<Utc>) -> _ {
    let active: AdminGrantStatus = AdminGrantStatus::Active;
    let has_end = admin_grants::ends_at.assume_not_null();
    admin_grants::table
        .filter(admin_grants::partner_id.eq(partner))
        .filter(admin_grants::customer_id.eq(customer))
        .filter(admin_grants::status.eq(active))
        .filter(admin_grants::ends_at.is_null().or(admin_grants::auto_extend).or(has_end.gt(now)))
}

/// The invitation that a grant was asked for by, if it asked for a relationship.
#[auto_type]
fn asked_for_relationship() -> _ {
    let kind: InvitationKind = InvitationKind::ResellerRelationship;
    invitations::table
        .filter(invitations::id.nullable().eq(admin_grants::invitation_id))
        .filter(invitations::kind.eq(kind))
        .select(invitations::id)
}
