//! Tables that a person can review: a column an actor, and a row for each of the answers that there are.

use std::fmt::Write as _;

use super::actors::{columns, head, legend};
use super::cells::{self, Cell, Given, Told};
use super::selection::{Asked, leaves};

/// How long a line may get.
const WIDTH: usize = 160;

/// Stands between the names of objects.
pub(super) const BETWEEN: &str = " | ";

/// What everybody was given of one object.
pub(super) fn of_object(title: &str, fields: &[Asked], given: &[Given]) -> String {
    let mut rows = Rows::default();
    rows.fields(fields, given, |_| true);
    rows.text(title)
}

/// The rows of a table, those with the same cells as one.
#[derive(Default)]
pub(super) struct Rows(Vec<Row>);

/// What those with these cells are.
pub(super) struct Row {
    cells: Vec<char>,
    fields: Vec<Vec<String>>,
    said: Vec<String>,
}

impl Row {
    /// Adds what the cells mark.
    pub(super) fn say(&mut self, text: String) {
        self.said.push(text);
    }
}

impl Rows {
    /// A row for every field that is wanted, and for every object that a field gave.
    pub(super) fn fields(&mut self, fields: &[Asked], given: &[Given], wanted: impl Fn(&[String]) -> bool) {
        for (place, path) in leaves(fields).into_iter().enumerate().filter(|(_, path)| wanted(path)) {
            let cells: Vec<Cell> = given.iter().map(|one| one.cells[place]).collect();
            // An interface has a field for each type that there might be.
            let is_absent = |cell: &Cell| matches!(cell, Cell::Absent | Cell::Hidden | Cell::Unauthenticated);
            if !cells.iter().all(is_absent) {
                self.row(cells.into_iter().map(Cell::letter).collect()).fields.push(path);
            }
        }
        let mut seen: Vec<&Told> = Vec::new();
        for told in given.iter().flat_map(|one| &one.objects) {
            if !seen.contains(&told) {
                seen.push(told);
            }
        }
        for told in seen {
            let cells = given.iter().map(|one| if one.objects.contains(told) { 'v' } else { '.' }).collect();
            self.row(cells).say(format!("{} = {}", told.0.join("."), told.1.join(BETWEEN)));
        }
    }

    /// The row of these cells.
    pub(super) fn row(&mut self, cells: Vec<char>) -> &mut Row {
        let place = self.0.iter().position(|row| row.cells == cells).unwrap_or_else(|| {
            self.0.push(Row { cells, fields: Vec::new(), said: Vec::new() });
            self.0.len() - 1
        });
        &mut self.0[place]
    }

    /// The table.
    pub(super) fn text(&self, title: &str) -> String {
        let mut text = format!("## {title}\n\n{}", head());
        for row in &self.0 {
            let mut lines = Vec::new();
            if !row.fields.is_empty() {
                let fields: Vec<&[String]> = row.fields.iter().map(Vec::as_slice).collect();
                lines.push(tree(&fields));
            }
            lines.extend(row.said.iter().cloned());
            let mut cells = columns(&row.cells);
            let width = WIDTH - cells.len() - 2;
            for line in lines.iter().flat_map(|line| wrapped(line, width)) {
                let _ = writeln!(text, "{cells}  {line}");
                cells = " ".repeat(cells.len());
            }
        }
        text.push('\n');
        text
    }
}

/// Paths as a selection is written: `a b { c d }`.
fn tree(paths: &[&[String]]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut place = 0;
    while let Some(path) = paths.get(place) {
        let alike = paths[place..].iter().take_while(|other| path.len() > 1 && other[0] == path[0] && other.len() > 1);
        let inside: Vec<&[String]> = alike.map(|other| &other[1..]).collect();
        place += inside.len().max(1);
        let more = if inside.is_empty() { String::new() } else { format!(" {{ {} }}", tree(&inside)) };
        parts.push(format!("{}{more}", path[0]));
    }
    parts.join(" ")
}

/// A line in several where it is long, all but the first indented: a name a line, so that a difference shows the name.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    if line.chars().count() > width && line.contains(BETWEEN) {
        let mut names = line.split(BETWEEN).map(str::to_owned);
        let first = names.next().into_iter();
        return first.chain(names.map(|name| format!("  {name}"))).collect();
    }
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let last = lines.last_mut().unwrap();
        if !last.trim().is_empty() && last.len() + 1 + word.len() > width {
            lines.push(format!("  {word}"));
        } else if last.is_empty() {
            word.clone_into(last);
        } else {
            last.push(' ');
            last.push_str(word);
        }
    }
    lines
}

/// What stands over the tables of a snapshot.
pub(super) fn preface() -> String {
    format!("{}\n{}\n", cells::LEGEND, legend())
}
