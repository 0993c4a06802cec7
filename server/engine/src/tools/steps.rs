//! What of a workflow calls a tool of a server: steps, and agents that may.

use std::collections::BTreeSet;

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

/// The servers that have these tools, and those whose tools agents may all call.
pub(super) fn server_names<'a>(
    running: &[Placed<'a>],
    agents: &'a [AgentNode<'_>],
) -> BTreeSet<&'a str> {
    let steps = steps(running, agents).into_iter().map(|step| step.name);
    let named = steps.filter(|name| !name.is_agent_verb()).map(|name| name.server);
    let whole = agents.iter().flat_map(offered).filter_map(|(_, target)| match target {
        ToolTarget::Server(server) => Some(server),
        ToolTarget::Mcp(_) | ToolTarget::BuiltIn(_) | ToolTarget::Workflow(_) => None,
    });
    named.chain(whole).collect()
}

/// Where the grants of an agent lead, each with its place.
fn offered<'a>(node: &'a AgentNode<'_>) -> impl Iterator<Item = (usize, ToolTarget<'a>)> {
    let grants = node.frozen.definition.tools.iter().enumerate();
    let offered = grants.filter(|(_, grant)| grant.is_offered());
    offered.filter_map(|(place, grant)| Some((place, grant.target()?)))
}

fn granted<'a>(agent: usize, node: &'a AgentNode<'_>) -> impl Iterator<Item = ToolStep<'a>> {
    let named = offered(node).filter_map(|(place, target)| match target {
        ToolTarget::Mcp(tool) => Some((place, tool)),
        ToolTarget::Server(_) | ToolTarget::BuiltIn(_) | ToolTarget::Workflow(_) => None,
    });
    let whole = node.whole.iter().map(|(place, tool)| (*place, tool.as_str()));
    named.chain(whole).filter_map(move |(place, tool)| {
        let (name, lock) = (ToolName::parse(tool)?, node.frozen.tools.get(tool));
        let (placed, field) = (node.placed, node.field(place));
        Some(ToolStep { placed, field, agent: Some(agent), tool, name, lock })
    })
}
