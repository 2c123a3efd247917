//! What becomes of a row, and its doing.

use diesel_async::AsyncPgConnection;

use super::{Import, ImportOutcome, ImportedRow};
use crate::activity::{self, Change, Event};
use crate::admin_grant::AdminGrant;
use crate::customer::add::{already_related, established, may_add};
use crate::customer::load;
use crate::customer::plan::{Plan, RESELLER, is_domain_refused};
use crate::email;
use crate::error::{Code, Error, Refusal, Result};
use crate::idempotency::Once;
use crate::invitation::{
    Askers, Invitation, InvitationId, InvitationKind, NewInvitation, NewRecipient, may_send_new, send_new,
};
use crate::organization::{Holder, Organization};
use crate::relationship::{Relationship, RelationshipId};
use crate::store::Store;

/// How long an import's invitations stand.
const EXPIRES_AFTER: &str = "P30D";

/// Takes the key for a row; some: what an earlier call made of it, as it is now.
pub(super) async fn first_again(
    store: &Store,
    conn: &mut AsyncPgConnection,
    once: Option<&Once>,
    id: RelationshipId,
) -> Result<Option<ImportedRow>> {
    let Some(once) = once else { return Ok(None) };
    let Some(Some(first)) = once.take(conn, store.now(), Some(id.uuid())).await? else { return Ok(None) };
    if let Some(invitation) = Invitation::find(conn, &[first.into()]).await?.pop() {
        return Ok(Some(ImportedRow::invited(invitation)));
    }
    let Some(relationship) = Relationship::find(conn, &[first.into()]).await?.pop() else { return Ok(None) };
    let customer = Organization::get(conn, relationship.customer_id).await?;
    // What was added was made with its relationship, at one moment.
    let is_added = customer.created_at == relationship.since;
    let outcome = if is_added { ImportOutcome::Added } else { ImportOutcome::Imported };
    Ok(Some(ImportedRow::related(outcome, relationship)))
}

impl Import<'_> {
    /// What is to become of a row. Refuses with all that is wrong with it, `refusals` and what stands in its way.
    pub(super) async fn outcome(
        &self,
        conn: &mut AsyncPgConnection,
        plan: &Plan,
        mut refusals: Vec<Refusal>,
    ) -> Result<ImportOutcome> {
        if is_domain_refused(&refusals) {
            return Err(Error::Refused(refusals));
        }
        let decided = match self.done.domains.get(&plan.domain) {
            Some(ImportOutcome::Invited) => Err(earlier(Code::AlreadyInvited)),
            Some(_) => Err(earlier(Code::AlreadyRelated)),
            None => self.by_holder(conn, plan).await?,
        };
        // What a partner says of an organization is kept only where that is added; every other has said it itself.
        let is_kept = match &decided {
            Ok(outcome) => *outcome == ImportOutcome::Added,
            Err(refusal) => refusal.code == Code::ProviderMustAdd,
        };
        refusals.retain(|refusal| is_kept || refusal.field != ["name"] && refusal.field != ["country"]);
        if let (Ok(ImportOutcome::Imported), Holder::Registered(customer)) = (&decided, &plan.holder) {
            refusals.extend(may_deal(&self.member.organization, customer));
        }
        let is_others = matches!(decided, Ok(ImportOutcome::Imported | ImportOutcome::Invited));
        if is_others && plan.reseller.is_some() {
            let message =
                "leave this out: this organization is asked by each partner itself, or by the reseller for both";
            refusals.push(Code::Invalid.on(RESELLER).saying(message));
        }
        match decided {
            Ok(outcome) if refusals.is_empty() => Ok(outcome),
            decided => {
                refusals.extend(decided.err());
                Err(Error::Refused(refusals))
            }
        }
    }

    /// As whoever has the domain decides.
    async fn by_holder(
        &self,
        conn: &mut AsyncPgConnection,
        plan: &Plan,
    ) -> Result<std::result::Result<ImportOutcome, Refusal>> {
        let customer = match &plan.holder {
            Holder::Nobody | Holder::Abandoned(_) if may_add(self.member) => return Ok(Ok(ImportOutcome::Added)),
            Holder::Nobody | Holder::Abandoned(_) => return Ok(Err(Code::ProviderMustAdd.on("domain"))),
            // Another partner's word is nobody's consent: who takes the organization over is asked like who has one.
            Holder::Unclaimed(customer) | Holder::Registered(customer) => customer,
        };
        let standing = Relationship::find_active(conn, self.member.organization.id, customer.id).await?;
        Ok(if standing.is_some() || self.done.related.contains(&customer.id) {
            Err(already_related())
        } else if plan.is_loaded {
            Ok(ImportOutcome::Imported)
        } else {
            Ok(ImportOutcome::Invited)
        })
    }

    /// Finds whether a row could be done; changes nothing.
    pub(super) async fn check(
        &self,
        conn: &mut AsyncPgConnection,
        plan: &Plan,
        outcome: ImportOutcome,
    ) -> Result<ImportedRow> {
        let (store, actor, member) = (self.store, self.actor, self.member);
        match outcome {
            ImportOutcome::Added => {
                email::check_daily_limit(store, conn, member.organization.id, self.done.mails).await?;
            }
            ImportOutcome::Imported => {}
            ImportOutcome::Invited => {
                let checked = may_send_new(store, conn, actor, member, invitation(plan), self.done.mails).await;
                checked.map_err(of_row)?;
            }
        }
        Ok(ImportedRow { outcome: Some(outcome), ..ImportedRow::default() })
    }

    /// Does a row; what is made has this id.
    pub(super) async fn make(
        &self,
        conn: &mut AsyncPgConnection,
        plan: &Plan,
        outcome: ImportOutcome,
        id: RelationshipId,
    ) -> Result<ImportedRow> {
        let (store, actor, member) = (self.store, self.actor, self.member);
        match (outcome, &plan.holder) {
            (ImportOutcome::Imported, Holder::Registered(customer)) => {
                let relationship = self.relate(conn, plan, customer, id).await?;
                Ok(ImportedRow::related(outcome, relationship))
            }
            (ImportOutcome::Invited, _) => {
                let id: InvitationId = id.cast();
                let sent = send_new(store, conn, actor, member, invitation(plan), id).await;
                Ok(ImportedRow::invited(sent.map_err(of_row)?))
            }
            // What the operator loaded is registered: the second is no row's.
            (ImportOutcome::Added | ImportOutcome::Imported, _) => {
                email::check_daily_limit(store, conn, member.organization.id, 0).await?;
                let relationship = plan.add(store, conn, actor, member, id).await?;
                Ok(ImportedRow::related(ImportOutcome::Added, relationship))
            }
        }
    }

    /// Relates the partner to a registered organization that the operator loaded for it.
    async fn relate(
        &self,
        conn: &mut AsyncPgConnection,
        plan: &Plan,
        customer: &Organization,
        id: RelationshipId,
    ) -> Result<Relationship> {
        let (partner, now) = (&self.member.organization, self.store.now());
        load::note_imported(conn, partner.id, &plan.domain, now).await?;
        let words = [plan.administrator.email.as_str()];
        let relationship = Relationship::establish_uninvited(conn, id, partner, customer, &words, now).await?;
        let imported = Change::new(Event::CustomerImported, customer.id).read_by([partner.id, customer.id]);
        let mut changes = vec![imported, established(&relationship, serde_json::json!({}))];
        // Nobody of the customer agreed to anything now: what the partner kept of an earlier relationship is over.
        let ended = AdminGrant::end_before_relationship(conn, partner.id, customer.id, None, now).await?;
        changes.extend(ended.iter().map(AdminGrant::ended));
        activity::record_all(conn, self.actor, now, changes).await?;
        Ok(relationship)
    }
}

