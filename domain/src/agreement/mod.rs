//! Versions of the agreements, and who accepted which.
//!
//! A version is in force for a kind and country from its time on, until a later one is; a country without a version of
//! its own has the one for every country. A version's languages are rows of their own: who accepted one accepted all.

mod accept;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

pub use accept::NewSigner;
pub(crate) use accept::accept;

use crate::error::Result;
use crate::id::{Id, Named};
use crate::locale;
use crate::organization::OrganizationId;
use crate::schema::{agreement_acceptances, agreements};
use crate::text::sought;
use crate::text_enum::text_enum;
use crate::user::UserId;

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

/// That an organization accepted a version, and who signed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = agreement_acceptances, check_for_backend(diesel::pg::Pg))]
pub struct AgreementAcceptance {
    /// Who is bound.
    pub organization_id: OrganizationId,
    /// The version, in the language that was shown.
    pub agreement_id: AgreementId,
    /// When.
    pub accepted_at: DateTime<Utc>,
    /// The user who was signed in.
    pub accepted_by: Option<UserId>,
    /// Who signed.
    pub signer_first_name: String,
    /// Who signed.
    pub signer_last_name: String,
    /// Who signed.
    pub signer_email: String,
    /// Who signed.
    pub signer_phone: Option<String>,
    /// The partner who attested it; none: accepted by itself.
    pub attested_by: Option<OrganizationId>,
}

impl Agreement {
    /// The version in force for a country, in the language asked for or the nearest there is. None: none is in force.
    pub async fn in_force(
        conn: &mut AsyncPgConnection,
        kind: AgreementKind,
        country: &str,
        locale: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>> {
        let texts = Self::texts_in_force(conn, kind, country, now).await?;
        Ok(nearest(texts, locale))
    }

    /// Every language of the version in force for a country.
    async fn texts_in_force(
        conn: &mut AsyncPgConnection,
        kind: AgreementKind,
        country: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        // A country's own version precedes the one for every country, and the latest precedes the earlier.
        let mut texts: Vec<Self> = agreements::table
            .filter(agreements::kind.eq(kind))
            .filter(agreements::country.eq(sought(country)).assume_not_null().or(agreements::country.is_null()))
            .filter(agreements::in_force_at.le(now))
            .order((agreements::country.asc().nulls_last(), agreements::in_force_at.desc(), agreements::id.asc()))
            .select(Self::as_select())
            .load(conn)
            .await?;
        if let Some(first) = texts.as_slice().first().cloned() {
            texts.retain(|text| text.country == first.country && text.version == first.version);
        }
        Ok(texts)
    }

    /// The agreements of these ids; they are public.
    pub async fn find(conn: &mut AsyncPgConnection, ids: &[AgreementId]) -> Result<Vec<Self>> {
        Ok(agreements::table.filter(agreements::id.eq_any(ids)).select(Self::as_select()).load(conn).await?)
    }
}

impl AgreementAcceptance {
    /// What these organizations accepted, the latest first.
    pub async fn of(conn: &mut AsyncPgConnection, organizations: &[OrganizationId]) -> Result<Vec<Self>> {
        let query = agreement_acceptances::table
            .filter(agreement_acceptances::organization_id.eq_any(organizations))
            .order((agreement_acceptances::accepted_at.desc(), agreement_acceptances::id.desc()));
        Ok(query.select(Self::as_select()).load(conn).await?)
    }
}

/// The text in the nearest language there is. None: there is no text.
fn nearest(texts: Vec<Agreement>, asked: &str) -> Option<Agreement> {
    let have: Vec<&str> = texts.iter().map(|text| text.locale.as_str()).collect();
    let locale = locale::nearest(asked, &have).to_owned();
    texts.into_iter().find(|text| text.locale == locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(locale: &str) -> Agreement {
        Agreement {
            id: AgreementId::fresh(),
            kind: AgreementKind::Customer,
            country: None,
            version: "1".into(),
            locale: locale.into(),
            title: String::new(),
            url: String::new(),
            in_force_at: Utc::now(),
        }
    }

    #[test]
    fn a_text_is_given_in_the_nearest_language_there_is() {
        let given = |asked: &str, there: &[&str]| {
            nearest(there.iter().map(|locale| text(locale)).collect(), asked).map(|text| text.locale)
        };
        assert_eq!(given("de-CH", &["en", "de"]).as_deref(), Some("de"));
        assert_eq!(given("fr", &[]), None);
    }
}
