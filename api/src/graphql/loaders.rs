//! What one request reads, gathered into few statements: each level of a document costs one, whatever the rows.
//!
//! One set of loaders a request: what one caller may see is never another's. They keep nothing between batches, so that
//! what a mutation changed is read as it is now.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use async_graphql::Error;
use async_graphql::dataloader::{DataLoader, Loader};
use chrono::{DateTime, Utc};
use domain::activity::seal::{self, Proof};
use domain::activity::{Activity, ActivityId};
use domain::actor::Actor;
use domain::admin_grant::{AdminGrant, AdminGrantFilter};
use domain::agreement::{Agreement, AgreementAcceptance};
use domain::business_profile::BusinessProfile;
use domain::email::Email;
use domain::enrollment::Enrollment;
use domain::error::Result;
use domain::id::Id;
use domain::invitation::{Invitation, InvitationId, Outcome};
use domain::organization::{Organization, OrganizationDomain, OrganizationId};
use domain::page::{Page, PageRequest};
use domain::partnership::{Partnership, SharedCustomer};
use domain::relationship::{self, Relationship, RelationshipId};
use domain::service_request::ServiceRequest;
use domain::store::{Connection, Store};
use domain::support_profile::SupportProfile;
use domain::user::{User, UserId};

use super::error::fault;
use super::loads::Loads;

/// Reads for one request.
pub struct Reader {
    pub(super) store: Store,
    pub(super) actor: Actor,
}

/// The loaders of one request.
pub(super) type Loaders = DataLoader<Reader>;

/// Loaders for one request of `actor`, whose loads run when `loads` do.
pub(super) fn loaders(store: Store, actor: Actor, loads: Loads) -> Loaders {
    DataLoader::new(Reader { store, actor }, move |load| loads.add(load)).delay(Duration::ZERO)
}

impl Reader {
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.store.now()
    }

    pub(super) async fn connection(&self) -> Result<Connection, Error> {
        self.store.connection().await.map_err(fault)
    }
}

/// A row found by its id because another row refers to it, whoever asks.
macro_rules! referred {
    ($($row:ty),+) => {$(
        impl Loader<Id<$row>> for Reader {
            type Value = $row;
            type Error = Error;

            async fn load(&self, ids: &[Id<$row>]) -> Result<HashMap<Id<$row>, $row>, Error> {
                let rows = <$row>::find(&mut *self.connection().await?, ids).await.map_err(fault)?;
                Ok(rows.into_iter().map(|row| (row.id, row)).collect())
            }
        }
    )+};
}
referred!(Organization, Relationship, AdminGrant, Agreement);

/// A person that another row refers to, whoever asks.
impl Loader<UserId> for Reader {
    type Value = User;
    type Error = Error;

