//! The written account of every change.

use std::str::FromStr;

use async_graphql::{Context, Error, ID, InputObject, Json, Object, SimpleObject};
use domain::activity::seal::Proof as ActivityProof;
use domain::activity::{self as rows, ActorKind, Event};
use domain::id::{Id, Named, read};
use domain::organization::{Organization as OrganizationRow, OrganizationId};
use domain::user::User as UserRow;
use uuid::Uuid;

use super::connection::{ActivityConnection, PageArgs};
use super::context::ContextExt;
use super::error::bad_request;
use super::lists::Activities;
use super::loaders::SealOf;
use super::node::{self, Node};
use super::organization::{self, Organization};
use super::scalars::DateTime;
use super::user::{self, User};

/// A change: who did what, when, to what. Written with the change and never altered; the seal proves it.
#[derive(Clone)]
pub struct Activity(pub(super) rows::Activity);

impl From<rows::Activity> for Activity {
    fn from(row: rows::Activity) -> Self {
        Self(row)
    }
}

/// A change: who did what, when, to what. Written with the change and never altered; the seal proves it.
#[Object]
impl Activity {
    /// `act_…`
    pub(super) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What happened, `noun.past`: one of `invitation.drafted`, `invitation.edited`, `invitation.sent`,
    /// `invitation.opened`, `invitation.resent`, `invitation.renewal_requested`, `invitation.accepted`,
    /// `invitation.declined`, `invitation.revoked`, `invitation.expired`, `invitation.reminded`,
    /// `invitation.undeliverable`, `relationship.established`, `relationship.removed`, `support_contact.assigned`,
    /// `service_request.opened`, `support_profile.updated`, `partnership.established`,
    /// `partnership.ended`, `admin_grant.granted`, `admin_grant.revoked`, `admin_grant.ended`, `admin_grant.extended`,
    /// `admin_grant.expiring`, `admin_grant.expired`, `admin_grant.roles_changed`, `admin_grant.auto_extend_changed`,
    /// `business_profile.updated`, `agreement.accepted`, `agreement.attested`, `customer.added`, `customer.imported`,
    /// `organization.registered`, `user.added`, `customer_user.created`, `customer_user.updated`, `customer_user.deleted`,
    /// `customer_user.restored`, `customer_user.purged`. More may be added.
    async fn event(&self) -> &str {
        self.0.event.as_str()
    }

    /// When.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }

