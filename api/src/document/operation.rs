//! A caller's document made ready to be executed, or the reason why it is not.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{Executor, Request, ServerError, Variables};
use serde_json::{Map, Value};

use super::cost::{Cost, Estimate};
use super::limits::refused;
use super::trusted::Trusted;
use super::{Plan, Read, Types, coercion, subscription, variables};
use crate::config::Config;

/// Characters of an operation's name that spans show.
const SHOWN: usize = 64;

const UNKNOWN: &str = "there is no trusted document of this `documentId`";
const ONLY_TRUSTED: &str = "only trusted documents run here: send the `documentId` of one, and no `query`";
const NONE_TRUSTED: &str = "there are no trusted documents here: send the `query` itself";
/// What Apollo's clients look for; they then send the text.
const NOT_PERSISTED: &str = "PersistedQueryNotSupported";

/// What is asked of the schema, as it came: well-formed, and not read yet.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) document: Document,
    pub(crate) operation_name: Option<String>,
    pub(crate) variables: Map<String, Value>,
}

/// How a caller says which document they mean.
#[derive(Debug)]
pub(crate) enum Document {
    /// By its text.
    Text(String),
    /// By the id of a trusted document.
    Id(String),
    /// By the hash of an automatic persisted query, which there are none of.
    Persisted,
}

/// Reads documents: what they may ask for, and what their answers must look like.
#[derive(Debug)]
pub(crate) struct Documents {
    types: Types,
    introspection: bool,
    max_cost: u64,
    trusted: Option<Trusted>,
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
    /// What it costs.
    pub(crate) cost: Cost,
    /// Fields at its root, fragments written out.
    pub(crate) root_fields: u32,
    /// Its own name, cut to 64 characters, for spans.
    pub(crate) name: Option<String>,
    /// What metrics call it: a trusted document's operation by its name, any other by its type. Never more than there are
    /// trusted operations and types of operations.
    pub(crate) label: Cow<'static, str>,
}

impl Documents {
    /// For a schema, as its own definition language has it; the executor validates the trusted documents. Refuses settings
    /// that cannot work, naming the variable.
    pub(crate) fn new(config: &Config, sdl: &str, executor: &impl Executor) -> anyhow::Result<Self> {
        let types = Types::read(sdl)?;
        let introspection = config.answers_introspection();
        let trusted = config.trusted_documents.as_deref();
        let trusted =
            trusted.map(|file| Trusted::read(file, introspection, config.max_cost, &types, executor)).transpose()?;
        Ok(Self { types, introspection, max_cost: config.max_cost, trusted })
    }

    /// The operation that is asked for; refuses a document that cannot be read, is not trusted where others are, or asks
    /// for too much. An error's source is the [`Cost`] where that is known.
    pub(crate) fn operation(&self, asked: Asked) -> Result<Operation, ServerError> {
        let read = self.read(asked.document)?;
        let given = asked.operation_name.as_deref();
        let executed = executed(&read.parsed, given);
        if let Some((_, operation)) = executed {
            subscription::check(operation)?;
            coercion::check(operation, &asked.variables)?;
        }
        let variables = defined(executed.map(|(_, operation)| operation), asked.variables);
        variables::check(&variables, &read.uses).map_err(refused)?;
        let estimate = executed.map(|(_, operation)| Estimate::of(&self.types, &read.parsed, operation, &variables));
        let estimate = estimate.unwrap_or_default();
        let cost = Cost { requested: estimate.rows, limit: self.max_cost };
        cost.check().and_then(|()| estimate.check().map_err(refused)).map_err(|mut error| {
            error.source = Some(Arc::new(cost));
            error
        })?;
        let name = executed.and_then(|(name, _)| name);
        let kind = executed.map(|(_, operation)| operation.ty);
        let label = match (&read, name) {
            (Cow::Borrowed(_trusted), Some(name)) => Cow::Owned(name.to_owned()),
            _ => Cow::Borrowed(kind_name(kind)),
        };
        let name = name.map(|name| name.chars().take(SHOWN).collect());
        let plan = self.types.plan(&read.parsed, given).unwrap_or_default();
        let read = read.into_owned();
        let mut request = Request::new(read.text).variables(variables);
        request.operation_name = asked.operation_name;
        request.set_parsed_query(read.parsed);
        Ok(Operation { request, plan, kind, cost, root_fields: estimate.fields, name, label })
    }

    /// The document; a trusted one is there already, and lent.
    fn read(&self, document: Document) -> Result<Cow<'_, Read>, ServerError> {
        let refused = |message: &str| Err(refused(message.to_owned()));
        match (document, &self.trusted) {
            (Document::Text(text), None) => Read::new(text, self.introspection, &self.types).map(Cow::Owned),
            (Document::Text(_), Some(_)) => refused(ONLY_TRUSTED),
            (Document::Id(id), Some(trusted)) => {
                trusted.get(&id).map_or_else(|| refused(UNKNOWN), |read| Ok(Cow::Borrowed(read)))
            }
            (Document::Id(_), None) => refused(NONE_TRUSTED),
            (Document::Persisted, _) => refused(NOT_PERSISTED),
        }
    }
}

