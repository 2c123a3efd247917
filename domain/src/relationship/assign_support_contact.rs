//! Says whose support a customer turns to.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde_json::json;

use super::{Relationship, RelationshipId};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::error::{Code, Error, Result};
use crate::organization::OrganizationId;
use crate::partnership::SharedCustomer;
use crate::policy::Action;
use crate::schema::relationships;
use crate::store::Store;

/// Assigns the support of one of the partner's customers to `contact`: the partner itself, or the indirect provider or
/// reseller that shares the customer with it; `contact` is none where the caller named no organization. What is assigned
/// already is given again, and not told.
///
/// Refuses with `NOT_FOUND` what is not theirs, with `FORBIDDEN` a customer, with `NO_RELATIONSHIP` what was removed, and with
/// `INVALID` every other organization, real or not.
pub async fn assign_support_contact(
    store: &Store,
    actor: &Actor,
    id: RelationshipId,
    contact: Option<OrganizationId>,
) -> Result<Relationship> {
    let member = actor.may(Action::AssignSupportContact)?;
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        let found = Relationship::get_as_partner(conn, member, id, "relationshipId").await?;
        let mut relationship = found.lock(conn).await?;
        relationship.check_active("relationshipId")?;
        let shared = SharedCustomer::partners_of(conn, &[id]).await?;
        let may_be =
            |it: &OrganizationId| *it == relationship.partner_id || shared.iter().any(|(_, _, other)| other == it);
        let Some(contact) = contact.filter(may_be) else {
            let message =
                "name your own organization, or the indirect provider or reseller that shares this customer with you";
            return Err(Code::Invalid.on("organizationId").saying(message).into());
        };
        if relationship.support_contact_id != Some(contact) {
            relationship.support_contact_id = Some(contact);
            let assigned = relationships::support_contact_id.eq(contact);
            diesel::update(relationships::table.find(id)).set(assigned).execute(conn).await?;
            let customer = relationship.customer_id.to_string();
            let details = json!({ "organizationId": contact.to_string(), "customerId": customer });
            let change =
                Change::new(Event::SupportContactAssigned, id).read_by(relationship.sides()).read_by([contact]);
            activity::record(conn, actor, store.now(), change.with(details)).await?;
        }
        Ok::<_, Error>(relationship)
    })
    .await
}
