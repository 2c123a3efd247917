//! The state machine: an active partnership is ended by either side, once.

use chrono::{DateTime, Utc};

use super::{Partnership, PartnershipSide, PartnershipStatus};
use crate::error::{Code, Error, Result};

impl PartnershipStatus {
    /// The status that ending leads to, or why it cannot be ended.
    pub fn end(self) -> Result<Self, Code> {
        match self {
            Self::Active => Ok(Self::Ended),
            Self::Ended => Err(Code::NotPartners),
        }
    }
}

impl Partnership {
    /// Ends it; the refusal says when it was ended before.
    pub(super) fn end(&mut self, by: PartnershipSide, keeps_administration: bool, now: DateTime<Utc>) -> Result<()> {
        self.status = self.status.end().map_err(|code| {
            let when = self.ended_at.map(|at| at.format(" on %Y-%m-%d").to_string()).unwrap_or_default();
            Error::from(code.on("id").saying(format!("this partnership ended{when}")))
        })?;
        self.ended_at = Some(now);
        self.ended_by = Some(by);
        self.administration_kept = Some(keeps_administration);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_active_partnership_ends_and_an_ended_one_does_not() {
        let table: Vec<_> = PartnershipStatus::ALL.iter().map(|status| (*status, status.end())).collect();
        let expected = [
            (PartnershipStatus::Active, Ok(PartnershipStatus::Ended)),
            (PartnershipStatus::Ended, Err(Code::NotPartners)),
        ];
        assert_eq!(table, expected);
    }

    #[test]
    fn it_keeps_who_ended_it_and_when_whoever_tries_again() {
        let began: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().unwrap();
        let mut partnership = Partnership {
            id: super::super::PartnershipId::fresh(),
            provider_id: crate::organization::OrganizationId::fresh(),
            reseller_id: crate::organization::OrganizationId::fresh(),
            status: PartnershipStatus::Active,
            since: began,
            ended_at: None,
            ended_by: None,
            administration_kept: None,
            invitation_id: None,
            provider_sort_name: String::new(),
            reseller_sort_name: String::new(),
        };
        partnership.end(PartnershipSide::IndirectReseller, true, began).unwrap();
        let ended = partnership.clone();
        assert_eq!((ended.ended_at, ended.ended_by), (Some(began), Some(PartnershipSide::IndirectReseller)));
        assert_eq!(ended.administration_kept, Some(true));

        for side in PartnershipSide::ALL {
            let again = partnership.end(*side, false, Utc::now());
            let Err(Error::Refused(refusals)) = again else { panic!("it ended twice") };
            assert_eq!(refusals, [Code::NotPartners.on("id").saying("this partnership ended on 2026-03-01")]);
            assert_eq!(partnership, ended);
        }
    }
}