    /// Who did it. Null: the system itself, the platform's staff, the holder of a link who was not signed in, or a person
    /// who was purged since. Of another organization's people only name and organization are shown, unless a grant shows
    /// more.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<User>, Error> {
        match (self.0.actor_kind, self.0.actor_id) {
            (ActorKind::User, Some(id)) => user::referred(ctx, Some(id.into())).await,
            _ => Ok(None),
        }
    }

    /// The organization of who did it. Null as `actor` is.
    async fn actor_organization(&self, ctx: &Context<'_>) -> Result<Option<Organization>, Error> {
        match self.0.actor_organization_id {
            Some(id) => organization::referred(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// What was changed, as it is now. Null: it is not yours to see.
    async fn subject(&self, ctx: &Context<'_>) -> Result<Option<Node>, Error> {
        node::find(ctx, &self.0.subject_kind, self.0.subject_id).await
    }

    /// What changed, an object; never a secret. `kind`, `delegatedAdministration` and `indirectProviderId` (null: the
    /// inviter asks alone) of a draft, `reinstatesId` of one that asks for a removed relationship again, `changed` of an
    /// edit, of a business profile, of a support profile and of a person who was created
    /// or changed: the names of the fields that differ,
    /// `byHand` of a sending, `daysLeft` of a reminder, `attempts` of a mail given up, `indirectProviderId` of an indirect
    /// reseller's relationship made with the indirect provider's, by a joint invitation or an added customer, and
    /// `indirectResellerId` of the provider's, `removedBy` and `delegatedAdministration` of a relationship that was removed,
    /// `organizationId` and `customerId` of a support contact, `relationshipId` of a service request, `scope`, `roles` and
    /// `endsAt` of a grant, `endedBy` and `delegatedAdministration` of a partnership that ended, `kind` and `version` of an
    /// agreement, and of an attested one `customerId`; empty for the rest.
    async fn details(&self) -> Json<serde_json::Value> {
        Json(self.0.details.clone())
    }

    /// The proof that it stands in the sealed account. Null until it is sealed, within a minute.
    async fn seal(&self, ctx: &Context<'_>) -> Result<Option<ActivitySeal>, Error> {
        let Some(proof) = ctx.loaders().load_one(SealOf(self.0.id)).await? else { return Ok(None) };
        let batch = i32::try_from(proof.batch).unwrap_or(i32::MAX);
        let ActivityProof { size, position, leaf, root, siblings: proof, .. } = proof;
        Ok(Some(ActivitySeal { batch, size, position, leaf, root, proof }))
    }
}

/// Where an activity stands in the sealed account: a Merkle tree (RFC 9162, SHA-256) a batch, each chained to the one
/// before and signed.
#[derive(SimpleObject)]
pub struct ActivitySeal {
    /// The batch's number, from 1.
    batch: i32,
    /// How many activities it seals.
    size: i32,
    /// Its place among them, from 0.
    position: i32,
    /// Its own leaf, in hex: SHA-256 over 0x00, a salt and the activity. That it is this activity's, the operator shows,
    /// who has the salt.
    leaf: String,
    /// The batch's Merkle root, in hex.
    root: String,
    /// The siblings from the leaf to the root, in hex: with size and position they climb to the root (RFC 9162, section
    /// 2.1.3.2).
    proof: Vec<String>,
}

/// Which activity.
#[derive(InputObject, Default)]
pub struct ActivityFilter {
    /// Of these events, as `Activity.event` names them; of all when left out.
    event: Option<Vec<String>>,
    /// From then on.
    since: Option<DateTime>,
    /// Before then.
    until: Option<DateTime>,
    /// Of this object.
    subject_id: Option<ID>,
    /// By this user.
    actor_id: Option<ID>,
}

impl ActivityFilter {
    /// As the domain has it; BAD_REQUEST where an event or an id is none.
    pub(super) fn read(filter: Option<Self>) -> Result<rows::ActivityFilter, Error> {
        let filter = filter.unwrap_or_default();
        let event = |name: String| event("filter.event", &name);
        Ok(rows::ActivityFilter {
            events: filter.event.unwrap_or_default().into_iter().map(event).collect::<Result<_, _>>()?,
            since: filter.since.map(|at| at.0),
            until: filter.until.map(|at| at.0),
            subject: filter.subject_id.map(|id| subject_id("filter.subjectId", &id)).transpose()?,
            actor: filter.actor_id.map(|id| actor_id("filter.actorId", &id)).transpose()?,
        })
    }
}

/// The event of this name; BAD_REQUEST where there is none.
pub(crate) fn event(argument: &str, name: &str) -> Result<Event, Error> {
    let unknown = |_| bad_request(format!("{argument}: there is no event \"{}\"", shown(name)));
    Event::from_str(name).map_err(unknown)
}

/// What a client gave, shortened and without what cannot be seen, as a message may quote it.
pub(crate) fn shown(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic()).take(40).collect()
}

/// The UUID of a user's id; BAD_REQUEST naming the argument where it is none.
pub(crate) fn actor_id(argument: &str, id: &ID) -> Result<Uuid, Error> {
    let wrong = |_| bad_request(format!("{argument}: this is no user's id"));
    id.parse::<Id<UserRow>>().map(Id::uuid).map_err(wrong)
}

/// The UUID of any object's id; partner and account stand for their organization. BAD_REQUEST naming the argument where
/// it is none.
pub(crate) fn subject_id(argument: &str, id: &ID) -> Result<Uuid, Error> {
    match read(id) {
        Ok((prefix, uuid)) if node::PREFIXES.contains(&prefix.as_str()) || prefix == OrganizationRow::PREFIX => {
            Ok(uuid)
        }
        _ => Err(bad_request(format!("{argument}: this is no object's id"))),
    }
}

/// A page of an organization's activity. None: the caller may not read it.
pub(super) async fn page(
    ctx: &Context<'_>,
    organization: OrganizationId,
    may: bool,
    filter: Option<ActivityFilter>,
    args: PageArgs,
) -> Result<Option<ActivityConnection>, Error> {
    let page = args.request(rows::Activity::NEWEST)?;
    let which = Activities { filter: ActivityFilter::read(filter)?, page };
    if !may {
        return Ok(None);
    }
    Ok(Some(ActivityConnection::new(ctx.page(organization.uuid(), which).await?, rows::Activity::NEWEST)))
}
