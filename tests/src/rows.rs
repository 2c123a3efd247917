//! Rows in numbers that no test would make one by one, and companies as a test needs them. All of it is Litware's and
//! Tailspin's, of which the demo world tells nothing.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName, SelectableHelper};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use domain::organization::{Cloud, Organization, OrganizationDomain, OrganizationId};
use domain::relationship::Relationship;
use domain::schema::{organization_domains, organizations};

use crate::TestApp;

/// The partner without customers or invitations: its agent.
pub const PARTNER: &str = "agent@litware.example";

/// The customer without partners: its administrator.
pub const CUSTOMER: &str = "admin@tailspin.example";

/// A company to be made somebody's customer.
pub struct Company {
    name: String,
    domain: String,
    country: &'static str,
    invited: Option<String>,
}

impl Company {
    /// Of this name, in the United States.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let domain = format!("{}.example", uuid::Uuid::now_v7().simple());
        Self { name: name.to_owned(), domain, country: "US", invited: None }
    }

    /// With this domain.
    #[must_use]
    pub fn at(mut self, domain: &str) -> Self {
        domain.clone_into(&mut self.domain);
        self
    }

    /// In this country.
    #[must_use]
    pub fn country(mut self, country: &'static str) -> Self {
        self.country = country;
        self
    }

    /// By an invitation to this address.
    #[must_use]
    pub fn invited(mut self, email: &str) -> Self {
        self.invited = Some(email.to_owned());
        self
    }
}

impl TestApp {
    /// Makes companies customers of Litware, one after the other, as accepting an invitation does.
    pub async fn customers_of_litware(&self, companies: impl IntoIterator<Item = Company>) {
        let conn = &mut self.store.connection().await.expect("a connection");
        let litware = self.organization_row("litware.example").await;
        for company in companies {
            let customer = Organization {
                id: OrganizationId::fresh(),
                issuer: Some(dev::issuer::ISSUER.to_owned()),
                tenant: Some(company.domain.clone()),
                name: company.name,
                country: company.country.to_owned(),
                cloud: Cloud::Public,
                locale: "en".to_owned(),
                created_at: self.store.now(),
                administrator_email: None,
            };
            let domain = OrganizationDomain {
                organization_id: customer.id,
                domain: company.domain,
                is_primary: true,
                verified_at: Some(self.store.now()),
            };
            diesel::insert_into(organizations::table).values(&customer).execute(conn).await.expect("a company");
            diesel::insert_into(organization_domains::table).values(&domain).execute(conn).await.expect("a domain");
            let invitation = match &company.invited {
                Some(email) => Some(self.accepted_invitation(email).await),
                None => None,
            };
            Relationship::establish(conn, &litware, &customer, invitation.as_ref(), self.store.now())
                .await
                .expect("a relationship");
        }
    }

    async fn accepted_invitation(&self, email: &str) -> domain::invitation::Invitation {
        let (id, _) = self.invite(PARTNER, crate::Draft::to(email)).await;
        let conn = &mut self.store.connection().await.expect("a connection");
        let id = id.parse().expect("an id");
        domain::invitation::Invitation::find(conn, &[id]).await.expect("a read").pop().expect("the invitation")
    }

    /// What comes of a change that waits for an organization, by its tenant, while a statement overtakes it.
    pub async fn overtaken<T>(&self, tenant: &str, by: &str, change: impl Future<Output = T>) -> T {
        let mut blocker = self.store.connection().await.expect("a connection");
        let lock = format!("begin; select 1 from organizations where tenant = '{tenant}' for update");
        blocker.batch_execute(&lock).await.expect("a lock");
        let overtake = async {
            self.until_waited_for(1).await;
            blocker.batch_execute(&format!("{by}; commit")).await.expect("a statement");
        };
        futures_util::join!(change, overtake).0
    }

    /// Waits until so many statements wait for a lock.
    pub async fn until_waited_for(&self, statements: i64) {
        let waiting = "from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
        while self.count(waiting).await < statements {
            tokio::task::yield_now().await;
        }
    }

