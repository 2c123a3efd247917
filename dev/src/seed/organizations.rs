//! The companies of the demo world and their people.

use std::collections::HashMap;

use chrono::{DateTime, Days, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::actor::{Member, OperatorId};
use domain::enrollment::{Enrollment, PartnerKind, Standing};
use domain::error::Result;
use domain::organization::{Cloud, Organization, OrganizationDomain};
use domain::schema::{enrollments, operators, organization_domains, organizations, users};
use domain::user::{Role, User, UserStatus};

use super::id_at;
use crate::issuer::{ISSUER, claims_for};

use Cloud::{Public, UsGovernment};
use PartnerKind::{DirectPartner, IndirectProvider, IndirectReseller};

/// A company of the demo world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoOrganization {
    /// Its name.
    pub name: &'static str,
    /// Its only domain, which is its tenant's name too.
    pub domain: &'static str,
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// Where its tenant lives.
    pub cloud: Cloud,
    /// How it sells; none: a customer only.
    pub partner: Option<PartnerKind>,
}

/// Every company: partners first, then customers.
#[rustfmt::skip]
pub const ORGANIZATIONS: &[DemoOrganization] = &[
    organization("Northwind Traders",    "northwind.example",       "US", Public,       Some(IndirectProvider)),
    organization("Contoso",              "contoso.example",         "US", Public,       Some(IndirectReseller)),
    organization("Litware",              "litware.example",         "US", Public,       Some(IndirectReseller)),
    organization("Fabrikam",             "fabrikam.example",        "DE", Public,       Some(DirectPartner)),
    organization("Proseware",            "proseware.example",       "US", UsGovernment, Some(DirectPartner)),
    organization("Adventure Works",      "adventure-works.example", "US", Public,       None),
    organization("Tailspin Toys",        "tailspin.example",        "GU", Public,       None),
    organization("Wingtip Toys",         "wingtip.example",         "US", Public,       None),
    organization("Alpine Ski House",     "alpine.example",          "CH", Public,       None),
    organization("Wide World Importers", "wide-world.example",      "BR", Public,       None),
    organization("Woodgrove Bank",       "woodgrove.example",       "US", UsGovernment, None),
    organization("Datum",                "datum.example",           "FR", Public,       None),
];

/// The people of a partner and of a customer: what stands before the @, and their role.
const OF_PARTNERS: &[(&str, Option<Role>)] = &[
    ("admin", Some(Role::GlobalAdmin)),
    ("agent", Some(Role::AdminAgent)),
    ("sales", Some(Role::SalesAgent)),
    ("helpdesk", Some(Role::HelpdeskAgent)),
];
const OF_CUSTOMERS: &[(&str, Option<Role>)] = &[("admin", Some(Role::GlobalAdmin)), ("user", None)];

/// The platform's operator, who belongs to none of the organizations.
pub const OPERATOR: &str = "ops@accord.example";

/// A person of the demo world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoUser {
    /// What they sign in by.
    pub email: String,
    /// Their company; none: the platform's operator.
    pub organization: Option<&'static DemoOrganization>,
    /// None: look only.
    pub role: Option<Role>,
}

/// Everybody, in the order of [`ORGANIZATIONS`], the operator last.
pub fn users() -> impl Iterator<Item = DemoUser> {
    let operator = DemoUser { email: OPERATOR.to_owned(), organization: None, role: None };
    ORGANIZATIONS.iter().flat_map(DemoOrganization::users).chain([operator])
}

/// The person of this address, in any case.
pub fn find_user(email: &str) -> Option<DemoUser> {
    users().find(|user| user.email.eq_ignore_ascii_case(email))
}

const fn organization(
    name: &'static str,
    domain: &'static str,
    country: &'static str,
    cloud: Cloud,
    partner: Option<PartnerKind>,
) -> DemoOrganization {
    DemoOrganization { name, domain, country, cloud, partner }
}

