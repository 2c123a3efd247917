//! Ends a partnership: the customers stay, and are no longer shared.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde_json::json;

use super::{Partnership, PartnershipId, SharedCustomer};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::admin_grant::{AdminGrant, AdministrationChoice};
use crate::email::{self, About, Addressee, EmailKind};
use crate::error::{Error, Result};
use crate::outbox::Outbox;
use crate::policy::Action;
use crate::schema::partnerships;
use crate::store::Store;
use crate::user::User;

/// Ends a partnership for the member's side, keeping or ending what the provider may administer in the reseller's tenant,
/// and tells those on both sides who could have ended it.
///
/// A suspended partner may end it too: who withdraws does not act as a partner. Refuses with `NOT_FOUND` what is not theirs,
/// and with `NOT_PARTNERS` what has ended before. Whoever accepts a joint invitation holds the partnership: it either makes
/// its relationships before the end, and what they share ends with it, or is refused.
pub async fn end(
    store: &Store,
    actor: &Actor,
    id: PartnershipId,
    administration: AdministrationChoice,
) -> Result<Partnership> {
    let member = actor.may_withdraw(Action::EndPartnership)?;
    let conn = &mut store.connection().await?;
    let ended = conn
        .transaction(async |conn| {
            let (mut partnership, side) = Partnership::lock_own(conn, member, id).await?;
            let [provider, reseller] = partnership.sides();
            let has_grants = AdminGrant::is_any_of_partnership(conn, provider, reseller, store.now()).await?;
            partnership.end(side, has_grants && administration == AdministrationChoice::Keep, store.now())?;
            partnership.save_end(conn).await?;
            SharedCustomer::end_all(conn, id, store.now()).await?;
            let both = partnership.sides();
            let details = json!({ "endedBy": side, "delegatedAdministration": administration });
            let mut changes = Vec::from([Change::new(Event::PartnershipEnded, id).read_by(both).with(details)]);
            if administration == AdministrationChoice::End {
                let by = member.organization.id;
                let ended = AdminGrant::end_of_partnership(conn, provider, reseller, by, store.now()).await?;
                changes.extend(ended.iter().map(AdminGrant::ended));
            }
            activity::record_all(conn, actor, store.now(), changes).await?;
            let told = User::find_who_may(conn, &both, Action::EndPartnership).await?;
            let told: Vec<_> = told.into_iter().map(Addressee::User).collect();
            let (about, sender) = (About::Partnership(id), member.organization.id);
            email::queue_about(conn, EmailKind::PartnershipEnded, about, sender, &told, store.now()).await?;
            Ok::<_, Error>(partnership)
        })
        .await?;
    store.ring(Outbox::Emails);
    Ok(ended)
}

impl Partnership {
    /// Writes that it ended.
    async fn save_end(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let end = (
            partnerships::status.eq(self.status),
            partnerships::ended_at.eq(self.ended_at),
            partnerships::ended_by.eq(self.ended_by),
            partnerships::administration_kept.eq(self.administration_kept),
        );
        diesel::update(partnerships::table.find(self.id)).set(end).execute(conn).await?;
        Ok(())
    }
}
