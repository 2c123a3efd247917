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

#[test]
fn what_was_within_bounds_when_asked_for_is_bounded_again_when_granted() {
    // From 1 February 2027 two years have the leap day of 2028 among them, and are 731 days; from 1 April 2026 they are 730.
    let ends = |granted_at: &str, duration: &str| granted(at(granted_at), duration, false).ends_at;
    assert_eq!(ends("2027-02-01T00:00:00Z", "P731D"), Some(at("2029-02-01T00:00:00Z")));
    assert_eq!(ends("2025-04-01T00:00:00Z", "P731D"), Some(at("2027-04-01T00:00:00Z")), "a day less");
    assert_eq!(ends("2028-02-29T00:00:00Z", "P2Y"), Some(at("2030-02-28T00:00:00Z")));
}

#[test]
fn the_same_ask_is_covered_until_notice_of_the_end_is_due_and_new_from_then_on() {
    let began = at("2026-01-01T00:00:00Z");
    let covers = |duration: &str, days: i64| {
        let grant = granted(began, duration, false);
        let (roles, duration) = (grant.roles.clone(), duration.parse().unwrap());
        let asked = RequestedAdministration::Granular { roles, duration, auto_extend: false };
        grant.covers(&asked, began + TimeDelta::days(days))
    };
    assert_eq!([0, 1, 334, 335, 364].map(|days| covers("P1Y", days)), [true, true, true, false, false]);
    assert_eq!([0, 22, 23].map(|days| covers("P30D", days)), [true, true, false]);
    assert_eq!([0, 5, 6].map(|days| covers("P7D", days)), [true, true, false]);
}

#[test]
fn a_scope_is_covered_by_the_same_scope_alone() {
    let now = at("2026-01-01T00:00:00Z");
    let roles = vec![DirectoryRole::GlobalReader];
    let chosen = RequestedAdministration::Granular { roles, duration: "P1D".parse().unwrap(), auto_extend: false };
    let asks = [RequestedAdministration::Full, chosen];
    for (place, asked) in asks.iter().enumerate() {
        let grant = AdminGrant::granting(asked, OrganizationId::fresh(), OrganizationId::fresh(), None, now);
        let covered = asks.each_ref().map(|asked| grant.covers(asked, now));
        assert_eq!(covered, [place == 0, place == 1]);
    }
}

#[test]
fn an_extension_counts_as_told_only_after_notice_of_the_end_that_it_put_off() {
    let began = at("2026-01-01T00:00:00Z");
    let was_told = |duration: &str, noticed_on: Option<i64>, extended_on: i64| {
        let mut grant = granted(began, duration, true);
        if let Some(day) = noticed_on {
            grant.take_notice(began + TimeDelta::days(day)).unwrap();
        }
        grant.extend(began + TimeDelta::days(extended_on)).unwrap().was_told
    };
    assert!(!was_told("P1D", None, 1), "it is too short for a notice");
    assert!(was_told("P10D", Some(3), 10) && was_told("P10D", Some(9), 12));
    assert!(!was_told("P10D", None, 10));
    assert!(!was_told("P10D", Some(3), 190), "of the second end nobody was told");
}

#[test]
fn days_are_counted_on_the_calendar() {
    let end = at("2028-03-01T00:30:00Z");
    let left = |now: &str| days_left(end, at(now));
    assert_eq!(left("2028-02-28T23:59:59Z"), 2);
    assert_eq!(left("2028-02-29T00:00:00Z"), 1);
    assert_eq!(left("2028-03-01T00:00:00Z"), 0);
}
