//! The state machine: which step leads from which status to which, and the refusal of every other.

use chrono::{DateTime, TimeDelta, Utc};

use super::input::{LONGEST, SHORTEST};
use super::{Invitation, InvitationStatus};
use crate::error::{Code, Error, Result};
use crate::period::Period;
use crate::user::UserId;

/// A step that somebody, or time, takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The inviter changes a draft.
    Edit,
    /// The inviter sends a draft.
    Send,
    /// The inviter sends it again: a new link, a new deadline.
    Resend,
    /// The inviter takes it back.
    Revoke,
    /// The customer says yes.
    Accept,
    /// The customer says no.
    Decline,
    /// Its deadline passes.
    Expire,
}

impl Step {
    /// Every step.
    pub const ALL: &'static [Self] =
        &[Self::Edit, Self::Send, Self::Resend, Self::Revoke, Self::Accept, Self::Decline, Self::Expire];

    /// The status this step leads to, or why it cannot be taken.
    pub fn from(self, status: InvitationStatus) -> Result<InvitationStatus, Code> {
        use InvitationStatus::{Accepted, Declined, Draft, Expired, Pending, Revoked};
        match (self, status) {
            (Self::Edit, Draft) => Ok(Draft),
            (Self::Send, Draft) | (Self::Resend, Pending | Expired) => Ok(Pending),
            (Self::Revoke, Draft | Pending | Revoked) => Ok(Revoked),
            (Self::Accept, Pending) => Ok(Accepted),
            (Self::Decline, Pending) => Ok(Declined),
            (Self::Expire, Pending) => Ok(Expired),
            (Self::Edit | Self::Send, _) => Err(Code::NotADraft),
            (Self::Resend | Self::Revoke | Self::Expire, _) => Err(Code::NotPending),
            (Self::Accept | Self::Decline, Draft) => Err(Code::LinkNotValid),
            (Self::Accept | Self::Decline, Expired) => Err(Code::InvitationExpired),
            (Self::Accept | Self::Decline, Revoked) => Err(Code::InvitationRevoked),
            (Self::Accept | Self::Decline, Accepted | Declined) => Err(Code::InvitationAnswered),
        }
    }
}

impl Step {
    /// Whether `status` is where this step leads.
    pub(super) fn leads_to(self, status: InvitationStatus) -> bool {
        InvitationStatus::ALL.iter().any(|from| *from != status && self.from(*from) == Ok(status))
    }
}

/// How long before the deadline who has not answered is reminded, once each.
const REMINDERS: [TimeDelta; 2] = [TimeDelta::days(7), TimeDelta::days(1)];

/// The next reminder after `now` for a deadline.
fn next_reminder(deadline: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    REMINDERS.iter().map(|before| deadline - *before).find(|due| *due > now)
}

impl Invitation {
    /// Takes a step, as seen now; the refusal names the status.
    pub(super) fn step(&mut self, step: Step, now: DateTime<Utc>) -> Result<()> {
        let status = self.status_at(now);
        self.status = step.from(status).map_err(|code| {
            let seen = format!("{:?}", status).to_uppercase();
            Error::from(code.refusal().saying(format!("{}; it is {seen}", code.message())))
        })?;
        Ok(())
    }

    /// Sends a draft: sets its deadline and first reminder. The link stays the one that was shown.
    pub(super) fn send(&mut self, by_hand: bool, now: DateTime<Utc>) -> Result<()> {
        self.step(Step::Send, now)?;
        self.set_deadline(self.expires_after, by_hand, now)
    }

    /// Sends it again: the older link is dead from here on.
    pub(super) fn resend(&mut self, expires_after: Period, by_hand: bool, now: DateTime<Utc>) -> Result<()> {
        self.step(Step::Resend, now)?;
        self.link_version += 1;
        self.expires_after = expires_after;
        self.set_deadline(expires_after, by_hand, now)
    }

    fn set_deadline(&mut self, expires_after: Period, by_hand: bool, now: DateTime<Utc>) -> Result<()> {
        // Checked again: P3M has 89 days from February on and 92 from July on, and no link may outlive its key.
        let deadline = expires_after.after(now).filter(|_| expires_after.is_within(SHORTEST, LONGEST, now));
        let too_long = || Code::OutOfRange.on("expiresAfter").saying(format!("give {SHORTEST} to {LONGEST}"));
        let deadline = deadline.ok_or_else(|| Error::from(too_long()))?;
        self.by_hand = by_hand;
        self.sent_at = Some(now);
        self.expires_at = Some(deadline);
        self.remind_at = if by_hand { None } else { next_reminder(deadline, now) };
        Ok(())
    }

    /// The reminder that is due: how many days are left, and the next one set. None: it came too late for all.
    pub(super) fn take_reminder(&mut self, now: DateTime<Utc>) -> Option<i16> {
        let deadline = self.expires_at?;
        self.remind_at = next_reminder(deadline, now);
        let due = REMINDERS.iter().rev().find(|before| deadline - **before <= now && now < deadline)?;
        i16::try_from(due.num_days()).ok()
    }

    /// Accepts or declines.
    pub(super) fn answer(&mut self, step: Step, by: UserId, now: DateTime<Utc>) -> Result<()> {
        self.step(step, now)?;
        self.answered_at = Some(now);
        self.answered_by = Some(by);
        self.remind_at = None;
        Ok(())
    }

    /// Takes it back. False: it was taken back before, and stays as it is.
    pub(super) fn revoke(&mut self, reason: Option<String>, now: DateTime<Utc>) -> Result<bool> {
        let before = self.status;
        self.step(Step::Revoke, now)?;
        if before == InvitationStatus::Revoked {
            return Ok(false);
        }
        self.revoked_at = Some(now);
        self.revoke_reason = reason;
        self.remind_at = None;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn every_step_from_every_status_is_as_designed() {
        let mut table = String::new();
        for step in Step::ALL {
            for status in InvitationStatus::ALL {
                let _ = writeln!(table, "{step:?} {status:?} -> {:?}", step.from(*status));
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn reminders_come_seven_days_and_one_day_before_the_deadline() {
        let now: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().unwrap();
        let after = |days| next_reminder(now + TimeDelta::days(days), now).map(|due| (due - now).num_days());
        assert_eq!([after(30), after(8), after(7), after(2), after(1)], [Some(23), Some(1), Some(6), Some(1), None]);
    }
}
