//! Providers of the directory, as many as a test needs.

use dev::issuer::ISSUER;
use diesel_async::RunQueryDsl;
use domain::enrollment::{Enrollment, EnrollmentId, PartnerKind, Standing};
use domain::organization::{Cloud, Organization, OrganizationDomain, OrganizationId};
use domain::schema::{enrollments, organization_domains, organizations, users};
use domain::user::{Role, User, UserId, UserStatus};
use serde_json::{Value, json};

use crate::{Answer, List, TestApp};

/// Everything that a profile has.
const UPDATE: &str = "mutation($input: UpdateBusinessProfileInput!) { updateBusinessProfile(input: $input) {
    businessProfile { id organization { name } headline description website countries languages services }
    userErrors { code field message } } }";

/// An indirect provider to be, and its business profile, `UpdateBusinessProfileInput`.
pub struct Provider {
    name: String,
    profile: Value,
}

impl Provider {
    /// Of this name, with a profile that says little.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let profile = json!({ "headline": "Distributor", "description": "Sells.", "countries": ["US"],
            "languages": ["en"] });
        Self { name: name.to_owned(), profile }
    }

    /// With this field of the profile.
    #[must_use]
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.profile[field] = value;
        self
    }

    /// The domain of its tenant.
    fn domain(&self) -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let hash = self.name.chars().fold(0, |hash: u32, c| hash.wrapping_mul(31).wrapping_add(c.into()));
        format!("{}-{hash}.example", self.name.chars().map(letter).collect::<String>().trim_matches('-'))
    }
}

impl TestApp {
    /// Makes a company an authorized indirect provider whose administrator writes its business profile; gives the domain
    /// of its tenant.
    pub async fn provider(&self, provider: Provider) -> String {
        let (now, domain) = (self.store.now(), provider.domain());
        let organization = Organization {
            id: OrganizationId::fresh(),
            issuer: Some(ISSUER.to_owned()),
            tenant: Some(domain.clone()),
            name: provider.name,
            country: "US".to_owned(),
            cloud: Cloud::Public,
            locale: "en".to_owned(),
            created_at: now,
            administrator_email: None,
        };
        let own = OrganizationDomain {
            organization_id: organization.id,
            domain: domain.clone(),
            is_primary: true,
            verified_at: Some(now),
        };
        let enrollment = Enrollment {
            id: EnrollmentId::fresh(),
            organization_id: organization.id,
            kind: PartnerKind::IndirectProvider,
            status: Standing::Authorized,
            program_id: None,
            authorized_at: now,
        };
        let admin = administrator(&organization, &domain);
        let mut conn = self.store.connection().await.expect("a connection");
        diesel::insert_into(organizations::table).values(&organization).execute(&mut conn).await.expect("a company");
        diesel::insert_into(organization_domains::table).values(&own).execute(&mut conn).await.expect("a domain");
        diesel::insert_into(enrollments::table).values(&enrollment).execute(&mut conn).await.expect("an enrollment");
        diesel::insert_into(users::table).values(&admin).execute(&mut conn).await.expect("an administrator");
        drop(conn);
        self.update_profile(&admin.email, provider.profile).await.given("businessProfile");
        domain
    }

    /// Somebody changes their partner's business profile, whatever comes of it.
    pub async fn update_profile(&self, who: &str, input: Value) -> Answer {
        self.ask(who, UPDATE, json!({ "input": input })).await
    }

    /// The directory as somebody sees it, with this in its filter: `country: "US"`.
    pub fn directory<'a>(&'a self, who: &'a str, filter: &str) -> List<'a> {
        self.list(who, "indirectProviders").with(&format!("filter: {{ {filter} }}"))
    }

    /// The names of the providers that a customer finds, in order.
    pub async fn found(&self, filter: &str) -> Vec<String> {
        self.directory(crate::CUSTOMER, filter).texts("organization.name").await
    }

    /// Has `count` providers listed that have much text and few names; a search for `needle7` finds one, for `needle` all.
    pub async fn many_providers(&self, count: usize) {
        let sql = format!(
            "create temporary table made on commit drop as
             select gen_random_uuid() as id, n, (array['Ärger', 'aroma', 'Zebra'])[1 + n % 3] as name, (
                 select ' ' || string_agg(substr(md5(n || ' ' || k), 1, 6), ' ') || ' ' from generate_series(1, 60) k
             ) as words
             from generate_series(1, {count}) n;
             insert into organizations (id, issuer, tenant, name, country, cloud, locale, created_at)
             select id, 'https://elsewhere.example', id::text, name, 'US', 'public', 'en', '2026-01-01' from made;
             insert into organization_domains (organization_id, domain, is_primary, verified_at)
             select id, id || '.example', true, '2026-01-01' from made;
             insert into enrollments (id, organization_id, kind, status, authorized_at)
             select gen_random_uuid(), id, 'indirect_provider', 'authorized', '2026-01-01' from made;
             insert into business_profiles (id, organization_id, headline, description, countries, languages, services,
                 sort_name, name_words, headline_words, service_words, description_words, language_ranges)
             select gen_random_uuid(), id, 'Needle' || n, words, '{{US}}', '{{en}}', '{{}}', lower(name),
                 ' ' || lower(name) || ' ', ' needle' || n || ' ', ' ', words, '{{en}}'
             from made"
        );
        self.sql(&sql).await;
    }
}

/// The administrator of a company, who signs in as `admin@` its domain.
fn administrator(of: &Organization, domain: &str) -> User {
    let email = format!("admin@{domain}");
    User {
        id: UserId::fresh(),
        organization_id: of.id,
        issuer: ISSUER.to_owned(),
        subject: Some(email.clone()),
        name: "Administrator".to_owned(),
        email,
        email_verified_at: Some(of.created_at),
        locale: "en".to_owned(),
        roles: vec![Role::GlobalAdmin],
        status: UserStatus::Active,
        deleted_at: None,
        created_at: of.created_at,
    }
}
