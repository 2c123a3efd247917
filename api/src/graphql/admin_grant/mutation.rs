//! What can be done to a grant.

use async_graphql::{Context, Error, ID, Object, SimpleObject};
use domain::admin_grant::{self as verbs, AdminGrantId};
use domain::error::{self as refusal, Code};

use super::AdminGrant;
use super::input::{
    ChangeAdminGrantRolesInput, EndAdminGrantInput, RevokeAdminGrantInput, SetAdminGrantAutoExtendInput,
};
use crate::graphql::context::ContextExt;
use crate::graphql::error::{UserError, payload};

/// What can be done to a grant.
#[derive(Default)]
pub struct AdminGrantMutation;

/// What came of taking a grant away.
#[derive(SimpleObject)]
pub struct RevokeAdminGrantPayload {
    /// The grant, REVOKED. Null: refused.
    admin_grant: Option<AdminGrant>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What came of giving a grant back.
#[derive(SimpleObject)]
pub struct EndAdminGrantPayload {
    /// The grant, ENDED. Null: refused.
    admin_grant: Option<AdminGrant>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What came of narrowing a grant.
#[derive(SimpleObject)]
pub struct ChangeAdminGrantRolesPayload {
    /// The grant with the roles that stay. Null: refused.
    admin_grant: Option<AdminGrant>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What came of having a grant extend itself, or no longer.
#[derive(SimpleObject)]
pub struct SetAdminGrantAutoExtendPayload {
    /// The grant. Null: refused.
    admin_grant: Option<AdminGrant>,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What can be done to a grant.
#[Object]
impl AdminGrantMutation {
    /// Takes a grant on your own tenant away, at any time; the relationship stands. The customer's GLOBAL_ADMIN; both sides
    /// are mailed. One that is REVOKED is given again; one that is over otherwise: NO_ADMIN_GRANT. Event:
    /// `admin_grant.revoked`.
    async fn revoke_admin_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grant.")] input: RevokeAdminGrantInput,
    ) -> Result<RevokeAdminGrantPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let revoked = match read(&input.id) {
            Ok(id) => verbs::revoke(ctx.store(), actor, id).await,
            Err(unknown) => Err(unknown),
        };
        let (admin_grant, user_errors) = payload(ctx, revoked)?;
        Ok(RevokeAdminGrantPayload { admin_grant: admin_grant.map(AdminGrant), user_errors })
    }

    /// Gives a grant that you hold back, at any time; the relationship stands. The partner's GLOBAL_ADMIN and ADMIN_AGENT,
    /// also of a suspended partner; both sides are mailed. One that is ENDED is given again; one that is over otherwise:
    /// NO_ADMIN_GRANT. Event: `admin_grant.ended`.
    async fn end_admin_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grant.")] input: EndAdminGrantInput,
    ) -> Result<EndAdminGrantPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let ended = match read(&input.id) {
            Ok(id) => verbs::end(ctx.store(), actor, id).await,
            Err(unknown) => Err(unknown),
        };
        let (admin_grant, user_errors) = payload(ctx, ended)?;
        Ok(EndAdminGrantPayload { admin_grant: admin_grant.map(AdminGrant), user_errors })
    }

    /// Leaves a GRANULAR grant on your own tenant fewer roles, at any time. The customer's GLOBAL_ADMIN. Roles it does not
    /// have, and a FULL grant: INVALID; one that is over: NO_ADMIN_GRANT. Just the roles it has change nothing. Event:
    /// `admin_grant.roles_changed`.
    async fn change_admin_grant_roles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grant, and which roles stay.")] input: ChangeAdminGrantRolesInput,
    ) -> Result<ChangeAdminGrantRolesPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let roles = input.roles.into_iter().map(Into::into).collect();
        let changed = match read(&input.id) {
            Ok(id) => verbs::change_roles(ctx.store(), actor, id, roles).await,
            Err(unknown) => Err(unknown),
        };
        let (admin_grant, user_errors) = payload(ctx, changed)?;
        Ok(ChangeAdminGrantRolesPayload { admin_grant: admin_grant.map(AdminGrant), user_errors })
    }

    /// Has a GRANULAR grant extend itself by P180D at its end, or no longer. The customer's GLOBAL_ADMIN, and the partner's
    /// GLOBAL_ADMIN and ADMIN_AGENT, to have it go on of an authorized partner; the other side is mailed, and both where
    /// notice of the end was given. With GLOBAL_ADMINISTRATOR: AUTO_EXTEND_NOT_ALLOWED; a FULL grant: INVALID; one that is
    /// over: NO_ADMIN_GRANT; for a partner to have it go on that is related to the customer no longer: NO_RELATIONSHIP. What
    /// is so already changes nothing. Event: `admin_grant.auto_extend_changed`.
    async fn set_admin_grant_auto_extend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grant, and whether it extends itself.")] input: SetAdminGrantAutoExtendInput,
    ) -> Result<SetAdminGrantAutoExtendPayload, Error> {
        let actor = &ctx.signed_in()?.actor;
        let set = match read(&input.id) {
            Ok(id) => verbs::set_auto_extend(ctx.store(), actor, id, input.auto_extend).await,
            Err(unknown) => Err(unknown),
        };
        let (admin_grant, user_errors) = payload(ctx, set)?;
        Ok(SetAdminGrantAutoExtendPayload { admin_grant: admin_grant.map(AdminGrant), user_errors })
    }
}

/// A grant's id; what is none is refused as what is unknown.
fn read(id: &ID) -> refusal::Result<AdminGrantId> {
    id.parse().map_err(|_| Code::NotFound.on("id").into())
}
