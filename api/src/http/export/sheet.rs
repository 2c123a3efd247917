//! A list as CSV: RFC 4180, in UTF-8, with a header, and safe to open in a spreadsheet.

use async_graphql::resolver_utils::EnumType;
use axum::body::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use csv::{Terminator, WriterBuilder};
use domain::export::List;

use super::given::Given;
use crate::http::problem::Problem;

/// A column: its name, which is settled since programs read it, and what stands in it.
pub(in crate::http) type Column<R> = (&'static str, fn(&R) -> String);

/// A list that is exported.
pub(in crate::http) trait Sheet: List + Sized {
    /// What it lists, as file and metrics are called.
    const NAME: &'static str;

    /// The parameters of its address.
    const PARAMETERS: &'static [&'static str];

    /// Its columns, in order. New ones come at the end.
    const COLUMNS: &'static [Column<Self::Row>];

    /// Which rows an address asks for; refuses what cannot be taken, naming the parameter.
    fn read(given: &Given<'_>) -> Result<Self, Problem>;
}

/// What stands before the header where a reader tells UTF-8 by it.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The header, behind a byte order mark where one is wanted.
pub(super) fn header<S: Sheet>(is_marked: bool) -> csv::Result<Bytes> {
    let mark = if is_marked { BYTE_ORDER_MARK.as_bytes().to_vec() } else { Vec::new() };
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(mark);
    writer.write_record(S::COLUMNS.iter().map(|(name, _)| name))?;
    written(writer)
}

/// Some rows.
pub(super) fn lines<S: Sheet>(rows: &[S::Row]) -> csv::Result<Bytes> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(S::COLUMNS.iter().map(|(_, cell)| harmless(&cell(row))))?;
    }
    written(writer)
}

fn written(writer: csv::Writer<Vec<u8>>) -> csv::Result<Bytes> {
    writer.into_inner().map(Bytes::from).map_err(|error| error.into_error().into())
}

/// A cell that no spreadsheet takes for a formula: what would be one has an apostrophe before it.
///
/// Names are chosen by others, and a spreadsheet runs what begins with `=`, `+`, `-` or `@`, also behind a tab or a line's
/// end that it drops (OWASP, "CSV Injection"). It may drop other white space too, and in East Asian locales it reads the
/// full-width and small forms of the four as well. Quotation marks do not help: they are gone once the file is read. They do
/// not even keep a cell together: where the locale separates by semicolons or tabs they stand in the middle of a cell, which
/// ends at the next of those, or at a line's end, and whatever follows begins another.
fn harmless(cell: &str) -> String {
    let is_formula =
        |text: &str| text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫']);
    let mut safe = String::with_capacity(cell.len());
    for (index, part) in cell.split_inclusive(SEPARATORS).enumerate() {
        // At the beginning of a cell that is split off a quotation mark is taken for an opening one, and dropped.
        let is_dropped = |letter: char| {
            letter.is_whitespace() || letter.is_control() || is_invisible(letter) || index > 0 && letter == '"'
        };
        let is_bare_end = index == 0 && part.starts_with(['\t', '\r', '\n']);
        if is_bare_end || is_formula(part.trim_start_matches(is_dropped)) {
            safe.push('\'');
        }
        safe.push_str(part);
    }
    safe
}

/// What ends a cell besides a comma, in one locale or another, quoted or not.
const SEPARATORS: [char; 4] = [';', '\t', '\r', '\n'];

/// What takes no room and may be dropped like white space: zero-width characters, marks of direction, a byte order mark.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A moment as the API spells it.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The schema's name for a value of one of its enums.
pub(super) fn name_of<T: EnumType>(value: T) -> String {
    let found = T::items().iter().find(|item| item.value == value);
    found.map(|item| item.name.to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_has_an_apostrophe_before_it() {
        for cell in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\tplain",
            "\rplain",
            "\nplain",
            " =1",
            "  \u{a0}+1",
            "\u{3000}＝1",
            "＝1",
            "＋1",
            "－1",
            "＠A1",
            "﹦1",
            "﹢1",
            "﹣1",
            "﹫A1",
            "\u{feff}=1",
            "\u{200b}-1",
            "\u{202e}@A1",
            "\u{0}=1",
            "=HYPERLINK(\"https://evil.example\")",
            "-",
        ] {
            assert_eq!(harmless(cell), format!("'{cell}"), "{cell:?}");
        }
    }

    #[test]
    fn what_would_be_a_cell_of_its_own_where_semicolons_or_tabs_separate_has_one_too() {
        for (cell, safe) in [
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("\n=1", "'\n'=1"),
            ("x;=HYPERLINK(\"https://evil.example\")", "x;'=HYPERLINK(\"https://evil.example\")"),
            ("x\t+1", "x\t'+1"),
            ("x\r\n-1", "x\r\n'-1"),
            ("x\n@A1", "x\n'@A1"),
            ("x; \u{200b}＝1", "x;' \u{200b}＝1"),
            ("x;\"=1", "x;'\"=1"),
            ("x;\t=1", "x;\t'=1"),
            (";=1;y;=2", ";'=1;y;'=2"),
            ("=1;=2", "'=1;'=2"),
        ] {
            assert_eq!(harmless(cell), safe, "{cell:?}");
        }
    }

    #[test]
    fn anything_else_stays_as_it_is() {
        for cell in [
            "",
            " ",
            "Contoso",
            "a=1",
            "1-2",
            "a@b.example",
            " plain",
            "'=1",
            "{\"a\":-1}",
            "２０２６",
            "−1",
            "\u{200b}",
            "a;b",
            "a; b=1",
            "a\tb\nc-1",
            ";",
            "\"=1\"",
        ] {
            assert_eq!(harmless(cell), cell, "{cell:?}");
        }
    }

    /// The fields of an input of the schema.
    fn fields(input: &str) -> Vec<String> {
        let sdl = crate::graphql::sdl();
        let (_, rest) = sdl.split_once(&format!("input {input} {{\n")).unwrap();
        let (body, _) = rest.split_once("\n}").unwrap();
        let fields = body.lines().filter_map(|line| line.strip_prefix('\t')?.split_once(": "));
        let fields = fields.map(|(name, _)| name.to_owned());
        fields.filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric())).collect()
    }

    #[test]
    fn an_address_takes_every_filter_that_the_list_takes() {
        let customers: Vec<String> = fields("CustomerFilter").into_iter().chain(["orderBy".to_owned()]).collect();
        assert_eq!(domain::export::CustomerList::PARAMETERS, customers);
        assert_eq!(domain::export::ActivityList::PARAMETERS, fields("ActivityFilter"));
    }
}
