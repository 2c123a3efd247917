//! Finding invitations: by id, as far as the actor may see them.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Invitation, InvitationId, Outcome, addressee};
use crate::actor::{Actor, Member};
use crate::error::{Code, Result};
use crate::organization::OrganizationId;
use crate::partnership::Partnership;
use crate::policy::Action;
use crate::schema::invitations;
use crate::store::Store;

impl Invitation {
    /// The invitations of these ids, whoever asks.
    pub async fn find(conn: &mut AsyncPgConnection, ids: &[InvitationId]) -> Result<Vec<Self>> {
        Ok(invitations::table.filter(invitations::id.eq_any(ids)).select(Self::as_select()).load(conn).await?)
    }

    /// Of these, the ones the actor may see: the inviter's people all; the people of the indirect provider who asks
    /// together with it, and who is signed in with the recipient's verified address, what was sent; the people of the
    /// organization that accepted what it accepted. Operators see all.
    pub async fn find_visible(conn: &mut AsyncPgConnection, actor: &Actor, ids: &[InvitationId]) -> Result<Vec<Self>> {
        let found = Self::find(conn, ids).await?;
        let mut theirs = Vec::with_capacity(found.len());
        let mut others = Vec::new();
        for invitation in found {
            let is_theirs = invitation.is_askers(actor) || invitation.is_addressed_to(actor);
            if actor.is_operator() || is_theirs {
                theirs.push(invitation);
            } else {
                others.push(invitation);
            }
        }
        if let (Some(organization), false) = (actor.organization_id(), others.is_empty()) {
            let ids: Vec<_> = others.iter().map(|invitation| invitation.id).collect();
            let accepted = Outcome::invitations_accepted_by(conn, organization, &ids).await?;
            theirs.extend(others.into_iter().filter(|invitation| accepted.contains(&invitation.id)));
        }
        Ok(theirs)
    }

    /// Whether the actor is of the inviter's organization.
    #[must_use]
    pub fn is_inviters(&self, actor: &Actor) -> bool {
        actor.organization_id() == Some(self.inviter_id)
    }

    /// Whether the actor is of an organization that asks: the inviter's, or once it is sent that of the indirect provider
    /// who asks together with it.
    fn is_askers(&self, actor: &Actor) -> bool {
        actor.organization_id().is_some_and(|own| self.readers().any(|reader| reader == own))
    }

    /// Whether it was sent to the actor's own verified address.
    #[must_use]
    pub fn is_addressed_to(&self, actor: &Actor) -> bool {
        self.sent_at.is_some() && addressee::is_person(actor, self)
    }

    /// Whether the actor may read its message and link: the inviter's who may invite, while it can still be sent or
    /// answered.
    #[must_use]
    pub fn shows_message_to(&self, store: &Store, actor: &Actor) -> bool {
        self.is_inviters(actor)
            && actor.member().is_some_and(|member| member.can(Action::Invite))
            && self.is_open_at(store.now())
    }

    /// The personal link. Only for who [may read it](Self::shows_message_to).
    #[must_use]
    pub fn link(&self, store: &Store, inviter: &crate::organization::Organization) -> String {
        format!("{}/invitations/{}", store.portals.of(inviter.cloud), store.links.token(self))
    }

    /// One invitation of the member's organization, locked until the transaction ends.
    pub(super) async fn lock_own(conn: &mut AsyncPgConnection, member: &Member, id: InvitationId) -> Result<Self> {
        let query = invitations::table.find(id).filter(invitations::inviter_id.eq(member.organization.id));
        let found = query.select(Self::as_select()).for_no_key_update().first(conn).await.optional()?;
        found.ok_or_else(|| Code::NotFound.on("id").into())
    }

    /// One invitation, locked until the transaction ends, whoever asks.
    pub(super) async fn lock(conn: &mut AsyncPgConnection, id: InvitationId) -> Result<Option<Self>> {
        Ok(invitations::table.find(id).select(Self::as_select()).for_no_key_update().first(conn).await.optional()?)
    }

    /// Stores a new one.
    pub(super) async fn insert(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        diesel::insert_into(invitations::table).values(self).execute(conn).await?;
        Ok(())
    }

    /// Writes what a step changed; the caller maps the constraints that can refuse.
    pub(super) async fn save(&self, conn: &mut AsyncPgConnection) -> QueryResult<()> {
        diesel::update(invitations::table.find(self.id)).set(self).execute(conn).await?;
        Ok(())
    }

    /// Who reads what is done with it before anybody answers: the inviter, and from sending on the indirect provider who
    /// asks together with it.
    pub(crate) fn readers(&self) -> impl Iterator<Item = OrganizationId> {
        let provider = self.indirect_provider_id.filter(|_| self.sent_at.is_some());
        [self.inviter_id].into_iter().chain(provider)
    }

    /// Whether those who ask together are partners still; true where the inviter asks alone. Who is asked by two that are
    /// none is not to be mailed any more, since nobody could accept.
    pub(crate) async fn askers_are_partners(&self, conn: &mut AsyncPgConnection) -> Result<bool> {
        match self.indirect_provider_id {
            Some(provider) => Ok(Partnership::find_active(conn, provider, self.inviter_id).await?.is_some()),
            None => Ok(true),
        }
    }

    /// Every partner who asks: the inviter, and the indirect provider who asks together with it.
    pub(crate) fn partners(&self) -> impl Iterator<Item = OrganizationId> {
        [self.inviter_id].into_iter().chain(self.indirect_provider_id)
    }
}
