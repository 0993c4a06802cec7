//! Servers of tools, as a workspace registers and sees them.

use std::{collections::BTreeMap, fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    alias_set::AliasSet,
    auth::{AuthorizationView, ServerAuth},
    tool::ToolDefinition,
};
use crate::{
    id::McpServerId,
    text::{string_enum::string_enum, unknown_variant::UnknownVariant},
    time::Timestamp,
};

string_enum! {
    /// How a server is reached.
    ServerKind ("kind of MCP server") {
        /// Streamable HTTP, as the protocol has it.
        Http = "http",
        /// JSON-RPC over HTTP without a handshake: only `tools/list` and `tools/call`.
        JsonRpc = "json_rpc",
        /// Any HTTP API, by its OpenAPI document or a curl command.
        OpenApi = "open_api",
        /// A process that the operator has set up; nobody can register one over the network.
        Stdio = "stdio",
        /// The sample server, which answers for names that nobody has registered.
        Sample = "sample",
        /// Atelier itself: agent verbs, answered by a model.
        Agent = "agent",
    }
}

impl ServerKind {
    /// What people read for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Http => "Streamable HTTP",
            Self::JsonRpc => "JSON-RPC",
            Self::OpenApi => "HTTP API",
            Self::Stdio => "Program",
            Self::Sample => "Sample",
            Self::Agent => "Built-in agent tools",
        }
    }
}

string_enum! {
    /// Where a secret goes in a call.
    SecretPlace ("place of a secret") {
        /// The value of a header.
        Header = "header",
        /// Basic authentication; the secret is `user:password`.
        Basic = "basic",
        /// The value of a parameter in the address; for `open_api` only.
        Query = "query",
    }
}

impl SecretPlace {
    /// What people read for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Header => "Header",
            Self::Basic => "Basic auth",
            Self::Query => "Query parameter",
        }
    }

    fn is_header(&self) -> bool {
        *self == Self::Header
    }
}

fn header_place() -> SecretPlace {
    SecretPlace::Header
}

/// A header that is sent to a server, with a secret of the workspace as its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretHeader {
    /// The header; `Authorization` sends `Bearer` before a secret that names no scheme.
    pub name: String,
    /// The secret's name in the workspace; its hosts must hold the server's.
    pub secret: String,
    /// Where it goes.
    #[serde(default = "header_place", skip_serializing_if = "SecretPlace::is_header")]
    pub place: SecretPlace,
}

impl SecretHeader {
    /// The header of an access token, which is no secret of a workspace.
    pub fn authorization() -> Self {
        let name = "Authorization".to_owned();
        Self { name, secret: String::new(), place: SecretPlace::Header }
    }
}

/// Another name for a tool of a server: what a workflow calls it and its arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolAlias {
    /// The tool's name at the server.
    pub tool: String,
    /// The argument's name at the server, by the name in the workflow; what is not named here keeps
    /// its name.
    #[serde(default)]
    pub arguments: BTreeMap<String, String>,
    /// Arguments that are always the same, by their names at the server: any JSON, whose texts may refer
    /// to the call's own arguments as `${input.owner}`. `null` leaves an argument out.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub constants: Map<String, Value>,
    /// What steps read in place of the result: `${result.jobs}`, or JSON whose texts refer to
    /// `result` and to the call's arguments as `input`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
}