impl ImportedRow {
    fn related(outcome: ImportOutcome, relationship: Relationship) -> Self {
        Self { outcome: Some(outcome), relationship: Some(relationship), ..Self::default() }
    }

    fn invited(invitation: Invitation) -> Self {
        Self { outcome: Some(ImportOutcome::Invited), invitation: Some(invitation), ..Self::default() }
    }
}

fn earlier(code: Code) -> Refusal {
    code.on("domain").saying("an earlier row has this domain")
}

/// Region and cloud of the organization as it is; what the cloud requires was asked of the partner.
fn may_deal(partner: &Organization, customer: &Organization) -> impl Iterator<Item = Refusal> {
    let askers = Askers { inviter: partner.clone(), provider: None };
    let refusals = askers.between(customer, true).into_iter();
    refusals.map(|refusal| Refusal { field: vec!["domain".to_owned()], ..refusal })
}

/// The usual invitation, to the administrator named, of the organization that has shown to own the address's domain.
fn invitation(plan: &Plan) -> NewInvitation {
    let administrator = plan.administrator.clone();
    NewInvitation {
        kind: InvitationKind::ResellerRelationship,
        recipient: NewRecipient {
            email: administrator.email,
            name: administrator.name,
            locale: Some(administrator.locale),
            organization_id: None,
        },
        administration: None,
        indirect_provider_id: None,
        provider_administration: None,
        subject: None,
        text: None,
        expires_after: EXPIRES_AFTER.to_owned(),
        idempotency_key: None,
    }
}

/// A refusal of an invitation, on the field of the row that it came from.
fn of_row(error: Error) -> Error {
    let Error::Refused(mut refusals) = error else { return error };
    for refusal in &mut refusals {
        let path: Vec<&str> = refusal.field.iter().map(String::as_str).collect();
        let field: &[&str] = match path[..] {
            ["recipient", "email"] => &["administrator", "email"],
            ["recipient", "name"] => &["administrator", "name"],
            ["recipient", "locale"] => &["administrator", "locale"],
            ["recipient"] => &["domain"],
            _ => &[],
        };
        refusal.field = field.iter().map(|part| (*part).to_owned()).collect();
    }
    Error::Refused(refusals)
}
