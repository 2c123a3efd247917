//! The demo world in a database: whole, once, and with nothing left to do.

use anyhow::{Context, Result};
use chrono::TimeDelta;
use clap::Parser;
use dev::issuer::claims_for;
use dev::scratch::Scratch;
use dev::seed::{self, ORGANIZATIONS};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use domain::actor::{Actor, Identity};
use domain::clock::Clock;
use domain::settings::Settings;
use domain::store::{Store, migrate};

#[derive(Parser)]
struct Config {
    #[command(flatten)]
    settings: Settings,
}

/// A Store over a migrated database, and its clock.
async fn store(scratch: &Scratch) -> Result<(Store, Clock)> {
    let url = scratch.database("accord")?;
    migrate(&url.clone().into()).await?;
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let config = Config::try_parse_from(["test", "--database-url", &url, "--link-key", key])?;
    let clock = Clock::default();
    Ok((Store::new(&config.settings, clock.clone())?, clock))
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

async fn count(store: &Store, from: &str) -> Result<i64> {
    let conn = &mut store.connection().await.ok().context("no connection")?;
    Ok(diesel::sql_query(format!("select count(*) from {from}")).get_result::<Count>(conn).await?.count)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_world_is_made_once_however_many_make_it() -> Result<()> {
    let scratch = Scratch::start()?;
    let (store, _) = store(&scratch).await?;
    let (one, other) = tokio::try_join!(seed::seed(&store), seed::seed(&store))?;
    assert_ne!(one, other, "one makes it, the other finds it");
    assert!(!seed::seed(&store).await?);
    assert_eq!(count(&store, "organizations").await?, i64::try_from(ORGANIZATIONS.len())?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_stand_in_every_state_and_nothing_is_due_for_weeks() -> Result<()> {
    let scratch = Scratch::start()?;
    let (store, clock) = store(&scratch).await?;
    seed::seed(&store).await?;

    let conn = &mut store.connection().await.ok().context("no connection")?;
    let query = "select distinct status || case when by_hand then ' by hand' else '' end as word \
                 from invitations order by word";
    let states: Vec<Word> = diesel::sql_query(query).load(conn).await?;
    let states: Vec<_> = states.iter().map(|state| state.word.as_str()).collect();
    let every = ["accepted", "declined", "draft", "expired", "pending", "pending by hand", "revoked"];
    assert_eq!(states, every);

    clock.advance(TimeDelta::days(31));
    assert_eq!(domain::invitation::expire(&store, 100).await.ok(), Some(0));
    assert_eq!(domain::invitation::remind(&store, 100).await.ok(), Some(0));
    assert_eq!(count(&store, "emails where status <> 'sent'").await?, 0);
    assert_eq!(count(&store, "admin_grants where ends_at < now() + interval '200 days'").await?, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_signs_in_as_who_they_are() -> Result<()> {
    let scratch = Scratch::start()?;
    let (store, _) = store(&scratch).await?;
    seed::seed(&store).await?;
    for user in seed::users() {
        let claims = claims_for(&user.email)?;
        let identity = Identity {
            issuer: dev::issuer::ISSUER.to_owned(),
            tenant: claims.tid,
            subject: claims.sub,
            email: Some(claims.email),
            email_verified: claims.email_verified,
            name: Some(claims.name),
            may_claim: true,
        };
        let actor = domain::user::sign_in(&store, &identity).await.ok().context("not signed in")?;
        match (actor, user.organization) {
            (Actor::Operator(_), None) => {}
            (Actor::Member(member), Some(organization)) => {
                assert_eq!(member.organization.name, organization.name);
                assert_eq!(member.user.roles, Vec::from_iter(user.role));
                assert_eq!(member.enrollment.map(|enrollment| enrollment.kind), organization.partner);
            }
            (actor, _) => panic!("{} signs in as {actor:?}", user.email),
        }
    }
    assert_eq!(count(&store, "activities where event = 'user.added'").await?, 0, "nobody came as new");
    Ok(())
}
