//! The agents of a workflow as they are when it is published or launched.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    agent::tools::{ToolGrant, ToolTarget},
    id::WorkspaceId,
    mcp::name::ToolName,
    nodes::{
        NodeConfig,
        agent::{Config, FrozenAgent},
    },
    problem::FieldProblem,
};
use sqlx::PgPool;
use store::{
    agents::library,
    error::{Doing, Result},
};

use super::{
    locate::{callable, locate},
    pinning::{Pinning, Placed},
    refusal::ToolRefusal,
    server_listings::{AskedServer, ServerListings, asked},
};

#[derive(Debug)]
pub(super) struct AgentNode<'a> {
    pub placed: Placed<'a>,
    /// The agent; its tools are pinned as far as they were before.
    pub frozen: FrozenAgent,
    /// Whether the node has frozen another one, or none.
    pub is_new: bool,
    /// The tools that grants of whole servers give it, each with the place of its grant.
    pub whole: Vec<(usize, String)>,
}

impl AgentNode<'_> {
    /// The field of the node's configuration that has the grant at this place.
    pub(super) fn field(&self, place: usize) -> String {
        match self.frozen.id {
            None => format!("own.tools[{place}].tool"),
            Some(_) => "agent".to_owned(),
        }
    }
}

/// The agents of these nodes. What a node has frozen stays where `pinning` says so.
///
/// # Errors
/// A database failure. An agent that is not there is told with the place of its node.
pub(super) async fn find_agents<'a>(
    pool: &PgPool,
    workspace: WorkspaceId,
    running: &[Placed<'a>],
    pinning: Pinning,
) -> Result<(Vec<AgentNode<'a>>, Vec<FieldProblem>)> {
    let (mut agents, mut errors) = (vec![], vec![]);
    for placed in running {
        let NodeConfig::Agent(config) = &placed.node.data.config else { continue };
        let before = config.frozen.as_deref().filter(|_| pinning == Pinning::Keep);
        let frozen = match before {
            Some(frozen) => Ok(frozen.clone()),
            None => freeze(pool, workspace, placed, config).await?,
        };
        match frozen {
            Ok(frozen) => {
                let (is_new, whole) = (before.is_none(), vec![]);
                agents.push(AgentNode { placed: *placed, frozen, is_new, whole });
            }
            Err(refusal) => errors.push(placed.problem("agent", refusal)),
        }
    }
    Ok((agents, errors))
}

/// Gives agents that may call all tools of a server each of those that it has now; one that was frozen
/// before keeps those that it had then.
pub(super) fn expand(agents: &mut [AgentNode<'_>], listings: &ServerListings) -> Vec<FieldProblem> {
    let mut errors = vec![];
    for agent in agents {
        let offered = agent.frozen.definition.tools.iter().enumerate();
        let offered: Vec<_> = offered.filter(|(_, grant)| grant.is_offered()).collect();
        let (mut whole, mut most) = (vec![], ToolGrant::MOST_OFFERED - offered.len());
        for &(place, grant) in &offered {
            let Some(ToolTarget::Server(server)) = grant.target() else { continue };
            let tools = if agent.is_new {
                tools_now(&agent.frozen, server, listings)
            } else {
                Ok(agent.frozen.tools_of(grant))
            };
            match tools.and_then(|tools| require_few(grant, tools, &mut most)) {
                Ok(tools) => whole.extend(tools.into_iter().map(|tool| (place, tool))),
                Err(refusal) => errors.push(agent.placed.problem(&agent.field(place), refusal)),
            }
        }
        agent.whole = whole;
    }
    errors
}

/// The tools of a server that the agent does not name one by one, whatever it calls them.
fn tools_now(
    frozen: &FrozenAgent,
    server: &str,
    listings: &ServerListings,
) -> Result<Vec<String>, ToolRefusal> {
    let AskedServer { server: resolved, listing } = asked(listings, server)?;
    let find = |tool: &str| Some(locate(resolved, tool, listing).ok()?.definition.name.as_str());
    let named = frozen.definition.tools.iter().filter_map(|grant| ToolName::parse(&grant.tool));
    let named = named.filter(|name| name.server == server).filter_map(|name| find(name.tool));
    let named: BTreeSet<&str> = named.collect();
    let listed = listing.tools.iter().map(|tool| (tool.name.as_str(), callable(&tool.name)));
    let free = listed.filter(|(name, key)| !named.contains(name) && find(key) == Some(*name));
    Ok(free.map(|(_, key)| format!("{server}.{key}")).collect())
}

/// Refuses more tools than models take.
fn require_few(
    grant: &ToolGrant,
    tools: Vec<String>,
    most: &mut usize,
) -> Result<Vec<String>, ToolRefusal> {
    match most.checked_sub(tools.len()) {
        Some(left) => *most = left,
        None => {
            let (count, all) = (tools.len(), ToolGrant::MOST_OFFERED);
            let words = format!(
                "{} has {count} tools; an agent can have {all} in all. Add the tools that it needs \
                 by name.",
                grant.tool
            );
            return Err(ToolRefusal::new("too_many", words));
        }
    }
    Ok(tools)
}

/// The agent that a node names or describes, as it is now.
async fn freeze(
    pool: &PgPool,
    workspace: WorkspaceId,
    placed: &Placed<'_>,
    config: &Config,
) -> Result<Result<FrozenAgent, ToolRefusal>> {
    let (tools, workflows) = (BTreeMap::new(), BTreeMap::new());
    let key = config.agent.trim();
    if let Some(own) = config.own.as_deref().filter(|_| key.is_empty()) {
        let (name, definition) = (placed.node.title().to_owned(), own.clone());
        return Ok(Ok(FrozenAgent { id: None, name, version: 0, definition, tools, workflows }));
    }
    let mut conn = pool.acquire().await.doing("looking for an agent")?;
    let found = library::find_published(&mut conn, workspace, key, config.version).await?;
    let Some(found) = found else {
        let words = match config.version {
            Some(version) => format!("The agent {key} has no version {version}."),
            None => format!("There is no published agent {key}."),
        };
        return Ok(Err(ToolRefusal::new("unknown_agent", words)));
    };
    Ok(Ok(FrozenAgent {
        id: Some(found.id),
        name: found.name,
        version: found.version,
        definition: found.definition,
        tools,
        workflows,
    }))
}
