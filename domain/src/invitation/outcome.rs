//! What an accepted invitation led to, made by it or standing already.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::InvitationId;
use crate::admin_grant::AdminGrantId;
use crate::error::Result;
use crate::organization::OrganizationId;
use crate::relationship::RelationshipId;
use crate::schema::{invitation_outcomes, relationships};

/// One thing that came of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The relationship.
    Relationship(RelationshipId),
    /// The admin grant.
    AdminGrant(AdminGrantId),
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
                let (relationship, grant) = match outcome {
                    Self::Relationship(id) => (Some(*id), None),
                    Self::AdminGrant(id) => (None, Some(*id)),
                };
                (
                    invitation_outcomes::id.eq(Uuid::now_v7()),
                    invitation_outcomes::invitation_id.eq(invitation),
                    invitation_outcomes::relationship_id.eq(relationship),
                    invitation_outcomes::admin_grant_id.eq(grant),
                )
            })
            .collect();
        diesel::insert_into(invitation_outcomes::table).values(rows).execute(conn).await?;
        Ok(())
    }

    /// What came of these invitations, in order.
    pub async fn of(conn: &mut AsyncPgConnection, invitations: &[InvitationId]) -> Result<Vec<(InvitationId, Self)>> {
        let rows: Vec<(InvitationId, Option<RelationshipId>, Option<AdminGrantId>)> = invitation_outcomes::table
            .filter(invitation_outcomes::invitation_id.eq_any(invitations))
            .order(invitation_outcomes::id)
            .select((
                invitation_outcomes::invitation_id,
                invitation_outcomes::relationship_id,
                invitation_outcomes::admin_grant_id,
            ))
            .load(conn)
            .await?;
        let outcome = |(invitation, relationship, grant): (_, Option<_>, Option<_>)| {
            Some((invitation, relationship.map(Self::Relationship).or(grant.map(Self::AdminGrant))?))
        };
        Ok(rows.into_iter().filter_map(outcome).collect())
    }

    /// Of these invitations, the ones that led to a relationship of this customer.
    pub(super) async fn invitations_of_customer(
        conn: &mut AsyncPgConnection,
        customer: OrganizationId,
        invitations: &[InvitationId],
    ) -> Result<Vec<InvitationId>> {
        let query = invitation_outcomes::table
            .inner_join(relationships::table)
            .filter(invitation_outcomes::invitation_id.eq_any(invitations))
            .filter(relationships::customer_id.eq(customer))
            .select(invitation_outcomes::invitation_id);
        Ok(query.load(conn).await?)
    }
}
