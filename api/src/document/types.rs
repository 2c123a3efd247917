//! What the schema says of its fields: their types, and which of them give rows.

use std::collections::{HashMap, HashSet};

use async_graphql::Name;
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, FieldDefinition, InputObjectType, OperationType, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};

/// The types of introspection, which the schema's own definition language leaves out (GraphQL specification, section 4.2).
const INTROSPECTION: &str = "
    type __Query { __schema: __Schema! __type: __Type }
    type __Schema { description: String types: [__Type!]! queryType: __Type! mutationType: __Type
        subscriptionType: __Type directives: [__Directive!]! }
    type __Type { name: String description: String fields: [__Field!] interfaces: [__Type!] possibleTypes: [__Type!]
        enumValues: [__EnumValue!] inputFields: [__InputValue!] ofType: __Type }
    type __Field { name: String! args: [__InputValue!]! type: __Type! }
    type __InputValue { name: String! type: __Type! }
    type __EnumValue { name: String! }
    type __Directive { name: String! args: [__InputValue!]! }";

/// Everything that the schema names.
#[derive(Debug)]
pub(crate) struct Types {
    fields: HashMap<String, HashMap<String, Known>>,
    names: HashSet<String>,
}

/// What the schema says of one field.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) ty: Type,
    pub(super) rows: Rows,
    /// Values of an answer that it counts for, without what is selected of it.
    pub(super) values: u64,
}

/// Types whose texts count for more than a value, and how many. The mail of an invitation is written out in full in each
/// of its fields, up to tens of kilobytes; a page of 100 with all of it is within the limits.
/// The descriptions of a business profile and of a service request have thousands of letters.
const HEAVY: [(&str, u64); 3] = [("InvitationMessage", 100), ("BusinessProfile", 100), ("ServiceRequest", 100)];

/// Values that a list of scalars counts for: nobody asks for it by pages, and those of domains and of countries are mostly
/// shorter. A list of an enumeration's values counts for as many as there are.
const LISTED: u64 = 50;

/// How many there are of what a field gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// One, or a list that is short by its nature.
    One,
    /// A page of a connection, as `first` or `last` says.
    Page,
    /// One for each of the list that an argument holds, at this path.
    Each(&'static [&'static str]),
    /// So many names of the schema.
    Names(u64),
}

impl Types {
    /// Reads the schema's own definition language.
    pub(crate) fn read(sdl: &str) -> anyhow::Result<Self> {
        let definitions = |sdl: &str| anyhow::Ok(async_graphql::parser::parse_schema(sdl)?.definitions);
        let mut all = definitions(sdl)?;
        all.extend(definitions(INTROSPECTION)?);
        let all: Vec<_> = all
            .into_iter()
            .filter_map(|definition| match definition {
                TypeSystemDefinition::Type(definition) => Some(definition.node),
                _ => None,
            })
            .collect();
        let names: HashSet<String> = all.iter().map(|definition| definition.name.node.to_string()).collect();
        let with_rows: HashSet<Name> = all
            .iter()
            .filter(|definition| matches!(&definition.kind, TypeKind::InputObject(input) if has_rows(input)))
            .map(|definition| definition.name.node.clone())
            .collect();
        let listed = |definition: &TypeDefinition| match &definition.kind {
            TypeKind::Scalar => Some((definition.name.node.clone(), LISTED)),
            TypeKind::Enum(all) => Some((definition.name.node.clone(), all.values.len() as u64)),
            _ => None,
        };
        let built_in = BUILT_IN.map(|name| (Name::new(name), LISTED));
        let leaves: HashMap<Name, u64> = all.iter().filter_map(listed).chain(built_in).collect();
        let mut fields: HashMap<String, HashMap<_, _>> = HashMap::new();
        for definition in all {
            let name = definition.name.node.to_string();
            let own = match definition.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                TypeKind::Union(_) => Vec::new(),
                _ => continue,
            };
            let known = |field: FieldDefinition| {
                let rows = rows_of(&name, &field, &with_rows, names.len());
                let values = values_of(&name, &field.ty.node, &leaves);
                (field.name.node.to_string(), Known { ty: field.ty.node, rows, values })
            };
            let own: HashMap<_, _> = own.into_iter().map(|field| known(field.node)).collect();
            fields.insert(name.clone(), own);
        }
        let introspection = fields.remove("__Query").unwrap_or_default();
        fields.entry("Query".to_owned()).or_default().extend(introspection);
        Ok(Self { fields, names })
    }

    /// What is known of a field. None: no such field, or `__typename`.
    pub(super) fn field(&self, parent: &str, field: &str) -> Option<&Known> {
        self.fields.get(parent)?.get(field)
    }

    /// The type of a field. What the schema does not name may be anything.
    pub(super) fn type_of(&self, parent: &str, field: &str) -> Type {
        self.field(parent, field).map_or_else(anything, |known| known.ty.clone())
    }

    /// The name under the lists of a type, in the schema's own copy; empty: no type that has fields.
    pub(super) fn known(&self, ty: &Type) -> &str {
        self.fields.get_key_value(named(ty)).map_or("", |(name, _)| name)
    }

    /// Refuses variables of types that are not there: the library panics over the default of one.
    pub(super) fn check_variables(&self, document: &ExecutableDocument) -> Result<(), String> {
        for (_, operation) in document.operations.iter() {
            for variable in &operation.node.variable_definitions {
                let name = named(&variable.node.var_type.node);
                if !self.names.contains(name) && !BUILT_IN.contains(&name) {
                    return Err(format!("Unknown type \"{name}\""));
                }
            }
        }
        Ok(())
    }
}

