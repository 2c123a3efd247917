//! A person who is about to be changed by whoever manages the organization's people.

use chrono::{DateTime, Utc};
use diesel::dsl::{exists, select};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Role, User, UserId, UserStatus, is_kept};
use crate::activity::{self, Change, Event};
use crate::actor::{Actor, Member};
use crate::delegation::Authority;
use crate::error::{Code, Error, OnConstraint, Refusal, Result};
use crate::organization::Organization;
use crate::schema::users;

/// The unique index that leaves everybody an address of their own.
pub(super) const ONE_PER_ADDRESS: &str = "users_one_per_address";

/// A person, locked behind their organization, and by what right somebody comes to them.
pub(super) struct Managed {
    pub(super) member: Member,
    pub(super) authority: Authority,
    pub(super) organization: Organization,
    pub(super) user: User,
}

impl Managed {
    /// The person of this id. Refuses with `NOT_FOUND` who is not there, or of an organization that is not the actor's to
    /// manage; what the right allows is yet to be asked.
    pub(super) async fn lock(
        conn: &mut AsyncPgConnection,
        actor: &Actor,
        id: UserId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        // Whoever is of no organization is not told whether there is such a person.
        if actor.member().is_none() {
            return Err(Code::Forbidden.into());
        }
        let nobody = || Error::from(Code::NotFound.on("id"));
        let found = users::table.find(id).filter(is_kept(now)).select(users::organization_id).first(conn).await;
        let organization = found.optional()?.ok_or_else(nobody)?;
        let (member, authority, organization) = Authority::hold(conn, actor, organization, "id").await?;
        let found = users::table.find(id).filter(is_kept(now)).select(User::as_select()).for_no_key_update();
        let user: Option<User> = found.first(conn).await.optional()?;
        Ok(Self { member, authority, organization, user: user.ok_or_else(nobody)? })
    }

    /// Writes the person as they are now, and tells the organization and who acts for it.
    pub(super) async fn save(
        self,
        conn: &mut AsyncPgConnection,
        actor: &Actor,
        now: DateTime<Utc>,
        change: Change,
        taken: Refusal,
    ) -> Result<User> {
        let row = (
            users::name.eq(&self.user.name),
            users::email.eq(&self.user.email),
            users::email_verified_at.eq(self.user.email_verified_at),
            users::locale.eq(&self.user.locale),
            users::roles.eq(&self.user.roles),
            users::status.eq(self.user.status),
            users::deleted_at.eq(self.user.deleted_at),
            // An address that is given here is nobody else's.
            users::shares_address.eq(users::shares_address.and(users::email.eq(&self.user.email))),
        );
        let saved = diesel::update(users::table.find(self.user.id)).set(row).execute(conn).await;
        saved.on_constraint(ONE_PER_ADDRESS, taken)?;
        let change = change.read_by([self.organization.id, self.member.organization.id]);
        activity::record(conn, actor, now, change).await?;
        Ok(self.user)
    }

    /// What happened to the person.
    pub(super) fn change(&self, event: Event) -> Change {
        Change::new(event, self.user.id)
    }
}

/// Whether the organization has no active global administrator but this one. Who has never signed in stands in for nobody
/// who has: else whoever may make people could lock the organization out. Read under the organization's lock.
pub(super) async fn is_last_admin(conn: &mut AsyncPgConnection, admin: &User) -> Result<bool> {
    let mut others = users::table
        .filter(users::organization_id.eq(admin.organization_id))
        .filter(users::id.ne(admin.id))
        .filter(users::status.eq(UserStatus::Active))
        .filter(users::roles.contains(vec![Role::GlobalAdmin]))
        .select(users::id)
        .into_boxed();
    if admin.subject.is_some() {
        others = others.filter(users::subject.is_not_null());
    }
    let has_another: bool = select(exists(others)).get_result(conn).await?;
    Ok(!has_another)
}
