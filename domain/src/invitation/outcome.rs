//! What an accepted invitation led to, made by it or standing already.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::InvitationId;
use crate::admin_grant::AdminGrantId;
use crate::error::Result;
use crate::organization::OrganizationId;
use crate::partnership::PartnershipId;
use crate::relationship::RelationshipId;
use crate::schema::{invitation_outcomes, partnerships, relationships};

/// One thing that came of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The relationship.
    Relationship(RelationshipId),
    /// The admin grant.
    AdminGrant(AdminGrantId),
    /// The partnership.
    Partnership(PartnershipId),
}

impl Outcome {
    /// Notes what came of an invitation, in order.
    pub(super) async fn insert_all(
        conn: &mut AsyncPgConnection,
        invitation: InvitationId,
        outcomes: &[Self],
    ) -> Result<()> {
        let rows: Vec<_> = outcomes
            .iter()
            .map(|outcome| {
                let (relationship, grant, partnership) = match outcome {
                    Self::Relationship(id) => (Some(*id), None, None),
                    Self::AdminGrant(id) => (None, Some(*id), None),
                    Self::Partnership(id) => (None, None, Some(*id)),
                };
                (
                    invitation_outcomes::id.eq(Uuid::now_v7()),
                    invitation_outcomes::invitation_id.eq(invitation),
                    invitation_outcomes::relationship_id.eq(relationship),
                    invitation_outcomes::admin_grant_id.eq(grant),
                    invitation_outcomes::partnership_id.eq(partnership),
                )
            })
            .collect();
        diesel::insert_into(invitation_outcomes::table).values(rows).execute(conn).await?;
        Ok(())
    }

    /// What came of these invitations, in order.
    pub async fn of(conn: &mut AsyncPgConnection, invitations: &[InvitationId]) -> Result<Vec<(InvitationId, Self)>> {
        type Row = (InvitationId, Option<RelationshipId>, Option<AdminGrantId>, Option<PartnershipId>);
        let rows: Vec<Row> = invitation_outcomes::table
            .filter(invitation_outcomes::invitation_id.eq_any(invitations))
            .order(invitation_outcomes::id)
            .select((
                invitation_outcomes::invitation_id,
                invitation_outcomes::relationship_id,
                invitation_outcomes::admin_grant_id,
                invitation_outcomes::partnership_id,
            ))
            .load(conn)
            .await?;
        let outcome = |(invitation, relationship, grant, partnership): Row| {
            let one = relationship.map(Self::Relationship).or(grant.map(Self::AdminGrant));
            Some((invitation, one.or(partnership.map(Self::Partnership))?))
        };
        Ok(rows.into_iter().filter_map(outcome).collect())
    }

    /// Of these invitations, the ones that led to a relationship of this customer or a partnership of this reseller.
    pub(super) async fn invitations_accepted_by(
        conn: &mut AsyncPgConnection,
        organization: OrganizationId,
        invitations: &[InvitationId],
    ) -> Result<Vec<InvitationId>> {
        let query = invitation_outcomes::table
            .left_join(relationships::table)
            .left_join(partnerships::table)
            .filter(invitation_outcomes::invitation_id.eq_any(invitations))
            .filter(
                relationships::customer_id
                    .nullable()
                    .eq(organization)
                    .or(partnerships::reseller_id.nullable().eq(organization)),
            )
            .select(invitation_outcomes::invitation_id);
        Ok(query.load(conn).await?)
    }
}
