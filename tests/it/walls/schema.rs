//! The schema, as introspection tells it.

use std::collections::BTreeMap;

use async_graphql::Executor;
use serde_json::Value;

const INTROSPECTION: &str =
    "{ __schema { types { name kind possibleTypes { name } enumValues(includeDeprecated: true) { name }
    fields(includeDeprecated: true) { name type { ...type } args(includeDeprecated: true) { name type { ...type } } }
    inputFields(includeDeprecated: true) { name type { ...type } } } } }
    fragment type on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// Every type by its name.
pub(super) struct Schema(BTreeMap<String, Type>);

/// A type.
pub(super) struct Type {
    /// What it is to a walk.
    pub(super) kind: Kind,
    /// Of an object or an input.
    pub(super) fields: Vec<Field>,
    /// Of an interface or a union: the objects it may be.
    pub(super) possible: Vec<String>,
    /// Of an enumeration.
    pub(super) values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Abstract,
    Input,
    Leaf,
}

/// A field, or an argument.
pub(super) struct Field {
    pub(super) name: String,
    /// Without lists and marks.
    pub(super) of: String,
    pub(super) arguments: Vec<Field>,
}

impl Schema {
    /// The schema that the API serves.
    pub(super) async fn load() -> Self {
        let answer = api::graphql::schema(true).execute(INTROSPECTION.into()).await.into_result().unwrap();
        let types = answer.data.into_json().unwrap()["__schema"]["types"].as_array().unwrap().clone();
        let own = types.iter().filter(|of| !text(&of["name"]).starts_with("__"));
        Self(own.map(|of| (text(&of["name"]), read(of))).collect())
    }

    pub(super) fn get(&self, name: &str) -> &Type {
        self.0.get(name).unwrap_or_else(|| panic!("the schema has no {name}"))
    }

    /// Every object type, roots and payloads too.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&str, &Type)> {
        self.0.iter().filter(|(_, of)| of.kind == Kind::Object).map(|(name, of)| (name.as_str(), of))
    }

    /// Whether it is an object with an id, or one of several such.
    pub(super) fn is_node(&self, name: &str) -> bool {
        let nodes = &self.get("Node").possible;
        let of = self.get(name);
        nodes.iter().any(|node| node == name)
            || of.kind == Kind::Abstract && of.possible.iter().all(|one| nodes.contains(one))
    }

    /// Every field of an input and of the inputs inside it, as `Type.field`.
    pub(super) fn inputs_of(&self, name: &str) -> Vec<String> {
        let mut all = Vec::new();
        for field in self.get(name).fields.iter().filter(|_| self.get(name).kind == Kind::Input) {
            all.push(format!("{name}.{}", field.name));
            all.extend(self.inputs_of(&field.of));
        }
        all
    }
}

fn read(of: &Value) -> Type {
    let kind = match of["kind"].as_str().unwrap() {
        "OBJECT" => Kind::Object,
        "INTERFACE" | "UNION" => Kind::Abstract,
        "INPUT_OBJECT" => Kind::Input,
        _ => Kind::Leaf,
    };
    let fields = if kind == Kind::Input { fields(&of["inputFields"]) } else { fields(&of["fields"]) };
    let names = |list: &Value| all(list).iter().map(|one| text(&one["name"])).collect();
    Type { kind, fields, possible: names(&of["possibleTypes"]), values: names(&of["enumValues"]) }
}

fn fields(of: &Value) -> Vec<Field> {
    let field = |field: &Value| Field {
        name: text(&field["name"]),
        of: innermost(&field["type"]),
        arguments: fields(&field["args"]),
    };
    all(of).iter().map(field).collect()
}

fn innermost(of: &Value) -> String {
    if of["name"].is_null() { innermost(&of["ofType"]) } else { text(&of["name"]) }
}

fn all(list: &Value) -> &[Value] {
    list.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
