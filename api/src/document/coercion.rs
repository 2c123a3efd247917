//! Whether variables are given and of their types, before anything is executed (GraphQL §6.1.2).
//!
//! The library finds some of it only in the resolver's place, where it would be an error beside data. Types of the schema
//! are left to its validation; here are the rules that need no schema.

use async_graphql::ServerError;
use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use serde_json::{Map, Value};

/// Refuses variables that the operation cannot be executed with.
pub(super) fn check(operation: &OperationDefinition, variables: &Map<String, Value>) -> Result<(), ServerError> {
    for definition in &operation.variable_definitions {
        let (name, wanted) = (&definition.node.name.node, &definition.node.var_type.node);
        let wrong = match variables.get(name.as_str()) {
            None if wanted.nullable || definition.node.default_value.is_some() => continue,
            None => "must be given",
            Some(value) if fits(value, wanted) => continue,
            Some(_) => "has a value of another type",
        };
        return Err(ServerError::new(format!("the variable ${name}: {wanted} {wrong}"), Some(definition.pos)));
    }
    Ok(())
}

fn fits(value: &Value, wanted: &Type) -> bool {
    match (value, &wanted.base) {
        (Value::Null, _) => wanted.nullable,
        (Value::Array(items), BaseType::List(wanted)) => items.iter().all(|item| fits(item, wanted)),
        // One is a list of one.
        (_, BaseType::List(wanted)) => fits(value, wanted),
        (_, BaseType::Named(name)) => match name.as_str() {
            "Int" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            "Float" => value.is_number(),
            "Boolean" => value.is_boolean(),
            "String" => value.is_string(),
            "ID" => value.is_string() || value.is_i64() || value.is_u64(),
            _ => true,
        },
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    fn refusal(definition: &str, variables: &Value) -> Option<String> {
        let document = parse_query(format!("query({definition}) {{ a }}")).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        check(&operation.node, variables.as_object().unwrap()).err().map(|error| error.message)
    }

    #[test]
    fn a_variable_that_must_be_given_is_named_with_its_type() {
        let said = "the variable $v: [Int!]! must be given";
        assert_eq!(refusal("$v: [Int!]!", &json!({ "w": 1 })).as_deref(), Some(said));
        for definition in ["$v: Int", "$v: Int! = 1", "$v: [Int!]"] {
            assert_eq!(refusal(definition, &json!({})), None, "{definition}");
        }
    }

    #[test]
    fn values_are_of_the_built_in_types() {
        for (wanted, good, bad) in [
            ("Int!", json!([1, -2_147_483_648]), json!([null, 2_147_483_648_i64, 1.5, "1", true, [1], {}])),
            ("Int", json!([null, 0]), json!([1e10])),
            ("Float", json!([1, 1.5, null]), json!(["1", true])),
            ("Boolean", json!([true]), json!([0, "true"])),
            ("String", json!(["", "a"]), json!([1, ["a"]])),
            ("ID", json!(["a", 7, 18_446_744_073_709_551_615_u64]), json!([1.5, true])),
            ("[Int!]", json!([[1, 2], [], 3, null]), json!([[null], ["a"], [[1]]])),
            ("[[Int]]", json!([[[1], null, 2]]), json!([[["a"]]])),
            ("[Color!]!", json!(["RED", ["RED"], {}]), json!([null, [null]])),
        ] {
            let refused = |value: &Value| refusal(&format!("$v: {wanted}"), &json!({ "v": value })).is_some();
            for value in good.as_array().unwrap() {
                assert!(!refused(value), "{wanted}: {value}");
            }
            for value in bad.as_array().unwrap() {
                assert!(refused(value), "{wanted}: {value}");
            }
        }
    }
}
