//! The tools that an agent may call.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    mcp::name::ToolName,
    text::{name::is_name, string_enum::string_enum, unknown_variant::UnknownVariant},
};

/// A tool that an agent may call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolGrant {
    /// Which tool: `server.toolName` of an MCP server, `server.*` for all that it has when the
    /// workflow is published or launched, `atelier.name` of a [`BuiltIn`], or `workflow.` with the
    /// name of a workflow.
    pub tool: String,
    /// How freely.
    #[serde(default)]
    pub mode: ToolMode,
    /// Most calls of it; none is only the limit of all tools together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_calls: Option<u32>,
}

/// Where a grant leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolTarget<'a> {
    /// A tool of an MCP server, as `server.toolName`.
    Mcp(&'a str),
    /// All tools of the MCP server of this name.
    Server(&'a str),
    /// A tool of Atelier itself.
    BuiltIn(BuiltIn),
    /// Another workflow, by its name or id.
    Workflow(&'a str),
}

impl ToolGrant {
    /// The server part of built-in tools.
    pub const BUILT_IN: &str = "atelier";
    /// The server part of workflows.
    pub const WORKFLOW: &str = "workflow";
    /// The tool part of a whole server.
    pub const ALL_TOOLS: &str = "*";
    /// Most tools that an agent is offered: models of OpenAI take no more.
    pub const MOST_OFFERED: usize = 128;

    /// Whether the agent sees the tool.
    pub fn is_offered(&self) -> bool {
        self.mode != ToolMode::Never
    }

    /// Where the grant leads; none where that is no tool's name.
    pub fn target(&self) -> Option<ToolTarget<'_>> {
        let (server, name) = self.tool.split_once('.')?;
        match server {
            Self::BUILT_IN => name.parse().ok().map(ToolTarget::BuiltIn),
            Self::WORKFLOW => (!name.trim().is_empty()).then_some(ToolTarget::Workflow(name)),
            _ if name == Self::ALL_TOOLS => is_name(server).then_some(ToolTarget::Server(server)),
            _ => ToolName::parse(&self.tool).map(|_| ToolTarget::Mcp(&self.tool)),
        }
    }
}

string_enum! {
    /// How freely an agent calls a tool.
    #[derive(Default)]
    ToolMode ("mode of a tool") {
        /// A person is asked before each call that may change something.
        #[default]
        AsksToWrite = "asks_to_write",
        /// Without being asked.
        Free = "free",
        /// A person is asked before each call.
        AlwaysAsks = "always_asks",
        /// Not at all: the agent does not see it.
        Never = "never",
    }
}

string_enum! {
    /// The tools of Atelier itself. They act with the rights of whoever launched the execution.
    BuiltIn ("tool of Atelier") {
        /// Finds documents of the project.
        SearchDocuments = "search_documents",
        /// Reads a document.
        ReadDocument = "read_document",
        /// Finds images of the project.
        SearchImages = "search_images",
        /// Reads an output of this execution, or a large result, part by part.
        ReadArtifact = "read_artifact",
        /// The present time.
        Time = "time",
        /// Writes a new document.
        CreateDocument = "create_document",
        /// Attaches an image to a document.
        AttachImage = "attach_image",
    }
}

impl BuiltIn {
    /// Whether it changes something.
    pub fn writes(self) -> bool {
        match self {
            Self::CreateDocument | Self::AttachImage => true,
            Self::SearchDocuments
            | Self::ReadDocument
            | Self::SearchImages
            | Self::ReadArtifact
            | Self::Time => false,
        }
    }
}
