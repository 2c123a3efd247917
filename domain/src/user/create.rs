//! Makes a person of an organization, who has not signed in yet.

use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde_json::json;

use super::input::{check_roles, each_once};
use super::managed::ONE_PER_ADDRESS;
use super::{NewUser, User, UserId, UserStatus, address};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::delegation::{Authority, TenantAction};
use crate::error::{Code, Error, OnConstraint, Result, refuse_all};
use crate::idempotency::Once;
use crate::organization::Organization;
use crate::schema::users;
use crate::store::Store;
use crate::text::{Checks, LONGEST_NAME};

/// Makes a person in a tenant that the actor manages; who signs in there with that address, verified, becomes them. A
/// repeated `idempotency_key` gives the first person again.
///
/// Giving a role takes GLOBAL_ADMINISTRATOR. Refuses with `NOT_FOUND` an organization that is not the actor's to manage, with
/// `FORBIDDEN`, `NOT_AUTHORIZED_PARTNER` and `NO_ADMIN_GRANT` as [`crate::delegation`] has it, with `CONFLICT` an address
/// that somebody else there has, and everything that is wrong with the input at once.
pub async fn create(store: &Store, actor: &Actor, mut new: NewUser) -> Result<User> {
    let now = store.now();
    new.roles = each_once(new.roles);
    let conn = &mut store.connection().await?;
    conn.transaction(async |conn| {
        let (member, authority, organization) = Authority::hold(conn, actor, new.organization_id, "customerId").await?;
        let gives_role = !new.roles.is_empty();
        authority.check(TenantAction::ManageUsers, gives_role, "customerId", now)?;
        let key = new.idempotency_key.as_deref();
        let input = (organization.id.to_string(), &new);
        let once = Once::new(member.organization.id, "createCustomerUser", key, &input)?;
        let id = UserId::fresh();
        if let Some(once) = once
            && let Some(Some(first)) = once.take(conn, now, Some(id.uuid())).await?
        {
            // As it is now; who was purged since is gone.
            let first = User::find_visible(conn, actor, &[first.into()], now).await?.pop();
            return first.ok_or_else(|| Code::NotFound.on("idempotencyKey").into());
        }
        let fields = new.fields();
        let user = new.into_user(conn, &organization, id, now).await?;
        let created = diesel::insert_into(users::table).values(&user).execute(conn).await;
        created.on_constraint(ONE_PER_ADDRESS, address::taken("email"))?;
        let change = Change::new(Event::CustomerUserCreated, id).with(json!({ "changed": fields }));
        let readers = [organization.id, member.organization.id];
        activity::record(conn, actor, now, change.read_by(readers)).await?;
        Ok::<_, Error>(user)
    })
    .await
}

impl NewUser {
    /// The names of the fields that are given.
    fn fields(&self) -> Vec<&'static str> {
        let given = [("locale", self.locale.is_some()), ("roles", !self.roles.is_empty())];
        let given = given.into_iter().filter_map(|(field, is_given)| is_given.then_some(field));
        ["name", "email"].into_iter().chain(given).collect()
    }

    /// Checks all of it and gives the person.
    async fn into_user(
        self,
        conn: &mut AsyncPgConnection,
        organization: &Organization,
        id: UserId,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<User> {
        let mut checks = Checks::default();
        let name = checks.required_line("name", &self.name, LONGEST_NAME);
        let email = address::check(conn, organization.id, &self.email, None, &mut checks).await?;
        let locale = match &self.locale {
            Some(locale) => checks.locale("locale", locale),
            None => organization.locale.clone(),
        };
        check_roles(conn, organization.id, &self.roles, &mut checks).await?;
        refuse_all(checks.0)?;
        // Nobody has granted anything in a tenant that nobody has claimed.
        let issuer = organization.issuer.clone().ok_or_else(|| Code::NoAdminGrant.on("customerId"))?;
        Ok(User {
            id,
            organization_id: organization.id,
            issuer,
            subject: None,
            name,
            email,
            email_verified_at: None,
            locale,
            roles: self.roles,
            status: UserStatus::Active,
            deleted_at: None,
            created_at: now,
        })
    }
}
