//! What can be read off a document's characters: how deep its brackets go, how many tokens it has, how long they are.
//!
//! The parser and everything after it descends once a bracket, and takes its time over every token, so these bounds have
//! to stand before it. Strings and comments are told apart exactly as the parser does. Where it would stop, at a string
//! that is not closed, so does this.

/// Deeper than any document within the limits: 20 fields, each with arguments, and values inside the deepest.
const MAX_NESTING: usize = 64;

/// Names, numbers, strings and punctuation; the introspection of GraphiQL has 300, `graphql-java` takes as many by default.
const MAX_TOKENS: usize = 15_000;

/// Bytes of one name or number. A message quotes names, and one is written for every field that is wrong.
const MAX_NAME: usize = 200;

/// Refuses brackets nested too deep, too many tokens, and names that are too long.
pub(super) fn check(text: &str) -> Result<(), String> {
    let mut rest = text.as_bytes();
    let mut depth: usize = 0;
    let mut tokens: usize = 0;
    while let Some((first, after)) = rest.split_first() {
        let mut is_token = true;
        rest = after;
        match first {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'"' => match past_string(rest) {
                Some(after) => rest = after,
                None => return Ok(()),
            },
            b'#' => (is_token, rest) = (false, past_comment(rest)),
            first if in_name(*first) => rest = past_name(rest)?,
            b' ' | b'\t' | b'\n' | b'\r' | b',' => is_token = false,
            _ => {}
        }
        tokens += usize::from(is_token);
        if depth > MAX_NESTING {
            return Err(format!("the document is nested deeper than {MAX_NESTING} brackets"));
        }
        if tokens > MAX_TOKENS {
            return Err(format!("the document has more than {MAX_TOKENS} names, values and punctuation marks"));
        }
    }
    Ok(())
}

/// Whether a byte belongs to a name, or to the digits of a number.
fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn past_name(rest: &[u8]) -> Result<&[u8], String> {
    let length = rest.iter().position(|byte| !in_name(*byte)).unwrap_or(rest.len());
    if length >= MAX_NAME {
        return Err(format!("the document has a name or number of more than {MAX_NAME} characters"));
    }
    Ok(&rest[length..])
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

    #[test]
    fn tokens_are_counted_to_the_limit() {
        assert_eq!(check(&"a ".repeat(15_000)), Ok(()));
        for unit in ["a ", "a,", "1 ", "-1", "\"\" ", "...", "$", "{}", "\u{6f22}"] {
            assert!(check(&unit.repeat(15_001)).is_err(), "{unit}");
        }
    }

    #[test]
    fn comments_and_what_is_between_tokens_are_none() {
        for unit in [" ", ",", "\n", "#a b c\n"] {
            assert_eq!(check(&unit.repeat(20_000)), Ok(()), "{unit}");
        }
    }

    #[test]
    fn a_name_has_200_characters_at_most_and_a_string_any_number() {
        assert_eq!(check(&format!("{{ {} }}", "a".repeat(200))), Ok(()));
        assert_eq!(check(&format!("{{ a(b: \"{}\") }}", "a".repeat(999))), Ok(()));
        for long in ["a".repeat(201), "1".repeat(201), "_".repeat(999)] {
            assert!(check(&format!("{{ {long} }}")).is_err(), "{long}");
        }
    }
}
