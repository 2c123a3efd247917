//! Trusted documents: the only ones that run where they are set, asked for by their id (GraphQL over HTTP, appendix A).
//!
//! The file is a JSON object of id and document, as `graphql-codegen` and Relay write it. An id that is a SHA-256, which a
//! prefix `sha256:` or 64 hexadecimal digits claim, must be the document's own.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use async_graphql::{Executor, Request, Variables};
use futures_util::FutureExt;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::cost::{Cost, Estimate};
use super::{Read, Types, subscription};

/// The variable that names the file.
const VARIABLE: &str = "ACCORD_TRUSTED_DOCUMENTS";

/// Bad documents that a refusal lists.
const LISTED: usize = 20;

/// Characters of an id or a reason that it shows.
const SHOWN: usize = 200;

/// No operation has this name, so that the library stops behind its validation.
const NONE: &str = "-";

/// The documents that run, by their ids.
#[derive(Debug)]
pub(super) struct Trusted {
    documents: HashMap<String, Read>,
}

impl Trusted {
    /// Reads the file, and every document in it as those of callers are read; the executor validates them. Refuses a file
    /// that holds anything else, or an operation that can never run, naming the variable and the documents.
    pub(super) fn read(
        file: &Path,
        introspection: bool,
        max_cost: u64,
        types: &Types,
        executor: &impl Executor,
    ) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file);
        let text = text.with_context(|| format!("{VARIABLE}: cannot read {}", file.display()))?;
        let map: Map<String, Value> = serde_json::from_str(&text)
            .with_context(|| format!("{VARIABLE}: want one JSON object of id and document in {}", file.display()))?;
        ensure!(!map.is_empty(), "{VARIABLE}: there is no document in {}", file.display());
        let mut documents = HashMap::new();
        let mut bad = Vec::new();
        for (id, document) in map {
            let read = own_hash(&id, &document).and_then(|text| {
                let read = Read::new(text, introspection, types).map_err(|error| error.message)?;
                validate(&read, executor)?;
                can_run(&read, types, max_cost).map(|()| read)
            });
            match read {
                Ok(read) => drop(documents.insert(canonical(&id), read)),
                Err(reason) => bad.push((id, reason)),
            }
        }
        if bad.is_empty() { Ok(Self { documents }) } else { refuse(&bad) }
    }

    /// The document of an id.
    pub(super) fn get(&self, id: &str) -> Option<&Read> {
        self.documents.get(id).or_else(|| self.documents.get(&canonical(id)))
    }
}

/// A SHA-256 with its prefix; other ids stay as they are.
fn canonical(id: &str) -> String {
    claimed(id).map_or_else(|| id.to_owned(), |hex| format!("sha256:{}", hex.to_ascii_lowercase()))
}

/// The SHA-256 that an id claims to be.
fn claimed(id: &str) -> Option<&str> {
    let bare = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    id.strip_prefix("sha256:").or(bare.then_some(id))
}

/// The document's text, if the id is none that claims another's hash.
fn own_hash(id: &str, document: &Value) -> Result<String, String> {
    let Value::String(text) = document else { return Err("want the document as a string".to_owned()) };
    let is_own = |hex: &str| {
        let own: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        own.eq_ignore_ascii_case(hex)
    };
    match claimed(id) {
        Some(hex) if !is_own(hex) => Err("the id is not the document's SHA-256".to_owned()),
        _ => Ok(text.clone()),
    }
}

/// Asks the library for an operation that the document does not have: it validates all of them first.
fn validate(read: &Read, executor: &impl Executor) -> Result<(), String> {
    let mut request = Request::new(read.text.as_str()).operation_name(NONE);
    request.set_parsed_query(read.parsed.clone());
    let response = executor.execute(request).now_or_never();
    let errors = response.map(|response| response.errors).unwrap_or_default();
    match errors.into_iter().next() {
        Some(error) if error.message.starts_with("Unknown operation named \"-\"") => Ok(()),
        Some(error) => Err(error.message),
        None => Err("the schema did not answer".to_owned()),
    }
}

/// Refuses operations that ask for too much whatever their variables are. Each variable stands for the number 1, which is
/// the least that it can come to: a page of one, a list of one.
fn can_run(read: &Read, types: &Types, max_cost: u64) -> Result<(), String> {
    for (_, operation) in read.parsed.operations.iter() {
        let operation = &operation.node;
        subscription::check(operation).map_err(|error| error.message)?;
        let mut least = Variables::default();
        for definition in &operation.variable_definitions {
            least.insert(definition.node.name.node.clone(), 1.into());
        }
        let estimate = Estimate::of(types, &read.parsed, operation, &least);
        Cost { requested: estimate.rows, limit: max_cost }.check().map_err(|error| error.message)?;
        estimate.check()?;
    }
    Ok(())
}

fn refuse(bad: &[(String, String)]) -> anyhow::Result<Trusted> {
    let short = |text: &str| text.chars().take(SHOWN).collect::<String>();
    let listed: Vec<_> =
        bad.iter().take(LISTED).map(|(id, reason)| format!("\n  {}: {}", short(id), short(reason))).collect();
    let more = bad.len().saturating_sub(LISTED);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    bail!("{VARIABLE}: these documents cannot run:{}{more}", listed.concat())
}

#[cfg(test)]
mod tests;
