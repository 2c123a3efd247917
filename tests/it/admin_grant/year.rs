//! A year of a thousand grants, day by day: what is told, put off and ended is what a model of its own says.

use std::collections::{BTreeMap, HashMap};

use accord_tests::TestApp;
use chrono::{DateTime, Months, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use domain::admin_grant::DirectoryRole::GlobalReader;
use domain::admin_grant::{self, AdminGrant, AdminGrantId, RequestedAdministration};
use domain::schema::{activities, admin_grants};
use domain::store::Store;
use serde_json::Value;

use super::{CUSTOMER, PARTNER};

const GRANTS: usize = 1_000;

/// Every fiftieth is FULL, on the tenant of a company of its own.
const FULL_EVERY: usize = 50;

/// Months and days.
const DURATIONS: [(u32, u32); 14] = [
    (0, 1),
    (0, 2),
    (0, 7),
    (0, 8),
    (1, 0),
    (0, 30),
    (0, 31),
    (0, 45),
    (3, 0),
    (0, 180),
    (6, 0),
    (12, 0),
    (18, 0),
    (24, 0),
];

/// What a run did to a grant: the run's number, and the event with the days left.
type Happened = (usize, String, Option<i64>);

/// An extension of whose end nobody was given notice: that is mailed.
const UNTOLD: &str = "admin_grant.extended, untold";

/// A grant as the model has it.
struct Model {
    id: AdminGrantId,
    granted: DateTime<Utc>,
    /// None: FULL.
    end: Option<DateTime<Utc>>,
    extends: bool,
}

impl Model {
    /// What the runs at these times should do to it, told from the calendar alone, and as what each is counted.
    fn should(&self, runs: &[DateTime<Utc>]) -> Vec<(Happened, String)> {
        let (mut happened, mut from) = (Vec::new(), self.granted);
        let Some(mut end) = self.end else { return happened };
        let (mut told_until, mut is_told) = (from, false);
        for (number, now) in runs.iter().enumerate() {
            if end <= *now {
                if !self.extends {
                    happened.push(((number, "admin_grant.expired".to_owned(), None), "admin_grant.expired".to_owned()));
                    return happened;
                }
                let mut times = 0;
                while end <= *now {
                    (from, end, times) = (end, end + TimeDelta::hours(180 * 24), times + 1);
                }
                let name = if is_told && times == 1 { "admin_grant.extended" } else { UNTOLD };
                (told_until, is_told) = (from, false);
                happened.push(((number, "admin_grant.extended".to_owned(), None), name.to_owned()));
            }
            let due = [1, 7, 30].into_iter().find(|days| {
                let at = end - TimeDelta::hours(24 * days);
                at <= *now && at > told_until
            });
            if let Some(days) = due {
                (told_until, is_told) = (*now, true);
                let left = (end.date_naive() - now.date_naive()).num_days();
                let name = format!("admin_grant.expiring {days:02}");
                happened.push(((number, "admin_grant.expiring".to_owned(), Some(left)), name));
            }
        }
        happened
    }
}

/// Makes the grants, begun at many moments of the two years before, none of them over yet.
async fn make(app: &TestApp) -> Vec<Model> {
    let (partner, customer) = (app.organization_row(PARTNER).await, app.organization_row(CUSTOMER).await);
    let (conn, now) = (&mut app.store.connection().await.unwrap(), app.store.now());
    let mut models = Vec::new();
    for n in 0..GRANTS {
        let (mut tenant, mut asked) = (customer.id, RequestedAdministration::Full);
        let (mut granted, mut end, extends) = (now, None, n % 3 == 0);
        if n % FULL_EVERY == 0 {
            let domain = format!("company-{n}.example");
            app.company("A company", &domain).await;
            tenant = app.organization_row(&domain).await.id;
        } else {
            let (months, days) = DURATIONS[n % DURATIONS.len()];
            let (roles, duration) = (vec![GlobalReader], format!("P{months}M{days}D").parse().unwrap());
            asked = RequestedAdministration::Granular { roles, duration, auto_extend: extends };
            let seconds = i64::from(months * 28 + days) * 86_400;
            granted = now - TimeDelta::seconds((n as i64 * 7_919_777) % seconds);
            end = Some(granted + Months::new(months) + TimeDelta::days(i64::from(days)));
        }
        let grant = AdminGrant::granting(&asked, partner.id, tenant, None, granted);
        grant.insert(conn).await.unwrap();
        models.push(Model { id: grant.id, granted, end, extends });
    }
    models
}

/// A worker's run at one moment.
async fn run(store: &Store) {
    while admin_grant::expire(store, 200).await.unwrap() >= 200 {}
    while admin_grant::notify(store, 200).await.unwrap() >= 200 {}
}

/// Moves the clock a year in steps of a day; three workers run on each day that is not `off`, and one of them again. Gives the
/// times of the runs.
async fn live(app: &TestApp, off: std::ops::Range<usize>) -> Vec<DateTime<Utc>> {
    let mut runs = Vec::new();
    for day in 0..=365 {
        if !off.contains(&day) {
            let store = app.store.at_one_moment();
            tokio::join!(run(&store), run(&store), run(&store));
            run(&store).await;
            runs.push(store.now());
        }
        app.days_pass(1);
    }
    runs
}

/// What happened to each grant.
async fn happened(app: &TestApp, runs: &[DateTime<Utc>]) -> HashMap<AdminGrantId, Vec<Happened>> {
    let conn = &mut app.store.connection().await.unwrap();
    let query = activities::table.filter(activities::subject_kind.eq("grt")).order(activities::id);
    let columns = (activities::subject_id, activities::event, activities::at, activities::details);
    let rows: Vec<(uuid::Uuid, String, DateTime<Utc>, Value)> = query.select(columns).load(conn).await.unwrap();
    let mut happened: HashMap<AdminGrantId, Vec<Happened>> = HashMap::new();
    for (grant, event, at, details) in rows {
        let Ok(number) = runs.binary_search(&at) else { continue };
        happened.entry(grant.into()).or_default().push((number, event, details["daysLeft"].as_i64()));
    }
    happened
}

/// Lets a year pass, compares grant by grant, and gives how often each thing happened.
async fn year(off: std::ops::Range<usize>) -> BTreeMap<String, usize> {
    let app = TestApp::without_mails().await;
    let leap_year: DateTime<Utc> = "2028-01-15T10:20:30Z".parse().unwrap();
    app.clock.advance(leap_year - app.store.now());
    app.sql("delete from invitation_outcomes where admin_grant_id is not null; delete from admin_grants").await;
    let models = make(&app).await;
    let runs = live(&app, off).await;
    let mut did = happened(&app, &runs).await;
    let mut counts = BTreeMap::new();
    for model in &models {
        let should = model.should(&runs);
        assert_eq!(
            did.remove(&model.id).unwrap_or_default(),
            should.iter().map(|(happened, _)| happened.clone()).collect::<Vec<_>>(),
            "{} {:?} {}",
            model.granted,
            model.end,
            model.extends
        );
        for (_, name) in should {
            *counts.entry(name).or_default() += 1;
        }
    }
    assert!(did.is_empty(), "{did:?}");
    check_rows(&app, &models, &counts).await;
    report(&format!("{} runs over {GRANTS} grants: {counts:?}", runs.len()));
    counts
}

/// Says what happened: `cargo dev test year -- --nocapture` shows it.
#[expect(clippy::print_stdout, reason = "how often each thing happened belongs to its result")]
fn report(what: &str) {
    println!("year: {what}");
}

/// Mails went to all three people each time, and no active grant's end has passed.
async fn check_rows(app: &TestApp, models: &[Model], counts: &BTreeMap<String, usize>) {
    let sum =
        |event: &str| counts.iter().filter(|(name, _)| name.starts_with(event)).map(|(_, count)| *count).sum::<usize>();
    for (kind, event) in [
        ("admin_grant_expiring", "admin_grant.expiring"),
        ("admin_grant_ended", "admin_grant.expired"),
        ("admin_grant_extended", UNTOLD),
    ] {
        let mails = app.count(&format!("from emails where kind = '{kind}'")).await;
        assert_eq!(mails, 3 * i64::try_from(sum(event)).unwrap(), "{kind}");
    }
    let conn = &mut app.store.connection().await.unwrap();
    let active = admin_grants::table.filter(admin_grants::status.eq("active"));
    let ends: Vec<Option<DateTime<Utc>>> = active.select(admin_grants::ends_at).load(conn).await.unwrap();
    assert_eq!(ends.len(), models.len() - sum("admin_grant.expired"));
    assert_eq!(ends.iter().filter(|end| end.is_none()).count(), GRANTS / FULL_EVERY);
    let yesterday = app.store.now() - TimeDelta::days(1);
    assert!(ends.iter().flatten().all(|end| *end > yesterday));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_year_every_notice_and_every_end_comes_once_and_on_its_day() {
    let counts = year(0..0).await;
    assert!(counts.len() == 6 && counts.values().all(|count| *count > 10), "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_month_without_a_worker_nothing_stale_is_told_and_nothing_done_twice() {
    let counts = year(100..131).await;
    assert!(counts.len() == 6 && counts.values().all(|count| *count > 10), "{counts:?}");
}
