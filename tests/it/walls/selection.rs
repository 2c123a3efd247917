//! What is asked of an object: every field, and of each object that a field gives all but its own lists and neighbours.

use super::schema::{Field, Kind, Schema};

/// A page that holds all of any list of the world.
const PAGE: &str = "(first: 100)";

/// A field that is asked for.
#[derive(Clone)]
pub(super) struct Asked {
    /// `Type.field`, for counting what was walked.
    pub(super) of: String,
    pub(super) name: String,
    arguments: String,
    /// Asked only where the object is of this type.
    pub(super) on: Option<String>,
    /// What the tables tell besides whether there was a value.
    pub(super) told: Tells,
    /// None: a leaf.
    pub(super) inside: Vec<Asked>,
}

/// What the tables tell of a field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    /// Whether there are any.
    Presence,
    /// Which objects they are.
    Objects,
    /// The same, each once: what several rows have.
    Distinct,
    /// Of JSON what it holds: keys, and the objects whose ids it has.
    Json,
}

/// How much of an object is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Everything.
    Whole,
    /// What is its own: neither lists in pages nor other objects with ids, but for their ids.
    Own,
    Id,
}

/// Everything that a type has.
pub(super) fn whole(schema: &Schema, of: &str) -> Vec<Asked> {
    inside(schema, of, Reach::Whole)
}

/// One field, as a root asks for it.
pub(super) fn field(schema: &Schema, of: &str, name: &str, arguments: &str) -> Asked {
    let field = schema.get(of).fields.iter().find(|field| field.name == name);
    let field = field.unwrap_or_else(|| panic!("the schema has no {of}.{name}"));
    let mut asked = ask(schema, of, field, Reach::Whole).unwrap();
    arguments.clone_into(&mut asked.arguments);
    asked
}

fn inside(schema: &Schema, of: &str, reach: Reach) -> Vec<Asked> {
    let found = schema.get(of);
    match found.kind {
        Kind::Object => found.fields.iter().filter_map(|field| ask(schema, of, field, reach)).collect(),
        Kind::Abstract => {
            let all =
                found.possible.iter().flat_map(|one| inside(schema, one, reach).into_iter().map(move |it| (one, it)));
            all.map(|(one, field)| Asked { on: Some(one.clone()), ..field }).collect()
        }
        Kind::Input | Kind::Leaf => Vec::new(),
    }
}

fn ask(schema: &Schema, of: &str, field: &Field, reach: Reach) -> Option<Asked> {
    let is_node = schema.is_node(&field.of);
    let is_page = field.of.ends_with("Connection");
    let further = match (reach, is_node) {
        _ if of.ends_with("Edge") && is_node => Reach::Id,
        (Reach::Id, _) if field.name != "id" => return None,
        (Reach::Own, _) if is_page => return None,
        (Reach::Whole, true) => Reach::Own,
        (Reach::Own, true) => Reach::Id,
        (reach, _) => reach,
    };
    Some(Asked {
        of: format!("{of}.{}", field.name),
        name: field.name.clone(),
        arguments: if is_page { PAGE.to_owned() } else { String::new() },
        on: None,
        told: match field.of.as_str() {
            "JSON" => Tells::Json,
            // They are the nodes of the same page.
            _ if !is_node || of.ends_with("Edge") => Tells::Presence,
            _ if further == Reach::Own => Tells::Objects,
            _ => Tells::Distinct,
        },
        inside: inside(schema, &field.of, further),
    })
}

/// The fields as a document has them.
pub(super) fn text(fields: &[Asked]) -> String {
    let mut text = if fields.iter().any(|field| field.on.is_some()) { "__typename".to_owned() } else { String::new() };
    for field in fields {
        let inside =
            if field.inside.is_empty() { String::new() } else { format!(" {{ {} }}", self::text(&field.inside)) };
        let asked = format!("{}{}{inside}", field.name, field.arguments);
        text += &match &field.on {
            Some(on) => format!(" ... on {on} {{ {asked} }}"),
            None => format!(" {asked}"),
        };
    }
    text
}

/// The leaves, each by the path to it, in order.
pub(super) fn leaves(fields: &[Asked]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for field in fields {
        let mut path: Vec<String> = field.on.iter().map(|on| format!("... on {on}")).collect();
        path.push(field.name.clone());
        if field.inside.is_empty() {
            all.push(path);
        } else {
            all.extend(leaves(&field.inside).into_iter().map(|rest| [path.clone(), rest].concat()));
        }
    }
    all
}

/// Every field that is asked for, as `Type.field`.
pub(super) fn walked(fields: &[Asked]) -> Vec<String> {
    fields.iter().flat_map(|field| [vec![field.of.clone()], walked(&field.inside)].concat()).collect()
}

/// For each leaf the fields on the way to it, as `Type.field`.
pub(super) fn valued_by(fields: &[Asked]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for field in fields {
        if field.inside.is_empty() {
            all.push(vec![field.of.clone()]);
        } else {
            let inside = valued_by(&field.inside).into_iter();
            all.extend(inside.map(|rest| [vec![field.of.clone()], rest].concat()));
        }
    }
    all
}
