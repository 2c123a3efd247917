//! The partner gives a grant back; grants end together with what they were granted for.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::{AdminGrant, AdminGrantId, AdminGrantStatus, Step, told};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::email::EmailKind;
use crate::error::{Code, Error, Result};
use crate::organization::OrganizationId;
use crate::outbox::Outbox;
use crate::policy::Action;
use crate::relationship::RelationshipSide;
use crate::schema::admin_grants;
use crate::store::Store;
use crate::text_enum::text_enum;

text_enum! {
    /// What becomes of delegated administration when what it was granted for ends. There is no default: who leaves must not
    /// keep rights by oversight.
    AdministrationChoice {
        /// The grants stay.
        Keep = "keep",
        /// The grants end with it.
        End = "end",
    }
}

/// Ends a grant that the member's organization holds, at any time, and tells both sides; the relationship stands.
///
/// One that was ended before is given again, unchanged. Refuses with `NOT_FOUND` what is not theirs, with `FORBIDDEN` what
/// they granted themselves, and with `NO_ADMIN_GRANT` what is over otherwise.
pub async fn end(store: &Store, actor: &Actor, id: AdminGrantId) -> Result<AdminGrant> {
    let member = actor.may(Action::EndAdminGrant)?;
    let conn = &mut store.connection().await?;
    let ended = conn
        .transaction(async |conn| {
            let (mut grant, side) = AdminGrant::lock_own(conn, member, id).await?;
            if side != RelationshipSide::Partner {
                let message = "only the partner gives a grant back; your organization may revoke it";
                return Err(Code::Forbidden.on("id").saying(message).into());
            }
            grant.catch_up(conn, store.now()).await?;
            if grant.close(Step::End, store.now())? {
                grant.save(conn).await?;
                let change = Change::new(Event::AdminGrantEnded, id).read_by(grant.sides());
                activity::record(conn, actor, store.now(), change).await?;
                told::tell(conn, EmailKind::AdminGrantEnded, &[(&grant, None)], store.now()).await?;
            }
            Ok::<_, Error>(grant)
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(ended)
}

impl AdminGrant {
    /// Ends every grant of the partner at the customer that reads active, and gives them as they are now: revoked where the
    /// customer ends them, ended where the partner does. Telling is the caller's.
    pub(crate) async fn end_all(
        conn: &mut AsyncPgConnection,
        partner: OrganizationId,
        customer: OrganizationId,
        by: OrganizationId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>> {
        let step = if by == customer { Step::Revoke } else { Step::End };
        let written = admin_grants::table
            .filter(admin_grants::partner_id.eq(partner))
            .filter(admin_grants::customer_id.eq(customer))
            .filter(admin_grants::status.eq(AdminGrantStatus::Active))
            .order(admin_grants::id);
        let mut ended: Vec<Self> = written.select(Self::as_select()).for_no_key_update().load(conn).await?;
        // One past its end reads expired, and stays so.
        ended.retain(|grant| grant.status_at(now) == AdminGrantStatus::Active);
        for grant in &mut ended {
            grant.catch_up(conn, now).await?;
            grant.close(step, now)?;
            grant.save(conn).await?;
        }
        Ok(ended)
    }
}
