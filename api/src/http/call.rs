//! What a caller sends: `query`, `operationName`, `variables` and `extensions` as one JSON object.

use async_graphql::{Request, ServerError, Variables};
use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::reply::Problem;
use crate::document::{self, Plan, Types};

/// A well-formed request. Its document is not read yet.
#[derive(Debug)]
pub(super) struct Call {
    query: String,
    operation_name: Option<String>,
    variables: Map<String, Value>,
}

impl Call {
    /// Reads a body; refuses whatever is not of the one shape there is.
    pub(super) fn read(body: &[u8]) -> Result<Self, Problem> {
        let body = serde_json::from_slice(body).map_err(|error| {
            malformed(format!("the body is not JSON: see line {}, column {}", error.line(), error.column()))
        })?;
        let Value::Object(mut body) = body else {
            return Err(malformed("the body must be one JSON object; batches are not taken"));
        };
        let Some(Value::String(query)) = body.remove("query") else {
            return Err(malformed("`query` must be given, a string"));
        };
        let operation_name = match body.remove("operationName") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) => Some(name),
            Some(_) => return Err(malformed("`operationName` must be a string")),
        };
        let variables = object(body.remove("variables"), "`variables` must be an object")?;
        object(body.remove("extensions"), "`extensions` must be an object")?;
        Ok(Self { query, operation_name, variables })
    }

    /// The request for the schema, and the shape of its response; refuses a document that cannot be read or asks for too
    /// much.
    pub(super) fn into_request(self, types: &Types, introspection: bool) -> Result<(Request, Plan), ServerError> {
        let document = document::read(&self.query, introspection)?;
        let plan = types.plan(&document, self.operation_name.as_deref()).unwrap_or_default();
        let variables = Variables::from_json(Value::Object(self.variables));
        let mut request = Request::new(self.query).variables(variables);
        request.operation_name = self.operation_name;
        request.set_parsed_query(document);
        Ok((request, plan))
    }
}

fn object(value: Option<Value>, remedy: &'static str) -> Result<Map<String, Value>, Problem> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(malformed(remedy)),
    }
}

fn malformed(message: impl Into<String>) -> Problem {
    Problem::bad_request(StatusCode::BAD_REQUEST, message)
}
