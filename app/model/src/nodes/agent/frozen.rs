//! An agent as workflows hold it that were published or launched.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    agent::{
        definition::AgentDefinition,
        tools::{ToolGrant, ToolTarget},
    },
    id::AgentId,
    mcp::lock::ToolLock,
};

/// An agent as a frozen workflow holds it. Only publishing and launching freeze one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenAgent {
    /// The agent of the library; none for one of the node's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AgentId>,
    /// Its name for people.
    pub name: String,
    /// Its version; 0 for one of the node's own.
    #[serde(default)]
    pub version: i32,
    pub definition: AgentDefinition,
    /// The MCP tools it may call, as they were: tool as the definition names it → lock. Those that
    /// `server.*` gave it are among them, each by its name.
    #[serde(default)]
    pub tools: BTreeMap<String, ToolLock>,
    /// The workflows it may run, pinned: tool as the definition names it → template and version.
    #[serde(default)]
    pub workflows: BTreeMap<String, PinnedWorkflow>,
}

impl FrozenAgent {
    /// The tools that it may call, each by its name.
    pub fn grants(&self) -> Vec<ToolGrant> {
        let named = &self.definition.tools;
        let each = named.iter().flat_map(|grant| match grant.target() {
            Some(ToolTarget::Server(_)) => {
                let tools = self.tools_of(grant).into_iter();
                tools.map(|tool| ToolGrant { tool, ..grant.clone() }).collect()
            }
            _ => vec![grant.clone()],
        });
        each.collect()
    }

    /// The tools that a grant of a whole server gave it.
    pub fn tools_of(&self, grant: &ToolGrant) -> Vec<String> {
        let prefix = grant.tool.trim_end_matches(ToolGrant::ALL_TOOLS);
        let is_named = |tool: &String| self.definition.tools.iter().any(|own| own.tool == *tool);
        let tools = self.tools.keys().filter(|tool| tool.starts_with(prefix) && !is_named(tool));
        tools.cloned().collect()
    }

    /// Those of these tools that are a server's.
    pub fn servers_tools(&self, tools: &[String]) -> Vec<String> {
        tools.iter().filter(|tool| self.tools.contains_key(*tool)).cloned().collect()
    }
}

/// A version of a workflow that an agent may run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedWorkflow {
    /// The template's id.
    pub template: String,
    pub version: i32,
}
