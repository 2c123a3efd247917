//! One indirect provider and one indirect reseller who agreed.

use async_graphql::{Context, Enum, Error, ID, Object};
use domain::partnership as rows;

use super::organization::{self, Organization};
use super::scalars::DateTime;

/// Whether a partnership stands.
#[derive(Enum, Copy, Clone, Eq, PartialEq)]
#[graphql(remote = "domain::partnership::PartnershipStatus")]
pub enum PartnershipStatus {
    /// It does.
    Active,
    /// One side ended it; kept for history.
    Ended,
}

/// One indirect provider and one indirect reseller who agreed. Both sides see the same object.
#[derive(Clone)]
pub struct Partnership(pub(super) rows::Partnership);

impl From<rows::Partnership> for Partnership {
    fn from(row: rows::Partnership) -> Self {
        Self(row)
    }
}

/// One indirect provider and one indirect reseller who agreed. Both sides see the same object.
#[Object]
impl Partnership {
    /// `psh_…`
    pub(super) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Who transacts for the reseller.
    async fn indirect_provider(&self, ctx: &Context<'_>) -> Result<Organization, Error> {
        organization::referred(ctx, self.0.provider_id).await
    }

    /// Who sells through the provider.
    async fn indirect_reseller(&self, ctx: &Context<'_>) -> Result<Organization, Error> {
        organization::referred(ctx, self.0.reseller_id).await
    }

    /// Whether it stands.
    async fn status(&self) -> PartnershipStatus {
        self.0.status.into()
    }

    /// When both had agreed.
    async fn since(&self) -> DateTime {
        self.0.since.into()
    }

    /// When one side ended it. Null: it stands.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(Into::into)
    }
}
