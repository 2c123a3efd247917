//! Removes a relationship: the partner leaves, or the customer sends it away.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde_json::json;

use super::{Relationship, RelationshipId, RelationshipSide};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::admin_grant::{AdminGrant, AdministrationChoice};
use crate::email::{self, About, Addressee, EmailKind};
use crate::error::{Code, Error, Result, refuse_all};
use crate::invitation;
use crate::organization::{Organization, OrganizationId};
use crate::outbox::Outbox;
use crate::partnership::SharedCustomer;
use crate::policy::Action;
use crate::schema::relationships;
use crate::store::Store;
use crate::user::User;

/// How a relationship is to be removed.
#[derive(Debug, Clone, Default)]
pub struct Removal {
    /// That the partner removes it in good faith; a customer attests nothing.
    pub attest_good_faith: bool,
    /// What becomes of the partner's grants. A partner must say, also where it has none; a customer's removal ends them all.
    pub administration: Option<AdministrationChoice>,
    /// Whether the customer is mailed that its partner left.
    pub notify_customer: bool,
}

/// Removes a relationship for the member's side: the sharing of the customer ends with it, and its grants too unless a
/// leaving partner keeps them. A customer's removal is mailed to the partner's people who could have removed it; a
/// partner's to the customer's global administrators, where that is asked for.
///
/// A suspended partner may leave too: who withdraws does not act as a partner. Pending invitations by which the partner asks
/// the customer for a relationship are revoked: it comes back by a new request alone. Refuses with `NOT_FOUND` what is not
/// theirs, with `REQUIRED` a partner that does not attest or choose, with `INVALID` a customer that would keep grants, and
/// with `NO_RELATIONSHIP` what was removed before.
///
/// Locks in one order: the customer's organization, the invitations, the relationship, what is shared, the grants. Whoever
/// accepts an invitation of the two holds the organization: it either finds it revoked, or made use of the relationship before.
pub async fn remove(store: &Store, actor: &Actor, id: RelationshipId, removal: Removal) -> Result<Relationship> {
    let member = actor.member().ok_or(Code::Forbidden)?;
    let now = store.now();
    let conn = &mut store.connection().await?;
    let removed = conn
        .transaction(async |conn| {
            let (found, side) = Relationship::get_own(conn, member, id, "id").await?;
            let administration = removal.check(actor, side)?;
            let [partner, customer] = found.sides();
            Organization::lock(conn, customer).await?;
            let revoked = invitation::revoke_requests(conn, partner, customer, now).await?;
            let mut relationship = found.lock(conn).await?;
            let mut changes = relationship.end(conn, side, administration, now).await?;
            changes.extend(revoked);
            activity::record_all(conn, actor, now, changes).await?;
            let told = removal.told(conn, &relationship, side).await?;
            let about = About::Relationship(id);
            email::queue_about(conn, EmailKind::RelationshipRemoved, about, member.organization.id, &told, now).await?;
            Ok::<_, Error>(relationship)
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(removed)
}

impl Removal {
    /// That the actor may remove it from this side, and has said what that takes; gives what becomes of the grants.
    fn check(&self, actor: &Actor, side: RelationshipSide) -> Result<AdministrationChoice> {
        let mut refusals = Vec::new();
        match side {
            RelationshipSide::Partner => {
                actor.may_withdraw(Action::RemoveRelationship)?;
                if !self.attest_good_faith {
                    let message = "attest that the relationship is removed in good faith: give true";
                    refusals.push(Code::Required.on("attestGoodFaith").saying(message));
                }
                if self.administration.is_none() {
                    let message = "say what becomes of your administrator access: KEEP or END";
                    refusals.push(Code::Required.on("delegatedAdministration").saying(message));
                }
            }
            RelationshipSide::Customer => {
                actor.may_as_customer(Action::RemovePartner)?;
                if self.administration == Some(AdministrationChoice::Keep) {
                    let message = "what a customer removes leaves no administrator access: give END, or leave this out";
                    refusals.push(Code::Invalid.on("delegatedAdministration").saying(message));
                }
            }
        }
        refuse_all(refusals)?;
        Ok(self.administration.unwrap_or(AdministrationChoice::End))
    }

    /// Who is mailed: those of the other side who could have removed it.
    async fn told(
        &self,
        conn: &mut AsyncPgConnection,
        relationship: &Relationship,
        by: RelationshipSide,
    ) -> Result<Vec<Addressee>> {
        let (organization, action): (OrganizationId, Action) = match by {
            RelationshipSide::Partner if !self.notify_customer => return Ok(Vec::new()),
            RelationshipSide::Partner => (relationship.customer_id, Action::RemovePartner),
            RelationshipSide::Customer => (relationship.partner_id, Action::RemoveRelationship),
        };
        let told = User::find_who_may(conn, &[organization], action).await?;
        Ok(told.into_iter().map(Addressee::User).collect())
    }
}

impl Relationship {
    /// Removes it for this side, with what goes with it. Gives what is to be recorded.
    async fn end(
        &mut self,
        conn: &mut AsyncPgConnection,
        side: RelationshipSide,
        administration: AdministrationChoice,
        now: DateTime<Utc>,
    ) -> Result<Vec<Change>> {
        let [partner, customer] = self.sides();
        let has_grants = AdminGrant::is_any_of_relationship(conn, partner, customer, now).await?;
        let keeps = administration == AdministrationChoice::Keep;
        self.remove(side, has_grants.then_some(keeps), now)?;
        self.save_removal(conn).await?;
        SharedCustomer::end_of(conn, self.id, now).await?;
        let details = json!({ "removedBy": side, "delegatedAdministration": administration });
        let removed = Change::new(Event::RelationshipRemoved, self.id).read_by(self.sides()).with(details);
        let mut changes = Vec::from([removed]);
        if !keeps {
            let by = if side == RelationshipSide::Partner { partner } else { customer };
            let ended = AdminGrant::end_of_relationship(conn, partner, customer, by, now).await?;
            changes.extend(ended.iter().map(AdminGrant::ended));
        }
        Ok(changes)
    }

    /// Writes that it was removed.
    async fn save_removal(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let removal = (
            relationships::status.eq(self.status),
            relationships::removed_at.eq(self.removed_at),
            relationships::removed_by.eq(self.removed_by),
            relationships::administration_kept.eq(self.administration_kept),
        );
        diesel::update(relationships::table.find(self.id)).set(removal).execute(conn).await?;
        Ok(())
    }
}
