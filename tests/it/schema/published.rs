//! `schema.graphql` is the promise to clients.

use std::path::Path;

use api::graphql::sdl;

#[test]
fn the_published_schema_is_the_codes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema.graphql");
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == sdl(), "schema.graphql is not as the code has it: run `cargo dev schema` and read the diff");
}