    /// The organization of a tenant of the demo world.
    pub async fn organization_row(&self, tenant: &str) -> Organization {
        let conn = &mut self.store.connection().await.expect("a connection");
        let query = organizations::table.filter(organizations::tenant.eq(tenant)).select(Organization::as_select());
        let found: Option<Organization> = query.first(conn).await.optional().expect("a read");
        found.unwrap_or_else(|| panic!("no organization {tenant}"))
    }

    /// The ids that a query of UUIDs gives, as objects of the type with this prefix.
    pub async fn ids(&self, prefix: &str, query: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Uuid)]
            id: uuid::Uuid,
        }
        let conn = &mut self.store.connection().await.expect("a connection");
        let rows: Vec<Row> = diesel::sql_query(query).load(conn).await.expect("ids");
        rows.into_iter().map(|row| domain::id::spell(prefix, row.id)).collect()
    }

    /// Gives Litware `count` customers: three names among them, and two times at which they became it.
    pub async fn many_customers(&self, count: usize) {
        self.many_relationships("litware.example", count, "partner_id, customer_id").await;
    }

    /// Gives Tailspin `count` partners: three names among them.
    pub async fn many_partners(&self, count: usize) {
        self.many_relationships("tailspin.example", count, "customer_id, partner_id").await;
    }

    pub(crate) async fn many_relationships(&self, tenant: &str, count: usize, sides: &str) {
        let sql = format!(
            "create temporary table made on commit drop as
             select gen_random_uuid() as id, n, (array['Ärger', 'aroma', 'Zebra'])[1 + n % 3] as name
             from generate_series(1, {count}) n;
             insert into organizations (id, issuer, tenant, name, country, cloud, locale, created_at)
             select id, 'https://elsewhere.example', id::text, name, 'US', 'public', 'en', '2026-01-01' from made;
             insert into organization_domains (organization_id, domain, is_primary, verified_at)
             select id, id || '.example', true, '2026-01-01' from made;
             insert into relationships (id, {sides}, status, since, partner_sort_name, customer_sort_name,
                 customer_country, partner_search, customer_search)
             select gen_random_uuid(), own.id, made.id, 'active', '2026-01-01'::timestamptz + (n % 2) * interval '1 us',
                 lower(made.name), lower(made.name), 'US', ' ' || lower(made.name) || ' needle' || n || ' ',
                 ' ' || lower(made.name) || ' needle' || n || ' '
             from made, organizations own where own.tenant = '{tenant}'"
        );
        self.sql(&sql).await;
    }

    /// Gives Litware `count` customers who accepted an invitation that asked for delegated administration.
    pub async fn many_accepted(&self, count: usize) {
        let sql = format!(
            "create temporary table made on commit drop as
             select gen_random_uuid() as id, gen_random_uuid() as invitation, gen_random_uuid() as admin,
                 gen_random_uuid() as related, gen_random_uuid() as granted, own.id as partner, u.id as agent
             from generate_series(1, {count}) n, organizations own
             join users u on u.organization_id = own.id and u.email = '{PARTNER}';
             insert into organizations (id, issuer, tenant, name, country, cloud, locale, created_at)
             select id, 'https://elsewhere.example', id::text, 'Customer', 'US', 'public', 'en', '2026-01-01' from made;
             insert into organization_domains (organization_id, domain, is_primary, verified_at)
             select id, id || '.example', true, '2026-01-01' from made;
             insert into users (id, organization_id, issuer, subject, name, email, created_at)
             select admin, id, 'https://elsewhere.example', id::text, 'Admin', 'a@' || id || '.example', '2026-01-01'
             from made;
             insert into invitations (id, kind, status, inviter_id, created_by, created_at, recipient_email,
                 recipient_locale, admin_scope, subject, template, expires_after, sent_at, expires_at, answered_at,
                 answered_by)
             select invitation, 'reseller_relationship', 'accepted', partner, agent, '2026-01-01',
                 'a@' || id || '.example', 'en', 'full', 'Hello', '{{{{link}}}}', 'P30D', '2026-01-01', '2026-01-31',
                 '2026-01-02', admin from made;
             insert into emails (id, kind, invitation_id, link_version, organization_id, created_at, status,
                 next_attempt_at, sent_at)
             select gen_random_uuid(), 'invitation', invitation, 1, partner, '2026-01-01', 'sent', '2026-01-01',
                 '2026-01-01' from made;
             insert into relationships (id, partner_id, customer_id, status, since, invitation_id, partner_sort_name,
                 customer_sort_name, customer_country, partner_search, customer_search)
             select related, partner, id, 'active', '2026-01-02', invitation, 'litware', 'customer', 'US',
                 ' litware', ' customer' from made;
             insert into admin_grants (id, partner_id, customer_id, invitation_id, scope, roles, status, granted_at)
             select granted, partner, id, invitation, 'full', '{{}}', 'active', '2026-01-02' from made;
             insert into invitation_outcomes (id, invitation_id, relationship_id, admin_grant_id)
             select gen_random_uuid(), invitation, related, null::uuid from made
             union all select gen_random_uuid(), invitation, null, granted from made"
        );
        self.sql(&sql).await;
    }

    /// Gives Litware `count` invitations to one address, drafted at two times: drafts, overdue ones, and revoked ones,
    /// of which every second was sent. Those that were sent have two deadlines.
    pub async fn many_invitations(&self, count: usize, email: &str) {
        let sql = format!(
            "insert into invitations (id, kind, status, inviter_id, created_by, created_at, recipient_email,
                 recipient_locale, subject, template, expires_after, sent_at, expires_at, revoked_at)
             select gen_random_uuid(), 'reseller_relationship', (array['draft', 'expired', 'revoked'])[1 + n % 3],
                 u.organization_id, u.id, '2026-01-01'::timestamptz + (n % 2) * interval '1 us',
                 '{email}', 'en', 'Hello', '{{{{link}}}}', 'P30D',
                 case when n % 3 = 1 or n % 6 = 2 then '2026-01-02'::timestamptz end,
                 case when n % 3 = 1 or n % 6 = 2 then '2026-02-01'::timestamptz + (n % 4 / 2) * interval '1 us' end,
                 case when n % 3 = 2 then '2026-01-03'::timestamptz end
             from generate_series(1, {count}) n, users u where u.email = '{PARTNER}'"
        );
        self.sql(&sql).await;
    }

    /// Gives Litware `count` more people.
    pub async fn many_users(&self, count: usize) {
        let sql = format!(
            "insert into users (id, organization_id, issuer, subject, name, email, created_at)
             select gen_random_uuid(), id, issuer, 'many-' || n, 'Same Name', 'same-' || n || '@litware.example', '2026-01-01'
             from generate_series(1, {count}) n, organizations where tenant = 'litware.example'"
        );
        self.sql(&sql).await;
    }

    /// Has `count` things happen that Litware reads, three at a time.
    pub async fn many_activities(&self, count: usize) {
        let sql = format!(
            "create temporary table made on commit drop as
             select (lpad(to_hex(1767225600000 + n / 3), 12, '0') || '7' || lpad(to_hex(n % 3), 3, '0') || '8' ||
                 substr(md5(random()::text), 1, 15))::uuid as id, '2026-01-01'::timestamptz + n / 3 * interval '1 ms' as at,
                 id as litware
             from generate_series(0, {count} - 1) n, organizations where tenant = 'litware.example';
             insert into activities (id, event, at, actor_kind, subject_kind, subject_id)
             select id, 'invitation.sent', at, 'system', 'org', litware from made;
             insert into activity_organizations (organization_id, activity_id, event, subject_id)
             select litware, id, 'invitation.sent', litware from made"
        );
        self.sql(&sql).await;
    }
}
