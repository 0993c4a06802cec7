//! Servers of tools, as a workspace registers and sees them.

use std::{collections::BTreeMap, fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tool::ToolDefinition;
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
            Self::Stdio => "Program",
            Self::Sample => "Sample",
            Self::Agent => "Built-in agent tools",
        }
    }
}

/// A header that is sent to a server, with a secret of the workspace as its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretHeader {
    /// The header; `Authorization` sends `Bearer` before the secret.
    pub name: String,
    /// The secret's name in the workspace; its hosts must hold the server's.
    pub secret: String,
}

/// Another name for a tool of a server: what a workflow calls it and its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolAlias {
    /// The tool's name at the server.
    pub tool: String,
    /// The argument's name at the server, by the name in the workflow; what is not named here keeps
    /// its name.
    #[serde(default)]
    pub arguments: BTreeMap<String, String>,
}

/// A server that is registered or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerForm {
    /// What workflows call it: `^[a-z][a-z0-9_]*$`.
    pub name: String,
    /// How it is reached: `http` or `json_rpc`.
    pub kind: ServerKind,
    /// Its web address.
    pub url: String,
    /// Secrets that are sent along.
    #[serde(default)]
    pub headers: Vec<SecretHeader>,
    /// Other names for its tools.
    #[serde(default)]
    pub aliases: BTreeMap<String, ToolAlias>,
    /// Whether its tools may be called.
    #[serde(default = "enabled")]
    pub enabled: bool,
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
    /// How the operator has set it up, in words; none for servers of anybody else.
    #[serde(default)]
    pub operator: Option<String>,
    /// Secrets that are sent along, by name.
    #[serde(default)]
    pub headers: Vec<SecretHeader>,
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
}
