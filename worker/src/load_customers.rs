//! `accord-worker load-customers`: a CSV file, line by line, to the domain, which checks all of it before it loads any.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use csv::{ReaderBuilder, StringRecord, Trim};
use domain::customer::{self, PairToLoad};
use domain::store::Store;

/// What the first line says; spreadsheets put a mark of their own before it.
const HEADER: [&str; 2] = ["partner", "customer"];

/// Loads a file, and says on `out` what came of it. False: a line is wrong, and nothing was loaded.
pub(crate) async fn load(store: &Store, file: &Path, dry_run: bool, out: &mut impl Write) -> Result<bool> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let pairs = read(&text).with_context(|| format!("cannot load {}", file.display()))?;
    let loaded = customer::load(store, &pairs, dry_run).await.map_err(|error| anyhow!("cannot load: {error}"))?;
    for trouble in &loaded.troubles {
        writeln!(out, "{}:{}: {}", file.display(), trouble.line, trouble.message)?;
    }
    if !loaded.troubles.is_empty() {
        writeln!(out, "nothing was loaded: mend these lines")?;
        return Ok(false);
    }
    let loads = if dry_run { "would load" } else { "loaded" };
    writeln!(out, "{loads} {}, {} were there before", loaded.new, loaded.known)?;
    Ok(true)
}

/// The lines under the header; empty ones are passed over.
fn read(text: &str) -> Result<Vec<PairToLoad>> {
    // The reader counts lines by their feeds, and takes a carriage return before one for the end of another line.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).replace("\r\n", "\n") + "\n";
    let mut reader = ReaderBuilder::new().trim(Trim::All).flexible(true).from_reader(text.as_bytes());
    if reader.headers()?.iter().map(str::to_lowercase).ne(HEADER) {
        bail!("line 1: want the header {}", HEADER.join(","));
    }
    let mut pairs = Vec::new();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record)? {
        // Where a record begins, the reader has not yet passed over the empty lines before it; where it ends, it has.
        let line = reader.position().line().saturating_sub(1);
        let [partner, customer] = record.iter().collect::<Vec<_>>()[..] else {
            bail!("line {line}: want {} values, not {}", HEADER.len(), record.len());
        };
        pairs.push(PairToLoad { line, partner: partner.to_owned(), customer: customer.to_owned() });
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Result<Vec<(u64, String, String)>> {
        Ok(read(text)?.into_iter().map(|pair| (pair.line, pair.partner, pair.customer)).collect())
    }

    #[test]
    fn lines_are_read_with_their_numbers_whatever_program_wrote_them() {
        let text =
            "\u{FEFF}Partner,customer\r\n contoso.example , adventure-works.example\r\n\r\n\"P-7\",\"datum.example\"";
        let line = |line, partner: &str, customer: &str| (line, partner.to_owned(), customer.to_owned());
        assert_eq!(
            pairs(text).unwrap(),
            [line(2, "contoso.example", "adventure-works.example"), line(4, "P-7", "datum.example")]
        );
        assert_eq!(pairs("partner,customer\n").unwrap(), []);
    }

    #[test]
    fn what_is_no_such_file_is_refused_with_its_line() {
        for (text, said) in [
            ("", "line 1"),
            ("contoso.example,datum.example\n", "line 1: want the header partner,customer"),
            ("partner;customer\n", "line 1"),
            ("partner,customer\n\ncontoso.example\n", "line 3: want 2 values, not 1"),
            ("partner,customer\na,b\r\nc,d,e", "line 3: want 2 values, not 3"),
        ] {
            let error = format!("{:#}", pairs(text).unwrap_err());
            assert!(error.contains(said), "{text:?}: {error}");
        }
    }
}
