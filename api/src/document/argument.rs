//! What an argument holds, wherever that stands: in the document, in the variables, or as a variable's default.

use std::collections::HashMap;

use async_graphql::parser::types::OperationDefinition;
use async_graphql::{Name, Positioned, Value as Const, Variables};
use async_graphql_value::Value;

/// Bytes of text that weigh as much as a value.
const BYTES: u64 = 64;

/// Arguments as the parser has them.
pub(super) type Arguments = [(Positioned<Name>, Positioned<Value>)];

/// What the variables of an operation stand for.
#[derive(Debug, Default)]
pub(super) struct Given<'a> {
    values: HashMap<&'a str, &'a Const>,
    weights: HashMap<&'a str, u64>,
}

impl<'a> Given<'a> {
    /// The values that came, and for the others the operation's defaults.
    pub(super) fn new(operation: &'a OperationDefinition, variables: &'a Variables) -> Self {
        let value = |name: &'a str, default| Some((name, variables.get(name).or(default)?));
        let definitions = operation.variable_definitions.iter().map(|definition| &definition.node);
        let values: HashMap<_, _> = definitions
            .filter_map(|definition| value(&definition.name.node, definition.default_value.as_ref().map(|at| &at.node)))
            .collect();
        let weights = values.iter().map(|(name, value)| (*name, weight(value))).collect();
        Self { values, weights }
    }

    /// What the argument of a name holds. None: it is left out, or null.
    pub(super) fn argument(&self, arguments: &'a Arguments, name: &str) -> Option<Held<'a>> {
        let (_, value) = arguments.iter().find(|(given, _)| given.node == name)?;
        self.held(Held::Written(&value.node))
    }

    /// The same at a path: an argument, and fields of objects inside it.
    pub(super) fn at(&self, arguments: &'a Arguments, path: &[&str]) -> Option<Held<'a>> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.argument(arguments, first)?, |held, name| {
            self.held(match held {
                Held::Written(Value::Object(fields)) => Held::Written(fields.get(*name)?),
                Held::Const(Const::Object(fields)) => Held::Const(fields.get(*name)?),
                _ => return None,
            })
        })
    }

    /// How much the arguments hold, their variables written out.
    pub(super) fn weight(&self, arguments: &Arguments) -> u64 {
        arguments.iter().map(|(_, value)| self.weight_of(&value.node)).fold(0, u64::saturating_add)
    }

    fn weight_of(&self, value: &Value) -> u64 {
        match value {
            Value::Variable(name) => 1 + self.weights.get(name.as_str()).copied().unwrap_or_default(),
            Value::String(text) => of_text(text),
            Value::List(items) => 1 + items.iter().map(|item| self.weight_of(item)).sum::<u64>(),
            Value::Object(fields) => {
                1 + fields.iter().map(|(name, field)| of_text(name) + self.weight_of(field)).sum::<u64>()
            }
            _ => 1,
        }
    }

    fn held(&self, held: Held<'a>) -> Option<Held<'a>> {
        let held = match held {
            Held::Written(Value::Variable(name)) => Held::Const(self.values.get(name.as_str())?),
            other => other,
        };
        let is_null = matches!(held, Held::Written(Value::Null) | Held::Const(Const::Null));
        (!is_null).then_some(held)
    }
}

/// What an argument holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Held<'a> {
    /// As the document has it; there may be variables inside.
    Written(&'a Value),
    /// A variable's value.
    Const(&'a Const),
}

impl Held<'_> {
    /// A whole number. None: it is none.
    pub(super) fn number(self) -> Option<i64> {
        match self {
            Self::Written(Value::Number(number)) | Self::Const(Const::Number(number)) => number.as_i64(),
            _ => None,
        }
    }

    /// How many a list has; what is no list stands for a list of one.
    pub(super) fn count(self) -> u64 {
        match self {
            Self::Written(Value::List(items)) => items.len() as u64,
            Self::Const(Const::List(items)) => items.len() as u64,
            _ => 1,
        }
    }
}

/// How much a value holds: every value inside counts one, every name of an object's, and 64 bytes of either.
pub(super) fn weight(value: &Const) -> u64 {
    match value {
        Const::String(text) => of_text(text),
        Const::List(items) => 1 + items.iter().map(weight).sum::<u64>(),
        Const::Object(fields) => 1 + fields.iter().map(|(name, field)| of_text(name) + weight(field)).sum::<u64>(),
        _ => 1,
    }
}

/// The same for a text or a name.
pub(super) fn of_text(text: &str) -> u64 {
    1 + text.len() as u64 / BYTES
}
