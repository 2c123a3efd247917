//! JSON as strictly as RFC 8259 allows a reader to be.
//!
//! A name that stands twice in one object is refused: one reader takes the first and another the last, so that what a
//! proxy has looked at would not be what is executed.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::document::MAX_VALUES;

/// Values of a text: as many as variables may hold, and some around them. A short text can hold so many that they take a
/// hundred times its room.
const MOST: u64 = MAX_VALUES + 100;

const TWICE: &str = "has a name twice in one object";
const TOO_MANY: &str = "holds more than 40100 values; send fewer rows at once";

/// How the reader of JSON, which has no kind of error for it, says that it goes down 128 levels and no further.
const TOO_DEEP: &str = "recursion limit exceeded";

/// Why a text cannot be read, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) what: &'static str,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        let said = error.to_string();
        let known = [(TWICE, TWICE), (TOO_MANY, TOO_MANY), (TOO_DEEP, "is nested too deep")];
        let what = known.into_iter().find(|(start, _)| said.starts_with(start)).map_or("is not JSON", |(_, what)| what);
        Self { what, line: error.line(), column: error.column() }
    }
}

/// Reads a text of JSON, at most 128 levels deep.
pub(super) fn read(text: &[u8]) -> Result<Value, Unreadable> {
    let left = Cell::new(MOST);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Reader(&left).deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Reads a value whose objects have each name once, of as many values as are left.
#[derive(Clone, Copy)]
struct Reader<'c>(&'c Cell<u64>);

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.set(self.0.get().checked_sub(1).ok_or_else(|| D::Error::custom(TOO_MANY))?);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = elements.next_element_seed(self)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.insert(name, members.next_value_seed(self)?).is_some() {
                return Err(A::Error::custom(TWICE));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_ambiguity_reads_as_usual() {
        for text in [
            r#"{"a":{"b":[1,-2,3.5,1e2,true,false,null,"é\n"]},"b":{"b":{}},"c":[],"d":18446744073709551615}"#,
            r#"[{"a":1},{"a":2}]"#,
            "\t 7 \n",
        ] {
            assert_eq!(read(text.as_bytes()).unwrap(), serde_json::from_str::<Value>(text).unwrap());
        }
    }

    #[test]
    fn a_name_twice_in_one_object_is_refused_wherever_it_stands() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"a":{"b":1,"c":2,"b":3}}"#, r#"[[{"a":1,"\u0061":2}]]"#] {
            assert_eq!(read(text.as_bytes()).unwrap_err().what, TWICE, "{text}");
        }
    }

    #[test]
    fn a_text_of_many_values_is_refused_while_it_is_read() {
        let list = |count: u64| format!("[{}0]", "0,".repeat(usize::try_from(count).unwrap()));
        assert!(read(list(MOST - 2).as_bytes()).is_ok());
        let refused = read(list(1_000_000).as_bytes()).unwrap_err();
        assert_eq!((refused.what, refused.column < 100_000), (TOO_MANY, true));
        let objects = format!("[{}0]", "{\"\":0},".repeat(100_000));
        assert_eq!(read(objects.as_bytes()).unwrap_err().what, TOO_MANY);
        assert!(TOO_MANY.contains(&MOST.to_string()));
    }

    #[test]
    fn what_is_no_json_is_refused_and_nothing_nests_without_end() {
        for text in ["", "{", "{}{}", "'a'", "{a:1}", "[1,]", "NaN", "1e999", r#""\ud800""#] {
            assert_eq!(read(text.as_bytes()).unwrap_err().what, "is not JSON", "{text}");
        }
        assert_eq!(read("[".repeat(1_000_000).as_bytes()).unwrap_err().what, "is nested too deep");
        assert!(read(b"\"\xff\"").is_err(), "another encoding");
    }
}
