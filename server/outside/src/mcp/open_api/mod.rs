//! Any HTTP API as a server of tools: what its OpenAPI document or a curl command says is read into
//! operations once; a call makes a request of one.

mod answer;
mod body;
pub(super) mod call;
mod curl;
mod document;
mod names;
mod operation;
mod pages;
#[cfg(test)]
mod public_documents;
pub mod request;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use model::{
    mcp::{
        api::{ApiOperation, ApiOperations, ApiPreview, MOST_OPERATIONS, OperationView},
        server::{SecretHeader, UnusedTool},
    },
    text::nearest::nearest,
};
use url::Url;

use self::document::Document;

/// The most bytes of a document that is read from its address.
pub const LARGEST_DOCUMENT: usize = 32 << 20;

/// An API as its document says it.
#[derive(Debug, PartialEq)]
pub struct Api {
    pub title: String,
    /// Its address; none if the document does not say it.
    pub url: Option<String>,
    /// The keys that it wants, without the names of secrets.
    pub headers: Vec<SecretHeader>,
    pub operations: Vec<ApiOperation>,
    pub unused: Vec<UnusedTool>,
}

impl Api {
    /// Reads an OpenAPI document in JSON or YAML, found at this address, or a curl command.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn read(text: &str, address: Option<&Url>) -> Result<Self, String> {
        let document = Document::read(text, address)?;
        let headers = document.keys();
        let (operations, unused) = operation::read_all(&document, &headers);
        if operations.is_empty() {
            let reason = unused.into_iter().next().map(|one| one.reason).unwrap_or_default();
            return Err(format!("The document has no operations that can be called. {reason}"));
        }
        Ok(Self { title: document.title(), url: document.url(), headers, operations, unused })
    }

    /// Keeps what was chosen, by the tools' names. What is chosen and not there any more is named among
    /// what is not used.
    pub fn choose(self, chosen: &[String]) -> ApiOperations {
        let defaults = default_names(&self.operations);
        let wanted: BTreeSet<&str> = if chosen.is_empty() {
            defaults.iter().map(String::as_str).collect()
        } else {
            chosen.iter().map(String::as_str).collect()
        };
        let is_gone = |name: &&String| {
            self.operations.iter().all(|one| one.definition.name != **name)
                && self.unused.iter().all(|one| one.name != **name)
        };
        let gone = chosen.iter().filter(is_gone);
        let gone = gone.map(|name| UnusedTool { name: name.clone(), reason: self.unknown(name) });
        let gone: Vec<UnusedTool> = gone.collect();
        let mut unused = self.unused;
        unused.retain(|one| chosen.is_empty() || chosen.contains(&one.name));
        unused.extend(gone);
        let mut operations = self.operations;
        operations.retain(|one| wanted.contains(one.definition.name.as_str()));
        operations.sort_by(|a, b| a.definition.name.cmp(&b.definition.name));
        ApiOperations { operations, unused }
    }

    fn unknown(&self, name: &str) -> String {
        let names = self.operations.iter().map(|one| one.definition.name.as_str());
        let hint = nearest(name, names).map(|near| format!(" Did you mean {near}?"));
        format!("The document has no such operation.{}", hint.unwrap_or_default())
    }

    /// What people choose from.
    pub fn preview(self) -> ApiPreview {
        let defaults = default_names(&self.operations);
        let operations = self.operations.into_iter().map(|one| OperationView {
            is_default: defaults.contains(&one.definition.name),
            is_read: one.is_read(),
            request: format!("{} {}", one.method, one.path),
            tool: one.definition.name,
            description: one.definition.title.unwrap_or_default(),
        });
        ApiPreview {
            title: self.title,
            url: self.url,
            headers: self.headers,
            operations: operations.collect(),
            unused: self.unused,
        }
    }
}

/// All that read, then those that write, up to the limit.
fn default_names(operations: &[ApiOperation]) -> BTreeSet<String> {
    let reads = operations.iter().filter(|one| one.is_read());
    let writes = operations.iter().filter(|one| !one.is_read());
    let names = reads.chain(writes).map(|one| one.definition.name.clone());
    names.take(MOST_OPERATIONS).collect()
}
