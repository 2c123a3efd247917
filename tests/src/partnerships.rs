//! Partners, partnerships and shared customers, of whom the demo world tells nothing.

use diesel_async::AsyncPgConnection;
use domain::id::Id;
use domain::partnership::{Partnership, SharedCustomer};
use domain::relationship::Relationship;
use serde_json::json;

use crate::{Answer, TestApp};

/// An indirect provider and an indirect reseller of a test's own, and their people.
pub struct Pair {
    /// The provider's domain, which is its tenant too.
    pub provider: &'static str,
    /// Its GLOBAL_ADMIN.
    pub provider_admin: &'static str,
    /// Its ADMIN_AGENT.
    pub provider_agent: &'static str,
    /// The reseller's domain.
    pub reseller: &'static str,
    /// Its GLOBAL_ADMIN.
    pub reseller_admin: &'static str,
    /// Its ADMIN_AGENT.
    pub reseller_agent: &'static str,
}

/// The two that tests of partnerships are about; [`TestApp::with_pair`] makes them partners.
pub const PAIR: Pair = Pair {
    provider: "tailwind.example",
    provider_admin: "admin@tailwind.example",
    provider_agent: "agent@tailwind.example",
    reseller: "relecloud.example",
    reseller_admin: "admin@relecloud.example",
    reseller_agent: "agent@relecloud.example",
};

impl TestApp {
    /// A fresh one, and the partnership of [`PAIR`]'s two.
    pub async fn with_pair() -> (Self, String) {
        let app = Self::without_mails().await;
        let partnership = app.make_pair().await;
        (app, partnership)
    }

    /// Makes [`PAIR`]'s two, and their partnership.
    pub async fn make_pair(&self) -> String {
        self.partner("Tailwind Traders", PAIR.provider, "indirect_provider").await;
        self.partner("Relecloud", PAIR.reseller, "indirect_reseller").await;
        self.partners(PAIR.provider, PAIR.reseller).await
    }

    /// An authorized partner of this kind in the United States, with people as the demo world's partners have.
    pub async fn partner(&self, name: &str, domain: &str, kind: &str) {
        self.company(name, domain).await;
        let sql = format!(
            "insert into enrollments (id, organization_id, kind, status, authorized_at)
             select gen_random_uuid(), id, '{kind}', 'authorized', '2026-01-01' from organizations where tenant = '{domain}';
             insert into users (id, organization_id, issuer, subject, name, email, email_verified_at, roles, created_at)
             select gen_random_uuid(), id, issuer, local || '@{domain}', name || ' ' || local, local || '@{domain}',
                 '2026-01-01', array[role], '2026-01-01'
             from organizations, (values ('admin', 'global_admin'), ('agent', 'admin_agent'), ('sales', 'sales_agent'),
                 ('helpdesk', 'helpdesk_agent')) people (local, role) where tenant = '{domain}'"
        );
        self.sql(&sql).await;
    }

    /// A company in the United States; who signs in there becomes its user.
    pub async fn company(&self, name: &str, domain: &str) {
        let (id, issuer) = (uuid::Uuid::now_v7(), dev::issuer::ISSUER);
        let sql = format!(
            "insert into organizations (id, issuer, tenant, name, country, cloud, locale, created_at)
             values ('{id}', '{issuer}', '{domain}', '{name}', 'US', 'public', 'en', '2026-01-01');
             insert into organization_domains (organization_id, domain, is_primary, verified_at)
             values ('{id}', '{domain}', true, '2026-01-01')"
        );
        self.sql(&sql).await;
    }

    /// Makes two organizations partners, as accepting a partnership does; gives the partnership's id.
    pub async fn partners(&self, provider: &str, reseller: &str) -> String {
        let (provider, reseller) = (self.organization_row(provider).await, self.organization_row(reseller).await);
        let conn = &mut self.store.connection().await.expect("a connection");
        let made = Partnership::establish(conn, &provider, &reseller, None, self.store.now()).await;
        made.expect("a partnership").id.to_string()
    }

    /// Makes an organization a partner's customer; gives the relationship's id.
    pub async fn relate(&self, partner: &str, customer: &str) -> String {
        let (partner, customer) = (self.organization_row(partner).await, self.organization_row(customer).await);
        let conn = &mut self.store.connection().await.expect("a connection");
        let made = Relationship::establish(conn, &partner, &customer, None, self.store.now()).await;
        made.expect("a relationship").id.to_string()
    }

