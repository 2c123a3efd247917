//! Settles what became of a mail that a worker claimed.
//!
//! Each is fenced by who claimed the mail and for which try: a worker that was slower than its lease changes nothing,
//! and is told so.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use tokio::time::timeout;

use super::{Email, EmailKind, EmailStatus, is_wanted};
use crate::activity::{self, Change, Event};
use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::invitation::Invitation;
use crate::outbox::{self, Claimed};
use crate::schema::{emails, invitations};
use crate::store::Store;

/// What came of settling a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Settled {
    /// It is written. Queued: it will be tried again.
    As(EmailStatus),
    /// Nothing was written: the lease was lost, and the mail is another worker's affair or settled already.
    LeaseLost,
}

/// How long after each failed try the next one begins; after the last of these waits comes the last try.
const DELAYS: [TimeDelta; 8] = [
    TimeDelta::seconds(10),
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(6),
    TimeDelta::hours(12),
    TimeDelta::hours(24),
];

/// The wait after the try of this number, from 1, up to a tenth longer by `chance`. None: it was the last.
fn delay_after(attempts: i32, chance: u8) -> Option<TimeDelta> {
    let place = usize::try_from(attempts).ok()?.checked_sub(1)?;
    let delay = *DELAYS.get(place)?;
    Some(delay + delay * i32::from(chance) / (10 * i32::from(u8::MAX)))
}

/// The longest error that is kept.
const LONGEST_ERROR: usize = 500;

/// Runs of so many characters of a token are no words, and may be one: it has 71.
const LONGEST_WORD: usize = 40;

/// An error as the inviter may see it: one line, cut short, without what may be a personal link.
fn shown(error: &str) -> String {
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut shown = String::new();
    for piece in error.split_inclusive(|c| !is_of_token(c)) {
        let (word, end) = piece.split_at(piece.trim_end_matches(|c| !is_of_token(c)).len());
        let is_secret = word.len() > LONGEST_WORD || (shown.ends_with("/invitations/") && !word.is_empty());
        shown.push_str(if is_secret { "…" } else { word });
        shown.extend(end.chars().map(|c| if c.is_control() { ' ' } else { c }));
    }
    shown.trim().chars().take(LONGEST_ERROR).collect()
}

/// The mail server took it.
pub async fn settle_sent(store: &Store, claimed: &Claimed) -> Result<Settled> {
    settle(store, claimed, End::Sent).await
}

/// It is no longer wanted, and was not sent.
pub async fn settle_discarded(store: &Store, claimed: &Claimed) -> Result<Settled> {
    settle(store, claimed, End::Discarded).await
}

/// It could not be sent now: it is tried again later, or given up after the ninth try. `error` names no secret.
pub async fn settle_later(store: &Store, claimed: &Claimed, error: &str) -> Result<Settled> {
    let mut chance = [0];
    getrandom::fill(&mut chance).map_err(anyhow::Error::new)?;
    let end = match delay_after(claimed.attempts, chance[0]) {
        Some(delay) => End::Later { at: store.now() + delay, error: shown(error) },
        None => End::Failed { tries: claimed.attempts, error: shown(error) },
    };
    settle(store, claimed, end).await
}

/// It can never be sent. The inviter reads `error` and, if the mail was wanted still, an `invitation.undeliverable`.
pub async fn settle_failed(store: &Store, claimed: &Claimed, error: &str) -> Result<Settled> {
    settle(store, claimed, End::Failed { tries: claimed.attempts, error: shown(error) }).await
}

/// Its workers vanished so often that it is given up; the try that this claim counted does not begin.
pub(crate) async fn settle_vanished(store: &Store, claimed: &Claimed, times: i16) -> Result<Settled> {
    let error = format!("the worker that was sending it vanished {times} times");
    settle(store, claimed, End::Failed { tries: claimed.attempts - 1, error }).await
}

/// What a mail is settled as.
enum End {
    Sent,
    Discarded,
    Later { at: DateTime<Utc>, error: String },
    Failed { tries: i32, error: String },
}

async fn settle(store: &Store, claimed: &Claimed, end: End) -> Result<Settled> {
    let mut conn = outbox::connection(store).await?;
    let answer = timeout(outbox::PATIENCE, write(&mut conn, store.now(), claimed, end)).await;
    outbox::in_time(conn, answer)
}

