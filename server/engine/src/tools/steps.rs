//! What of a workflow calls a tool of a server: steps, and agents that may.

use model::{
    agent::tools::ToolTarget,
    mcp::{lock::ToolLock, name::ToolName},
    nodes::NodeConfig,
    problem::FieldProblem,
};

use super::{agents::AgentNode, pinning::Placed, refusal::ToolRefusal};

/// A tool that a node calls, or that its agent may call.
pub(super) struct ToolStep<'a> {
    pub placed: Placed<'a>,
    /// The field of its configuration that names it.
    field: String,
    /// The agent by its place among those of the workflow; none for a step.
    pub agent: Option<usize>,
    /// The tool as it is written there.
    pub tool: &'a str,
    /// The same by its parts.
    pub name: ToolName<'a>,
    /// What is pinned of it.
    pub lock: Option<&'a ToolLock>,
}

impl ToolStep<'_> {
    /// Why the tool cannot be called.
    pub(super) fn problem(&self, refusal: ToolRefusal) -> FieldProblem {
        self.placed.problem(&self.field, refusal)
    }
}

/// The tools of these nodes and agents. What is no name of one is refused where the workflow is
/// validated.
pub(super) fn steps<'a>(running: &[Placed<'a>], agents: &'a [AgentNode<'_>]) -> Vec<ToolStep<'a>> {
    let steps = running.iter().filter_map(|placed| {
        let NodeConfig::Tool(config) = &placed.node.data.config else { return None };
        let name = ToolName::parse(&config.tool)?;
        let (tool, lock) = (config.tool.as_str(), config.lock.as_ref());
        let field = "tool".to_owned();
        Some(ToolStep { placed: *placed, field, agent: None, tool, name, lock })
    });
    let granted = agents.iter().enumerate().flat_map(|(agent, node)| granted(agent, node));
    steps.chain(granted).collect()
}

fn granted<'a>(agent: usize, node: &'a AgentNode<'_>) -> impl Iterator<Item = ToolStep<'a>> {
    let AgentNode { placed, frozen, .. } = node;
    let is_own = frozen.id.is_none();
    let grants = frozen.definition.tools.iter().enumerate();
    let offered = grants.filter(|(_, grant)| grant.is_offered());
    offered.filter_map(move |(place, grant)| {
        let Some(ToolTarget::Mcp(tool)) = grant.target() else { return None };
        let name = ToolName::parse(tool)?;
        let field = if is_own { format!("own.tools[{place}].tool") } else { "agent".to_owned() };
        let lock = frozen.tools.get(tool);
        Some(ToolStep { placed: *placed, field, agent: Some(agent), tool, name, lock })
    })
}