    /// Shares a customer under a partnership, as accepting a joint invitation does, by its relationships with provider
    /// and reseller.
    pub async fn share(&self, partnership: &str, provider: &str, reseller: &str) {
        let conn: &mut AsyncPgConnection = &mut self.store.connection().await.expect("a connection");
        let partnership =
            Partnership::find(conn, &[read(partnership)]).await.expect("a read").pop().expect("a partnership");
        let related = Relationship::find(conn, &[read(provider), read(reseller)]).await.expect("a read");
        let side = |id: &str| related.iter().find(|it| it.id == read(id)).expect("a relationship");
        let customer = side(provider).customer_id;
        let customer = domain::organization::Organization::find(conn, &[customer]).await.expect("a read").pop();
        let customer = customer.expect("the customer");
        let now = self.store.now();
        let shared = SharedCustomer::share(conn, &partnership, side(provider), side(reseller), &customer, now).await;
        shared.expect("a shared customer");
    }

    /// Makes an organization a customer of both partners of [`PAIR`], shared under their partnership; gives its
    /// relationships with the provider and with the reseller.
    pub async fn shared_customer(&self, partnership: &str, customer: &str) -> [String; 2] {
        let both = [self.relate(PAIR.provider, customer).await, self.relate(PAIR.reseller, customer).await];
        self.share(partnership, &both[0], &both[1]).await;
        both
    }

    /// Ends a partnership, whatever comes of it.
    pub async fn end_partnership(&self, who: &str, id: &str, administration: &str) -> Answer {
        let document = "mutation($input: EndPartnershipInput!) { endPartnership(input: $input) {
            partnership { id status endedAt sharedCustomers { nodes { id } } } userErrors { code field message } } }";
        let input = json!({ "id": id, "delegatedAdministration": administration });
        self.ask(who, document, json!({ "input": input })).await
    }

    /// Gives the partners of [`PAIR`] `count` customers that they share: three names among them, and two times at which
    /// they became the one's and the other's.
    pub async fn many_shared(&self, count: usize) {
        let (provider, reseller) = (PAIR.provider, PAIR.reseller);
        let sql = format!(
            "create temporary table made on commit drop as
             select gen_random_uuid() as id, gen_random_uuid() as providers, gen_random_uuid() as resellers,
                 (array['Ärger', 'aroma', 'Zebra'])[1 + n % 3] as name,
                 '2026-01-01'::timestamptz + (n % 2) * interval '1 us' as since
             from generate_series(1, {count}) n;
             insert into organizations (id, issuer, tenant, name, country, cloud, locale, created_at)
             select id, 'https://elsewhere.example', id::text, name, 'US', 'public', 'en', '2026-01-01' from made;
             insert into organization_domains (organization_id, domain, is_primary, verified_at)
             select id, id || '.example', true, '2026-01-01' from made;
             insert into relationships (id, partner_id, customer_id, status, since, partner_sort_name, customer_sort_name,
                 customer_country, partner_search, customer_search)
             select case tenant when '{provider}' then providers else resellers end, own.id, made.id, 'active', since, 'own',
                 lower(made.name), 'US', ' own', ' ' || lower(made.name)
             from made, organizations own where own.tenant in ('{provider}', '{reseller}');
             insert into shared_customers (partnership_id, provider_relationship_id, reseller_relationship_id,
                 customer_sort_name, provider_since, reseller_since, shared_at)
             select partnerships.id, providers, resellers, lower(made.name), made.since, made.since, '2026-01-02'
             from made, partnerships join organizations own on own.id = provider_id where own.tenant = '{provider}'"
        );
        self.sql(&sql).await;
    }

    /// Gives a partner `count` customers that it shares with nobody.
    pub async fn many_customers_of(&self, partner: &str, count: usize) {
        self.many_relationships(partner, count, "partner_id, customer_id").await;
    }

    /// Gives a partner `count` partnerships, with others as its `others`: `provider` or `reseller`. Three names among them.
    pub async fn many_partnerships(&self, partner: &str, others: &str, count: usize) {
        let own = if others == "provider" { "reseller" } else { "provider" };
        let sql = format!(
            "create temporary table made on commit drop as
             select gen_random_uuid() as id, (array['Ärger', 'aroma', 'Zebra'])[1 + n % 3] as name
             from generate_series(1, {count}) n;
             insert into organizations (id, issuer, tenant, name, country, cloud, locale, created_at)
             select id, 'https://elsewhere.example', id::text, name, 'US', 'public', 'en', '2026-01-01' from made;
             insert into partnerships (id, {own}_id, {others}_id, status, since, {own}_sort_name, {others}_sort_name)
             select gen_random_uuid(), own.id, made.id, 'active', '2026-01-01', 'own', lower(made.name)
             from made, organizations own where own.tenant = '{partner}'"
        );
        self.sql(&sql).await;
    }
}

fn read<T: domain::id::Named>(id: &str) -> Id<T> {
    id.parse().expect("an id")
}