impl DemoOrganization {
    /// Its people, the administrator first.
    pub fn users(&'static self) -> impl Iterator<Item = DemoUser> {
        let people = if self.partner.is_some() { OF_PARTNERS } else { OF_CUSTOMERS };
        people.iter().map(move |(local, role)| DemoUser {
            email: format!("{local}@{}", self.domain),
            organization: Some(self),
            role: *role,
        })
    }

    /// Stores it with domain, enrollment and people, whom it returns, as known since `since`.
    pub async fn insert(&'static self, conn: &mut AsyncPgConnection, since: DateTime<Utc>) -> Result<Vec<Member>> {
        let organization = self.row(since);
        diesel::insert_into(organizations::table).values(&organization).execute(conn).await?;
        let domain = OrganizationDomain {
            organization_id: organization.id,
            domain: self.domain.to_owned(),
            is_primary: true,
            verified_at: Some(since),
        };
        diesel::insert_into(organization_domains::table).values(&domain).execute(conn).await?;
        let enrollment = self.partner.map(|kind| Enrollment {
            id: id_at(since),
            organization_id: organization.id,
            kind,
            status: Standing::Authorized,
            program_id: None,
            authorized_at: since,
        });
        diesel::insert_into(enrollments::table).values(enrollment.as_slice()).execute(conn).await?;
        let people: Vec<User> =
            self.users().zip(0..).map(|(user, place)| user.row(&organization, place)).collect::<anyhow::Result<_>>()?;
        diesel::insert_into(users::table).values(&people).execute(conn).await?;
        let member = |user| Member { user, organization: organization.clone(), enrollment: enrollment.clone() };
        Ok(people.into_iter().map(member).collect())
    }

    fn row(&self, since: DateTime<Utc>) -> Organization {
        Organization {
            id: id_at(since),
            issuer: Some(ISSUER.to_owned()),
            tenant: Some(self.domain.to_owned()),
            name: self.name.to_owned(),
            country: self.country.to_owned(),
            cloud: self.cloud,
            locale: "en".to_owned(),
            created_at: since,
            administrator_email: None,
        }
    }
}

impl DemoUser {
    /// The user's row; `place` keeps the people of a company in their order.
    fn row(&self, organization: &Organization, place: i64) -> anyhow::Result<User> {
        let claims = claims_for(&self.email)?;
        let since = organization.created_at;
        Ok(User {
            id: id_at(since + TimeDelta::milliseconds(place)),
            organization_id: organization.id,
            issuer: ISSUER.to_owned(),
            subject: Some(claims.sub),
            name: claims.name,
            email: claims.email,
            email_verified_at: Some(since),
            locale: organization.locale.clone(),
            roles: Vec::from_iter(self.role),
            status: UserStatus::Active,
            deleted_at: None,
            created_at: since,
        })
    }
}

/// The people of a database that has the demo world's companies, by address.
#[derive(Debug)]
pub(super) struct People(HashMap<String, Member>);

impl People {
    /// The person of this address; panics where the demo world has none: its tables name nobody else.
    pub(super) fn get(&self, email: &str) -> &Member {
        self.0.get(email).unwrap_or_else(|| panic!("{email} is nobody of the demo world"))
    }
}

/// Stores every company, each known a day longer than the next, and the operator.
pub(super) async fn insert_all(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> Result<People> {
    let mut people = HashMap::new();
    for (organization, days) in ORGANIZATIONS.iter().zip((0..=400).rev()) {
        let members = organization.insert(conn, now - Days::new(days)).await?;
        people.extend(members.into_iter().map(|member| (member.user.email.clone(), member)));
    }
    insert_operator(conn, now - Days::new(400)).await?;
    Ok(People(people))
}

async fn insert_operator(conn: &mut AsyncPgConnection, since: DateTime<Utc>) -> Result<()> {
    let claims = claims_for(OPERATOR)?;
    let id: OperatorId = id_at(since);
    let row = (
        operators::id.eq(id),
        operators::issuer.eq(ISSUER),
        operators::subject.eq(claims.sub),
        operators::name.eq(claims.name),
        operators::email.eq(claims.email),
        operators::created_at.eq(since),
    );
    diesel::insert_into(operators::table).values(row).execute(conn).await?;
    Ok(())
}