/// The variables that an operation defines. Nobody asks for others, and a subscription would hold them as long as it lasts.
fn defined(operation: Option<&OperationDefinition>, mut given: Map<String, Value>) -> Variables {
    let definitions = operation.map(|operation| operation.variable_definitions.as_slice()).unwrap_or_default();
    let defined = definitions.iter().filter_map(|definition| given.remove_entry(definition.node.name.node.as_str()));
    Variables::from_json(Value::Object(defined.collect()))
}

/// What an operation is, as documents write it.
pub(crate) fn kind_name(kind: Option<OperationType>) -> &'static str {
    match kind {
        Some(OperationType::Query) => "query",
        Some(OperationType::Mutation) => "mutation",
        Some(OperationType::Subscription) => "subscription",
        None => "unknown",
    }
}

/// The operation that is executed, and its name if it has one. None: there is no such operation.
pub(super) fn executed<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Option<(Option<&'a str>, &'a OperationDefinition)> {
    let mut all = document.operations.iter();
    let (own, operation) = match (&document.operations, name) {
        (DocumentOperations::Single(_), Some(_)) => return None,
        (_, Some(name)) => all.find(|(own, _)| own.is_some_and(|own| own == name))?,
        (_, None) if all.len() > 1 => return None,
        (_, None) => all.next()?,
    };
    Some((own.map(|own| own.as_str()), &operation.node))
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    const SDL: &str = "
        type Query { a: Int things(first: Int): ThingConnection! }
        type ThingConnection { nodes: [Query!]! }
        type Subscription { b: Int }";

    fn operation(text: &str, name: Option<&str>) -> Operation {
        let documents =
            Documents { types: Types::read(SDL).unwrap(), introspection: false, max_cost: 10, trusted: None };
        let document = Document::Text(text.to_owned());
        let asked = Asked { document, operation_name: name.map(str::to_owned), variables: Map::new() };
        documents.operation(asked).unwrap()
    }

    #[test]
    fn an_operation_says_what_it_is() {
        let text = "query q { a things(first: 3) { nodes { a } } ...f } subscription s { b } fragment f on Query { a }";
        let (q, s) = (operation(text, Some("q")), operation(text, Some("s")));
        assert_eq!((q.kind, q.name.as_deref(), q.root_fields), (Some(OperationType::Query), Some("q"), 3));
        assert_eq!(q.cost, Cost { requested: 3, limit: 10 });
        assert_eq!((s.kind, s.name.as_deref(), s.root_fields), (Some(OperationType::Subscription), Some("s"), 1));
    }

    #[test]
    fn metrics_call_an_operation_by_its_type_unless_it_is_trusted() {
        for (text, label) in
            [("{ a }", "query"), ("query secret { a }", "query"), ("subscription x { b }", "subscription")]
        {
            assert_eq!(operation(text, None).label, label, "{text}");
        }
        assert_eq!(operation("query a { a } query b { a }", Some("c")).label, "unknown");
    }

    #[test]
    fn variables_that_the_operation_does_not_define_are_dropped() {
        let documents =
            Documents { types: Types::read(SDL).unwrap(), introspection: false, max_cost: 10, trusted: None };
        let kept = |text: &str, name: Option<&str>| {
            let Value::Object(variables) = serde_json::json!({ "v": 1, "w": [2], "x": {} }) else {
                panic!("no object")
            };
            let document = Document::Text(text.to_owned());
            let asked = Asked { document, operation_name: name.map(str::to_owned), variables };
            let operation = documents.operation(asked).unwrap();
            serde_json::to_value(operation.request.variables).unwrap()
        };
        let text = "query a($v: Int, $y: Int) { a } subscription b($w: [Int]) { b }";
        assert_eq!(kept(text, Some("a")), serde_json::json!({ "v": 1 }));
        assert_eq!(kept(text, Some("b")), serde_json::json!({ "w": [2] }));
        assert_eq!(kept(text, Some("c")), serde_json::json!({}));
        assert_eq!(kept("{ a }", None), serde_json::json!({}));
    }

    #[test]
    fn a_name_is_cut_for_spans() {
        let name = operation(&format!("query {} {{ a }}", "x".repeat(200)), None).name;
        assert_eq!(name, Some("x".repeat(64)));
    }

    #[test]
    fn the_operation_that_runs_is_the_one_that_the_library_runs() {
        for (text, name, found) in [
            ("{ a }", None, Some(None)),
            ("{ a }", Some("x"), None),
            ("query x { a }", None, Some(Some("x"))),
            ("query x { a }", Some("x"), Some(Some("x"))),
            ("query x { a }", Some("y"), None),
            ("query x { a } query y { a }", None, None),
            ("query x { a } query y { a }", Some("y"), Some(Some("y"))),
        ] {
            let document = parse_query(text).unwrap();
            assert_eq!(executed(&document, name).map(|(name, _)| name), found, "{text} {name:?}");
        }
    }

    #[test]
    fn an_error_knows_the_cost_where_that_was_found() {
        let documents =
            Documents { types: Types::read(SDL).unwrap(), introspection: false, max_cost: 10, trusted: None };
        let cost = |text: &str| {
            let document = Document::Text(text.to_owned());
            let asked = Asked { document, operation_name: None, variables: Map::new() };
            documents.operation(asked).unwrap_err().source::<Cost>().copied()
        };
        assert_eq!(cost("{ things(first: 11) { nodes { a } } }"), Some(Cost { requested: 11, limit: 10 }));
        assert_eq!(cost("{"), None);
    }
}
