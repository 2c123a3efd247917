//! How customers reach a partner's support. Whose support a customer turns to is the [relationship's](crate::relationship).

mod update;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub use update::{SupportProfileChange, update, update_at};

use crate::error::Result;
use crate::organization::OrganizationId;
use crate::schema::support_profiles;

/// How customers reach a partner's support. One each at most.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = support_profiles, primary_key(organization_id))]
#[diesel(check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct SupportProfile {
    /// Whose support it is.
    pub organization_id: OrganizationId,
    /// What it is called.
    pub name: String,
    /// Where it is written to.
    pub email: String,
    /// Where it is called, as the partner spells it.
    pub phone: Option<String>,
    /// Where it is found; http or https.
    pub url: Option<String>,
}

impl SupportProfile {
    /// The profiles of these organizations, as far as they have one, whoever asks.
    pub async fn of(conn: &mut AsyncPgConnection, organizations: &[OrganizationId]) -> Result<Vec<Self>> {
        let query = support_profiles::table.filter(support_profiles::organization_id.eq_any(organizations));
        Ok(query.select(Self::as_select()).load(conn).await?)
    }

    /// Writes a new one, or what was changed.
    async fn save(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        diesel::insert_into(support_profiles::table)
            .values(self)
            .on_conflict(support_profiles::organization_id)
            .do_update()
            .set(self)
            .execute(conn)
            .await?;
        Ok(())
    }
}
