//! Either side has a granular grant extend itself, or no longer.

use diesel_async::AsyncConnection;
use serde_json::json;

use super::told::{News, tell};
use super::{AdminGrant, AdminGrantId};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::email::EmailKind;
use crate::error::{Code, Error, Result};
use crate::outbox::Outbox;
use crate::policy::Action;
use crate::relationship::RelationshipSide;
use crate::store::Store;

/// Has a grant extend itself at its end, or no longer; for either of its two sides. The other is told, and both where they
/// were told of the end.
///
/// Where it is so already nothing changes. A suspended partner may have it end, and not have it go on. Refuses with `INVALID` a FULL grant, which has no end, and with
/// `AUTO_EXTEND_NOT_ALLOWED` one with the global administrator's role; with `NOT_FOUND` what is not theirs, and with
/// `NO_ADMIN_GRANT` what is over.
pub async fn set_auto_extend(store: &Store, actor: &Actor, id: AdminGrantId, auto_extend: bool) -> Result<AdminGrant> {
    let member = actor.member().ok_or(Code::Forbidden)?;
    if !member.can(Action::EndAdminGrant) && !member.can(Action::RevokeAdminGrant) {
        return Err(Code::Forbidden.into());
    }
    let store = &store.at_one_moment();
    let conn = &mut store.connection().await?;
    let set = conn
        .transaction(async |conn| {
            let (mut grant, side) = AdminGrant::lock_own(conn, member, id).await?;
            match side {
                RelationshipSide::Partner if auto_extend => actor.may(Action::EndAdminGrant)?,
                RelationshipSide::Partner => actor.may_withdraw(Action::EndAdminGrant)?,
                RelationshipSide::Customer => actor.may_as_customer(Action::RevokeAdminGrant)?,
            };
            grant.catch_up(conn, store.now()).await?;
            let changed = grant.set_auto_extend(auto_extend, side, store.now())?;
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
