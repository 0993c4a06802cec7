//! The agents of a workflow as they are when it is published or launched.

use std::collections::BTreeMap;

use model::{
    id::WorkspaceId,
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
    pinning::{Pinning, Placed},
    refusal::ToolRefusal,
};

#[derive(Debug)]
pub(super) struct AgentNode<'a> {
    pub placed: Placed<'a>,
    /// The agent; its tools are pinned as far as they were before.
    pub frozen: FrozenAgent,
    /// Whether the node has frozen another one, or none.
    pub is_new: bool,
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
                agents.push(AgentNode { placed: *placed, frozen, is_new: before.is_none() });
            }
            Err(refusal) => errors.push(placed.problem("agent", refusal)),
        }
    }
    Ok((agents, errors))
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
