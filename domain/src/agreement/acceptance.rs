//! That an organization accepted a version: by itself, or as a partner attests.
//!
//! Invariant: rows are never changed or removed. Of one version there may be the organization's own acceptance and a
//! partner's attestation beside each other; its own counts more.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::in_force::of_version_in_force;
use super::{Agreement, AgreementId, AgreementKind, NewSigner};
use crate::actor::Actor;
use crate::error::Result;
use crate::organization::{Organization, OrganizationId};
use crate::policy::Action;
use crate::relationship::{Relationship, RelationshipStatus};
use crate::schema::agreement_acceptances;
use crate::user::UserId;

/// That an organization accepted a version, and who signed.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = agreement_acceptances, check_for_backend(diesel::pg::Pg))]
pub struct AgreementAcceptance {
    pub(crate) id: Uuid,
    /// Who is bound.
    pub organization_id: OrganizationId,
    /// The version, in the language that was shown.
    pub agreement_id: AgreementId,
    /// When; of an attestation, as the partner says.
    pub accepted_at: DateTime<Utc>,
    /// The user who was signed in; none: attested.
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

impl AgreementAcceptance {
    /// An organization's own, or a partner's word for it.
    pub(super) fn new(
        organization: OrganizationId,
        agreement: AgreementId,
        at: DateTime<Utc>,
        signer: NewSigner,
    ) -> Self {
        Self {
            id: Uuid::now_v7(),
            organization_id: organization,
            agreement_id: agreement,
            accepted_at: at,
            accepted_by: None,
            signer_first_name: signer.first_name,
            signer_last_name: signer.last_name,
            signer_email: signer.email,
            signer_phone: signer.phone,
            attested_by: None,
        }
    }

    pub(super) async fn insert(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        diesel::insert_into(agreement_acceptances::table).values(self).execute(conn).await?;
        Ok(())
    }

    /// What these organizations accepted, the latest first.
    pub async fn of(conn: &mut AsyncPgConnection, organizations: &[OrganizationId]) -> Result<Vec<Self>> {
        let query = agreement_acceptances::table
            .filter(agreement_acceptances::organization_id.eq_any(organizations))
            .order((agreement_acceptances::accepted_at.desc(), agreement_acceptances::id.desc()));
        Ok(query.select(Self::as_select()).load(conn).await?)
    }

    /// What a mail is about.
    pub(crate) async fn find(conn: &mut AsyncPgConnection, id: Uuid) -> Result<Option<Self>> {
        Ok(agreement_acceptances::table.find(id).select(Self::as_select()).first(conn).await.optional()?)
    }

    /// Of each of these customers the acceptance of the version of the customer agreement that is in force for it now, as
    /// far as it is accepted: its own before one that is attested.
    pub async fn in_force(
        conn: &mut AsyncPgConnection,
        customers: &[OrganizationId],
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        let organizations = Organization::find(conn, customers).await?;
        let countries: Vec<&str> = organizations.iter().map(|it| it.country.as_str()).collect();
        let texts = Agreement::in_force_since(conn, AgreementKind::Customer, &countries, now).await?;
        let mut accepted: HashMap<OrganizationId, Vec<Self>> = HashMap::new();
        for acceptance in Self::of(conn, customers).await? {
            accepted.entry(acceptance.organization_id).or_default().push(acceptance);
        }
        let of = |customer: &Organization| {
            let wanted = of_version_in_force(&texts, &customer.country);
            let all = accepted.remove(&customer.id).unwrap_or_default();
            standing(all.into_iter().filter(|it| wanted.iter().any(|text| text.id == it.agreement_id)))
        };
        Ok(organizations.iter().filter_map(of).collect())
    }

    /// Whether somebody may read what a customer accepted, by a relationship of it: while that stands, the customer's
    /// people, and those of the partner whose role lets them attest.
    #[must_use]
    pub fn is_shown(actor: &Actor, relationship: &Relationship) -> bool {
        if actor.is_operator() {
            return true;
        }
        let stands = relationship.status == RelationshipStatus::Active;
        let reads = |member: &crate::actor::Member| {
            let own = member.organization.id;
            own == relationship.customer_id || (own == relationship.partner_id && member.can(Action::AttestAgreement))
        };
        stands && actor.member().is_some_and(reads)
    }

    /// Whether somebody may read where to reach who signed, and which partner attested it: the organization's own people, and
    /// those of that partner, who wrote it down. Of a customer's other partners a partner is told nothing.
    #[must_use]
    pub fn shows_all(&self, actor: &Actor) -> bool {
        let own = actor.organization_id();
        actor.is_operator() || own.is_some_and(|own| own == self.organization_id || self.attested_by == Some(own))
    }
}

/// Of several acceptances of one version the one that counts most: the organization's own, else the latest attestation.
pub(super) fn standing(of: impl Iterator<Item = AgreementAcceptance>) -> Option<AgreementAcceptance> {
    of.max_by_key(|acceptance| (acceptance.attested_by.is_none(), acceptance.accepted_at))
}

/// The acceptance that stands of a version, of which these are the languages.
pub(super) async fn of_version(
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
    texts: &[Agreement],
) -> Result<Option<AgreementAcceptance>> {
    let all = AgreementAcceptance::of(conn, &[organization]).await?;
    Ok(standing(all.into_iter().filter(|it| texts.iter().any(|text| text.id == it.agreement_id))))
}
