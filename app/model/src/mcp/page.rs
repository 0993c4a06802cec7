//! What the page of the tool servers shows, and what is sent from there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    auth::{AuthMethod, AuthorizationStatus},
    drift::ToolDrift,
    server::{ServerView, ToolView},
};
use crate::text::fuzzy::{Fit, fit_about};

/// The page of the tool servers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolsPage {
    /// The servers by name, those of the operator, samples and agent verbs included.
    pub servers: Vec<ServerView>,
    /// Tools that are no longer as workflows have pinned them, and that nobody has accepted.
    pub drifts: Vec<ToolDrift>,
    /// What may be sent along to servers; empty for those who may not register any.
    pub secrets: Vec<SecretChoice>,
}

/// A secret that can be chosen for a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretChoice {
    /// What the workspace calls it.
    pub name: String,
    /// The only hosts that it is sent to.
    pub hosts: Vec<String>,
}

/// A change of a tool that an admin accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DriftAcceptance {
    /// The tool, as `server.toolName`.
    pub tool: String,
    /// The hash that workflows have pinned.
    pub pinned_hash: String,
    /// The hash of what the tool is now, as it was shown.
    pub now_hash: String,
}

/// A call of a tool that a person makes to try it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolTrial {
    /// The tool, as `server.toolName`.
    pub tool: String,
    /// Its arguments by name.
    #[serde(default)]
    pub arguments: Map<String, Value>,
    /// Whether it is called although it may change something.
    #[serde(default)]
    pub confirmed: bool,
}

/// What a tool gave that was tried.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrialResult {
    /// What a step would give; of files only name, type and size.
    #[serde(default)]
    pub result: Option<Value>,
    /// Why it was not called, or failed.
    #[serde(default)]
    pub error: Option<String>,
    /// How long the call took, in milliseconds.
    pub duration_ms: u64,
    /// Whether the sample server answered.
    pub sample: bool,
}

impl TrialResult {
    /// A call that was not made, or failed.
    pub fn failed(words: String) -> Self {
        Self { error: Some(words), ..Self::default() }
    }
}

impl ToolView {
    /// Whether the words name the tool, or occur in what the server says of it.
    pub fn matches(&self, words: &str) -> bool {
        let definition = &self.definition;
        let title = definition.title.as_deref().unwrap_or_default();
        let name = format!("{} {} {title}", self.key, definition.name);
        let fit = fit_about(words, &name, &definition.description);
        fit.is_some_and(|fit| fit <= Fit::About)
    }
}

impl ServerView {
    /// Whether an admin has to sign in to the server before it lets anybody in.
    pub fn lacks_sign_in(&self) -> bool {
        let given = self.authorization.as_ref().map(|given| given.status);
        self.auth.method == AuthMethod::SignIn && given != Some(AuthorizationStatus::Connected)
    }

    /// The server with those of its tools that the words name; none where they name no tool of it.
    /// Without words every server stays as it is.
    pub fn with_matching_tools(mut self, words: &str) -> Option<Self> {
        if words.trim().is_empty() {
            return Some(self);
        }
        self.tools.retain(|tool| tool.matches(words));
        (!self.tools.is_empty()).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mcp::tool::{ToolAnnotations, ToolDefinition};

    #[test]
    fn a_tool_is_found_by_its_name_and_by_what_its_server_says_of_it() {
        let tool = ToolView {
            key: "github.getIssue".to_owned(),
            definition: ToolDefinition {
                name: "getIssue".to_owned(),
                title: Some("Read an issue".to_owned()),
                description: "Gives the title, the text and the labels.".to_owned(),
                input_schema: json!({ "type": "object" }),
                output_schema: None,
                annotations: ToolAnnotations::default(),
            },
            hash: String::new(),
            schema_fault: None,
        };
        for words in ["", "git", "getissue", "read an", "labels text"] {
            assert!(tool.matches(words), "{words}");
        }
        assert!(!tool.matches("rollback"));
    }
}
