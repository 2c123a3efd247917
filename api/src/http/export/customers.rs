//! `GET /exports/customers.csv`: a partner's customers.

use domain::export::{CustomerList, CustomerRow};
use domain::organization::{Organization, OrganizationId};
use domain::relationship::CustomerFilter;

use super::given::Given;
use super::refused_argument;
use super::sheet::{Column, Sheet, name_of, time};
use crate::graphql::{self, CustomerOrder, RelationshipSide, RelationshipStatus};
use crate::http::problem::Problem;

impl Sheet for CustomerList {
    const NAME: &'static str = "customers";

    const PARAMETERS: &'static [&'static str] = &[
        "search",
        "status",
        "country",
        "hasDelegatedAdministration",
        "indirectProviderId",
        "indirectResellerId",
        "orderBy",
    ];

    const COLUMNS: &'static [Column<CustomerRow>] = &[
        ("id", |row| row.relationship.id.to_string()),
        ("customer_id", |row| row.customer.id.to_string()),
        ("name", |row| row.customer.name.clone()),
        ("domain", |row| row.domains.first().cloned().unwrap_or_else(|| row.customer.unverified_domain())),
        ("domains", |row| row.domains.join(" ")),
        ("country", |row| row.customer.country.clone()),
        ("status", |row| name_of::<RelationshipStatus>(row.relationship.status.into())),
        ("since", |row| time(row.relationship.since)),
        ("removed_at", |row| row.relationship.removed_at.map(time).unwrap_or_default()),
        ("removed_by", |row| {
            row.relationship.removed_by.map(|side| name_of::<RelationshipSide>(side.into())).unwrap_or_default()
        }),
        ("has_delegated_administration", |row| row.has_administration.to_string()),
        ("indirect_provider_id", |row| id_of(row.indirect_provider.as_ref())),
        ("indirect_provider", |row| name(row.indirect_provider.as_ref())),
        ("indirect_reseller_id", |row| id_of(row.indirect_reseller.as_ref())),
        ("indirect_reseller", |row| name(row.indirect_reseller.as_ref())),
    ];

    fn read(given: &Given<'_>) -> Result<Self, Problem> {
        let organization = |name| -> Result<Option<OrganizationId>, Problem> {
            let id = given.one(name)?.map(Into::into);
            graphql::organization_id(name, id).map_err(refused_argument)
        };
        let filter = CustomerFilter {
            search: given.one("search")?.map(str::to_owned),
            status: given.value::<RelationshipStatus>("status")?.map(Into::into),
            country: given.one("country")?.map(str::to_owned),
            has_administration: given.boolean("hasDelegatedAdministration")?,
            indirect_provider: organization("indirectProviderId")?,
            indirect_reseller: organization("indirectResellerId")?,
        };
        let order = given.value::<CustomerOrder>("orderBy")?.map(Into::into).unwrap_or_default();
        Ok(Self { filter, order })
    }
}

fn id_of(organization: Option<&Organization>) -> String {
    organization.map(|it| it.id.to_string()).unwrap_or_default()
}

fn name(organization: Option<&Organization>) -> String {
    organization.map(|it| it.name.clone()).unwrap_or_default()
}
