//! Asks a customer again for a relationship that was removed.

use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::{Relationship, RelationshipId, RelationshipStatus};
use crate::actor::{Actor, Member};
use crate::admin_grant::NewAdministration;
use crate::error::{Code, Error, Result};
use crate::idempotency::Once;
use crate::invitation::{self, Invitation, InvitationId, InvitationKind, NewInvitation, NewRecipient};
use crate::organization::Organization;
use crate::partnership::Partnership;
use crate::period::Period;
use crate::policy::Action;
use crate::store::Store;

/// How long an invitation stands where no earlier one says.
const USUAL: Period = Period::days(30);

/// Which relationship to ask for again, and of whom.
#[derive(Debug, Clone)]
pub struct Reinstatement {
    /// The relationship that was removed.
    pub id: RelationshipId,
    /// Whom to ask; none: who was asked before.
    pub recipient: Option<NewRecipient>,
    /// Repeating the call with the same key gives the first draft again.
    pub idempotency_key: Option<String>,
}

/// Drafts a fresh invitation with the terms of the one that the relationship came from: its recipient, the delegated
/// administration asked for the partner, how long it stands, and the indirect provider who asked too while both are partners.
/// Its words are the usual ones. Nothing is sent, nothing stands until the customer accepts, and no grant that was over comes
/// back.
///
/// It names the relationship's customer as who may accept. An indirect provider that was asked for by its reseller asks alone,
/// for what was asked for it. Where no invitation stands behind the relationship, it asks for none and needs a recipient
/// (`REQUIRED`): the customer's people are not the partner's to see.
///
/// Refuses with `NOT_FOUND` what is not theirs, with `FORBIDDEN` a customer, with `ALREADY_RELATED` where the two are related
/// now, with `INVALID` a customer that is unclaimed, and as drafting does.
pub async fn reinstate(store: &Store, actor: &Actor, again: Reinstatement) -> Result<Invitation> {
    let member = actor.may(Action::ReinstateRelationship)?;
    let input = (again.id.to_string(), &again.recipient);
    let once = Once::new(member.organization.id, "reinstateRelationship", again.idempotency_key.as_deref(), &input)?;
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        let id = InvitationId::fresh();
        if let Some(first) = invitation::first_again(store, conn, member, once.as_ref(), id).await? {
            return Ok(first);
        }
        let relationship = Relationship::get_as_partner(conn, member, again.id, "id").await?;
        let [partner, customer] = relationship.sides();
        if Relationship::find_active(conn, partner, customer).await?.is_some() {
            let message = match relationship.status {
                RelationshipStatus::Active => "this relationship stands: there is nothing to reinstate",
                RelationshipStatus::Removed => "you are related to this customer again already",
            };
            return Err(Code::AlreadyRelated.on("id").saying(message).into());
        }
        if !Organization::get(conn, customer).await?.is_claimed() {
            let message = "nobody has taken this customer over, so nobody could accept: add it again, with addCustomer";
            return Err(Code::Invalid.on("id").saying(message).into());
        }
        let new = terms(conn, member, &relationship, again.recipient).await?;
        let drafted = invitation::draft_for(store, conn, actor, id, new, Some(relationship.id)).await;
        drafted.map_err(as_of_input)
    })
    .await
}

/// What is asked again.
async fn terms(
    conn: &mut AsyncPgConnection,
    member: &Member,
    relationship: &Relationship,
    recipient: Option<NewRecipient>,
) -> Result<NewInvitation> {
    let own = member.organization.id;
    let earlier = Invitation::find(conn, relationship.invitation_id.as_slice()).await?.pop();
    let is_inviters = earlier.as_ref().is_some_and(|it| it.inviter_id == own);
    let provider = match earlier.as_ref().filter(|_| is_inviters).and_then(|it| it.indirect_provider_id) {
        Some(provider) => Partnership::find_active(conn, provider, own).await?.map(|it| it.provider_id),
        None => None,
    };
    let administration =
        earlier.as_ref().and_then(|it| if is_inviters { it.administration() } else { it.provider_administration() });
    let provider_administration =
        earlier.as_ref().filter(|_| provider.is_some()).and_then(Invitation::provider_administration);
    Ok(NewInvitation {
        kind: InvitationKind::ResellerRelationship,
        recipient: addressee(relationship, recipient, earlier.as_ref())?,
        administration: administration.as_ref().map(NewAdministration::from),
        indirect_provider_id: provider.map(|provider| provider.to_string()),
        provider_administration: provider_administration.as_ref().map(NewAdministration::from),
        subject: None,
        text: None,
        expires_after: earlier.map_or(USUAL, |it| it.expires_after).to_string(),
        idempotency_key: None,
    })
}

/// Whom to ask: who is given, else who was asked before, for the relationship's customer.
fn addressee(
    relationship: &Relationship,
    given: Option<NewRecipient>,
    earlier: Option<&Invitation>,
) -> Result<NewRecipient> {
    let customer = relationship.customer_id.to_string();
    if given.as_ref().and_then(|it| it.organization_id.as_ref()).is_some_and(|named| *named != customer) {
        let message = "leave this out: the relationship's customer is asked";
        return Err(Code::Invalid.on("recipient.organizationId").saying(message).into());
    }
    let before = |it: &Invitation| NewRecipient {
        email: it.recipient_email.clone(),
        name: it.recipient_name.clone(),
        locale: Some(it.recipient_locale.clone()),
        organization_id: None,
    };
    let Some(recipient) = given.or_else(|| earlier.map(before)) else {
        let message = "nobody was asked for this relationship before: say whom to ask";
        return Err(Code::Required.on("recipient").saying(message).into());
    };
    Ok(NewRecipient { organization_id: Some(customer), ..recipient })
}

/// A draft's refusals as those of this input, which has a recipient and no other field of a draft.
fn as_of_input(error: Error) -> Error {
    match error {
        Error::Refused(mut refusals) => {
            for refusal in refusals.iter_mut().filter(|it| it.field.first().is_none_or(|first| first != "recipient")) {
                refusal.field.clear();
            }
            Error::Refused(refusals)
        }
        fault @ Error::Fault(_) => fault,
    }
}
