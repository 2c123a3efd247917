//! Either side has a granular grant extend itself, or no longer.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;

use super::told::{News, tell};
use super::{AdminGrant, AdminGrantId};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::email::EmailKind;
use crate::error::{Code, Error, Result};
use crate::outbox::Outbox;
use crate::partnership::Partnership;
use crate::policy::Action;
use crate::relationship::{Relationship, RelationshipSide};
use crate::store::Store;

/// Has a grant extend itself at its end, or no longer; for either of its two sides. The other is told, and both where they
/// were told of the end.
///
/// Where it is so already nothing changes. A suspended partner may have it end, and not have it go on; nor may one that kept it
/// and is related to the customer no longer: `NO_RELATIONSHIP`. Refuses with `INVALID` a FULL grant, which has no end, and with
/// `AUTO_EXTEND_NOT_ALLOWED` one with the global administrator's role; with `NOT_FOUND` what is not theirs, and with
/// `NO_ADMIN_GRANT` what is over.
///
/// Locks in one order: relationship or partnership, the grant.
pub async fn set_auto_extend(store: &Store, actor: &Actor, id: AdminGrantId, auto_extend: bool) -> Result<AdminGrant> {
    let member = actor.member().ok_or(Code::Forbidden)?;
    if !member.can(Action::EndAdminGrant) && !member.can(Action::RevokeAdminGrant) {
        return Err(Code::Forbidden.into());
    }
    let store = &store.at_one_moment();
    let conn = &mut store.connection().await?;
    let set = conn
        .transaction(async |conn| {
            let is_related = hold_related(conn, id).await?;
            let (mut grant, side) = AdminGrant::lock_own(conn, member, id).await?;
            match side {
                RelationshipSide::Partner if auto_extend => actor.may(Action::EndAdminGrant)?,
                RelationshipSide::Partner => actor.may_withdraw(Action::EndAdminGrant)?,
                RelationshipSide::Customer => actor.may_as_customer(Action::RevokeAdminGrant)?,
            };
            grant.catch_up(conn, store.now()).await?;
            let changed = grant.set_auto_extend(auto_extend, side, store.now())?;
            if changed && auto_extend && side == RelationshipSide::Partner && !is_related {
                let message = "you are not related to this customer any more, and cannot use this grant: let it end";
                return Err(Code::NoRelationship.on("id").saying(message).into());
            }
            if changed {
                grant.save(conn).await?;
                let details = json!({ "autoExtend": auto_extend });
                let change = Change::new(Event::AdminGrantAutoExtendChanged, id).read_by(grant.sides()).with(details);
                activity::record(conn, actor, store.now(), change).await?;
                let news = News::changed(&grant, side, store.now());
                tell(conn, EmailKind::AdminGrantAutoExtendChanged, &[news], store.now()).await?;
            }
            Ok::<_, Error>(grant)
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(set)
}

/// Whether the two sides of a grant are related, as partner and customer or as a provider and its reseller; kept so until the
/// transaction ends.
async fn hold_related(conn: &mut AsyncPgConnection, id: AdminGrantId) -> Result<bool> {
    let Some(grant) = AdminGrant::find(conn, &[id]).await?.pop() else { return Ok(false) };
    let [partner, customer] = grant.sides();
    Ok(Relationship::hold_active(conn, partner, customer).await?.is_some()
        || Partnership::hold_active(conn, partner, customer).await?.is_some())
}
