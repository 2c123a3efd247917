//! What a line of the demo world's invitations comes to: the row, the mails that went out, what was agreed, the account.

use chrono::{DateTime, Days, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::activity::{self, Change, Event};
use domain::actor::{Actor, Member};
use domain::admin_grant::{AdminGrant, AdminGrantId, RequestedAdministration};
use domain::agreement::{Agreement, AgreementKind};
use domain::email::{EmailId, EmailKind, EmailStatus};
use domain::error::Result;
use domain::invitation::{Invitation, InvitationId, InvitationKind, InvitationStatus};
use domain::organization::Organization;
use domain::partnership::SharedCustomer;
use domain::relationship::{Relationship, RelationshipId};
use domain::schema::{emails, invitation_outcomes, invitations, relationships};
use serde_json::json;
use uuid::Uuid;

use super::invitations::{Became, DemoInvitation};
use super::partnerships::Partnerships;
use super::{People, agreements, id_at};

/// The words of every mail between greeting and name.
const TEXT: &str = "We would like to manage your cloud subscriptions with you as your reseller.\n\n\
    To see what we ask for and to answer, a global administrator of your organization follows this personal link:\n\n\
    {{link}}\n\n\
    Kind regards";

/// One invitation, who had to do with it, and when.
#[derive(Debug)]
pub(super) struct Story<'a> {
    demo: &'a DemoInvitation,
    id: InvitationId,
    inviter: &'a Member,
    /// The indirect provider who asks together with the inviter.
    provider: Option<&'a Organization>,
    /// Who accepted or declined.
    answerer: Option<&'a Member>,
    drafted: DateTime<Utc>,
    /// An hour later.
    sent: Option<DateTime<Utc>>,
    deadline: Option<DateTime<Utc>>,
    /// The next day, by who answered then.
    opened: Option<DateTime<Utc>>,
    /// Accepted, declined or revoked two days after it was sent; or expired.
    ended: Option<DateTime<Utc>>,
}

impl<'a> Story<'a> {
    pub(super) fn of(demo: &'a DemoInvitation, people: &'a People, now: DateTime<Utc>) -> Self {
        let drafted = now - Days::new(demo.days);
        let sent = (demo.became != Became::Draft).then(|| drafted + TimeDelta::hours(1));
        let deadline = sent.and_then(|sent| demo.became.stands().after(sent));
        let ended = match demo.became.status() {
            InvitationStatus::Draft | InvitationStatus::Pending => None,
            InvitationStatus::Expired => deadline,
            _ => sent.map(|sent| sent + TimeDelta::days(2)),
        };
        Self {
            demo,
            id: id_at(drafted),
            inviter: people.get(&format!("agent@{}", demo.by)),
            provider: demo.with.map(|domain| &people.get(&format!("admin@{domain}")).organization),
            answerer: demo.became.is_answer().then(|| people.get(demo.to)),
            drafted,
            sent,
            deadline,
            opened: sent.filter(|_| demo.became.is_answer()).map(|sent| sent + TimeDelta::days(1)),
            ended,
        }
    }

