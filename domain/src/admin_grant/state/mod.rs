//! The state machine and its times: which step leads from which status to which, when a grant that extends itself ends, and
//! when its end is told.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{AdminGrant, AdminGrantStatus, AdminScope, DirectoryRole};
use crate::activity::{Change, Event};
use crate::error::{Code, Error, Result};
use crate::relationship::RelationshipSide;

/// A step that somebody, or time, takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The customer takes it away.
    Revoke,
    /// The partner gives it back.
    End,
    /// The customer leaves it fewer roles.
    ChangeRoles,
    /// Either side has it extend itself, or no longer.
    SetAutoExtend,
    /// It extends itself.
    Extend,
    /// Its time is over.
    Expire,
}

impl Step {
    /// Every step.
    pub const ALL: &'static [Self] =
        &[Self::Revoke, Self::End, Self::ChangeRoles, Self::SetAutoExtend, Self::Extend, Self::Expire];

    /// The status this step leads to, or why it cannot be taken. What was taken away or given back stays so when that is
    /// asked again.
    pub fn from(self, status: AdminGrantStatus) -> Result<AdminGrantStatus, Code> {
        use AdminGrantStatus::{Active, Ended, Expired, Revoked};
        match (self, status) {
            (Self::Revoke, Active | Revoked) => Ok(Revoked),
            (Self::End, Active | Ended) => Ok(Ended),
            (Self::ChangeRoles | Self::SetAutoExtend | Self::Extend, Active) => Ok(Active),
            (Self::Expire, Active) => Ok(Expired),
            _ => Err(Code::NoAdminGrant),
        }
    }
}

/// How long a grant extends itself by, as often as it takes.
const EXTENSION: TimeDelta = TimeDelta::days(180);

/// How long before the end both sides are told, once each.
const NOTICES: [TimeDelta; 3] = [TimeDelta::days(30), TimeDelta::days(7), TimeDelta::days(1)];

/// The first notice of an end after the time it is counted from: none at the very beginning of a short grant.
pub(super) fn first_notice(from: DateTime<Utc>, end: DateTime<Utc>) -> Option<DateTime<Utc>> {
    NOTICES.iter().map(|before| end - *before).find(|due| *due > from)
}

/// The end of a grant that extends itself, as seen now: put off as often as it takes to lie in the future.
fn put_off(end: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    if end > now {
        return end;
    }
    let times = (now - end).num_days() / EXTENSION.num_days() + 1;
    end + TimeDelta::days(EXTENSION.num_days() * times)
}

/// Whether a grant of these roles may extend itself: the global administrator's rules it out.
pub(super) fn may_extend(roles: &[DirectoryRole]) -> bool {
    !roles.contains(&DirectoryRole::GlobalAdministrator)
}

/// How many days are left of the calendar, UTC: none on the day itself.
pub(crate) fn days_left(end: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    (end.date_naive() - now.date_naive()).num_days()
}

/// An extension.
pub(super) struct Extension {
    /// What is recorded of it.
    pub(super) change: Change,
    /// Whether both sides were given notice of the end that was put off, and of no other one that went by since.
    pub(super) was_told: bool,
}

impl AdminGrant {
    /// The status as everybody sees it: one past its end is expired, unless it extends itself.
    #[must_use]
    pub fn status_at(&self, now: DateTime<Utc>) -> AdminGrantStatus {
        match (self.status, self.end_at(now)) {
            (AdminGrantStatus::Active, Some(end)) if end <= now => AdminGrantStatus::Expired,
            (status, _) => status,
        }
    }