/// The scalars that every schema has.
pub(crate) const BUILT_IN: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];

/// The type that an operation begins at.
pub(super) fn root(operation: OperationType) -> &'static str {
    match operation {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    }
}

pub(super) fn anything() -> Type {
    Type { base: BaseType::Named(Name::new("")), nullable: true }
}

/// The name under the lists of a type.
fn named(ty: &Type) -> &str {
    let mut base = &ty.base;
    loop {
        match base {
            BaseType::List(item) => base = &item.base,
            BaseType::Named(name) => return name,
        }
    }
}

fn has_rows(input: &InputObjectType) -> bool {
    input.fields.iter().any(|field| field.node.name.node == "rows" && is_list(&field.node.ty.node))
}

fn is_list(ty: &Type) -> bool {
    matches!(ty.base, BaseType::List(_))
}

/// How many values a field of a type counts for; `leaves` are the scalars and enumerations, and what a list of each does.
fn values_of(parent: &str, ty: &Type, leaves: &HashMap<Name, u64>) -> u64 {
    let Some(listed) = leaves.get(named(ty)) else { return 1 };
    let one = HEAVY.iter().find(|(heavy, _)| *heavy == parent).map_or(1, |(_, values)| *values);
    if is_list(ty) { one * listed } else { one }
}

fn rows_of(parent: &str, field: &FieldDefinition, with_rows: &HashSet<Name>, types: usize) -> Rows {
    let argument = |name: &str| field.arguments.iter().find(|argument| argument.node.name.node == name);
    if parent.starts_with("__") {
        // As many as there are of the types, and of the others as a type has of them on the average, rounded up.
        return match field.name.node.as_str() {
            "types" => Rows::Names(types as u64),
            "fields" | "directives" => Rows::Names(6),
            "inputFields" | "enumValues" => Rows::Names(3),
            "interfaces" | "possibleTypes" | "args" => Rows::Names(2),
            _ => Rows::One,
        };
    }
    if named(&field.ty.node).ends_with("Connection") && argument("first").is_some() {
        return Rows::Page;
    }
    if argument("ids").is_some_and(|ids| is_list(&ids.node.ty.node)) {
        return Rows::Each(&["ids"]);
    }
    if argument("input").is_some_and(|input| with_rows.contains(named(&input.node.ty.node))) {
        return Rows::Each(&["input", "rows"]);
    }
    Rows::One
}
