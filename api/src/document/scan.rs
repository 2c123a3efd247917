//! What can be read off a document's characters: how deep its brackets go, how many tokens it has, how long they are.
//!
//! The parser and everything after it descends once a bracket, and takes its time over every token, so these bounds have
//! to stand before it. Strings and comments are told apart exactly as the parser does, since whatever is taken for the
//! inside of one is not counted. A string that is not closed is refused: the parser reads the first two quotation marks of
//! such a block string as an empty string, and goes on behind them.

/// Deeper than any document within the limits: 20 fields, each with arguments, and values inside the deepest.
const MAX_NESTING: usize = 64;

/// Names, numbers, strings and punctuation; the introspection of GraphiQL has 300, `graphql-java` takes as many by default.
const MAX_TOKENS: usize = 15_000;

/// Bytes of one name or number. A message quotes names, and one is written for every field that is wrong.
const MAX_NAME: usize = 200;

/// What is said of a string without an end.
const OPEN: &str = "the document has a string that is not closed";

/// Refuses brackets nested too deep, too many tokens, names that are too long, and strings that are not closed.
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
            b'"' => rest = past_string(rest).ok_or(OPEN)?,
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
    use async_graphql::parser::parse_query;
    use async_graphql::parser::types::Selection;
    use async_graphql_value::Value;

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

    #[test]
    fn a_string_that_is_not_closed_is_refused_wherever_the_parser_would_go_on() {
        let deep = nested(99);
        for open in
            ["\"", "\"a\n", "\"a\r\"", "\"\\\"", "\"\"\"", "\"\"\" \"", "\"\"\"\"\"", "\"\"\" \\\"\"\"", "\"\"\"#\n"]
        {
            assert_eq!(check(&format!("{{a(b:[{open} {deep}])}}")), Err(OPEN.to_owned()), "{open}");
        }
    }

    /// Numbers that look random and are the same each time: xorshift by George Marsaglia.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, most: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 % most as u64).unwrap()
        }
    }

    fn depth(value: &Value) -> usize {
        match value {
            Value::List(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
            Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or_default(),
            _ => 0,
        }
    }

    #[test]
    fn what_is_let_through_never_nests_deeper_in_the_parser() {
        let pieces = [
            "\"", "\"\"", "\"\"\"", "\\\"\"\"", "\\\"", "\\\\", "#", "\n", "\r", "\r\n", "\u{feff}", " ", ",", "a",
            "1", "[]", "{a:1}", "$a", "\u{6f22}",
        ];
        let deep = nested(70);
        let mut dice = Dice(0x2545_F491_4F6C_DD1D);
        let (mut read, mut refused) = (0, 0);
        for _ in 0..4_000 {
            let mut some = || (0..dice.below(5)).map(|_| pieces[dice.below(pieces.len())]).collect::<String>();
            let text = format!("{{a(b:[{} {deep} {}\n])}}", some(), some());
            let Ok(document) = parse_query(&text) else { continue };
            let (_, operation) = document.operations.iter().next().unwrap();
            let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else { panic!("{text}") };
            // Besides the list there are the braces and the parentheses around it.
            let is_deep = field.node.arguments.iter().any(|(_, value)| depth(&value.node) + 2 > MAX_NESTING);
            match check(&text) {
                Ok(()) => assert!(!is_deep, "{text}"),
                // The parser reads four quotation marks as two strings, which GraphQL does not.
                Err(said) => assert!(is_deep || said == OPEN, "{text}"),
            }
            if is_deep { refused += 1 } else { read += 1 }
        }
        assert!(read > 10 && refused > 100, "the dice give both: {read}, {refused}");
    }
}
