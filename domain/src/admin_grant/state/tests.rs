use std::fmt::Write as _;

use super::*;
use crate::admin_grant::RequestedAdministration;
use crate::organization::OrganizationId;

fn at(time: &str) -> DateTime<Utc> {
    time.parse().unwrap()
}

fn granted(at: DateTime<Utc>, duration: &str, auto_extend: bool) -> AdminGrant {
    let (roles, duration) = (vec![DirectoryRole::GlobalReader], duration.parse().unwrap());
    let asked = RequestedAdministration::Granular { roles, duration, auto_extend };
    AdminGrant::granting(&asked, OrganizationId::fresh(), OrganizationId::fresh(), None, at)
}

#[test]
fn every_step_from_every_status_is_as_designed() {
    let mut table = String::new();
    for step in Step::ALL {
        for status in AdminGrantStatus::ALL {
            let _ = writeln!(table, "{step:?} {status:?} -> {:?}", step.from(*status));
        }
    }
    insta::assert_snapshot!(table, @r"
    Revoke Active -> Ok(Revoked)
    Revoke Expired -> Err(NoAdminGrant)
    Revoke Revoked -> Ok(Revoked)
    Revoke Ended -> Err(NoAdminGrant)
    End Active -> Ok(Ended)
    End Expired -> Err(NoAdminGrant)
    End Revoked -> Err(NoAdminGrant)
    End Ended -> Ok(Ended)
    ChangeRoles Active -> Ok(Active)
    ChangeRoles Expired -> Err(NoAdminGrant)
    ChangeRoles Revoked -> Err(NoAdminGrant)
    ChangeRoles Ended -> Err(NoAdminGrant)
    SetAutoExtend Active -> Ok(Active)
    SetAutoExtend Expired -> Err(NoAdminGrant)
    SetAutoExtend Revoked -> Err(NoAdminGrant)
    SetAutoExtend Ended -> Err(NoAdminGrant)
    Extend Active -> Ok(Active)
    Extend Expired -> Err(NoAdminGrant)
    Extend Revoked -> Err(NoAdminGrant)
    Extend Ended -> Err(NoAdminGrant)
    Expire Active -> Ok(Expired)
    Expire Expired -> Err(NoAdminGrant)
    Expire Revoked -> Err(NoAdminGrant)
    Expire Ended -> Err(NoAdminGrant)
    ");
}

#[test]
fn a_grant_that_extends_itself_ends_180_days_later_at_a_time() {
    let grant = granted(at("2028-02-29T12:00:00Z"), "P1D", true);
    for (now, end) in [
        ("2028-03-01T11:59:59Z", "2028-03-01T12:00:00Z"),
        ("2028-03-01T12:00:00Z", "2028-08-28T12:00:00Z"),
        ("2028-08-28T11:59:59Z", "2028-08-28T12:00:00Z"),
        ("2028-08-28T12:00:00Z", "2029-02-24T12:00:00Z"),
        ("2031-01-01T00:00:00Z", "2031-02-14T12:00:00Z"),
    ] {
        assert_eq!(grant.end_at(at(now)), Some(at(end)), "{now}");
        assert_eq!(grant.status_at(at(now)), AdminGrantStatus::Active, "{now}");
        let mut written = grant.clone();
        let _ = written.extend(at(now));
        assert_eq!((written.ends_at, written.extend(at(now)).is_none()), (Some(at(end)), true), "{now}");
    }
}

#[test]
fn a_grant_that_does_not_extend_itself_is_over_from_its_end_on() {
    let mut grant = granted(at("2028-02-29T12:00:00Z"), "P1Y", false);
    let end = at("2029-02-28T12:00:00Z");
    assert_eq!(grant.status_at(end - TimeDelta::seconds(1)), AdminGrantStatus::Active);
    assert_eq!(grant.status_at(end), AdminGrantStatus::Expired);
    assert!(grant.extend(end).is_none() && grant.expire(end - TimeDelta::seconds(1)).is_none());
    assert!(grant.expire(end + TimeDelta::days(40)).is_some());
    assert_eq!((grant.status, grant.ended_at), (AdminGrantStatus::Expired, Some(end)), "at its end, however late");
}

#[test]
fn notices_come_30_and_7_and_1_days_before_the_end_and_none_at_the_very_beginning() {
    let began = at("2028-02-01T00:00:00Z");
    let days = |duration: &str| {
        let mut grant = granted(began, duration, false);
        let mut told = Vec::new();
        while let Some(due) = grant.notice_at {
            told.push((grant.take_notice(due).unwrap(), (due - began).num_days()));
        }
        told
    };
    assert_eq!(days("P31D"), [(30, 1), (7, 24), (1, 30)]);
    assert_eq!(days("P30D"), [(7, 23), (1, 29)]);
    assert_eq!(days("P1M"), [(7, 22), (1, 28)], "29 days in a leap year's February");
    assert_eq!(days("P7D"), [(1, 6)]);
    assert_eq!(days("P1D"), []);
    assert_eq!(days("P2Y"), [(30, 701), (7, 724), (1, 730)]);
}

#[test]
fn of_the_notices_that_are_due_only_the_latest_goes_out_and_none_once_it_is_over() {
    let began = at("2026-01-01T00:00:00Z");
    let late = |days: i64| granted(began, "P60D", false).take_notice(began + TimeDelta::days(days));
    assert_eq!([29, 30, 52, 53, 58, 59, 60].map(late), [None, Some(30), Some(30), Some(7), Some(7), Some(1), None]);
}

#[test]
fn an_end_that_was_put_off_late_is_told_of_as_far_as_it_is_due() {
    let began = at("2026-01-01T00:00:00Z");
    let told = |late: i64| {
        let mut grant = granted(began, "P1D", true);
        let now = began + TimeDelta::days(1 + late);
        let _ = grant.extend(now);
        grant.notice_at.filter(|due| *due <= now).and_then(|_| grant.take_notice(now))
    };
    assert_eq!([0, 149, 150, 173, 179, 180].map(told), [None, None, Some(30), Some(7), Some(1), None]);
}
