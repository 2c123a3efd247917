//! A caller's document made ready to be executed, or the reason why it is not.

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{Request, ServerError, Variables};
use serde_json::{Map, Value};

use super::{Plan, Types, coercion, read};
use crate::config::Config;

/// What is asked of the schema, as it came: well-formed, and not read yet.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) query: String,
    pub(crate) operation_name: Option<String>,
    pub(crate) variables: Map<String, Value>,
}

/// Reads documents: what they may ask for, and what their answers must look like.
#[derive(Debug)]
pub(crate) struct Documents {
    types: Types,
    introspection: bool,
}

/// A document that is within the limits, ready to be executed.
#[derive(Debug)]
pub(crate) struct Operation {
    /// For the schema; who asks is not in it yet.
    pub(crate) request: Request,
    /// The shape of its answer.
    pub(crate) plan: Plan,
    /// What it is. None: the document has several operations and none of the name that was given, which the schema says.
    pub(crate) kind: Option<OperationType>,
    /// Its name, if it has one: as the caller wrote it.
    pub(crate) name: Option<String>,
}

impl Operation {
    /// As metrics name it: of few different values, whatever callers write.
    pub(crate) fn label(&self) -> &str {
        kind_name(self.kind)
    }
}

/// What an operation is, as documents write it; none: it could not be told.
pub(crate) fn kind_name(kind: Option<OperationType>) -> &'static str {
    match kind {
        Some(OperationType::Query) => "query",
        Some(OperationType::Mutation) => "mutation",
        Some(OperationType::Subscription) => "subscription",
        None => "none",
    }
}

impl Documents {
    /// For a schema, as its own definition language has it.
    pub(crate) fn new(config: &Config, sdl: &str) -> anyhow::Result<Self> {
        Ok(Self { types: Types::read(sdl)?, introspection: config.answers_introspection() })
    }

    /// The operation that is asked for; refuses a document that cannot be read or asks for too much.
    pub(crate) fn operation(&self, asked: Asked) -> Result<Operation, ServerError> {
        let document = read(&asked.query, self.introspection)?;
        let name = asked.operation_name.as_deref();
        let plan = self.types.plan(&document, name).unwrap_or_default();
        let executed = executed(&document, name);
        if let Some(operation) = executed {
            coercion::check(operation, &asked.variables)?;
        }
        let kind = executed.map(|operation| operation.ty);
        let name = name_of(&document, name);
        let variables = Variables::from_json(Value::Object(asked.variables));
        let mut request = Request::new(asked.query).variables(variables);
        request.operation_name = asked.operation_name;
        request.set_parsed_query(document);
        Ok(Operation { request, plan, kind, name })
    }
}

/// The operation that is executed. None: there is no such operation.
pub(super) fn executed<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Option<&'a OperationDefinition> {
    match (&document.operations, name) {
        (DocumentOperations::Single(single), _) => Some(&single.node),
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name).map(|operation| &operation.node),
        // As the library has it: of one alone the name need not be given.
        (DocumentOperations::Multiple(all), None) if all.len() == 1 => all.values().next().map(|only| &only.node),
        (DocumentOperations::Multiple(_), None) => None,
    }
}

/// The name of the operation that is executed.
fn name_of(document: &ExecutableDocument, given: Option<&str>) -> Option<String> {
    match (&document.operations, given) {
        (DocumentOperations::Multiple(all), Some(name)) if all.contains_key(name) => Some(name.to_owned()),
        (DocumentOperations::Multiple(all), None) if all.len() == 1 => all.keys().next().map(ToString::to_string),
        _ => None,
    }
}
