//! Versions of agreements as an operator writes them: a CSV file with a header, a row a language.

use std::io::Read;

use chrono::SecondsFormat;
use csv::{Position, Reader, StringRecord};
use domain::agreement::{Comes, Flaw, LoadedVersion, NewText};

/// What the header names, in any order.
const COLUMNS: [&str; 7] = ["kind", "country", "version", "locale", "title", "url", "in_force_at"];

/// The rows of a file, with their lines; or what of it is no such table.
pub fn read(mut file: impl Read) -> Result<Vec<NewText>, Vec<Flaw>> {
    let mut bytes = Vec::new();
    if let Err(error) = file.read_to_end(&mut bytes) {
        return Err(vec![Flaw { line: 1, message: error.to_string() }]);
    }
    let mut reader = Reader::from_reader(bytes.as_slice());
    let header = reader.headers().map_err(|error| vec![unreadable(&bytes, &error)])?.clone();
    let place = |column: &str| header.iter().position(|name| name.trim() == column);
    let unknown = header.iter().map(str::trim).filter(|name| !COLUMNS.contains(name));
    let unknown = unknown.map(|name| format!("there is no column \"{name}\""));
    let missing = COLUMNS.iter().filter(|column| place(column).is_none());
    let missing = missing.map(|column| format!("the column {column} is missing"));
    let flaws: Vec<Flaw> = unknown.chain(missing).map(|message| Flaw { line: 1, message }).collect();
    if !flaws.is_empty() {
        return Err(flaws);
    }
    let text = |record: &StringRecord, column: &str| {
        place(column).and_then(|place| record.get(place)).unwrap_or_default().to_owned()
    };
    let row = |record: &StringRecord| NewText {
        line: line(&bytes, record.position()),
        kind: text(record, "kind"),
        country: text(record, "country"),
        version: text(record, "version"),
        locale: text(record, "locale"),
        title: text(record, "title"),
        url: text(record, "url"),
        in_force_at: text(record, "in_force_at"),
    };
    let (mut rows, mut flaws) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match record {
            Ok(record) => rows.push(row(&record)),
            Err(error) => flaws.push(unreadable(&bytes, &error)),
        }
    }
    if flaws.is_empty() { Ok(rows) } else { Err(flaws) }
}

/// The line in which a record begins. The reader's own count is one behind where lines end in CRLF: to it the LF belongs to
/// the next record.
fn line(bytes: &[u8], position: Option<&Position>) -> u64 {
    let place = position.map_or(0, Position::byte);
    let (before, behind) = bytes.split_at(usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len()));
    let ends = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
    let blank = behind.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let lines = ends(before) + ends(&behind[..blank]) + 1;
    u64::try_from(lines).unwrap_or(u64::MAX)
}

fn unreadable(bytes: &[u8], error: &csv::Error) -> Flaw {
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("there are {len} cells, not {expected_len}: quote what holds a comma")
        }
        csv::ErrorKind::Utf8 { .. } => "this is not UTF-8".to_owned(),
        _ => error.to_string(),
    };
    Flaw { line: line(bytes, error.position()), message }
}

/// What an operator is told of a version: whose it is, and from when on.
#[must_use]
pub fn said_of(loaded: &LoadedVersion) -> String {
    let LoadedVersion { kind, country, version, comes } = loaded;
    let country = country.as_deref().unwrap_or("every other country");
    let comes = match comes {
        Comes::AtOnce => "in force at once".to_owned(),
        Comes::At(at) => format!("in force from {}", at.to_rfc3339_opts(SecondsFormat::Secs, true)),
        Comes::Never => "never in force, as a later version is: give a later time".to_owned(),
    };
    let kind = kind.as_str();
    format!("{kind}, {country}, {version}: {comes}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "kind,country,version,locale,title,url,in_force_at";

    fn flaws(text: &[u8]) -> Vec<(u64, String)> {
        read(text).unwrap_err().into_iter().map(|flaw| (flaw.line, flaw.message)).collect()
    }

    #[test]
    fn a_row_knows_its_line_whatever_the_order_of_columns() {
        let text = "\u{feff}version,kind,country,locale,title,url,in_force_at\r\n\
                    1,customer,,en,\"A \"\"long\"\",\r\ntitle\",https://a.example,2026-01-01T00:00:00Z\r\n\
                    2,partner,US,de,B,https://b.example,2026-01-01T00:00:00Z\r\n";
        let rows = read(text.as_bytes()).unwrap();
        assert_eq!((rows[0].line, rows[1].line), (2, 4));
        assert_eq!((rows[0].kind.as_str(), rows[0].version.as_str()), ("customer", "1"));
        assert_eq!(rows[0].title, "A \"long\",\r\ntitle");
        assert_eq!((rows[1].country.as_str(), rows[1].in_force_at.as_str()), ("US", "2026-01-01T00:00:00Z"));
    }

    #[test]
    fn what_is_no_such_table_is_said_with_its_line() {
        let title = HEADER.replace("title", "titel");
        let (unknown, missing) = ("there is no column \"titel\"".to_owned(), "the column title is missing".to_owned());
        assert_eq!(flaws(title.as_bytes()), [(1, unknown), (1, missing)]);
        let short = format!("{HEADER}\ncustomer,,1,en,Title\ncustomer,,1,de,A, B,https://a.example,x\n");
        let said = |cells| format!("there are {cells} cells, not 7: quote what holds a comma");
        assert_eq!(flaws(short.as_bytes()), [(2, said(5)), (3, said(8))]);
        let latin = [HEADER.as_bytes(), b"\ncustomer,,1,en,\xe4,https://a.example,x\n"].concat();
        assert_eq!(flaws(&latin), [(2, "this is not UTF-8".to_owned())]);
    }

    #[test]
    fn a_file_without_rows_has_none() {
        assert!(read(HEADER.as_bytes()).unwrap().is_empty());
    }
}
