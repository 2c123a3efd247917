//! How deep a document's brackets go, read off its characters.
//!
//! The parser and everything after it descends once a bracket, so the bound has to stand before it. Strings and comments
//! are told apart exactly as the parser does. Where it would stop, at a string that is not closed, so does this.

/// Deeper than any document within the limits: 20 fields, each with arguments, and values inside the deepest.
const MAX_NESTING: usize = 64;

/// Refuses brackets nested deeper than 64.
pub(super) fn check(text: &str) -> Result<(), String> {
    let mut rest = text.as_bytes();
    let mut depth: usize = 0;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'#' => rest = past_comment(rest),
            b'"' => match past_string(rest) {
                Some(after) => rest = after,
                None => return Ok(()),
            },
            _ => {}
        }
        if depth > MAX_NESTING {
            return Err(format!("the document is nested deeper than {MAX_NESTING} brackets"));
        }
    }
    Ok(())
}

fn past_comment(rest: &[u8]) -> &[u8] {
    let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
    &rest[length..]
}

/// What follows a string whose first quote is read already; none: it is not closed.
fn past_string(rest: &[u8]) -> Option<&[u8]> {
    if let Some(block) = rest.strip_prefix(b"\"\"") {
        return past_block(block);
    }
    let mut at = 0;
    loop {
        match rest.get(at)? {
            b'"' => return rest.get(at + 1..),
            b'\\' => at += 2,
            b'\n' | b'\r' => return None,
            _ => at += 1,
        }
    }
}

/// What follows a block string; `\"""` does not close it.
fn past_block(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        if let Some(after) = rest.strip_prefix(b"\"\"\"") {
            return Some(after);
        }
        rest = rest.strip_prefix(b"\\\"\"\"").or_else(|| rest.get(1..))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(depth: usize) -> String {
        "[".repeat(depth) + &"]".repeat(depth)
    }

    #[test]
    fn nesting_is_counted_to_the_limit() {
        assert_eq!(check(&nested(64)), Ok(()));
        assert!(check(&nested(65)).is_err());
        assert_eq!(check(&nested(64).repeat(9)), Ok(()));
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let deep = "{".repeat(99);
        for text in [
            format!("\"{deep}\""),
            format!("\"\\\"{deep}\""),
            format!("\"\"\"{deep}\n\\\"\"\"{deep}\"\"\""),
            format!("#{deep}\n"),
            format!("#{deep}"),
        ] {
            assert_eq!(check(&text), Ok(()), "{text}");
        }
    }

    #[test]
    fn brackets_after_strings_and_comments_count() {
        let deep = "{".repeat(99);
        for before in ["\"\"", "\"a\\\\\"", "\"\"\"\"\"\"", "\"\"\"\\\"\"\" \"\"\"", "# \"\n", "\"}}}\"", "#}\r"] {
            assert!(check(&format!("{before}{deep}")).is_err(), "{before}");
        }
    }
}
