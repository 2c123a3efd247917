//! The partner gives a grant back; grants end together with what they were granted for.

use chrono::{DateTime, Utc};
use diesel::dsl::{auto_type, exists, not};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::told::{News, tell};
use super::{AdminGrant, AdminGrantId, AdminGrantStatus, RequestedAdministration, Step, reads_active};
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
/// A suspended partner may give back what it holds, too. One that was ended before is given again, unchanged. Refuses with
/// `NOT_FOUND` what is not theirs, with `FORBIDDEN` what they granted themselves, and with `NO_ADMIN_GRANT` what is over
/// otherwise.
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
                tell(conn, EmailKind::AdminGrantEnded, &[News::ended(&grant)], store.now()).await?;
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
        let query = admin_grants::table.filter(is_of_partnership(provider, reseller, now));
        Ok(diesel::select(exists(query)).get_result(conn).await?)
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
        let query = admin_grants::table.filter(is_of_partnership(provider, reseller, now)).order(admin_grants::id);
        let ending: Vec<Self> = query.select(Self::as_select()).for_no_key_update().load(conn).await?;
        Self::end_all(conn, ending, by, now).await
    }

    /// Whether a grant that goes with a relationship is active.
    pub(crate) async fn is_any_of_relationship(
        conn: &mut AsyncPgConnection,
        partner: OrganizationId,
        customer: OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let query = admin_grants::table.filter(is_of_relationship(partner, customer, now));
        Ok(diesel::select(exists(query)).get_result(conn).await?)
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
        let query = admin_grants::table.filter(is_of_relationship(partner, customer, now)).order(admin_grants::id);
        let ending: Vec<Self> = query.select(Self::as_select()).for_no_key_update().load(conn).await?;
        Self::end_all(conn, ending, by, now).await
    }

    /// Ends what a partner held at a customer before a relationship that is new: what was kept when an earlier one was
    /// removed does not come back with it. What is `asked` for goes on where it was kept, once and without anything more;
    /// so does what came with a partnership that stands between the two. Gives what ended; nobody is mailed, since the
    /// customer agreed to what the invitation said, and to no more.
    pub(crate) async fn end_before_relationship(
        conn: &mut AsyncPgConnection,
        partner: OrganizationId,
        customer: OrganizationId,
        asked: Option<&RequestedAdministration>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        let query = admin_grants::table.filter(is_of_relationship(partner, customer, now)).order(admin_grants::id);
        let mut kept: Vec<Self> = query.select(Self::as_select()).for_no_key_update().load(conn).await?;
        let is_asked = |grant: &Self| asked.is_some_and(|asked| grant.is_just(asked, now));
        if let Some(again) = kept.iter().position(is_asked) {
            kept.remove(again);
        }
        Self::end_all(conn, kept, partner, now).await
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

/// What holds for some grants.
type Condition = Box<dyn BoxableExpression<admin_grants::table, Pg, SqlType = Bool>>;

/// That a grant came with a partnership and reads active.
fn is_of_partnership(provider: OrganizationId, reseller: OrganizationId, now: DateTime<Utc>) -> Condition {
    Box::new(is_active_between(provider, reseller, now).and(not(exists(asked_for_relationship()))))
}

/// That a grant goes with a relationship and reads active: any but one that came with a partnership which stands between the
/// two.
fn is_of_relationship(partner: OrganizationId, customer: OrganizationId, now: DateTime<Utc>) -> Condition {
    let partnership = partnerships::table
        .filter(partnerships::provider_id.eq(partner))
        .filter(partnerships::reseller_id.eq(customer))
        .filter(partnerships::status.eq(PartnershipStatus::Active))
        .select(partnerships::id);
    let stands_alone = exists(asked_for_relationship()).or(not(exists(partnership)));
    Box::new(is_active_between(partner, customer, now).and(stands_alone))
}

/// That a grant is of this pair and reads active.
fn is_active_between(partner: OrganizationId, customer: OrganizationId, now: DateTime<Utc>) -> Condition {
    let of_the_two = admin_grants::partner_id.eq(partner).and(admin_grants::customer_id.eq(customer));
    Box::new(of_the_two.and(reads_active!(now)))
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
