//! What a caller sends: `query` or `documentId`, `operationName`, `variables` and `extensions` as one JSON object.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::json::{self, Fault, Refused};
use super::reply::Problem;
use crate::document::{Asked, Document};

/// Reads a body; refuses whatever is not of the one shape there is.
pub(super) fn read(body: &[u8]) -> Result<Asked, Problem> {
    let body = json::read(body).map_err(|Refused { fault, line, column }| {
        let what = match fault {
            Fault::Twice => "has a name twice in one object",
            Fault::TooDeep => "is nested too deep",
            Fault::Syntax => "is not JSON",
            Fault::TooMany => {
                let remedy = "send fewer rows at once, in several requests";
                return malformed(format!("the body holds more than {} values and names: {remedy}", json::MOST));
            }
        };
        malformed(format!("the body {what}: see line {line}, column {column}"))
    })?;
    let Value::Object(body) = body else {
        return Err(malformed("the body must be one JSON object; batches are not taken"));
    };
    asked(body)
}

/// The same for an object that was read already.
pub(super) fn asked(mut body: Map<String, Value>) -> Result<Asked, Problem> {
    let (query, id) = (body.remove("query"), body.remove("documentId"));
    let operation_name = match body.remove("operationName") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name),
        Some(_) => return Err(malformed("`operationName` must be a string")),
    };
    let variables = object(body.remove("variables"), "`variables` must be an object")?;
    let extensions = object(body.remove("extensions"), "`extensions` must be an object")?;
    Ok(Asked { document: document(query, id, &extensions)?, operation_name, variables })
}

/// The one way in which a document is named.
fn document(query: Option<Value>, id: Option<Value>, extensions: &Map<String, Value>) -> Result<Document, Problem> {
    let given = |value: Option<Value>| value.filter(|value| !value.is_null());
    match (given(query), given(id)) {
        (Some(Value::String(query)), None) => Ok(Document::Text(query)),
        (None, Some(Value::String(id))) => Ok(Document::Id(id)),
        (Some(_), Some(_)) => Err(malformed("`query` or `documentId` must be given, not both")),
        (None, Some(_)) => Err(malformed("`documentId` must be a string")),
        (None, None) if extensions.contains_key("persistedQuery") => Ok(Document::Persisted),
        _ => Err(malformed("`query` must be given, a string")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_of_many_small_values_is_refused_with_its_remedy() {
        let body =
            format!("{{\"query\":\"{{a}}\",\"extensions\":{{\"a\":[{}]}}}}", vec!["{\"\":0}"; 140_000].join(","));
        let message = "the body holds more than 40100 values and names: send fewer rows at once, in several requests";
        assert_eq!(read(body.as_bytes()).unwrap_err(), malformed(message));
    }
}