/// A server that is registered or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerForm {
    /// What workflows call it: `^[a-z][a-z0-9_]*$`.
    pub name: String,
    /// How it is reached: `http`, `json_rpc` or `open_api`.
    pub kind: ServerKind,
    /// Its web address; may be left out for `open_api` where the document says it.
    #[serde(default)]
    pub url: String,
    /// For `open_api`: the address of an OpenAPI document, its text in JSON or YAML, or a curl command.
    #[serde(default)]
    pub document: Option<String>,
    /// For `open_api`: the operations that become tools, by the tools' names; empty means all that
    /// read, then those that write, up to 128.
    #[serde(default)]
    pub operations: Vec<String>,
    /// Secrets that are sent along.
    #[serde(default)]
    pub headers: Vec<SecretHeader>,
    /// How it lets Atelier in; by the headers where this is absent.
    #[serde(default)]
    pub auth: ServerAuth,
    /// Other names for its tools.
    #[serde(default)]
    pub aliases: BTreeMap<String, ToolAlias>,
    /// Whether its tools may be called.
    #[serde(default = "enabled")]
    pub enabled: bool,
    /// Whose tools go by the names that Atelier's workflows use; aliases of its own come first.
    #[serde(default)]
    pub alias_set: AliasSet,
    /// The only tools that are used: names, or patterns with `*`. Empty for all.
    #[serde(default)]
    pub allowed: Vec<String>,
    /// How many calls of its tools may leave within a minute; 0 for no limit.
    #[serde(default)]
    pub calls_per_minute: u32,
}

const fn enabled() -> bool {
    true
}

/// A server as people see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServerView {
    /// Its row; none for servers that nobody of the workspace has registered.
    #[serde(default)]
    pub id: Option<McpServerId>,
    /// What workflows call it.
    pub name: String,
    /// How it is reached.
    pub kind: ServerKind,
    /// Its web address; none for those without one.
    #[serde(default)]
    pub url: Option<String>,
    /// The address of its OpenAPI document, which *Check* reads again; none if it was pasted.
    #[serde(default)]
    pub document: Option<String>,
    /// The operations that were chosen, by name; empty where none were.
    #[serde(default)]
    pub operations: Vec<String>,
    /// How the operator has set it up, in words; none for servers of anybody else.
    #[serde(default)]
    pub operator: Option<String>,
    /// Secrets that are sent along, by name.
    #[serde(default)]
    pub headers: Vec<SecretHeader>,
    /// How it lets Atelier in.
    #[serde(default)]
    pub auth: ServerAuth,
    /// Whether an admin has signed in to it; none before that.
    #[serde(default)]
    pub authorization: Option<AuthorizationView>,
    /// Other names for its tools.
    #[serde(default)]
    pub aliases: BTreeMap<String, ToolAlias>,
    /// Whether its tools may be called.
    pub enabled: bool,
    /// What it answered when it was last asked; none before that.
    #[serde(default)]
    pub health: Option<ServerHealth>,
    /// What it says of itself and how it is used, in its own words: shown as text only.
    #[serde(default)]
    pub instructions: Option<String>,
    /// Its tools, as it last listed them, by name.
    #[serde(default)]
    pub tools: Vec<ToolView>,
    /// What it listed besides and that is not used.
    #[serde(default)]
    pub unused: Vec<UnusedTool>,
    /// Whose tools go by the names that Atelier's workflows use.
    #[serde(default)]
    pub alias_set: AliasSet,
    /// The only tools that are used: names, or patterns with `*`. Empty for all.
    #[serde(default)]
    pub allowed: Vec<String>,
    /// How many calls of its tools may leave within a minute; 0 for no limit.
    #[serde(default)]
    pub calls_per_minute: u32,
}

/// A tool that a server lists and that nobody can call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnusedTool {
    /// Its name, with characters that are not seen written out.
    pub name: String,
    /// Why it is not used, as a sentence.
    pub reason: String,
}

/// Whether a server answered when it was last asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServerHealth {
    /// When it was asked.
    pub checked_at: Timestamp,
    /// Why it did not answer; none where it did.
    #[serde(default)]
    pub error: Option<String>,
    /// The revision of the protocol that it speaks.
    #[serde(default)]
    pub protocol: Option<String>,
    /// How long the answer took, in milliseconds.
    #[serde(default)]
    pub latency_ms: Option<u64>,
}

/// A tool as people see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolView {
    /// As workflows name it: `server.toolName`.
    pub key: String,
    /// What the server says of it.
    pub definition: ToolDefinition,
    /// The SHA-256 of its definition, in hex.
    pub hash: String,
    /// Why its schema can't be used: agents aren't offered it; none if it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_fault: Option<String>,
}
