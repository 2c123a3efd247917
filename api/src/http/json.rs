//! JSON as strictly as RFC 8259 allows a reader to be.
//!
//! A name that stands twice in one object is refused: one reader takes the first and another the last, so that what a
//! proxy has looked at would not be what is executed.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Reads a text of JSON, at most 128 levels deep.
pub(super) fn read(text: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(text).map(|Unambiguous(value)| value)
}

/// A value whose objects have each name once.
struct Unambiguous(Value);

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
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
        while let Some(Unambiguous(value)) = elements.next_element()? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Unambiguous(value))) = members.next_entry()? {
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name twice in one object"));
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
            assert!(read(text.as_bytes()).unwrap_err().is_data(), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused_and_nothing_nests_without_end() {
        for text in ["", "{", "{}{}", "'a'", "{a:1}", "[1,]", "NaN", "1e999", r#""\ud800""#, &"[".repeat(1_000_000)] {
            assert!(!read(text.as_bytes()).unwrap_err().is_data());
        }
        assert!(read(b"\"\xff\"").is_err(), "another encoding");
    }
}
