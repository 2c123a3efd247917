//! Asks the vendor for something on a customer's behalf.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use serde_json::json;

use super::{ServiceRequest, ServiceRequestId};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::email::{self, About, EmailKind};
use crate::error::{Code, Error, Result, refuse_all};
use crate::idempotency::Once;
use crate::organization::OrganizationId;
use crate::outbox::Outbox;
use crate::policy::Action;
use crate::relationship::{Relationship, RelationshipId};
use crate::schema::service_requests;
use crate::store::Store;
use crate::text::Checks;
use crate::user;

/// The longest, in characters.
const LONGEST_SUBJECT: usize = 200;
const LONGEST_DESCRIPTION: usize = 10_000;

/// What is asked, unchecked.
#[derive(Debug, Clone, Serialize)]
pub struct NewServiceRequest {
    /// For which customer; as text.
    pub relationship_id: String,
    /// One line.
    pub subject: String,
    /// Several lines.
    pub description: String,
    /// Repeating the call with the same key gives the first request again.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Opens a service request and mails it to every operator. It needs an active relationship and no grant: the partner stays
/// responsible for support after the customer took its administrator access away.
///
/// Refuses with `NOT_AUTHORIZED_PARTNER`, `FORBIDDEN`, `NOT_FOUND` what is not theirs, `NO_RELATIONSHIP` what was removed,
/// everything that is wrong with the texts at once, and `RATE_LIMITED`.
pub async fn open(store: &Store, actor: &Actor, new: NewServiceRequest) -> Result<ServiceRequest> {
    let member = actor.may(Action::OpenServiceRequest)?;
    let partner = member.organization.id;
    let once = Once::new(partner, "openServiceRequest", new.idempotency_key.as_deref(), &new)?;
    let conn = &mut store.connection().await?;
    let opened = conn
        .transaction(async |conn| {
            let id = ServiceRequestId::fresh();
            if let Some(once) = &once
                && let Some(Some(first)) = once.take(conn, store.now(), Some(id.uuid())).await?
            {
                let first = ServiceRequest::find(conn, &[first.into()]).await?.pop();
                return first.ok_or_else(|| anyhow::anyhow!("the first request of this key is gone").into());
            }
            let relationship: RelationshipId =
                new.relationship_id.parse().map_err(|_| Code::NotFound.on("relationshipId"))?;
            let relationship = Relationship::hold_as_partner(conn, member, relationship, "relationshipId").await?;
            let mut checks = Checks::default();
            let request = ServiceRequest {
                id,
                relationship_id: relationship.id,
                partner_id: partner,
                opened_by: member.id(),
                opened_at: store.now(),
                subject: checks.required_line("subject", &new.subject, LONGEST_SUBJECT),
                description: checks.paragraphs("description", &new.description, LONGEST_DESCRIPTION),
            };
            refuse_all(checks.0)?;
            check_daily_limit(store, conn, partner).await?;
            diesel::insert_into(service_requests::table).values(&request).execute(conn).await?;
            let details = json!({ "relationshipId": relationship.id.to_string() });
            let change = Change::new(Event::ServiceRequestOpened, id).read_by(relationship.sides()).with(details);
            activity::record(conn, actor, store.now(), change).await?;
            tell_operators(conn, &request).await?;
            Ok::<_, Error>(request)
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(opened)
}

/// Mails it to every operator. Where there is none it can be read all the same, and the log says so.
async fn tell_operators(conn: &mut AsyncPgConnection, request: &ServiceRequest) -> Result<()> {
    let operators = user::operators(conn).await?;
    if operators.is_empty() {
        let (id, why) = (request.id, "nobody is mailed a service request: the operators table is empty");
        tracing::warn!(service_request.id = %id, "{why}");
    }
    let (kind, about) = (EmailKind::ServiceRequestOpened, About::ServiceRequest(request.id));
    email::queue_about(conn, kind, about, request.partner_id, &operators, request.opened_at).await
}

/// Refuses with `RATE_LIMITED` where the partner's requests of the last 24 hours have reached the setting. Requests at the
/// same moment do not see each other: the bound may be passed by as many as there are connections.
async fn check_daily_limit(store: &Store, conn: &mut AsyncPgConnection, partner: OrganizationId) -> Result<()> {
    let limit = i64::from(store.service_requests_per_day);
    let recent = service_requests::table
        .filter(service_requests::partner_id.eq(partner))
        .filter(service_requests::opened_at.gt(store.now() - TimeDelta::days(1)))
        .count();
    if recent.get_result::<i64>(conn).await? < limit {
        return Ok(());
    }
    let message = format!("your organization opens at most {limit} service requests in 24 hours; try again later");
    Err(Code::RateLimited.refusal().saying(message).into())
}
