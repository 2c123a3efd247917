//! The lists that many parents have one of, each loaded for all of them in one statement.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;

use async_graphql::Error;
use async_graphql::dataloader::Loader;
use domain::activity::{Activity, ActivityFilter};
use domain::admin_grant::{AdminGrant, AdminGrantFilter};
use domain::error::Result;
use domain::invitation::{Invitation, InvitationFilter, InvitationOrder};
use domain::page::{Page, PageRequest};
use domain::partnership::{Partnership, PartnershipSide};
use domain::relationship::{CustomerFilter, CustomerOrder, Relationship};
use domain::service_request::ServiceRequest;
use domain::store::{Connection, Store};
use domain::user::{User, UserFilter};
use uuid::Uuid;

use super::error::fault;
use super::loaders::{Reader, grouped};

/// A page of a list that belongs to a parent; `which` says of which list, how filtered, and which page.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct PageOf<W> {
    pub(super) parent: Uuid,
    pub(super) which: W,
}

/// A kind of list that many parents have one of.
pub(super) trait Which: Clone + Eq + Hash + Send + Sync + 'static {
    /// What it lists.
    type Row: Send + Sync + Clone + 'static;

    /// The page of each parent, in the order of `parents`, in one statement.
    fn pages(
        &self,
        store: &Store,
        conn: &mut Connection,
        parents: &[Uuid],
    ) -> impl Future<Output = Result<Vec<Page<Self::Row>>>> + Send;
}

impl<W: Which> Loader<PageOf<W>> for Reader {
    type Value = Page<W::Row>;
    type Error = Error;

    async fn load(&self, keys: &[PageOf<W>]) -> Result<HashMap<PageOf<W>, Page<W::Row>>, Error> {
        let conn = &mut self.connection().await?;
        let mut found = HashMap::new();
        for (which, keys) in grouped(keys.to_vec(), |key| key.which.clone()) {
            let parents: Vec<Uuid> = keys.iter().map(|key| key.parent).collect();
            let pages = which.pages(&self.store, conn, &parents).await.map_err(fault)?;
            found.extend(keys.into_iter().zip(pages));
        }
        Ok(found)
    }
}

macro_rules! lists {
    ($($(#[$doc:meta])* $which:ident { $($field:ident: $type:ty),* } -> $row:ty = |$it:ident, $store:ident, $conn:ident, $parents:ident| $pages:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub(super) struct $which { $(pub(super) $field: $type,)* pub(super) page: PageRequest }

        impl Which for $which {
            type Row = $row;

            async fn pages(&self, $store: &Store, $conn: &mut Connection, $parents: &[Uuid]) -> Result<Vec<Page<$row>>> {
                let $it = self;
                $pages.await
            }
        }
    )+};
}

lists! {
    /// A partner's customers.
    Customers { filter: CustomerFilter, order: CustomerOrder } -> Relationship =
        |it, store, conn, parents| Relationship::customer_pages(store, conn, parents, &it.filter, it.order, &it.page);
    /// A customer's partners.
    Partners { filter: CustomerFilter } -> Relationship =
        |it, store, conn, parents| Relationship::partner_pages(store, conn, parents, &it.filter, &it.page);
    /// A reseller's partnerships.
    IndirectProviders { } -> Partnership = |it, _store, conn, parents| Partnership::provider_pages(conn, parents, &it.page);
    /// A provider's partnerships.
    IndirectResellers { } -> Partnership = |it, _store, conn, parents| Partnership::reseller_pages(conn, parents, &it.page);
    /// What is shared under a partnership, as one side's own.
    SharedCustomers { side: PartnershipSide } -> Relationship =
        |it, _store, conn, parents| Relationship::shared_pages(conn, parents, it.side, &it.page);
    /// What was asked of the vendor for a relationship's customer.
    ServiceRequests { } -> ServiceRequest = |it, _store, conn, parents| ServiceRequest::pages(conn, parents, &it.page);
    /// What a partner may administer.
    HeldGrants { filter: AdminGrantFilter } -> AdminGrant =
        |it, store, conn, parents| AdminGrant::partner_pages(conn, parents, &it.filter, &it.page, store.now());
    /// What is administered in a customer's tenant.
    GivenGrants { filter: AdminGrantFilter } -> AdminGrant =
        |it, store, conn, parents| AdminGrant::customer_pages(conn, parents, &it.filter, &it.page, store.now());
    /// A partner's invitations.
    Invitations { filter: InvitationFilter, order: InvitationOrder } -> Invitation =
        |it, store, conn, parents| Invitation::pages(store, conn, parents, &it.filter, it.order, &it.page);
    /// An organization's people.
    Users { filter: UserFilter } -> User =
        |it, store, conn, parents| User::pages(conn, parents, &it.filter, &it.page, store.now());
    /// An organization's activity.
    Activities { filter: ActivityFilter } -> Activity =
        |it, _store, conn, parents| Activity::pages(conn, parents, &it.filter, &it.page);
}
