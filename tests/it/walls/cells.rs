//! What somebody was given, a cell for each field that was asked for.

use std::collections::BTreeSet;

use serde_json::Value;

use super::names::Names;
use super::selection::Asked;

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
        let path = [path, std::slice::from_ref(&field.name)].concat();
        if field.is_told && !values.is_empty() {
            let mut found: Vec<String> = values.iter().map(|value| names.of(value["id"].as_str().unwrap())).collect();
            // What happened at once has no order that two runs share.
            found.sort();
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