    /// Stores it with all that came of it.
    pub(super) async fn insert(
        &self,
        conn: &mut AsyncPgConnection,
        agreements: &[Agreement],
        partnerships: &Partnerships,
    ) -> Result<()> {
        self.insert_invitation(conn).await?;
        self.insert_mails(conn).await?;
        self.record(conn).await?;
        match (self.demo.became, self.answerer, self.ended) {
            (Became::Accepted, Some(customer), Some(at)) => {
                let own = self.establish(conn, customer, at, agreements).await?;
                match self.provider {
                    Some(provider) => self.share(conn, partnerships, provider, &own, customer, at).await,
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    async fn insert_invitation(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let (demo, became) = (self.demo, self.demo.became);
        let asked = demo.asks.administration();
        let partner = &self.inviter.organization.name;
        let subject = match self.provider {
            Some(provider) => {
                format!("{partner} and {} ask to be your reseller and its indirect provider", provider.name)
            }
            None => format!("{partner} asks to be your reseller"),
        };
        let reminded = became == Became::Pending;
        let row = (
            (
                invitations::id.eq(self.id),
                invitations::kind.eq(InvitationKind::ResellerRelationship),
                invitations::status.eq(became.status()),
                invitations::inviter_id.eq(self.inviter.organization.id),
                invitations::created_by.eq(self.inviter.id()),
                invitations::created_at.eq(self.drafted),
                invitations::recipient_email.eq(demo.to),
                invitations::recipient_name.eq(demo.name),
                invitations::recipient_locale.eq("en"),
                invitations::indirect_provider_id.eq(self.provider.map(|provider| provider.id)),
            ),
            (
                invitations::admin_scope.eq(demo.asks.scope()),
                invitations::admin_roles.eq(asked.as_ref().map_or(&[][..], RequestedAdministration::roles)),
                invitations::admin_duration.eq(asked.as_ref().and_then(RequestedAdministration::duration)),
                invitations::subject.eq(subject),
                invitations::template.eq(format!("Hello {},\n\n{TEXT}\n{partner}", demo.name)),
                invitations::expires_after.eq(became.stands()),
                invitations::by_hand.eq(became == Became::PendingByHand),
            ),
            (
                invitations::sent_at.eq(self.sent),
                invitations::expires_at.eq(self.deadline),
                invitations::remind_at.eq(self.deadline.filter(|_| reminded).map(|it| it - TimeDelta::days(7))),
                invitations::opened_at.eq(self.opened),
                invitations::answered_at.eq(self.ended.filter(|_| became.is_answer())),
                invitations::answered_by.eq(self.answerer.map(Member::id)),
                invitations::decline_reason.eq(became.decline_reason()),
                invitations::revoked_at.eq(self.ended.filter(|_| became.status() == InvitationStatus::Revoked)),
                invitations::revoke_reason.eq(became.revoke_reason()),
            ),
        );
        diesel::insert_into(invitations::table).values(row).execute(conn).await?;
        Ok(())
    }

    /// Stores its mails as the mail server took them: none is queued.
    async fn insert_mails(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let request = self.sent.filter(|_| self.demo.became != Became::PendingByHand);
        let request = request.map(|at| (EmailKind::Invitation, at));
        let news = match self.demo.became {
            Became::Accepted => self.ended.map(|at| (EmailKind::InvitationAccepted, at)),
            Became::Declined(_) => self.ended.map(|at| (EmailKind::InvitationDeclined, at)),
            Became::Expired => self.ended.map(|at| (EmailKind::InvitationExpired, at)),
            Became::Draft | Became::Pending | Became::PendingByHand | Became::Revoked(_) => None,
        };
        for (kind, at) in request.into_iter().chain(news) {
            let id: EmailId = id_at(at);
            let row = (
                emails::id.eq(id),
                emails::kind.eq(kind),
                emails::invitation_id.eq(self.id),
                emails::link_version.eq(1),
                emails::organization_id.eq(self.inviter.organization.id),
                emails::created_at.eq(at),
                emails::next_attempt_at.eq(at),
                emails::status.eq(EmailStatus::Sent),
                emails::attempts.eq(1),
                emails::sent_at.eq(at + TimeDelta::seconds(1)),
            );
            diesel::insert_into(emails::table).values(row).execute(conn).await?;
        }
        Ok(())
    }

    /// Writes the account of it, as the verbs would have.
    async fn record(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let inviter = acting(self.inviter);
        let (end, ender) = match self.demo.became {
            Became::Declined(_) => (Event::InvitationDeclined, self.answerer.map_or(Actor::System, acting)),
            Became::Revoked(_) => (Event::InvitationRevoked, inviter.clone()),
            Became::Expired => (Event::InvitationExpired, Actor::System),
            // Of the others none but the accepted one has ended.
            _ => (Event::InvitationAccepted, self.answerer.map_or(Actor::System, acting)),
        };
        let by_hand = self.demo.became == Became::PendingByHand;
        let asked = self.demo.asks.scope();
        let provider = self.provider.map(|provider| provider.id);
        let drafted = json!({
            "kind": InvitationKind::ResellerRelationship,
            "delegatedAdministration": asked,
            "indirectProviderId": provider.map(|provider| provider.to_string()),
        });
        let steps = [
            (Some(self.drafted), Event::InvitationDrafted, inviter.clone(), drafted),
            (self.sent, Event::InvitationSent, inviter, json!({ "byHand": by_hand })),
            (self.opened, Event::InvitationOpened, Actor::Visitor, json!({})),
            (self.ended, end, ender, json!({})),
        ];
        for (at, event, actor, details) in steps {
            let Some(at) = at else { continue };
            let change = Change::new(event, self.id).read_by([self.inviter.organization.id]).with(details);
            // The provider reads what happens from sending on.
            let change = change.read_by(provider.filter(|_| event != Event::InvitationDrafted));
            // What the customer did the customer reads too.
            let change = change.read_by(self.answerer.filter(|_| event == end).map(|it| it.organization.id));
            activity::record(conn, &actor, at, change).await?;
        }
        Ok(())
    }

    /// Makes the inviter's relationship and the grant that were accepted.
    async fn establish(
        &self,
        conn: &mut AsyncPgConnection,
        customer: &Member,
        at: DateTime<Utc>,
        texts: &[Agreement],
    ) -> Result<Relationship> {
        // The account tells in this order what happened at once.
        let [agreed_at, made_at, granted_at] = [1, 2, 3].map(|place| at + TimeDelta::microseconds(place));
        agreements::accept(conn, texts, AgreementKind::Customer, customer, agreed_at).await?;
        let both = [self.inviter.organization.id, customer.organization.id];
        let invitation = Invitation::find(conn, &[self.id]).await?.pop();
        let (partner, other) = (&self.inviter.organization, &customer.organization);
        let made = Relationship::establish(conn, partner, other, invitation.as_ref(), at).await?;
        self.note_outcome(conn, Some(made.id), None).await?;
        let details = self.provider.map(|provider| json!({ "indirectProviderId": provider.id.to_string() }));
        let change = Change::new(Event::RelationshipEstablished, made.id).read_by(both);
        let change = change.with(details.unwrap_or_else(|| json!({})));
        activity::record(conn, &acting(customer), made_at, change).await?;

        let Some(asked) = self.demo.asks.administration() else { return Ok(made) };
        let granted = AdminGrant::granting(&asked, partner.id, other.id, Some(self.id), at);
        let grant = AdminGrant { id: id_at(at), ..granted };
        grant.insert(conn).await?;
        self.note_outcome(conn, None, Some(grant.id)).await?;
        let change = Change::new(Event::AdminGrantGranted, grant.id).read_by(both).with(grant.granted_details());
        activity::record(conn, &acting(customer), granted_at, change).await?;
        Ok(made)
    }

    /// Shares the customer with the provider, whose own relationship stood before: nothing more is made.
    async fn share(
        &self,
        conn: &mut AsyncPgConnection,
        partnerships: &Partnerships,
        provider: &Organization,
        own: &Relationship,
        customer: &Member,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let standing = relationships::table
            .filter(relationships::partner_id.eq(provider.id))
            .filter(relationships::customer_id.eq(customer.organization.id))
            .select(Relationship::as_select());
        let standing: Relationship = standing.first(conn).await?;
        self.note_outcome(conn, Some(standing.id), None).await?;
        let partnership = partnerships.of(provider.id, self.inviter.organization.id);
        SharedCustomer::share(conn, partnership, &standing, own, &customer.organization, at).await
    }

    async fn note_outcome(
        &self,
        conn: &mut AsyncPgConnection,
        relationship: Option<RelationshipId>,
        grant: Option<AdminGrantId>,
    ) -> Result<()> {
        let row = (
            invitation_outcomes::id.eq(Uuid::now_v7()),
            invitation_outcomes::invitation_id.eq(self.id),
            invitation_outcomes::relationship_id.eq(relationship),
            invitation_outcomes::admin_grant_id.eq(grant),
        );
        diesel::insert_into(invitation_outcomes::table).values(row).execute(conn).await?;
        Ok(())
    }
}

fn acting(member: &Member) -> Actor {
    Actor::Member(Box::new(member.clone()))
}