    async fn load(&self, ids: &[UserId]) -> Result<HashMap<UserId, User>, Error> {
        let rows = User::find(&mut *self.connection().await?, ids, self.now()).await.map_err(fault)?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// A row found by its id because the caller named it: only what they may see.
pub(super) struct Visible<T: 'static>(pub(super) Id<T>);

impl<T> Clone for Visible<T> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}
impl<T> PartialEq for Visible<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Visible<T> {}
impl<T> Hash for Visible<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

macro_rules! visible {
    ($($row:ty),+) => {$(
        impl Loader<Visible<$row>> for Reader {
            type Value = $row;
            type Error = Error;

            async fn load(&self, keys: &[Visible<$row>]) -> Result<HashMap<Visible<$row>, $row>, Error> {
                let ids: Vec<Id<$row>> = keys.iter().map(|key| key.0).collect();
                let conn = &mut *self.connection().await?;
                let rows = <$row>::find_visible(conn, &self.actor, &ids).await.map_err(fault)?;
                Ok(rows.into_iter().map(|row| (Visible(row.id), row)).collect())
            }
        }
    )+};
}
visible!(Organization, Relationship, ServiceRequest, Partnership, AdminGrant, Invitation, Activity, BusinessProfile);

/// What belongs to one row: its domains, its mail, its outcomes.
macro_rules! belonging {
    ($($(#[$doc:meta])* $key:ident($owner:ty) -> $value:ty = |$conn:ident, $ids:ident| $read:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub(super) struct $key(pub(super) $owner);

        impl Loader<$key> for Reader {
            type Value = $value;
            type Error = Error;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, $value>, Error> {
                let $ids: Vec<$owner> = keys.iter().map(|key| key.0).collect();
                let $conn = &mut *self.connection().await?;
                let found: HashMap<$owner, $value> = $read;
                Ok(found.into_iter().map(|(owner, value)| ($key(owner), value)).collect())
            }
        }
    )+};
}

belonging! {
    /// The verified domains of an organization, the primary one first.
    DomainsOf(OrganizationId) -> Vec<OrganizationDomain> = |conn, ids| {
        grouped(OrganizationDomain::of(conn, &ids).await.map_err(fault)?, |domain| domain.organization_id)
    };
    /// What makes an organization a partner.
    EnrollmentOf(OrganizationId) -> Enrollment = |conn, ids| {
        Enrollment::of(conn, &ids).await.map_err(fault)?.into_iter().map(|it| (it.organization_id, it)).collect()
    };
    /// How a partner presents itself.
    ProfileOf(OrganizationId) -> BusinessProfile = |conn, ids| {
        BusinessProfile::of(conn, &ids).await.map_err(fault)?.into_iter().map(|it| (it.organization_id, it)).collect()
    };
    /// How a partner's support is reached.
    SupportOf(OrganizationId) -> SupportProfile = |conn, ids| {
        SupportProfile::of(conn, &ids).await.map_err(fault)?.into_iter().map(|it| (it.organization_id, it)).collect()
    };
    /// How the support for a relationship's customer is reached.
    SupportContactOf(RelationshipId) -> SupportProfile = |conn, ids| {
        relationship::support_contacts(conn, &ids).await.map_err(fault)?.into_iter().collect()
    };
    /// What an organization accepted, the latest first.
    AcceptancesOf(OrganizationId) -> Vec<AgreementAcceptance> = |conn, ids| {
        grouped(AgreementAcceptance::of(conn, &ids).await.map_err(fault)?, |acceptance| acceptance.organization_id)
    };
    /// The mail that brings an invitation's current link.
    MailOf(InvitationId) -> Email = |conn, ids| {
        let mails = Email::bringing(conn, &ids).await.map_err(fault)?;
        mails.into_iter().filter_map(|it| Some((it.invitation_id?, it))).collect()
    };
    /// That an invitation asks an existing customer for delegated administration alone.
    AsksCustomer(InvitationId) -> () = |conn, ids| {
        let rows = Invitation::find(conn, &ids).await.map_err(fault)?;
        Invitation::of_customers(conn, &rows).await.map_err(fault)?.into_iter().map(|id| (id, ())).collect()
    };
    /// What came of an invitation, in order.
    OutcomesOf(InvitationId) -> Vec<Outcome> = |conn, ids| {
        let outcomes = grouped(Outcome::of(conn, &ids).await.map_err(fault)?, |(invitation, _)| *invitation);
        outcomes.into_iter().map(|(id, found)| (id, found.into_iter().map(|(_, outcome)| outcome).collect())).collect()
    };
    /// The indirect provider that a reseller's relationship is shared with.
    ProviderOf(RelationshipId) -> OrganizationId = |conn, ids| {
        SharedCustomer::providers_of(conn, &ids).await.map_err(fault)?.into_iter().collect()
    };
    /// The indirect reseller that a provider's relationship is shared with.
    ResellerOf(RelationshipId) -> OrganizationId = |conn, ids| {
        SharedCustomer::resellers_of(conn, &ids).await.map_err(fault)?.into_iter().collect()
    };
    /// The seal of an activity.
    SealOf(ActivityId) -> Proof = |conn, ids| {
        seal::proofs(conn, &ids).await.map_err(fault)?.into_iter().map(|it| (it.activity_id, it)).collect()
    };
}

pub(super) fn grouped<K: Eq + Hash, T>(rows: Vec<T>, owner: impl Fn(&T) -> K) -> HashMap<K, Vec<T>> {
    let mut of: HashMap<K, Vec<T>> = HashMap::new();
    for row in rows {
        of.entry(owner(&row)).or_default().push(row);
    }
    of
}

/// The grants of a partner at a customer, filtered.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct GrantsOf {
    pub(super) partner: OrganizationId,
    pub(super) customer: OrganizationId,
    pub(super) filter: AdminGrantFilter,
}

impl Loader<GrantsOf> for Reader {
    type Value = Vec<AdminGrant>;
    type Error = Error;

    async fn load(&self, keys: &[GrantsOf]) -> Result<HashMap<GrantsOf, Vec<AdminGrant>>, Error> {
        let conn = &mut *self.connection().await?;
        let mut found: HashMap<GrantsOf, Vec<AdminGrant>> = HashMap::new();
        for (filter, keys) in grouped(keys.to_vec(), |key| key.filter.clone()) {
            let pairs: Vec<_> = keys.iter().map(|key| (key.partner, key.customer)).collect();
            for grant in AdminGrant::of_pairs(conn, &pairs, &filter, self.store.now()).await.map_err(fault)? {
                let key = GrantsOf { partner: grant.partner_id, customer: grant.customer_id, filter: filter.clone() };
                found.entry(key).or_default().push(grant);
            }
        }
        Ok(found)
    }
}

/// A page of what was sent to the caller's own verified address; the same for whichever account it is asked of.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Received(pub(super) PageRequest);

impl Loader<Received> for Reader {
    type Value = Page<Invitation>;
    type Error = Error;

    async fn load(&self, keys: &[Received]) -> Result<HashMap<Received, Page<Invitation>>, Error> {
        let mut found = HashMap::new();
        for key in keys {
            let page = Invitation::received(&self.store, &self.actor, &key.0).await.map_err(fault)?;
            found.insert(key.clone(), page);
        }
        Ok(found)
    }
}
