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
        let variables = Variables::from_json(Value::Object(asked.variables));
        let mut request = Request::new(asked.query).variables(variables);
        request.operation_name = asked.operation_name;
        request.set_parsed_query(document);
        Ok(Operation { request, plan, kind })
    }
}

/// The operation that is executed. None: there is no such operation.
pub(super) fn executed<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Option<&'a OperationDefinition> {
    match (&document.operations, name) {
        (DocumentOperations::Single(single), _) => Some(&single.node),
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name).map(|operation| &operation.node),
        (DocumentOperations::Multiple(_), None) => None,
    }
}