    /// The end as everybody sees it: an active one that extends itself has one in the future. None: until revoked.
    #[must_use]
    pub fn end_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let extends = self.status == AdminGrantStatus::Active && self.auto_extend;
        self.ends_at.map(|end| if extends { put_off(end, now) } else { end })
    }

    /// When it was over, as everybody sees it. None: it is not.
    #[must_use]
    pub fn ended_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let is_over = self.status_at(now) != AdminGrantStatus::Active;
        self.ended_at.or(self.ends_at.filter(|_| is_over))
    }

    /// When it would end once it has extended itself again. None: it does not.
    pub(crate) fn extended_end(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.end_at(now).filter(|_| self.auto_extend).map(|end| end + EXTENSION)
    }

    /// Whether it is one that can extend itself.
    pub(crate) fn may_extend(&self) -> bool {
        self.scope == AdminScope::Granular && may_extend(&self.roles)
    }

    /// Whether a notice of its end is due by now, or was; of one that is too short for any it always is near.
    pub(super) fn is_near_end(&self, now: DateTime<Utc>) -> bool {
        let first = self.end_at(now).and_then(|end| first_notice(self.granted_at, end));
        first.is_none_or(|first| first <= now)
    }

    /// Whether notice of its end was given: the first is no longer what is waited for.
    pub(super) fn is_noticed(&self) -> bool {
        self.ends_at.is_some_and(|end| self.notice_at != first_notice(self.granted_at, end))
    }

    /// Takes a step for this side, as seen now; the refusal says since when it is over.
    fn step(&mut self, step: Step, side: RelationshipSide, now: DateTime<Utc>) -> Result<()> {
        let seen = self.status_at(now);
        self.status = step.from(seen).map_err(|code| {
            let when = self.ended_at(now).map(|at| at.format(" on %Y-%m-%d at %H:%M UTC").to_string());
            let what = match seen {
                AdminGrantStatus::Revoked => "was revoked by the customer",
                AdminGrantStatus::Ended => "was ended",
                AdminGrantStatus::Active | AdminGrantStatus::Expired => "expired",
            };
            let then = match side {
                RelationshipSide::Partner => "ask the customer for a new one",
                RelationshipSide::Customer => "it allows nothing any more",
            };
            Error::from(code.on("id").saying(format!("this grant {what}{}; {then}", when.unwrap_or_default())))
        })?;
        Ok(())
    }

    /// The customer takes it away, or the partner gives it back. False: that was done before, and it stays as it is.
    pub(super) fn close(&mut self, step: Step, now: DateTime<Utc>) -> Result<bool> {
        let before = self.status;
        let side = if step == Step::End { RelationshipSide::Partner } else { RelationshipSide::Customer };
        self.step(step, side, now)?;
        if before == self.status {
            return Ok(false);
        }
        self.ended_at = Some(now);
        self.notice_at = None;
        Ok(true)
    }

    /// The customer leaves it these of its roles, in the order of the design. Gives those it lost.
    pub(super) fn narrow(&mut self, roles: Vec<DirectoryRole>, now: DateTime<Utc>) -> Result<Vec<DirectoryRole>> {
        self.step(Step::ChangeRoles, RelationshipSide::Customer, now)?;
        if self.scope == AdminScope::Full {
            let message = "a FULL grant has no roles to choose from: be asked for a GRANULAR one, then revoke this";
            return Err(Code::Invalid.on("id").saying(message).into());
        }
        let more: Vec<DirectoryRole> = roles.iter().copied().filter(|role| !self.roles.contains(role)).collect();
        if !more.is_empty() {
            let (more, has) = (spelled(&more), spelled(&self.roles));
            let message = format!("the grant has no {more}: leave some of {has}, or be asked for more by the partner");
            return Err(Code::Invalid.on("roles").saying(message).into());
        }
        let lost = self.roles.iter().copied().filter(|role| !roles.contains(role)).collect();
        self.roles = roles;
        Ok(lost)
    }

    /// Has it extend itself, or no longer. False: it is so already.
    pub(super) fn set_auto_extend(
        &mut self,
        auto_extend: bool,
        side: RelationshipSide,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.step(Step::SetAutoExtend, side, now)?;
        if self.scope == AdminScope::Full {
            let message = "a FULL grant has no end that could be put off: it holds until it is revoked or ended";
            return Err(Code::Invalid.on("id").saying(message).into());
        }
        if auto_extend && !self.may_extend() {
            let message =
                "a grant with GLOBAL_ADMINISTRATOR cannot extend itself; the customer may take that role away";
            return Err(Code::AutoExtendNotAllowed.on("autoExtend").saying(message).into());
        }
        let changed = self.auto_extend != auto_extend;
        self.auto_extend = auto_extend;
        Ok(changed)
    }

    /// Extends it, as everybody has read it since its end, as often as it takes. None: its end has not come, or is final.
    pub(super) fn extend(&mut self, now: DateTime<Utc>) -> Option<Extension> {
        let (before, end) = (self.ends_at?, self.end_at(now)?);
        if before == end {
            return None;
        }
        let was_told = self.is_noticed() && end - before == EXTENSION;
        self.ends_at = Some(end);
        // Nobody was told of this end, also where it was put off late: the latest notice that is due goes out.
        self.notice_at = first_notice(end - EXTENSION, end);
        let change = Change::new(Event::AdminGrantExtended, self.id).read_by(self.sides());
        let change = change.with(json!({ "previousEndsAt": before, "endsAt": end }));
        Some(Extension { change, was_told })
    }

    /// Ends it at its end, as everybody has read it since. None: its end has not come.
    pub(super) fn expire(&mut self, now: DateTime<Utc>) -> Option<Change> {
        if self.status != AdminGrantStatus::Active || self.status_at(now) != AdminGrantStatus::Expired {
            return None;
        }
        self.status = Step::Expire.from(self.status).ok()?;
        self.ended_at = self.ends_at;
        self.notice_at = None;
        let change = Change::new(Event::AdminGrantExpired, self.id).read_by(self.sides());
        Some(change.with(json!({ "endedAt": self.ended_at })))
    }

    /// The notice that is due, by how many days before the end it is; and sets the next one. None: it came too late for all.
    /// A late one says how many days are left in truth: [`days_left`].
    pub(super) fn take_notice(&mut self, now: DateTime<Utc>) -> Option<i16> {
        let end = self.ends_at?;
        self.notice_at = first_notice(now, end);
        let due = NOTICES.iter().rev().find(|before| end - **before <= now && now < end)?;
        i16::try_from(due.num_days()).ok()
    }
}

/// Roles as callers write them.
fn spelled(roles: &[DirectoryRole]) -> String {
    roles.iter().map(|role| role.as_str().to_uppercase()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
