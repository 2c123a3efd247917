//! A partner's customers.

use std::collections::{HashMap, HashSet};

use diesel_async::AsyncPgConnection;

use super::List;
use crate::actor::{Actor, Member};
use crate::error::{Code, Result};
use crate::organization::{Organization, OrganizationDomain, OrganizationId};
use crate::page::{Cursor, Keyed, Page, PageRequest};
use crate::partnership::SharedCustomer;
use crate::relationship::{CustomerFilter, CustomerOrder, Relationship, RelationshipId};
use crate::store::Store;

/// A partner's customers, as its list of them is filtered and ordered. Every user of a partner may read it.
#[derive(Debug, Default)]
pub struct CustomerList {
    /// Which customers.
    pub filter: CustomerFilter,
    /// In which order.
    pub order: CustomerOrder,
}

/// A customer, and what the list says of it.
#[derive(Debug)]
pub struct CustomerRow {
    /// The partner's relationship with it.
    pub relationship: Relationship,
    /// The customer.
    pub customer: Organization,
    /// Its verified domains, the primary one first.
    pub domains: Vec<String>,
    /// Whether an admin grant is active.
    pub has_administration: bool,
    /// The indirect provider that shares it.
    pub indirect_provider: Option<Organization>,
    /// The indirect reseller that shares it.
    pub indirect_reseller: Option<Organization>,
}

impl List for CustomerList {
    type Row = CustomerRow;

    fn denial(reader: &Member) -> Option<&'static str> {
        reader.enrollment.is_none().then_some("your organization is no partner, and has no customers")
    }

    async fn page(
        &self,
        store: &Store,
        conn: &mut AsyncPgConnection,
        reader: &Actor,
        page: &PageRequest,
    ) -> Result<(Vec<CustomerRow>, Option<Cursor>)> {
        let own = reader.organization_id().ok_or(Code::Forbidden)?.uuid();
        let found = Relationship::customer_pages(store, conn, &[own], &self.filter, self.order, page).await?;
        let Some(Page { items, has_next, .. }) = found.into_iter().next() else { return Ok((Vec::new(), None)) };
        let behind = items.last().filter(|_| has_next).map(|last| last.cursor(self.order.name()));
        let facts = Facts::read(store, conn, &items).await?;
        let rows: Result<_> = items.into_iter().map(|relationship| facts.row(relationship)).collect();
        Ok((rows?, behind))
    }
}

/// What is said of the customers of a page: a statement for each, whatever the rows.
struct Facts {
    administered: HashSet<RelationshipId>,
    providers: HashMap<RelationshipId, OrganizationId>,
    resellers: HashMap<RelationshipId, OrganizationId>,
    organizations: HashMap<OrganizationId, Organization>,
    domains: HashMap<OrganizationId, Vec<String>>,
}

impl Facts {
    async fn read(store: &Store, conn: &mut AsyncPgConnection, of: &[Relationship]) -> Result<Self> {
        let ids: Vec<RelationshipId> = of.iter().map(|it| it.id).collect();
        let customers: Vec<OrganizationId> = of.iter().map(|it| it.customer_id).collect();
        let administered = Relationship::with_administration(conn, &ids, store.now()).await?;
        let providers: HashMap<_, _> = SharedCustomer::providers_of(conn, &ids).await?.into_iter().collect();
        let resellers: HashMap<_, _> = SharedCustomer::resellers_of(conn, &ids).await?.into_iter().collect();
        let named: HashSet<_> = customers.iter().chain(providers.values()).chain(resellers.values()).copied().collect();
        let named: Vec<_> = named.into_iter().collect();
        let organizations = Organization::find(conn, &named).await?.into_iter().map(|it| (it.id, it)).collect();
        let mut domains: HashMap<_, Vec<String>> = HashMap::new();
        for domain in OrganizationDomain::of(conn, &customers).await? {
            domains.entry(domain.organization_id).or_default().push(domain.domain);
        }
        Ok(Self { administered, providers, resellers, organizations, domains })
    }

    fn row(&self, relationship: Relationship) -> Result<CustomerRow> {
        let named = |id: OrganizationId| {
            let found = self.organizations.get(&id).cloned();
            found.ok_or_else(|| anyhow::anyhow!("a row refers to an organization that is not there"))
        };
        let of = |others: &HashMap<_, _>| others.get(&relationship.id).copied().map(named).transpose();
        Ok(CustomerRow {
            customer: named(relationship.customer_id)?,
            domains: self.domains.get(&relationship.customer_id).cloned().unwrap_or_default(),
            has_administration: self.administered.contains(&relationship.id),
            indirect_provider: of(&self.providers)?,
            indirect_reseller: of(&self.resellers)?,
            relationship,
        })
    }
}
