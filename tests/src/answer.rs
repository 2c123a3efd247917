//! An answer of the API.

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The HTTP headers.
    pub headers: HeaderMap,
    /// The whole body; null where it is no JSON.
    pub body: Value,
}

impl Answer {
    /// The value at a dotted path of `data`: `draftInvitation.invitation.id`. Stops the test where errors came.
    #[track_caller]
    pub fn at(&self, path: &str) -> &Value {
        assert!(self.body.get("errors").is_none(), "errors: {:#}", self.body["errors"]);
        let pointer = format!("/data/{}", path.replace('.', "/"));
        self.body.pointer(&pointer).unwrap_or_else(|| panic!("nothing at {path}: {:#}", self.body))
    }

    /// The text at a path.
    #[track_caller]
    pub fn text(&self, path: &str) -> String {
        self.at(path).as_str().unwrap_or_else(|| panic!("no text at {path}: {:#}", self.body)).to_owned()
    }

    /// The codes of a payload's `userErrors`, in order.
    #[track_caller]
    pub fn refusals(&self, payload: &str) -> Vec<String> {
        let errors = self.at(&format!("{payload}.userErrors")).as_array().expect("userErrors is a list").clone();
        errors.iter().map(|error| error["code"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// What the document's only root field gave.
    #[track_caller]
    pub fn only(&self) -> &Value {
        assert!(self.body.get("errors").is_none(), "errors: {:#}", self.body["errors"]);
        let fields = self.body["data"].as_object().unwrap_or_else(|| panic!("no data: {:#}", self.body));
        assert_eq!(fields.len(), 1, "one root field: {fields:#?}");
        fields.values().next().expect("a field")
    }

    /// Why the document's only mutation was refused, each `CODE` or `CODE path.of.field`, in order.
    #[track_caller]
    pub fn reasons(&self) -> Vec<String> {
        reasons(self.only())
    }

    /// What the document's only mutation gave under `field`; stops the test where it was refused.
    #[track_caller]
    pub fn given(&self, field: &str) -> Value {
        assert!(self.reasons().is_empty(), "refused: {:#}", self.body);
        self.only()[field].clone()
    }

    /// The code of the only top-level error.
    #[track_caller]
    pub fn error(&self) -> String {
        let errors = self.body["errors"].as_array().unwrap_or_else(|| panic!("no errors: {:#}", self.body));
        assert_eq!(errors.len(), 1, "{errors:#?}");
        errors[0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Stops the test unless nothing was refused.
    #[track_caller]
    pub fn accepted(self, payload: &str) -> Self {
        let refusals = self.refusals(payload);
        assert!(refusals.is_empty(), "refused: {:#}", self.body);
        self
    }
}

/// Why a payload, or a row of one, was refused: each `CODE` or `CODE path.of.field`, in order.
#[track_caller]
pub fn reasons(payload: &Value) -> Vec<String> {
    let spell = |error: &Value| {
        let code = error["code"].as_str().expect("a code");
        let field = error["field"].as_array().map(|path| path.iter().filter_map(Value::as_str).collect::<Vec<_>>());
        field.map_or_else(|| code.to_owned(), |field| format!("{code} {}", field.join(".")))
    };
    payload["userErrors"].as_array().expect("userErrors is a list").iter().map(spell).collect()
}
