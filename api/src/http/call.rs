//! What a caller sends: `query`, `operationName`, `variables` and `extensions` as one JSON object.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::json;
use super::reply::Problem;
use crate::document::Asked;

/// Reads a body; refuses whatever is not of the one shape there is.
pub(super) fn read(body: &[u8]) -> Result<Asked, Problem> {
    let body = json::read(body).map_err(|error| {
        let wrong = if error.is_data() { "has a name twice in one object" } else { "is not JSON" };
        malformed(format!("the body {wrong}: see line {}, column {}", error.line(), error.column()))
    })?;
    let Value::Object(body) = body else {
        return Err(malformed("the body must be one JSON object; batches are not taken"));
    };
    asked(body)
}

/// The same for an object that was read already.
pub(super) fn asked(mut body: Map<String, Value>) -> Result<Asked, Problem> {
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
    Ok(Asked { query, operation_name, variables })
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
