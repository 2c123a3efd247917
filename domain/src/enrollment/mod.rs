//! What makes an organization a partner: its kind and its standing.
//!
//! ```text
//! authorized ⇄ suspended
//! ```

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::Result;
use crate::id::{Id, Named};
use crate::organization::OrganizationId;
use crate::schema::enrollments;
use crate::text_enum::text_enum;

/// The id of an enrollment, `enr_`.
pub type EnrollmentId = Id<Enrollment>;

text_enum! {
    /// How a partner sells.
    PartnerKind {
        /// Buys from the vendor itself and sells to customers.
        DirectPartner = "direct_partner",
        /// A distributor: buys from the vendor, sells through indirect resellers.
        IndirectProvider = "indirect_provider",
        /// Sells to customers; an indirect provider transacts for it.
        IndirectReseller = "indirect_reseller",
    }
}

text_enum! {
    /// Whether a partner may act as one.
    Standing {
        /// It may.
        Authorized = "authorized",
        /// It may not; its lists stay readable.
        Suspended = "suspended",
    }
}

/// An organization's enrollment as a partner.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = enrollments, check_for_backend(diesel::pg::Pg))]
pub struct Enrollment {
    /// Its id.
    pub id: EnrollmentId,
    /// The partner.
    pub organization_id: OrganizationId,
    /// How it sells.
    pub kind: PartnerKind,
    /// Whether it may act as a partner.
    pub status: Standing,
    /// The partner program's own id.
    pub program_id: Option<String>,
    /// When it first became a partner.
    pub authorized_at: DateTime<Utc>,
}

impl Named for Enrollment {
    const PREFIX: &'static str = "enr";
}

impl Enrollment {
    /// The enrollments of these organizations, as far as they have one.
    pub async fn of(conn: &mut AsyncPgConnection, organizations: &[OrganizationId]) -> Result<Vec<Self>> {
        let query = enrollments::table.filter(enrollments::organization_id.eq_any(organizations));
        Ok(query.select(Self::as_select()).load(conn).await?)
    }

    /// The organization's enrollment, kept as it is until the transaction ends.
    pub(crate) async fn hold(conn: &mut AsyncPgConnection, organization: OrganizationId) -> Result<Option<Self>> {
        let query = enrollments::table.filter(enrollments::organization_id.eq(organization));
        Ok(query.select(Self::as_select()).for_share().first(conn).await.optional()?)
    }

    /// Whether the organization may act as a partner.
    #[must_use]
    pub fn is_authorized(&self) -> bool {
        self.status == Standing::Authorized
    }
}