async fn write(conn: &mut AsyncPgConnection, now: DateTime<Utc>, claimed: &Claimed, end: End) -> Result<Settled> {
    let held = emails::table
        .find(claimed.id)
        .filter(emails::leased_by.eq(&claimed.worker))
        .filter(emails::attempts.eq(claimed.attempts))
        .filter(emails::status.eq(EmailStatus::Queued));
    let no_lease = (emails::leased_by.eq(None::<String>), emails::leased_until.eq(None::<DateTime<Utc>>));
    let as_status = |status: EmailStatus| emails::status.eq(status);
    let (rows, status) = match end {
        End::Sent => {
            let sent = (as_status(EmailStatus::Sent), emails::sent_at.eq(now), emails::last_error.eq(None::<String>));
            (diesel::update(held).set((sent, no_lease)).execute(conn).await?, EmailStatus::Sent)
        }
        End::Discarded => {
            let discarded = (as_status(EmailStatus::Discarded), no_lease);
            (diesel::update(held).set(discarded).execute(conn).await?, EmailStatus::Discarded)
        }
        End::Later { at, error } => {
            let later = (emails::next_attempt_at.eq(at), emails::last_error.eq(error), no_lease);
            (diesel::update(held).set(later).execute(conn).await?, EmailStatus::Queued)
        }
        End::Failed { tries, error } => {
            let failed = (as_status(EmailStatus::Failed), emails::attempts.eq(tries), emails::last_error.eq(error));
            let fail = diesel::update(held).set((failed, no_lease)).returning(Email::as_returning());
            let rows = conn
                .transaction(async |conn| {
                    let failed: Option<Email> = fail.get_result(conn).await.optional()?;
                    if let Some(email) = &failed {
                        tell_inviter(conn, now, email).await?;
                    }
                    Ok::<_, Error>(usize::from(failed.is_some()))
                })
                .await?;
            (rows, EmailStatus::Failed)
        }
    };
    Ok(if rows == 1 { Settled::As(status) } else { Settled::LeaseLost })
}

/// Records that a mail to a recipient was given up, where the recipient would still have been meant to get it.
async fn tell_inviter(conn: &mut AsyncPgConnection, now: DateTime<Utc>, email: &Email) -> Result<()> {
    let details = match email.kind {
        EmailKind::Invitation => json!({ "attempts": email.attempts }),
        EmailKind::Reminder => json!({ "attempts": email.attempts, "daysLeft": email.days_left }),
        // These go to those concerned, who see what happened in the activity already.
        EmailKind::InvitationAccepted
        | EmailKind::InvitationDeclined
        | EmailKind::InvitationExpired
        | EmailKind::InvitationRenewal
        | EmailKind::PartnershipEnded
        | EmailKind::AdminGrantExpiring
        | EmailKind::AdminGrantEnded
        | EmailKind::AdminGrantExtended
        | EmailKind::AdminGrantAutoExtendChanged
        | EmailKind::CustomerWelcome
        | EmailKind::RelationshipRemoved
        | EmailKind::ServiceRequestOpened
        | EmailKind::AgreementAttested => return Ok(()),
    };
    let Some(id) = email.invitation_id else { return Ok(()) };
    let query = invitations::table.find(id).select(Invitation::as_select());
    let invitation: Invitation = query.first(conn).await?;
    if !is_wanted(email, &invitation, now) {
        return Ok(());
    }
    let undeliverable = Change::new(Event::InvitationUndeliverable, invitation.id).read_by(invitation.readers());
    activity::record(conn, &Actor::System, now, undeliverable.with(details)).await
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn nine_tries_are_made_within_two_days_and_then_it_is_given_up() {
        let mut table = String::new();
        for attempts in -1..=11 {
            let [least, most] =
                [0, u8::MAX].map(|chance| delay_after(attempts, chance).map(|delay| delay.num_seconds()));
            let _ = match (least, most) {
                (Some(least), Some(most)) => writeln!(table, "after try {attempts}: in {least} to {most} s"),
                _ => writeln!(table, "after try {attempts}: none"),
            };
        }
        insta::assert_snapshot!(table, @"
        after try -1: none
        after try 0: none
        after try 1: in 10 to 11 s
        after try 2: in 60 to 66 s
        after try 3: in 300 to 330 s
        after try 4: in 1800 to 1980 s
        after try 5: in 7200 to 7920 s
        after try 6: in 21600 to 23760 s
        after try 7: in 43200 to 47520 s
        after try 8: in 86400 to 95040 s
        after try 9: none
        after try 10: none
        after try 11: none
        ");
    }

    #[test]
    fn what_the_inviter_sees_of_an_error_holds_no_link() {
        let token = "AQGS".repeat(17) + "abc";
        let link = format!("https://accord.example/invitations/{token}");
        for (error, seen) in [
            (
                "550 5.1.1 <ann@contoso.example>: no such user".to_owned(),
                "550 5.1.1 <ann@contoso.example>: no such user",
            ),
            (
                format!("554 refused: {link}, a bad link"),
                "554 refused: https://accord.example/invitations/…, a bad link",
            ),
            ("554 see /invitations/short?x".to_owned(), "554 see /invitations/…?x"),
            (format!("554 %2Finvitations%2F{token}"), "554 %2Finvitations%…"),
            (format!("554 {token}"), "554 …"),
            ("450 two\r\nlines\u{7}".to_owned(), "450 two  lines"),
            ("über /invitations/".to_owned(), "über /invitations/"),
            (String::new(), ""),
        ] {
            assert_eq!(shown(&error), seen);
        }
    }

    #[test]
    fn a_long_error_is_cut_at_500_characters() {
        assert_eq!(shown(&"é ".repeat(600)).chars().count(), 500);
    }
}
