//! What a mail needs to be written, read when its turn comes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::time::timeout;

use super::{Email, EmailId, EmailKind, is_wanted};
use crate::error::Result;
use crate::invitation::{Invitation, message};
use crate::organization::{Organization, country_name};
use crate::outbox;
use crate::schema::{emails, invitations, organizations, users};
use crate::store::Store;
use crate::user::{User, UserStatus};

/// A mail that is wanted: to whom, in which language, with what.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its row, which says which template and which Message-ID.
    pub email: Email,
    /// The address.
    pub to: String,
    /// Whom it greets.
    pub to_name: Option<String>,
    /// BCP 47, the language asked for.
    pub locale: String,
    /// What it says.
    pub words: Words,
}

/// What a template is filled with, or the finished mail.
#[derive(Debug, Clone)]
pub enum Words {
    /// The inviter's own, finished.
    Finished(message::Message),
    /// Accord's, from a template.
    Template(Box<Facts>),
}

/// What a template is filled with.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Facts {
    /// The partner who asks.
    pub inviter_name: String,
    /// Where it is, in English.
    pub inviter_country: String,
    /// Where the request went.
    pub recipient_email: String,
    /// To whom.
    pub recipient_name: Option<String>,
    /// The deadline.
    pub expires_at: Option<DateTime<Utc>>,
    /// For a reminder: 7 or 1.
    pub days_left: Option<i16>,
    /// For a reminder: the personal link. In a mail to the recipient only.
    pub link: Option<String>,
    /// In the words of who declined.
    pub decline_reason: Option<String>,
    /// Where the inviter goes on.
    pub portal_url: String,
}

/// The letter of a mail. None: it is no longer wanted, or nobody is there to get it.
///
/// Holds its connection no longer than it reads: a worker that talks SMTP afterwards holds none.
pub async fn find_letter(store: &Store, id: EmailId) -> Result<Option<Letter>> {
    let mut conn = outbox::connection(store).await?;
    let answer = timeout(outbox::PATIENCE, read(store, &mut conn, id)).await;
    outbox::in_time(conn, answer)
}

async fn read(store: &Store, conn: &mut AsyncPgConnection, id: EmailId) -> Result<Option<Letter>> {
    let (email, invitation, inviter, creator): (Email, Invitation, Organization, User) = emails::table
        .inner_join(invitations::table)
        .inner_join(organizations::table.on(organizations::id.eq(invitations::inviter_id)))
        .inner_join(users::table.on(users::id.eq(invitations::created_by)))
        .filter(emails::id.eq(id))
        .select((Email::as_select(), Invitation::as_select(), Organization::as_select(), User::as_select()))
        .first(conn)
        .await?;
    if !is_wanted(email.kind, email.link_version, &invitation, store.now()) {
        return Ok(None);
    }
    let to_recipient = matches!(email.kind, EmailKind::Invitation | EmailKind::Reminder);
    if !to_recipient && creator.status != UserStatus::Active {
        return Ok(None);
    }
    let link = invitation.link(store, &inviter);
    let words = if email.kind == EmailKind::Invitation {
        let domain = message::domain_shown(conn, inviter.id).await?;
        Words::Finished(message::finish(&invitation, &inviter, &domain, &link))
    } else {
        Words::Template(Box::new(Facts {
            inviter_name: inviter.name.clone(),
            inviter_country: country_name(&inviter.country).to_owned(),
            recipient_email: invitation.recipient_email.clone(),
            recipient_name: invitation.recipient_name.clone(),
            expires_at: invitation.expires_at,
            days_left: email.days_left,
            link: to_recipient.then_some(link),
            decline_reason: invitation.decline_reason.clone(),
            portal_url: store.portals().of(inviter.cloud).to_owned(),
        }))
    };
    let (to, to_name, locale) = if to_recipient {
        (invitation.recipient_email, invitation.recipient_name, invitation.recipient_locale)
    } else {
        (creator.email, Some(creator.name), creator.locale)
    };
    Ok(Some(Letter { email, to, to_name, locale, words }))
}
