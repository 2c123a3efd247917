//! The state machine: an active relationship is removed by either side, once.

use chrono::{DateTime, Utc};

use super::{Relationship, RelationshipSide, RelationshipStatus};
use crate::error::{Code, Error, Result};

impl RelationshipStatus {
    /// The status that removing leads to, or why it cannot be removed.
    pub fn remove(self) -> Result<Self, Code> {
        match self {
            Self::Active => Ok(Self::Removed),
            Self::Removed => Err(Code::NoRelationship),
        }
    }
}

impl Relationship {
    /// Removes it; `kept` says whether the partner's grants outlive it, none: there are none. The refusal says when it was
    /// removed before.
    pub(super) fn remove(&mut self, by: RelationshipSide, kept: Option<bool>, now: DateTime<Utc>) -> Result<()> {
        self.status = self.status.remove().map_err(|code| self.over(code, "id", by))?;
        self.removed_at = Some(now);
        self.removed_by = Some(by);
        self.administration_kept = kept;
        Ok(())
    }

    /// Refuses the partner one that was removed with `NO_RELATIONSHIP` on `field`, saying since when.
    pub(super) fn check_active(&self, field: &str) -> Result<()> {
        match self.status {
            RelationshipStatus::Active => Ok(()),
            RelationshipStatus::Removed => Err(self.over(Code::NoRelationship, field, RelationshipSide::Partner)),
        }
    }

    fn over(&self, code: Code, field: &str, told: RelationshipSide) -> Error {
        let when = self.removed_at.map(|at| at.format(" on %Y-%m-%d").to_string()).unwrap_or_default();
        let then = match told {
            RelationshipSide::Partner => "reinstateRelationship asks the customer again",
            RelationshipSide::Customer => "nothing is left to do, unless the partner asks you again and you accept",
        };
        let message = format!("this relationship was removed{when}; {then}");
        code.on(field).saying(message).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organization::OrganizationId;
    use crate::relationship::RelationshipId;

    fn active(since: DateTime<Utc>) -> Relationship {
        Relationship {
            id: RelationshipId::fresh(),
            partner_id: OrganizationId::fresh(),
            customer_id: OrganizationId::fresh(),
            status: RelationshipStatus::Active,
            since,
            removed_at: None,
            removed_by: None,
            invitation_id: None,
            partner_sort_name: String::new(),
            customer_sort_name: String::new(),
            customer_country: String::new(),
            partner_search: String::new(),
            customer_search: String::new(),
            administration_kept: None,
            support_contact_id: None,
        }
    }

    #[test]
    fn an_active_relationship_is_removed_and_a_removed_one_is_not() {
        let table: Vec<_> = RelationshipStatus::ALL.iter().map(|status| (*status, status.remove())).collect();
        let expected = [
            (RelationshipStatus::Active, Ok(RelationshipStatus::Removed)),
            (RelationshipStatus::Removed, Err(Code::NoRelationship)),
        ];
        assert_eq!(table, expected);
    }

    #[test]
    fn it_keeps_who_removed_it_and_when_whoever_tries_again() {
        let now: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().unwrap();
        let mut relationship = active(now);
        assert!(relationship.check_active("id").is_ok());
        relationship.remove(RelationshipSide::Customer, Some(false), now).unwrap();
        let removed = relationship.clone();
        assert_eq!((removed.removed_at, removed.removed_by), (Some(now), Some(RelationshipSide::Customer)));
        assert_eq!(removed.administration_kept, Some(false));

        for side in RelationshipSide::ALL {
            let again = relationship.remove(*side, Some(true), Utc::now());
            let Err(Error::Refused(refusals)) = again else { panic!("it was removed twice") };
            let said = (refusals[0].code, refusals[0].message.contains("removed on 2026-03-01"));
            assert_eq!(said, (Code::NoRelationship, true));
            assert_eq!(relationship, removed);
        }
        assert!(relationship.check_active("id").is_err());
    }
}
