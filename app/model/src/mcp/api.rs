//! HTTP APIs as servers of tools: the operations that were read of an OpenAPI document or a curl command,
//! each with what its request consists of.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    server::{SecretHeader, UnusedTool},
    tool::ToolDefinition,
};

/// The most operations of an API that are tools, as many as any server's.
pub const MOST_OPERATIONS: usize = 128;

/// What is kept of an API's document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiOperations {
    /// The chosen ones, by name.
    pub operations: Vec<ApiOperation>,
    /// Those that nobody can call, and why.
    pub unused: Vec<UnusedTool>,
}

/// An operation: the tool that it is, and how its request is made of the tool's arguments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiOperation {
    pub definition: ToolDefinition,
    pub method: String,
    /// Below the address of the API, with `{name}` where a parameter goes.
    pub path: String,
    /// In their order; every other argument belongs to the body.
    pub params: Vec<ApiParam>,
    #[serde(default)]
    pub body: Option<ApiBody>,
    /// Headers that are always sent.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// What is sent where an argument is left out.
    #[serde(default)]
    pub defaults: BTreeMap<String, Value>,
}

/// The argument by which an operation is asked for all pages of a list.
pub const ALL_PAGES: &str = "all_pages";

impl ApiOperation {
    /// Whether it changes nothing.
    pub fn is_read(&self) -> bool {
        self.definition.annotations.read_only == Some(true)
    }

    /// Whether its answer is a list that can be read page by page.
    pub fn has_pages(&self) -> bool {
        self.is_read() && self.definition.input_schema["properties"].get(ALL_PAGES).is_some()
    }
}

/// A parameter of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiParam {
    /// What the tool calls it.
    pub argument: String,
    /// What the API calls it.
    pub name: String,
    pub place: ParamPlace,
    #[serde(default)]
    pub style: ParamStyle,
    /// Whether each item of a list is a parameter of its own.
    #[serde(default)]
    pub explode: bool,
    /// Whether `/` and other reserved characters stay as they are.
    #[serde(default)]
    pub reserved: bool,
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParamPlace {
    Path,
    Query,
    Header,
}

/// How lists and objects are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParamStyle {
    /// With commas between items.
    #[default]
    Comma,
    Space,
    Pipe,
    /// `name[key]=value`.
    Deep,
    /// As JSON.
    Json,
}

/// The body of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiBody {
    pub content_type: String,
    /// The argument that is the whole body; none if its members are arguments.
    #[serde(default)]
    pub whole: Option<String>,
    /// Members of a form whose lists are written as `name[]=item`.
    #[serde(default)]
    pub deep: BTreeSet<String>,
    /// Members of a form that are files, given in base64.
    #[serde(default)]
    pub files: BTreeSet<String>,
}

/// A document that is looked at before its API is connected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiDocument {
    /// The address of an OpenAPI document, its text in JSON or YAML, or a curl command.
    pub document: String,
}

/// What an API offers, before it is connected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApiPreview {
    /// What the API calls itself.
    pub title: String,
    /// Its address; none if the document does not say it.
    #[serde(default)]
    pub url: Option<String>,
    /// The keys that it wants; which secret each is, is to be chosen.
    pub headers: Vec<SecretHeader>,
    /// What can be called, in the order of the paths.
    pub operations: Vec<OperationView>,
    /// What cannot be called, and why.
    pub unused: Vec<UnusedTool>,
}

/// An operation that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperationView {
    /// The tool that it becomes.
    pub tool: String,
    /// The method and path, such as `GET /pets/{id}`.
    pub request: String,
    /// What it does.
    pub description: String,
    /// Whether it changes nothing.
    pub is_read: bool,
    /// Whether it is used where nothing is chosen: all that read, then those that write, up to the
    /// limit.
    pub is_default: bool,
}
