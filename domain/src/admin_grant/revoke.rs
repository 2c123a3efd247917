//! The customer takes a grant away.

use diesel_async::AsyncConnection;

use super::told::{News, tell};
use super::{AdminGrant, AdminGrantId, Step};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::email::EmailKind;
use crate::error::{Code, Error, Result};
use crate::outbox::Outbox;
use crate::policy::Action;
use crate::relationship::RelationshipSide;
use crate::store::Store;

/// Revokes a grant on the member's own tenant, at any time, and tells both sides; the relationship stands.
///
/// One that was revoked before is given again, unchanged. Refuses with `NOT_FOUND` what is not theirs, with `FORBIDDEN` what
/// was granted to them and not by them, and with `NO_ADMIN_GRANT` what is over otherwise.
pub async fn revoke(store: &Store, actor: &Actor, id: AdminGrantId) -> Result<AdminGrant> {
    let member = actor.may_as_customer(Action::RevokeAdminGrant)?;
    let conn = &mut store.connection().await?;
    let revoked = conn
        .transaction(async |conn| {
            let (mut grant, side) = AdminGrant::lock_own(conn, member, id).await?;
            if side != RelationshipSide::Customer {
                let message = "only the customer takes a grant away; your organization may end it";
                return Err(Code::Forbidden.on("id").saying(message).into());
            }
            grant.catch_up(conn, store.now()).await?;
            if grant.close(Step::Revoke, store.now())? {
                grant.save(conn).await?;
                let change = Change::new(Event::AdminGrantRevoked, id).read_by(grant.sides());
                activity::record(conn, actor, store.now(), change).await?;
                tell(conn, EmailKind::AdminGrantEnded, &[News::ended(&grant)], store.now()).await?;
            }
            Ok::<_, Error>(grant)
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(revoked)
}
