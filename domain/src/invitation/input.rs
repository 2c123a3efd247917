//! What a caller gives for a draft, and its checking: all violations come together.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use serde::Serialize;

use super::{Invitation, InvitationId, InvitationKind, InvitationStatus, message};
use crate::actor::{Actor, Member};
use crate::admin_grant::NewAdministration;
use crate::error::{Code, Error, Result, refuse_all};
use crate::organization::{Organization, OrganizationId};
use crate::period::Period;
use crate::store::Store;
use crate::text::Checks;

/// The shortest, longest and usual time an invitation stands.
pub(super) const SHORTEST: Period = Period::days(1);
pub(super) const LONGEST: Period = Period::days(90);

/// The longest subject and text, in characters.
const LONGEST_SUBJECT: usize = 200;
const LONGEST_TEMPLATE: usize = 10_000;

/// How often the link may stand in a text: each is written out in full, and as a button in HTML.
const MOST_LINKS: usize = 10;

/// A draft to be written, unchecked.
#[derive(Debug, Clone, Serialize)]
pub struct NewInvitation {
    /// What is asked for.
    pub kind: InvitationKind,
    /// Of whom.
    pub recipient: NewRecipient,
    /// Delegated administration asked for; none: none is.
    pub administration: Option<NewAdministration>,
    /// The id, as text, of the indirect provider who asks together with the reseller; none: the inviter asks alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indirect_provider_id: Option<String>,
    /// Delegated administration asked for the indirect provider; none: none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_administration: Option<NewAdministration>,
    /// Of the mail; none: the usual one in the recipient's language.
    pub subject: Option<String>,
    /// Text of the mail; none: the usual one in the recipient's language.
    pub text: Option<String>,
    /// ISO 8601, P1D to P90D, counted from sending.
    pub expires_after: String,
    /// Repeating the call with the same key gives the first draft again.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// Of whom something is asked, unchecked.
#[derive(Debug, Clone, Serialize)]
pub struct NewRecipient {
    /// Where the mail goes.
    pub email: String,
    /// Whom it greets.
    pub name: Option<String>,
    /// BCP 47; none: the organization's, else the inviter's.
    pub locale: Option<String>,
    /// The organization that may accept; none: the address decides.
    pub organization_id: Option<String>,
}

/// What to change of a draft: outer none stays, inner none clears.
#[derive(Debug, Clone, Default)]
pub struct InvitationChange {
    /// Replaced as a whole.
    pub recipient: Option<RecipientChange>,
    /// Of the mail.
    pub subject: Option<Option<String>>,
    /// Text of the mail.
    pub text: Option<Option<String>>,
    /// ISO 8601.
    pub expires_after: Option<Option<String>>,
    /// Delegated administration asked for.
    pub administration: Option<Option<NewAdministration>>,
    /// Delegated administration asked for the indirect provider of a joint invitation.
    pub provider_administration: Option<Option<NewAdministration>>,
}

/// A recipient in an edit; null clears nothing, since a draft has one.
pub type RecipientChange = Option<NewRecipient>;

/// How a caller names an invitation to be answered: the link's token, or the id where their own address is asked.
#[derive(Debug, Clone)]
pub enum InvitationKey {
    /// The token of the link.
    Token(String),
    /// The id, for who is signed in with the recipient's verified address.
    Id(InvitationId),
}

impl NewInvitation {
    /// Checks all of it and gives the draft.
    pub(super) async fn into_draft(
        self,
        store: &Store,
        conn: &mut AsyncPgConnection,
        actor: &Actor,
        member: &Member,
        id: InvitationId,
    ) -> Result<Invitation> {
        let now = store.now();
        let mut checks = Checks::default();
        let recipient = self.recipient.check(conn, actor, member, &mut checks).await?;
        let asked = self.check_asked(store, conn, member, &mut checks).await?;
        let subject = self.subject.map(|subject| checks.subject(&subject));
        let template = self.text.map(|text| checks.template(&text));
        let expires_after = checks.period("expiresAfter", &self.expires_after, SHORTEST, LONGEST, now);
        refuse_all(checks.0)?;
        let mut draft = Invitation {
            recipient_email: recipient.email,
            recipient_name: recipient.name,
            recipient_locale: recipient.locale,
            recipient_organization_id: recipient.organization_id,
            indirect_provider_id: asked.provider.as_ref().map(|provider| provider.id),
            expires_after,
            ..blank(id, self.kind, member, now)
        };
        draft.ask(asked.administration.as_ref());
        draft.ask_for_provider(asked.provider_administration.as_ref());
        let usual = message::usual(
            &draft.recipient_locale,
            message::Occasion {
                kind: self.kind,
                inviter: &member.organization,
                provider: asked.provider.as_ref(),
                recipient: draft.recipient_name.as_deref(),
                asks_administration: asked.administration.is_some(),
                asks_provider_administration: asked.provider_administration.is_some(),
                is_customer: draft.is_of_customer(conn).await?,
            },
        );
        draft.subject = subject.unwrap_or(usual.subject);
        draft.template = template.unwrap_or(usual.template);
        Ok(draft)
    }
}

/// A draft that says nothing yet.
fn blank(id: InvitationId, kind: InvitationKind, member: &Member, now: DateTime<Utc>) -> Invitation {
    Invitation {
        id,
        kind,
        status: InvitationStatus::Draft,
        inviter_id: member.organization.id,
        created_by: member.id(),
        created_at: now,
        recipient_email: String::new(),
        recipient_name: None,
        recipient_locale: String::new(),
        recipient_organization_id: None,
        admin_scope: None,
        admin_roles: Vec::new(),
        admin_duration: None,
        admin_auto_extend: false,
        indirect_provider_id: None,
        provider_admin_scope: None,
        provider_admin_roles: Vec::new(),
        provider_admin_duration: None,
        provider_admin_auto_extend: false,
        subject: String::new(),
        template: String::new(),
        expires_after: LONGEST,
        link_version: 1,
        by_hand: false,
        sent_at: None,
        expires_at: None,
        remind_at: None,
        opened_at: None,
        answered_at: None,
        answered_by: None,
        decline_reason: None,
        revoked_at: None,
        revoke_reason: None,
    }
}

/// A recipient that was checked.
pub(super) struct CheckedRecipient {
    pub(super) email: String,
    pub(super) name: Option<String>,
    pub(super) locale: String,
    pub(super) organization_id: Option<OrganizationId>,
}

impl NewRecipient {
    /// Checks it; paths begin with `recipient`. An organization that the actor may not see is none.
    pub(super) async fn check(
        &self,
        conn: &mut AsyncPgConnection,
        actor: &Actor,
        member: &Member,
        checks: &mut Checks,
    ) -> Result<CheckedRecipient> {
        let email = checks.email("recipient.email", &self.email);
        let name = checks.name("recipient.name", self.name.as_deref());
        let named = match &self.organization_id {
            None => None,
            Some(text) => {
                let id = text.parse::<OrganizationId>().ok();
                let found = Organization::find_visible(conn, actor, id.as_slice()).await?.pop();
                if found.is_none() {
                    checks.0.push(Code::NotFound.on("recipient.organizationId"));
                }
                found
            }
        };
        let locale = match (&self.locale, &named) {
            (Some(locale), _) => checks.locale("recipient.locale", locale),
            (None, Some(organization)) => organization.locale.clone(),
            (None, None) => member.organization.locale.clone(),
        };
        Ok(CheckedRecipient { email, name, locale, organization_id: named.map(|organization| organization.id) })
    }
}

impl Checks {
    /// A subject: one line, without the link, which would be shown in lists of mails.
    pub(super) fn subject(&mut self, text: &str) -> String {
        if text.contains(message::PLACEHOLDER) {
            self.0.push(Code::LinkMissing.on("subject"));
        }
        self.required_line("subject", text, LONGEST_SUBJECT)
    }

    /// A text with the link in it at least once.
    pub(super) fn template(&mut self, text: &str) -> String {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if text.trim().is_empty() {
            self.0.push(Code::Required.on("text"));
        } else if text.chars().count() > LONGEST_TEMPLATE {
            self.0.push(Code::TooLong.on("text").saying(format!("give at most {LONGEST_TEMPLATE} characters")));
        } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.0.push(Code::Invalid.on("text").saying("give text without control characters"));
        } else if !text.contains(message::PLACEHOLDER) {
            self.0.push(Code::LinkMissing.on("text"));
        } else if text.matches(message::PLACEHOLDER).count() > MOST_LINKS {
            self.0.push(Code::Invalid.on("text").saying(format!("use {{{{link}}}} at most {MOST_LINKS} times")));
        }
        text
    }
}

/// Puts `rows` and the row's number before the field of every refusal: a row of a list says which row it is.
pub(crate) fn in_row(error: Error, row: usize) -> Error {
    match error {
        Error::Refused(mut refusals) => {
            for refusal in &mut refusals {
                refusal.field.splice(0..0, ["rows".to_owned(), row.to_string()]);
            }
            Error::Refused(refusals)
        }
        fault @ Error::Fault(_) => fault,
    }
}
