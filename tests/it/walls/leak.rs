//! That the walk sees a leak where there is one, and nothing where there is none.

use super::objects::OBJECTS;
use super::schema::Schema;
use super::walk::{self, Walked};
use super::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_wall_that_falls_is_seen() {
    let (world, schema) = (World::new().await, Schema::load().await);
    let invitations = OBJECTS.iter().find(|objects| objects.of == "Invitation").unwrap();
    let walk = async || walk::of_type(&world, &schema, invitations).await;
    let (before, again) = (walk().await, walk().await);
    assert_eq!(tables(&again), tables(&before), "walking changes nothing");

    // Somebody of Litware is taken for the platform's staff.
    let leak = "insert into operators (id, issuer, subject, name, email, created_at)
                select id, issuer, subject, name, email, created_at from users where email = 'sales@litware.example'";
    world.app.sql(leak).await;
    let after = walk().await;
    let row = |walked: &[Walked]| {
        let all = tables(walked);
        let table = all.split("## ").find(|table| table.starts_with("inv contoso to it@wingtip, pending")).unwrap();
        table.lines().find(|line| line.contains("  id kind status ")).unwrap()[..30].to_owned()
    };
    assert_eq!(row(&before), ".... vvvv .... .... .... .... ");
    assert_eq!(row(&after), ".... vvvv .... ..v. .... .... ");
    assert_eq!(given_otherwise(&world, &before, &after), ["sales@litware.example"], "nobody else's cells change");
}

fn tables(walked: &[Walked]) -> String {
    walked.iter().map(Walked::table).collect()
}

/// Who was given something else the second time.
fn given_otherwise<'a>(world: &'a World, before: &[Walked], after: &[Walked]) -> Vec<&'a str> {
    let cells = |walked: &[Walked], place: usize| -> Vec<Vec<super::cells::Cell>> {
        walked.iter().map(|one| one.given[place].cells.clone()).collect()
    };
    let actors = world.actors.iter().enumerate();
    let changed = actors.filter(|(place, _)| cells(before, *place) != cells(after, *place));
    changed.filter_map(|(_, actor)| actor.email.as_deref()).collect()
}
