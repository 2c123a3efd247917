//! How a partner presents itself, and the directory: the profiles of authorized indirect providers, for anyone signed
//! in.
//!
//! Owns the profile's row and what searches compare. It never decides who deals with whom: whoever is found is asked by
//! an [`crate::invitation`].

mod input;
mod page;
mod update;
mod words;

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub use input::BusinessProfileChange;
pub use page::{DirectoryFilter, Listed};
pub use update::{update, update_at};

use self::words::Words;
use crate::actor::Actor;
use crate::enrollment::{PartnerKind, Standing};
use crate::error::Result;
use crate::id::{Id, Named};
use crate::organization::OrganizationId;
use crate::schema::{business_profiles, enrollments};

/// The id of a business profile, `bpr_`.
pub type BusinessProfileId = Id<BusinessProfile>;

/// How a partner presents itself. One each at most.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = business_profiles, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct BusinessProfile {
    /// Its id.
    pub id: BusinessProfileId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// What the partner is, in one line.
    pub headline: String,
    /// What it does for whom.
    pub description: String,
    /// Where to read more; http or https.
    pub website: Option<String>,
    /// Where it does business, ISO 3166-1 alpha-2; at least one.
    pub countries: Vec<String>,
    /// Which languages it speaks, BCP 47; at least one.
    pub languages: Vec<String>,
    /// What it offers; may be empty.
    pub services: Vec<String>,
    /// The organization's name as lists are sorted by it.
    pub(crate) sort_name: String,
}

impl Named for BusinessProfile {
    const PREFIX: &'static str = "bpr";
}

/// What makes a profile listed: its organization is an authorized indirect provider, now.
#[diesel::dsl::auto_type]
pub(crate) fn listing() -> _ {
    let provider: PartnerKind = PartnerKind::IndirectProvider;
    let authorized: Standing = Standing::Authorized;
    enrollments::table
        .filter(enrollments::organization_id.eq(business_profiles::organization_id))
        .filter(enrollments::kind.eq(provider))
        .filter(enrollments::status.eq(authorized))
        .select(enrollments::id)
}

impl BusinessProfile {
    /// The profiles of these ids, whoever asks.
    pub async fn find(conn: &mut AsyncPgConnection, ids: &[BusinessProfileId]) -> Result<Vec<Self>> {
        let query = business_profiles::table.filter(business_profiles::id.eq_any(ids));
        Ok(query.select(Self::as_select()).load(conn).await?)
    }

    /// The profiles of these organizations, as far as they have one, whoever asks.
    pub async fn of(conn: &mut AsyncPgConnection, organizations: &[OrganizationId]) -> Result<Vec<Self>> {
        let query = business_profiles::table.filter(business_profiles::organization_id.eq_any(organizations));
        Ok(query.select(Self::as_select()).load(conn).await?)
    }

    /// Of these, the ones the actor may see: its own organization's, and what is listed. Operators see all. Whether a
    /// visitor is signed in is the caller's to know: who is not sees none.
    pub async fn find_visible(
        conn: &mut AsyncPgConnection,
        actor: &Actor,
        ids: &[BusinessProfileId],
    ) -> Result<Vec<Self>> {
        if actor.is_operator() {
            return Self::find(conn, ids).await;
        }
        let query = business_profiles::table.filter(business_profiles::id.eq_any(ids)).select(Self::as_select());
        let listed = exists(listing());
        Ok(match actor.organization_id() {
            Some(own) => query.filter(business_profiles::organization_id.eq(own).or(listed)).load(conn).await?,
            None => query.filter(listed).load(conn).await?,
        })
    }

    /// Writes a new one, or what was changed, with what searches compare.
    async fn save(&self, conn: &mut AsyncPgConnection, name: &str) -> Result<()> {
        let words = Words::of(self, name);
        diesel::insert_into(business_profiles::table)
            .values((self, &words))
            .on_conflict(business_profiles::id)
            .do_update()
            .set((self, &words))
            .execute(conn)
            .await?;
        Ok(())
    }
}
