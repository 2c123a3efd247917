//! The mail of an invitation, finished for who sends it.

use async_graphql::{Context, Error, Object};
use domain::invitation as rows;
use domain::invitation::message;
use domain::organization::OrganizationId;
use futures_util::future::try_join3;

use crate::graphql::context::ContextExt;
use crate::graphql::loaders::{AsksCustomer, DomainsOf};
use crate::graphql::scalars::Url;

/// The mail of an invitation, to be edited and to be sent.
pub struct InvitationMessage {
    template: String,
    finished: message::Message,
}

impl InvitationMessage {
    pub(super) async fn of(ctx: &Context<'_>, row: &rows::Invitation) -> Result<Self, Error> {
        let inviter = ctx.referred(row.inviter_id).await?;
        let provider = match row.indirect_provider_id {
            Some(provider) => Some(ctx.referred(provider).await?),
            None => None,
        };
        let (domain, provider_domain, is_customer) = try_join3(
            domain_of(ctx, Some(row.inviter_id)),
            domain_of(ctx, row.indirect_provider_id),
            ctx.loaders().load_one(AsksCustomer(row.id)),
        )
        .await?;
        let parties = message::Parties {
            inviter: &inviter,
            provider: provider.as_ref(),
            domain: &domain,
            provider_domain: &provider_domain,
            is_customer: is_customer.is_some(),
        };
        let finished = message::finish(row, parties, &row.link(ctx.store(), &inviter));
        Ok(Self { template: row.template.clone(), finished })
    }
}

/// The primary domain, which the frame shows; empty where nobody asks.
async fn domain_of(ctx: &Context<'_>, asker: Option<OrganizationId>) -> Result<String, Error> {
    let Some(asker) = asker else { return Ok(String::new()) };
    let domains = ctx.loaders().load_one(DomainsOf(asker)).await?.unwrap_or_default();
    Ok(domains.into_iter().next().map(|domain| domain.domain).unwrap_or_default())
}

/// The mail of an invitation, to be edited and to be sent.
#[Object]
impl InvitationMessage {
    /// One line.
    async fn subject(&self) -> &str {
        &self.finished.subject
    }

    /// The text that may be edited, with `{{link}}` where the personal link goes.
    async fn template(&self) -> &str {
        &self.template
    }

    /// The finished mail as plain text.
    async fn text(&self) -> &str {
        &self.finished.text
    }

    /// The finished mail as HTML.
    async fn html(&self) -> &str {
        &self.finished.html
    }

    /// Opens the finished mail in the person's own mail application (RFC 6068).
    async fn mailto_url(&self) -> Url {
        self.finished.mailto_url.as_str().into()
    }
}
