//! Makes what an accepted invitation asked for, as far as it does not stand already.

use diesel_async::AsyncPgConnection;
use serde_json::{Value, json};

use super::rules::Askers;
use super::{Invitation, InvitationKind, Outcome};
use crate::activity::{Change, Event};
use crate::admin_grant::{AdminGrant, RequestedAdministration};
use crate::error::Result;
use crate::organization::{Organization, OrganizationId};
use crate::partnership::{Partnership, SharedCustomer};
use crate::relationship::Relationship;
use crate::store::Store;

/// What stands after an acceptance, and what was made for it.
#[derive(Default)]
pub(super) struct Established {
    /// In the order of the askers.
    pub(super) outcomes: Vec<Outcome>,
    /// What was made.
    pub(super) changes: Vec<Change>,
}

/// Makes what is missing; `partnership` is the one that stands, and is kept standing until the transaction ends: of a joint
/// invitation's two, or the one that is asked for.
pub(super) async fn establish(
    store: &Store,
    conn: &mut AsyncPgConnection,
    invitation: &Invitation,
    askers: &Askers,
    partnership: Option<&Partnership>,
    recipient: &Organization,
) -> Result<Established> {
    let mut made = Established::default();
    let inviter = &askers.inviter;
    let asked = invitation.administration();
    if invitation.kind == InvitationKind::IndirectProviderPartnership {
        made.partner(store, conn, invitation, inviter, recipient, partnership).await?;
        made.grant(store, conn, invitation, inviter, recipient, asked.as_ref()).await?;
        return Ok(made);
    }
    let provider = askers.provider.as_ref();
    let provider_id = provider.map(|provider| provider.id);
    let details = joint("indirectProviderId", provider_id);
    let own = made.relate(store, conn, invitation, [inviter, recipient], asked.as_ref(), details).await?;
    made.grant(store, conn, invitation, inviter, recipient, asked.as_ref()).await?;
    if let (Some(provider), Some(partnership)) = (provider, partnership) {
        let details = joint("indirectResellerId", Some(inviter.id));
        let asked = invitation.provider_administration();
        let theirs = made.relate(store, conn, invitation, [provider, recipient], asked.as_ref(), details).await?;
        made.grant(store, conn, invitation, provider, recipient, asked.as_ref()).await?;
        SharedCustomer::share(conn, partnership, &theirs, &own, recipient, store.now()).await?;
    }
    Ok(made)
}

/// Details that name the other partner, where there is one.
fn joint(field: &str, partner: Option<OrganizationId>) -> Value {
    partner.map_or_else(|| json!({}), |partner| json!({ field: partner.to_string() }))
}

impl Established {
    /// The partnership of the two: the one that stands, else a new one.
    async fn partner(
        &mut self,
        store: &Store,
        conn: &mut AsyncPgConnection,
        invitation: &Invitation,
        provider: &Organization,
        reseller: &Organization,
        standing: Option<&Partnership>,
    ) -> Result<()> {
        let id = match standing {
            Some(standing) => standing.id,
            None => {
                let new = Partnership::establish(conn, provider, reseller, Some(invitation.id), store.now()).await?;
                let change = Change::new(Event::PartnershipEstablished, new.id);
                self.changes.push(change.read_by([provider.id, reseller.id]));
                new.id
            }
        };
        self.outcomes.push(Outcome::Partnership(id));
        Ok(())
    }

    /// The relationship of the two: the one that stands, else a new one. What the partner kept of an earlier one ends with a
    /// new one that does not ask for it: the customer agrees to what the invitation says.
    async fn relate(
        &mut self,
        store: &Store,
        conn: &mut AsyncPgConnection,
        invitation: &Invitation,
        [partner, customer]: [&Organization; 2],
        asked: Option<&RequestedAdministration>,
        details: Value,
    ) -> Result<Relationship> {
        let relationship = match Relationship::find_active(conn, partner.id, customer.id).await? {
            Some(standing) => standing,
            None => {
                let new = Relationship::establish(conn, partner, customer, Some(invitation), store.now()).await?;
                let change = Change::new(Event::RelationshipEstablished, new.id);
                self.changes.push(change.read_by([partner.id, customer.id]).with(details));
                let (partner, customer, now) = (partner.id, customer.id, store.now());
                let ended = AdminGrant::end_before_relationship(conn, partner, customer, asked, now).await?;
                self.changes.extend(ended.iter().map(AdminGrant::ended));
                new
            }
        };
        self.outcomes.push(Outcome::Relationship(relationship.id));
        Ok(relationship)
    }

    /// The grant that gives what is asked for, if anything is: one that stands, else a new one.
    async fn grant(
        &mut self,
        store: &Store,
        conn: &mut AsyncPgConnection,
        invitation: &Invitation,
        partner: &Organization,
        customer: &Organization,
        asked: Option<&RequestedAdministration>,
    ) -> Result<()> {
        let Some(asked) = asked else { return Ok(()) };
        let grant = match AdminGrant::hold_covering(conn, partner.id, customer.id, asked, store.now()).await? {
            Some(standing) => standing,
            None => {
                let new = AdminGrant::granting(asked, partner.id, customer.id, Some(invitation.id), store.now());
                new.insert(conn).await?;
                let change = Change::new(Event::AdminGrantGranted, new.id);
                self.changes.push(change.read_by([partner.id, customer.id]).with(new.granted_details()));
                new
            }
        };
        self.outcomes.push(Outcome::AdminGrant(grant.id));
        Ok(())
    }
}
