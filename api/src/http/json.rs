//! JSON as strictly as RFC 8259 allows a reader to be.
//!
//! A name that stands twice in one object is refused: one reader takes the first and another the last, so that what a
//! proxy has looked at would not be what is executed. What is read is counted, since an object takes a hundred times the
//! room of its text.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::document::MAX_VALUES;

/// Values and names of a text: those of the variables, and what is around them.
pub(super) const MOST: u64 = MAX_VALUES + 100;

/// How the reader of JSON, which has no kind of error for it, says that it goes down 128 levels and no further.
const TOO_DEEP: &str = "recursion limit exceeded";

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not JSON.
    Syntax,
    /// It is more than 128 levels deep.
    TooDeep,
    /// A name stands twice in one object.
    Twice,
    /// It has more than [`MOST`] values and names.
    TooMany,
}

/// A fault, and the line and column at which it was found.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) fault: Fault,
    pub(super) line: usize,
    pub(super) column: usize,
}

/// Reads a text of JSON, at most 128 levels deep.
pub(super) fn read(text: &[u8]) -> Result<Value, Refused> {
    let reader = Reader::default();
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = reader.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|error| {
        let fault = match reader.fault.get() {
            Some(fault) => fault,
            None if error.to_string().starts_with(TOO_DEEP) => Fault::TooDeep,
            None => Fault::Syntax,
        };
        Refused { fault, line: error.line(), column: error.column() }
    })
}

/// Reads a value whose objects have each name once.
#[derive(Default)]
struct Reader {
    /// Values and names so far.
    count: Cell<u64>,
    /// What it stopped at itself.
    fault: Cell<Option<Fault>>,
}

impl Reader {
    fn count<E: serde::de::Error>(&self) -> Result<(), E> {
        self.count.set(self.count.get() + 1);
        if self.count.get() > MOST { Err(self.stop(Fault::TooMany)) } else { Ok(()) }
    }

    fn stop<E: serde::de::Error>(&self, fault: Fault) -> E {
        self.fault.set(Some(fault));
        E::custom("refused")
    }
}

impl<'de> DeserializeSeed<'de> for &Reader {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Reader {
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
        while let Some(name) = members.next_key()? {
            self.count()?;
            if object.insert(name, members.next_value_seed(self)?).is_some() {
                return Err(self.stop(Fault::Twice));
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
            assert_eq!(read(text.as_bytes()).unwrap_err().fault, Fault::Twice, "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused_and_nothing_nests_without_end() {
        for text in ["", "{", "{}{}", "'a'", "{a:1}", "[1,]", "NaN", "1e999", r#""\ud800""#] {
            assert_eq!(read(text.as_bytes()).unwrap_err().fault, Fault::Syntax, "{text}");
        }
        assert_eq!(read("[".repeat(1_000_000).as_bytes()).unwrap_err().fault, Fault::TooDeep);
        assert!(read(b"\"\xff\"").is_err(), "another encoding");
    }

    #[test]
    fn values_and_names_are_counted_to_the_limit_while_they_are_read() {
        let most = usize::try_from(MOST).unwrap();
        // Each with how many of its unit there may be, the list around them being a value as well.
        for (unit, each) in [("1", 1), ("[]", 1), ("\"\"", 1), ("{}", 1), ("{\"\":0}", 3), ("[[null]]", 3)] {
            let list = |count: usize| format!("[{}]", vec![unit; count].join(","));
            let fits = (most - 1) / each;
            assert!(read(list(fits).as_bytes()).is_ok(), "{unit}");
            // It stops there: what is no JSON behind it is not come to.
            let refused = read((list(fits + 1) + "@").as_bytes()).unwrap_err();
            assert_eq!(refused.fault, Fault::TooMany, "{unit}");
        }
    }
}
