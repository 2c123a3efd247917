//! Versions of the agreements, and who accepted which.
//!
//! A version is in force for a kind and country from its time on, until a later one is; a country without a version of
//! its own has the one for every country. A version's languages are rows of their own: who accepted one accepted all.
//! A new version in force is asked for at the next occasion; what was agreed under the one before stands.

mod accept;
mod acceptance;
mod attest;
mod in_force;
mod load;
mod signer;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub(crate) use accept::accept;
pub use acceptance::AgreementAcceptance;
pub use attest::{NewAttestation, attest};
pub use load::{Comes, Flaw, Loaded, LoadedVersion, NewText, load};
pub use signer::NewSigner;

use crate::error::Result;
use crate::id::{Id, Named};
use crate::schema::agreements;
use crate::text_enum::text_enum;

/// The id of an agreement's text, `agr_`.
pub type AgreementId = Id<Agreement>;

text_enum! {
    /// Who accepts it.
    AgreementKind {
        /// Customers.
        Customer = "customer",
        /// Partners.
        Partner = "partner",
    }
}

/// A version of an agreement, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = agreements, check_for_backend(diesel::pg::Pg))]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// Who accepts it.
    pub kind: AgreementKind,
    /// For whom; none: every country without one of its own.
    pub country: Option<String>,
    /// The publisher's name for it.
    pub version: String,
    /// BCP 47.
    pub locale: String,
    /// In that language.
    pub title: String,
    /// Where the text can be read.
    pub url: String,
    /// From when it is the one to accept.
    pub in_force_at: DateTime<Utc>,
}

impl Named for Agreement {
    const PREFIX: &'static str = "agr";
}

impl Agreement {
    /// The agreements of these ids; they are public.
    pub async fn find(conn: &mut AsyncPgConnection, ids: &[AgreementId]) -> Result<Vec<Self>> {
        Ok(agreements::table.filter(agreements::id.eq_any(ids)).select(Self::as_select()).load(conn).await?)
    }
}
