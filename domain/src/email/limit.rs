//! How many strangers a partner may have mailed in a day.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::EmailKind;
use crate::error::{Code, Result};
use crate::organization::OrganizationId;
use crate::schema::emails;
use crate::store::Store;

/// Refuses with `RATE_LIMITED` where the partner's invitations mailed in the last 24 hours, its welcomes of customers, what it
/// attested to who is no user, and `besides` those that go out with this one or that a dry run would have mailed, have reached
/// the setting. News to people whom Accord knows do not count.
///
/// Sends at the same moment do not see each other, so that no partner's sends wait for one another: the bound may be
/// passed by as many as there are connections.
pub(crate) async fn check_daily_limit(
    store: &Store,
    conn: &mut AsyncPgConnection,
    organization: OrganizationId,
    besides: usize,
) -> Result<()> {
    let limit = i64::from(store.mails_per_day);
    let besides = i64::try_from(besides).unwrap_or(i64::MAX);
    let recent = emails::table
        .filter(emails::organization_id.eq(organization))
        .filter(
            emails::kind
                .eq_any([EmailKind::Invitation, EmailKind::CustomerWelcome])
                .or(emails::kind.eq(EmailKind::AgreementAttested).and(emails::recipient_id.is_null())),
        )
        .filter(emails::created_at.gt(store.now() - TimeDelta::days(1)))
        .count();
    if recent.get_result::<i64>(conn).await?.saturating_add(besides) < limit {
        return Ok(());
    }
    let message = format!("your organization sends at most {limit} mails in 24 hours");
    Err(Code::RateLimited.refusal().saying(message).into())
}
