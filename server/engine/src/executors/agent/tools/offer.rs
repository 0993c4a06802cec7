//! The tools that a model is told of, as they were when its agent was frozen.

use std::collections::BTreeMap;

use model::{
    agent::{
        approval::CallToApprove,
        tool_names,
        tools::{BuiltIn, ToolGrant, ToolTarget},
    },
    id::WorkspaceId,
    mcp::{lock::ToolLock, tool::ToolDefinition},
    nodes::agent::{FrozenAgent, PinnedWorkflow},
    problem::FieldProblem,
};
use outside::{providers::ChatTool, schema};
use serde_json::Value;
use sqlx::PgConnection;
use store::{error::Result, mcp::definitions, templates};

use super::{built_in, workflow};
use crate::tools::arguments::find_written_faults;

/// A tool that an agent may call.
#[derive(Debug, Clone)]
pub(super) struct OfferedTool {
    /// The tool as the model names it.
    pub name: String,
    /// How freely it may be called.
    pub grant: ToolGrant,
    /// Where it leads.
    pub target: Target,
    /// What the model is told of it.
    pub definition: ToolDefinition,
}

/// Where a tool leads.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// To an MCP server, whose tool was so.
    Mcp(ToolLock),
    /// To Atelier itself.
    BuiltIn(BuiltIn),
    /// To this version of another workflow.
    Workflow(PinnedWorkflow),
}

impl OfferedTool {
    /// As a provider is told of it.
    pub(super) fn told(&self) -> ChatTool {
        ChatTool {
            name: self.name.clone(),
            description: self.definition.description.clone(),
            input_schema: self.definition.input_schema.clone(),
            only_reads: self.definition.annotations.read_only == Some(true),
        }
    }

    /// What people call it.
    pub(super) fn title(&self) -> String {
        self.definition.title.clone().unwrap_or_else(|| self.grant.tool.clone())
    }
}

/// The tools of an agent by the names that its model has for them, and those that are left out because
/// their schemas cannot be used: vendors refuse every request that has such a tool. One about which nothing
/// is known any more is left out, too.
pub(super) async fn load(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    frozen: &FrozenAgent,
) -> Result<(BTreeMap<String, OfferedTool>, Vec<String>)> {
    let hashes: Vec<String> = frozen.tools.values().map(|lock| lock.hash.clone()).collect();
    let offer =
        Offer { workspace, frozen, pinned: definitions::find(conn, workspace, &hashes).await? };
    let (mut tools, mut left_out) = (BTreeMap::new(), vec![]);
    let grants = frozen.grants();
    for (name, tool) in tool_names::names(&grants) {
        let Some(grant) = grants.iter().find(|grant| grant.tool == tool) else { continue };
        match offer.find(conn, grant).await? {
            Some((target, definition)) => {
                if let Some(fault) = schema::fault(&definition.input_schema) {
                    tracing::warn!(tool, fault, "a tool of an agent is not offered: a bad schema");
                    left_out.push(tool);
                    continue;
                }
                let grant = grant.clone();
                let offered = OfferedTool { name: name.clone(), grant, target, definition };
                tools.insert(name, offered);
            }
            None => {
                tracing::warn!(tool, "a tool of an agent is not offered: nothing is known of it")
            }
        }
    }
    Ok((tools, left_out))
}

/// What the tools of an agent will not take of arguments that a person has changed, each by its place
/// among the items of the review. Calls that are not among `kept` are not made.
pub async fn find_edited_faults(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    frozen: &FrozenAgent,
    asked: &[Value],
    edited: &[Value],
    kept: Option<&[usize]>,
) -> Result<Vec<FieldProblem>> {
    let (tools, _) = load(conn, workspace, frozen).await?;
    let mut errors = vec![];
    for (place, (asked, edited)) in asked.iter().zip(edited).enumerate() {
        let is_kept = kept.is_none_or(|kept| kept.contains(&place));
        let call = serde_json::from_value::<CallToApprove>(edited.clone()).ok();
        let Some(call) = call.filter(|_| is_kept && asked != edited) else { continue };
        let Some(tool) = tools.values().find(|tool| tool.grant.tool == call.tool) else { continue };
        let schema = &tool.definition.input_schema;
        for fault in find_written_faults(&call.tool, call.arguments, schema).unwrap_or_default() {
            let path = format!("items[{place}].arguments.{}", fault.at);
            errors.push(FieldProblem::field("arguments_invalid", path, fault.words));
        }
    }
    Ok(errors)
}

struct Offer<'a> {
    workspace: WorkspaceId,
    frozen: &'a FrozenAgent,
    /// The definitions that were pinned, by their hashes.
    pinned: BTreeMap<String, ToolDefinition>,
}

impl Offer<'_> {
    async fn find(
        &self,
        conn: &mut PgConnection,
        grant: &ToolGrant,
    ) -> Result<Option<(Target, ToolDefinition)>> {
        match grant.target() {
            Some(ToolTarget::Mcp(tool)) => {
                let Some(lock) = self.frozen.tools.get(tool) else { return Ok(None) };
                let definition = self.pinned.get(&lock.hash).cloned();
                Ok(definition.map(|definition| (Target::Mcp(lock.clone()), definition)))
            }
            Some(ToolTarget::BuiltIn(tool)) => {
                Ok(Some((Target::BuiltIn(tool), built_in::definition(tool))))
            }
            Some(ToolTarget::Workflow(_)) => self.find_workflow(conn, &grant.tool).await,
            // Each of its tools is a grant of its own.
            Some(ToolTarget::Server(_)) | None => Ok(None),
        }
    }

    async fn find_workflow(
        &self,
        conn: &mut PgConnection,
        tool: &str,
    ) -> Result<Option<(Target, ToolDefinition)>> {
        let Some(pinned) = self.frozen.workflows.get(tool) else { return Ok(None) };
        let PinnedWorkflow { template, version } = pinned;
        let found = templates::find_pinned(conn, self.workspace, template, Some(*version)).await?;
        let Some(found) = found else { return Ok(None) };
        Ok(Some((Target::Workflow(pinned.clone()), workflow::definition(&found)?)))
    }
}
