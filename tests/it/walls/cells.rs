//! What somebody was given, a cell for each field that was asked for.

use std::collections::BTreeSet;

use serde_json::Value;

use super::names::Names;
use super::selection::{Asked, Tells};

/// What a field gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cell {
    /// The object itself is hidden.
    Hidden,
    /// The request was refused for want of a sign-in.
    Unauthenticated,
    Null,
    /// A list without rows.
    Empty,
    Value,
    /// Of several objects some gave one, some another.
    Mixed,
    /// There is no object of this type.
    Absent,
}

impl Cell {
    pub(super) fn letter(self) -> char {
        match self {
            Self::Hidden => '.',
            Self::Unauthenticated => 'u',
            Self::Null => '0',
            Self::Empty => 'e',
            Self::Value => 'v',
            Self::Mixed => '~',
            Self::Absent => '-',
        }
    }
}

/// What the letters stand for.
pub(super) const LEGEND: &str = "\
.  the object is hidden       v  a value            ~  a value in some rows, none in others
0  null                       e  an empty list      -  no row of this type
u  UNAUTHENTICATED            x  said so            field = the objects that those marked v are given
CODE field [name]  a refusal of a field, and whom its message names
";

/// Which objects a field gave, by the path to it.
pub(super) type Told = (Vec<String>, Vec<String>);

/// What one actor was given of one object.
#[derive(Clone, Default)]
pub(super) struct Given {
    /// A cell for each leaf, in order.
    pub(super) cells: Vec<Cell>,
    /// Which objects fields gave.
    pub(super) objects: Vec<Told>,
}

/// Reads an answer; `object` is null where it is hidden.
pub(super) fn read(fields: &[Asked], object: &Value, names: &Names) -> Given {
    if object.is_null() {
        return all(fields, Cell::Hidden);
    }
    let mut given = Given::default();
    read_into(&mut given, fields, &[object], &BTreeSet::new(), &[], names);
    given
}

/// Where every field is the same.
pub(super) fn all(fields: &[Asked], cell: Cell) -> Given {
    Given { cells: super::selection::leaves(fields).iter().map(|_| cell).collect(), objects: Vec::new() }
}

/// Reads a field of all these objects; `around` is what there was in place of others.
fn read_into(
    given: &mut Given,
    fields: &[Asked],
    objects: &[&Value],
    around: &BTreeSet<Cell>,
    path: &[String],
    names: &Names,
) {
    for field in fields {
        let mut kinds = around.clone();
        let of_type: Vec<&Value> = objects.iter().copied().filter(|object| is_of(object, field)).collect();
        if of_type.is_empty() && !objects.is_empty() {
            kinds = BTreeSet::from([Cell::Absent]);
        }
        let mut values = Vec::new();
        for object in of_type {
            flatten(&object[&field.name], &mut values, &mut kinds);
        }
        let is_more = field.name == "hasNextPage" && values.iter().any(|value| **value == true);
        assert!(!is_more, "a list of the world is longer than the page that is asked for");
        edges_are_nodes(&values);
        let path = [path, std::slice::from_ref(&field.name)].concat();
        let found = told(field.told, &values, names);
        if !found.is_empty() {
            given.objects.push((path.clone(), found));
        }
        if field.inside.is_empty() {
            kinds.extend((!values.is_empty()).then_some(Cell::Value));
            given.cells.push(if kinds.len() == 1 { *kinds.first().unwrap() } else { Cell::Mixed });
        } else {
            read_into(given, &field.inside, &values, &kinds, &path, names);
        }
    }
}

fn is_of(object: &Value, field: &Asked) -> bool {
    field.on.as_ref().is_none_or(|on| object["__typename"] == on.as_str())
}

/// The values that there are, out of their lists, and what there is in place of others.
fn flatten<'a>(value: &'a Value, values: &mut Vec<&'a Value>, kinds: &mut BTreeSet<Cell>) {
    match value {
        Value::Null => {
            kinds.insert(Cell::Null);
        }
        Value::Array(rows) if rows.is_empty() => {
            kinds.insert(Cell::Empty);
        }
        Value::Array(rows) => rows.iter().for_each(|row| flatten(row, values, kinds)),
        value => values.push(value),
    }
}

/// Stops the test where a page has others in its edges than in its nodes: the tables tell the nodes.
fn edges_are_nodes(pages: &[&Value]) {
    for page in pages {
        let (Some(edges), Some(nodes)) = (page["edges"].as_array(), page["nodes"].as_array()) else { continue };
        let ids = |rows: &mut dyn Iterator<Item = &Value>| rows.map(|row| row["id"].clone()).collect::<Vec<_>>();
        let of_edges = ids(&mut edges.iter().map(|edge| &edge["node"]));
        let of_nodes = ids(&mut nodes.iter());
        assert!(of_edges == of_nodes, "edges {of_edges:?}, nodes {of_nodes:?}");
    }
}

/// What is told of a field's values.
fn told(tells: Tells, values: &[&Value], names: &Names) -> Vec<String> {
    let mut found: Vec<String> = match tells {
        Tells::Objects | Tells::Distinct => {
            values.iter().map(|value| names.of(value["id"].as_str().unwrap())).collect()
        }
        Tells::Json => values.iter().map(|value| held(value, names)).collect(),
        Tells::Presence => Vec::new(),
    };
    // What happened at once has no order that two runs share.
    found.sort();
    if tells != Tells::Objects {
        found.dedup();
    }
    found
}

/// What an object of JSON holds: its keys, and what is called by the ids that are their values.
fn held(value: &Value, names: &Names) -> String {
    let fields = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    let spell = |(key, value): (&String, &Value)| match value.as_str().filter(|text| is_id(text)) {
        Some(id) => format!("{key}={}", names.of(id)),
        None => {
            assert!(!value.is_object() && !has_ids(value), "spell what {key} holds: {value}");
            key.clone()
        }
    };
    let keys: Vec<String> = fields.iter().map(spell).collect();
    if keys.is_empty() { "no details".to_owned() } else { keys.join(", ") }
}

fn is_id(text: &str) -> bool {
    text.split_once('_').is_some_and(|(prefix, rest)| prefix.len() == 3 && rest.len() == 26)
}

fn has_ids(value: &Value) -> bool {
    value.as_array().is_some_and(|rows| rows.iter().any(|row| row.as_str().is_none_or(is_id)))
}
