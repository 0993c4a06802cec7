//! A tool that is no longer as a workflow has pinned it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{changes::list_changes, server::ToolView, tool::ToolDefinition};

/// A tool that is no longer as a workflow has pinned it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolDrift {
    /// The tool, as `server.toolName`.
    pub tool: String,
    /// The hash that workflows have pinned.
    pub pinned_hash: String,
    /// What the hash stood for; none where nobody kept it.
    #[serde(default)]
    pub pinned: Option<ToolDefinition>,
    /// What the server says now; none where it has the tool no longer.
    #[serde(default)]
    pub now: Option<ToolDefinition>,
    /// The hash of that.
    #[serde(default)]
    pub now_hash: Option<String>,
    /// What is different, in sentences of people.
    pub changes: Vec<String>,
    /// The workflows that have pinned it, by name.
    #[serde(default)]
    pub workflows: Vec<String>,
}

impl ToolDrift {
    /// The drift of a tool from what was pinned to what its server says now.
    pub fn new(
        tool: String,
        pinned_hash: String,
        pinned: Option<ToolDefinition>,
        now: Option<ToolView>,
    ) -> Self {
        let changes = match (&pinned, &now) {
            (_, None) => vec!["The server no longer has this tool.".to_owned()],
            (None, Some(_)) => vec!["Its earlier definition wasn't kept.".to_owned()],
            (Some(pinned), Some(now)) => list_changes(pinned, &now.definition),
        };
        let (now, now_hash) = now.map(|now| (now.definition, now.hash)).unzip();
        Self { tool, pinned_hash, pinned, now, now_hash, changes, workflows: vec![] }
    }

    /// Why what has pinned the tool does not go on, and what to do.
    pub fn sentence(&self) -> String {
        let what_to_do = if self.now.is_some() {
            "Ask an admin to accept the change under Tools in Settings, then try again."
        } else {
            "Choose another tool, or ask the operator of the server."
        };
        let changes = self.changes.join(" ");
        format!("{} changed since it was pinned. {changes} {what_to_do}", self.tool)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mcp::tool::ToolAnnotations;

    fn tool(read_only: bool) -> ToolDefinition {
        ToolDefinition {
            name: "createIssue".to_owned(),
            title: None,
            description: "Creates an issue.".to_owned(),
            input_schema: json!({ "type": "object" }),
            output_schema: None,
            annotations: ToolAnnotations {
                read_only: Some(read_only),
                ..ToolAnnotations::default()
            },
        }
    }

    #[test]
    fn a_drift_says_what_to_do() {
        let name = "github.createIssue".to_owned();
        let gone = ToolDrift::new(name.clone(), "a".to_owned(), Some(tool(true)), None);
        assert!(
            gone.sentence().contains("no longer has this tool. Choose another tool"),
            "{gone:?}"
        );

        let now = ToolView {
            key: name.clone(),
            definition: tool(false),
            hash: "b".to_owned(),
            schema_fault: None,
        };
        let drift = ToolDrift::new(name, "a".to_owned(), Some(tool(true)), Some(now));
        assert_eq!(drift.now_hash.as_deref(), Some("b"));
        assert!(drift.sentence().contains("changed from yes to no. Ask an admin"), "{drift:?}");
    }
}
