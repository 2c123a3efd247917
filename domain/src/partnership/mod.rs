//! One indirect provider and one indirect reseller who agreed. Both sides see the same row.
//!
//! ```text
//! active ──(either side)──► ended        an ended row stays for history
//! ```
//!
//! A partnership moves no customers: it begins with none shared, and an accepted joint invitation shares one. Each of a
//! shared customer's two relationships points at the other partner. Ending the partnership ends the sharing; the
//! relationships stay.

mod end;
mod page;
mod shared;
mod state;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub use end::end;
pub use shared::SharedCustomer;

use crate::actor::{Actor, Member};
use crate::error::{Code, Result};
use crate::id::{Id, Named};
use crate::invitation::InvitationId;
use crate::organization::{Organization, OrganizationId};
use crate::schema::partnerships;
use crate::text_enum::text_enum;

/// The id of a partnership, `psh_`.
pub type PartnershipId = Id<Partnership>;

text_enum! {
    /// Whether it stands.
    PartnershipStatus {
        /// It does.
        Active = "active",
        /// One side ended it.
        Ended = "ended",
    }
}

text_enum! {
    /// Which side.
    PartnershipSide {
        /// The indirect provider's.
        IndirectProvider = "indirect_provider",
        /// The indirect reseller's.
        IndirectReseller = "indirect_reseller",
    }
}

/// One indirect provider and one indirect reseller who agreed.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = partnerships, check_for_backend(diesel::pg::Pg))]
pub struct Partnership {
    /// Its id.
    pub id: PartnershipId,
    /// Who transacts for the reseller.
    pub provider_id: OrganizationId,
    /// Who sells through the provider.
    pub reseller_id: OrganizationId,
    /// Whether it stands.
    pub status: PartnershipStatus,
    /// When both had agreed.
    pub since: DateTime<Utc>,
    /// Set exactly when ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Which side ended it.
    pub ended_by: Option<PartnershipSide>,
    /// Whether the provider's grants on the reseller outlive it; set exactly when ended.
    pub administration_kept: Option<bool>,
    /// What it came from; none: it was agreed elsewhere and loaded.
    pub invitation_id: Option<InvitationId>,
    provider_sort_name: String,
    reseller_sort_name: String,
}

impl Named for Partnership {
    const PREFIX: &'static str = "psh";
}

impl Partnership {
    /// Makes the partnership of two organizations that have none; `invitation` is what they agreed by.
    pub async fn establish(
        conn: &mut AsyncPgConnection,
        provider: &Organization,
        reseller: &Organization,
        invitation: Option<InvitationId>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let partnership = Self {
            id: PartnershipId::fresh(),
            provider_id: provider.id,
            reseller_id: reseller.id,
            status: PartnershipStatus::Active,
            since: now,
            ended_at: None,
            ended_by: None,
            administration_kept: None,
            invitation_id: invitation,
            provider_sort_name: provider.sort_name(),
            reseller_sort_name: reseller.sort_name(),
        };
        diesel::insert_into(partnerships::table).values(&partnership).execute(conn).await?;
        Ok(partnership)
    }

    /// The partnership that stands between the two.
    pub(crate) async fn find_active(
        conn: &mut AsyncPgConnection,
        provider: OrganizationId,
        reseller: OrganizationId,
    ) -> Result<Option<Self>> {
        Ok(active_between(provider, reseller).select(Self::as_select()).first(conn).await.optional()?)
    }

    /// The same, kept as it is until the transaction ends: whoever ends it waits for what is agreed under it.
    pub(crate) async fn hold_active(
        conn: &mut AsyncPgConnection,
        provider: OrganizationId,
        reseller: OrganizationId,
    ) -> Result<Option<Self>> {
        let active = active_between(provider, reseller).select(Self::as_select()).for_share();
        Ok(active.first(conn).await.optional()?)
    }

    /// The partnerships of these ids, whoever asks.
    pub async fn find(conn: &mut AsyncPgConnection, ids: &[PartnershipId]) -> Result<Vec<Self>> {
        Ok(partnerships::table.filter(partnerships::id.eq_any(ids)).select(Self::as_select()).load(conn).await?)
    }

    /// Of these, the ones the actor may see: those where its organization is one of the two sides. Operators see all.
    pub async fn find_visible(conn: &mut AsyncPgConnection, actor: &Actor, ids: &[PartnershipId]) -> Result<Vec<Self>> {
        let mut found = Self::find(conn, ids).await?;
        let own = actor.organization_id();
        found.retain(|it| actor.is_operator() || own == Some(it.provider_id) || own == Some(it.reseller_id));
        Ok(found)
    }

    /// The indirect provider and the indirect reseller.
    #[must_use]
    pub fn sides(&self) -> [OrganizationId; 2] {
        [self.provider_id, self.reseller_id]
    }

    /// Which side of it an organization is; none: neither.
    #[must_use]
    pub fn side_of(&self, organization: OrganizationId) -> Option<PartnershipSide> {
        match organization {
            it if it == self.provider_id => Some(PartnershipSide::IndirectProvider),
            it if it == self.reseller_id => Some(PartnershipSide::IndirectReseller),
            _ => None,
        }
    }

    /// From which side the actor looks at it: its organization's; operators from the provider's.
    #[must_use]
    pub fn seen_from(&self, actor: &Actor) -> Option<PartnershipSide> {
        if actor.is_operator() {
            return Some(PartnershipSide::IndirectProvider);
        }
        actor.organization_id().and_then(|own| self.side_of(own))
    }

    /// One partnership that the member's organization is a side of, and which, locked until the transaction ends.
    async fn lock_own(
        conn: &mut AsyncPgConnection,
        member: &Member,
        id: PartnershipId,
    ) -> Result<(Self, PartnershipSide)> {
        let own = member.organization.id;
        let of_own = partnerships::table
            .find(id)
            .filter(partnerships::provider_id.eq(own).or(partnerships::reseller_id.eq(own)))
            .select(Self::as_select());
        let found: Option<Self> = of_own.for_no_key_update().first(conn).await.optional()?;
        let own = found.and_then(|it| it.side_of(own).map(|side| (it, side)));
        own.ok_or_else(|| Code::NotFound.on("id").into())
    }
}

/// The active partnership of two organizations.
#[diesel::dsl::auto_type]
fn active_between(provider: OrganizationId, reseller: OrganizationId) -> _ {
    let active: PartnershipStatus = PartnershipStatus::Active;
    partnerships::table
        .filter(partnerships::provider_id.eq(provider))
        .filter(partnerships::reseller_id.eq(reseller))
        .filter(partnerships::status.eq(active))
}
