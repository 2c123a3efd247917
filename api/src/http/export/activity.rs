//! `GET /exports/activity.csv`: what happened in one's own organization.

use domain::activity::ActivityFilter;
use domain::export::{ActivityList, ActivityRow};
use domain::id::spell;

use super::given::Given;
use super::refused_argument;
use super::sheet::{Column, Sheet, time};
use crate::graphql;
use crate::http::problem::Problem;

impl Sheet for ActivityList {
    const NAME: &'static str = "activity";

    const PARAMETERS: &'static [&'static str] = &["event", "since", "until", "subjectId", "actorId"];

    const COLUMNS: &'static [Column<ActivityRow>] = &[
        ("id", |row| row.activity.id.to_string()),
        ("at", |row| time(row.activity.at)),
        ("event", |row| row.activity.event.as_str().to_owned()),
        ("actor_id", |row| row.actor.as_ref().map(|it| it.id.to_string()).unwrap_or_default()),
        ("actor", |row| row.actor.as_ref().map(|it| it.name.clone()).unwrap_or_default()),
        ("actor_organization_id", |row| {
            row.actor_organization.as_ref().map(|it| it.id.to_string()).unwrap_or_default()
        }),
        ("actor_organization", |row| row.actor_organization.as_ref().map(|it| it.name.clone()).unwrap_or_default()),
        ("subject_id", |row| {
            let subject = || spell(&row.activity.subject_kind, row.activity.subject_id);
            if row.shows_subject { subject() } else { String::new() }
        }),
        ("details", |row| row.activity.details.to_string()),
    ];

    fn read(given: &Given<'_>) -> Result<Self, Problem> {
        let event = |name: &str| graphql::event("event", name).map_err(refused_argument);
        let subject = given.one("subjectId")?.map(|id| graphql::subject_id("subjectId", &id.into()));
        let actor = given.one("actorId")?.map(|id| graphql::actor_id("actorId", &id.into()));
        let filter = ActivityFilter {
            events: given.all("event").map(event).collect::<Result<_, _>>()?,
            since: given.time("since")?,
            until: given.time("until")?,
            subject: subject.transpose().map_err(refused_argument)?,
            actor: actor.transpose().map_err(refused_argument)?,
        };
        Ok(Self { filter })
    }
}
