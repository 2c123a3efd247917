//! Whose invitation it is: the organization that can accept, and the person it is addressed to.

use diesel_async::AsyncPgConnection;

use super::Invitation;
use crate::actor::Actor;
use crate::error::Result;
use crate::organization::Organization;
use crate::text::domain_of;
use crate::user::User;

/// The recipient's organization as far as it is known before anybody answers: the one the draft named, else the one of
/// whose verified domains the address's domain is exactly one.
pub(super) async fn before_acceptance(
    conn: &mut AsyncPgConnection,
    invitation: &Invitation,
) -> Result<Option<Organization>> {
    match invitation.recipient_organization_id {
        Some(named) => Organization::get(conn, named).await.map(Some),
        None => Organization::find_by_domain(conn, &domain_of(&invitation.recipient_email)).await,
    }
}

/// The organization that can accept: as above, else that of the user whose verified address it is. None: nobody's yet.
pub(super) async fn organization(
    conn: &mut AsyncPgConnection,
    invitation: &Invitation,
) -> Result<Option<Organization>> {
    if let Some(known) = before_acceptance(conn, invitation).await? {
        return Ok(Some(known));
    }
    match User::find_by_verified_email(conn, &invitation.recipient_email).await? {
        Some(user) => Organization::get(conn, user.organization_id).await.map(Some),
        None => Ok(None),
    }
}

/// Whether the actor is signed in with the recipient's verified address.
pub(super) fn is_person(actor: &Actor, invitation: &Invitation) -> bool {
    actor.member().is_some_and(|member| member.owns_email(&invitation.recipient_email))
}
