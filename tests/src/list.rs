//! Lists, walked as a client walks them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::{Answer, TestApp};

/// A connection, and who reads it.
pub struct List<'a> {
    app: &'a TestApp,
    who: &'a str,
    /// The object whose list it is, as its id and type; none: the path begins at the root.
    of: Option<(&'a str, &'a str)>,
    path: &'a str,
    arguments: String,
}

/// A page as a client has it.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown {
    /// The rows' ids, in order.
    pub ids: Vec<String>,
    /// Of `pageInfo`.
    pub has_next: bool,
    /// Of `pageInfo`.
    pub has_previous: bool,
    /// The first row's cursor.
    pub start: Option<String>,
    /// The last row's cursor.
    pub end: Option<String>,
}

impl TestApp {
    /// The list at a dotted path, such as `viewer.partner.customers`.
    pub fn list<'a>(&'a self, who: &'a str, path: &'a str) -> List<'a> {
        List { app: self, who, of: None, path, arguments: String::new() }
    }

    /// The list at a dotted path of the object of this id and type.
    pub fn list_of<'a>(&'a self, who: &'a str, id: &'a str, of_type: &'a str, path: &'a str) -> List<'a> {
        List { app: self, who, of: Some((id, of_type)), path, arguments: String::new() }
    }
}

impl List<'_> {
    /// With these arguments besides those of the page: `orderBy: NAME`.
    #[must_use]
    pub fn with(mut self, arguments: &str) -> Self {
        let _ = write!(self.arguments, "{arguments} ");
        self
    }

    /// Asks for a page, `first: 2`, and for this of it.
    pub async fn ask(&self, page: &str, selection: &str) -> Answer {
        let arguments = format!("{}{page}", self.arguments);
        let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
        let mut document = nested(self.path, &format!("{arguments} {{ {selection} }}"));
        if let Some((id, of_type)) = self.of {
            document = format!("node(id: \"{id}\") {{ ... on {of_type} {{ {document} }} }}");
        }
        self.app.ask(self.who, &format!("{{ {document} }}"), json!({})).await
    }

    /// Where it stands in the answer.
    fn place(&self) -> String {
        if self.of.is_some() { format!("node.{}", self.path) } else { self.path.to_owned() }
    }

    /// A page; stops the test where its parts contradict each other.
    pub async fn page(&self, page: &str) -> Shown {
        let selection = "edges { cursor node { id } } nodes { id }
                         pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
        let connection = self.ask(page, selection).await.at(&self.place()).clone();
        let edges = connection["edges"].as_array().expect("edges").clone();
        let of_edges: Vec<&Value> = edges.iter().map(|edge| &edge["node"]["id"]).collect();
        let nodes: Vec<&Value> = connection["nodes"].as_array().expect("nodes").iter().map(|it| &it["id"]).collect();
        assert_eq!(nodes, of_edges, "nodes are the edges' nodes");
        let info = &connection["pageInfo"];
        let cursor = |edge: Option<&Value>| edge.map_or(Value::Null, |edge| edge["cursor"].clone());
        assert_eq!(info["startCursor"], cursor(edges.first()), "the first row's cursor");
        assert_eq!(info["endCursor"], cursor(edges.last()), "the last row's cursor");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Shown {
            ids: nodes.into_iter().filter_map(text).collect(),
            has_next: info["hasNextPage"] == true,
            has_previous: info["hasPreviousPage"] == true,
            start: text(&info["startCursor"]),
            end: text(&info["endCursor"]),
        }
    }

    /// Every row's id, read forward by pages of `size`, in the order of the list.
    pub async fn forward(&self, size: usize) -> Vec<String> {
        let mut ids = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.page(&format!("first: {size} {after}")).await;
            assert_eq!(page.has_previous, !ids.is_empty(), "hasPreviousPage behind {} rows", ids.len());
            assert!(page.ids.len() == size || !page.has_next, "a page that is not the last is full");
            ids.extend(page.ids);
            match page.end {
                Some(end) if page.has_next => after = format!("after: \"{end}\""),
                _ => return ids,
            }
        }
    }

    /// Every row's id, read backward by pages of `size`, in the order of the list.
    pub async fn backward(&self, size: usize) -> Vec<String> {
        let mut ids = Vec::new();
        let mut before = String::new();
        loop {
            let page = self.page(&format!("last: {size} {before}")).await;
            assert_eq!(page.has_next, !ids.is_empty(), "hasNextPage before {} rows", ids.len());
            assert!(page.ids.len() == size || !page.has_previous, "a page that is not the first is full");
            ids.splice(0..0, page.ids);
            match page.start {
                Some(start) if page.has_previous => before = format!("before: \"{start}\""),
                _ => return ids,
            }
        }
    }

    /// The texts at a dotted path of every row of the first hundred, such as `customer.name`.
    pub async fn texts(&self, field: &str) -> Vec<String> {
        let answer = self.ask("first: 100", &nested(&format!("nodes.{field}"), "")).await;
        let rows = answer.at(&self.place())["nodes"].as_array().expect("nodes").clone();
        let pointer = format!("/{}", field.replace('.', "/"));
        let text = |row: &Value| row.pointer(&pointer).and_then(Value::as_str).unwrap_or("null").to_owned();
        rows.iter().map(text).collect()
    }
}

/// `a.b` with `rest` behind it: `a { b rest }`.
fn nested(path: &str, rest: &str) -> String {
    let fields = path.split('.').collect::<Vec<_>>();
    format!("{} {rest} {}", fields.join(" { "), "} ".repeat(fields.len() - 1))
}
