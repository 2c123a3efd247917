//! The shape a response must have (GraphQL specification, sections 6.4.4 and 7.1): fields in the order of the document, and
//! a null that a non-null field may not be passed on to the nearest parent that may.
//!
//! The library writes fields as they finish and leaves out those that failed, so a response is put into shape behind it:
//! a plan is made once a document, and goes once over the response.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, ExecutableDocument, Field, Selection, SelectionSet, Type};
use async_graphql::{Name, PathSegment, Value};

use super::operation::executed;
use super::types::{Types, anything, root};

/// What a document selects of a value: response keys in order, what each may be, and what is selected of it.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    fields: IndexMap<Name, (Type, Plan)>,
}

/// A selection set, and the type as which it looks at its value.
type Seen<'a> = (&'a str, &'a SelectionSet);

impl Types {
    /// The plan of the operation that is executed. None: there is no such operation.
    pub(crate) fn plan(&self, document: &ExecutableDocument, operation: Option<&str>) -> Option<Plan> {
        let (_, operation) = executed(document, operation)?;
        Some(self.plan_of(document, &[(root(operation.ty), &operation.selection_set.node)]))
    }

    /// The plan of a value that several selection sets look at.
    fn plan_of<'a>(&'a self, document: &'a ExecutableDocument, sets: &[Seen<'a>]) -> Plan {
        let mut found: IndexMap<&Name, Vec<(&str, &Field)>> = IndexMap::new();
        for (parent, set) in sets {
            collect(document, parent, set, &mut found);
        }
        let plan = |(key, fields): (&Name, Vec<(&'a str, &'a Field)>)| {
            let types: Vec<Type> =
                fields.iter().map(|(parent, field)| self.type_of(parent, &field.name.node)).collect();
            let below: Vec<Seen<'a>> =
                types.iter().zip(&fields).map(|(ty, (_, field))| (self.known(ty), &field.selection_set.node)).collect();
            let ty = types.into_iter().reduce(either).unwrap_or_else(anything);
            (key.clone(), (ty, self.plan_of(document, &below)))
        };
        Plan { fields: found.into_iter().map(plan).collect() }
    }
}

/// What may be of both types. Fields under one key should agree on it (section 5.3.2), which the library does not check.
fn either(one: Type, other: Type) -> Type {
    let nullable = one.nullable || other.nullable;
    let base = match (one.base, other.base) {
        (BaseType::List(one), BaseType::List(other)) => BaseType::List(Box::new(either(*one, *other))),
        (BaseType::List(_), _) | (_, BaseType::List(_)) => return anything(),
        (base, _) => base,
    };
    Type { base, nullable }
}

/// Gathers the fields that a selection set selects, those of its fragments in their places.
fn collect<'a>(
    document: &'a ExecutableDocument,
    parent: &'a str,
    set: &'a SelectionSet,
    found: &mut IndexMap<&'a Name, Vec<(&'a str, &'a Field)>>,
) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                found.entry(&field.node.response_key().node).or_default().push((parent, &field.node));
            }
            Selection::InlineFragment(fragment) => {
                let seen = fragment.node.type_condition.as_ref().map_or(parent, |on| on.node.on.node.as_str());
                collect(document, seen, &fragment.node.selection_set.node, found);
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    let seen = fragment.node.type_condition.node.on.node.as_str();
                    collect(document, seen, &fragment.node.selection_set.node, found);
                }
            }
        }
    }
}

impl Plan {
    /// Puts `data` into shape; `failed` are the paths of its errors.
    pub(crate) fn shape<'a>(&self, data: Value, failed: impl Iterator<Item = &'a [PathSegment]>) -> Value {
        let mut data = self.in_order(data);
        let mut has_failed = false;
        for path in failed.filter(|path| !path.is_empty()) {
            has_failed = true;
            if self.leave_null(&mut data, path) {
                return Value::Null;
            }
        }
        if has_failed { self.in_order(data) } else { data }
    }

    fn in_order(&self, value: Value) -> Value {
        match value {
            // A scalar may be an object, of which nothing is selected.
            Value::Object(_) if self.fields.is_empty() => value,
            Value::Object(mut fields) => {
                let mut ordered = IndexMap::with_capacity(fields.len());
                for (key, (ty, plan)) in &self.fields {
                    if let Some(value) = fields.swap_remove(key) {
                        ordered.insert(key.clone(), plan.in_order(plan.filled(ty, value)));
                    }
                }
                Value::Object(ordered)
            }
            Value::List(items) => Value::List(items.into_iter().map(|item| self.in_order(item)).collect()),
            other => other,
        }
    }

    /// Leaves a null where the path leads. True: it may not be null there, so neither may this value be there.
    fn leave_null(&self, value: &mut Value, path: &[PathSegment]) -> bool {
        let Some((PathSegment::Field(key), rest)) = path.split_first() else { return true };
        let (Some((ty, plan)), Value::Object(fields)) = (self.fields.get(key.as_str()), value) else { return false };
        let is_null = fields.get_mut(key.as_str()).is_none_or(|field| plan.leave_null_in(ty, field, rest));
        if is_null {
            fields.insert(Name::new(key), Value::Null);
        }
        is_null && !ty.nullable
    }

    /// The same for a value of a type, which may be a list. True: the value itself is to be null.
    fn leave_null_in(&self, ty: &Type, value: &mut Value, path: &[PathSegment]) -> bool {
        match (&ty.base, path.split_first()) {
            (_, None) => true,
            (BaseType::List(item), Some((PathSegment::Index(index), rest))) => {
                let Value::List(items) = value else { return false };
                let Some(place) = items.get_mut(*index) else { return false };
                if !self.leave_null_in(item, place, rest) {
                    return false;
                }
                *place = Value::Null;
                !item.nullable
            }
            _ => self.leave_null(value, path),
        }
    }

    /// The library gives null for an object of which nothing that was selected applies; where null may not be, it is empty.
    fn filled(&self, ty: &Type, value: Value) -> Value {
        match (&ty.base, value) {
            (BaseType::List(item), Value::List(items)) => {
                Value::List(items.into_iter().map(|value| self.filled(item, value)).collect())
            }
            (_, Value::Null) if !ty.nullable && !self.fields.is_empty() => Value::Object(IndexMap::new()),
            (_, value) => value,
        }
    }
}

#[cfg(test)]
mod tests;
