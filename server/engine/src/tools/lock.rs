//! Pins the tools that a workflow calls: each server is asked for its tools before the transaction
//! that publishes or launches the workflow begins.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use model::{
    graph::is_enabled,
    id::WorkspaceId,
    mcp::{
        agent::AgentVerb,
        lock::ToolLock,
        name::{AGENT_SERVER, ToolName},
        tool::ToolDefinition,
    },
    nodes::{NodeConfig, tool::Config},
    problem::{FieldProblem, Problem},
    text::nearest::nearest,
    workflow::{Node, Workflow},
};
use sqlx::{PgConnection, PgPool};

use super::{
    call::CHANGED,
    drift::find_drift,
    locate::{LocatedTool, locate},
    refusal::{ToolRefusal, Unresolved},
    resolve::{ResolvedServer, resolve},
};
use crate::{
    deps::EngineDeps,
    error::{Doing, Result},
    mcp::{hash::definition_hash, port::Listing},
    store::mcp::definitions,
};

/// The code of a refusal that may pass by itself: a server could not be asked.
pub const UNREACHABLE: &str = "tool_server_unreachable";

/// What becomes of what a workflow has pinned already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pinning {
    /// Every tool is pinned as it is now: of a draft, and of what is published.
    Renew,
    /// What is pinned stays and has to be as it was: of a published version. What is not pinned is
    /// pinned as it is now.
    Keep,
}

/// What a workflow pins of its tools.
#[derive(Debug)]
pub struct ToolLocks {
    pinning: Pinning,
    /// By the tool, as the workflow writes it.
    locks: BTreeMap<String, ToolLock>,
}

impl ToolLocks {
    /// The workflow with its tools pinned.
    pub fn apply(&self, mut workflow: Workflow) -> Workflow {
        for node in &mut workflow.nodes {
            if let NodeConfig::Tool(config) = &mut node.data.config {
                let lock = self.locks.get(&config.tool);
                let is_other = |own: &ToolLock| lock.is_none_or(|lock| lock.hash != own.hash);
                let stays =
                    self.pinning == Pinning::Keep && config.lock.as_ref().is_some_and(is_other);
                if !stays {
                    config.lock = lock.cloned();
                }
            }
        }
        workflow
    }

    /// Whether a workflow stays as it is.
    pub fn is_empty(&self) -> bool {
        self.pinning == Pinning::Keep && self.locks.is_empty()
    }
}

/// Whether a workflow has a node that calls a tool.
pub fn calls_tools(workflow: &Workflow) -> bool {
    workflow.nodes.iter().any(|node| matches!(node.data.config, NodeConfig::Tool(_)))
}

/// What a workflow pins of the tools of its enabled nodes for which `runs` is true. Every server is
/// asked once, all side by side.
///
/// # Errors
/// Each tool that cannot be called, at its node: unknown, with the nearest; changed, with what has
/// changed; its server cannot be asked. A database failure.
pub async fn lock_tools(
    deps: &EngineDeps,
    pool: &PgPool,
    workspace: WorkspaceId,
    workflow: &Workflow,
    pinning: Pinning,
    runs: impl Fn(&Node) -> bool,
) -> Result<ToolLocks> {
    let steps = steps(workflow, runs);
    let names = steps.iter().map(|step| step.name).filter(|name| !name.is_agent_verb());
    let names: BTreeSet<&str> = names.map(|name| name.server).collect();
    let asked = ask_servers(deps, pool, workspace, names).await?;
    let mut judge = Judge { workspace, pinning, asked, kept: BTreeMap::new() };
    let (mut locks, mut errors) = (BTreeMap::new(), vec![]);
    let mut conn = pool.acquire().await.doing("pinning tools")?;
    for step in &steps {
        match judge.judge(&mut conn, step).await? {
            Ok(Some(lock)) => drop(locks.insert(step.config.tool.clone(), lock)),
            Ok(None) => {}
            Err(refusal) => errors.push(step.problem(refusal)),
        }
    }
    if !errors.is_empty() {
        return Err(Problem::invalid("A tool of this workflow cannot be called.", errors).into());
    }
    definitions::keep(&mut conn, workspace, &judge.kept).await?;
    Ok(ToolLocks { pinning, locks })
}

/// A node that calls a tool, with its place among the nodes.
struct ToolStep<'a> {
    place: usize,
    node: &'a Node,
    config: &'a Config,
    name: ToolName<'a>,
}

impl ToolStep<'_> {
    fn problem(&self, refusal: ToolRefusal) -> FieldProblem {
        let path = format!("nodes[{}].data.config.tool", self.place);
        let message = format!("{}: {}", self.node.title(), refusal.words);
        FieldProblem {
            node_id: Some(self.node.id.to_string()),
            field: Some("tool".to_owned()),
            ..FieldProblem::field(refusal.code, path, message)
        }
    }
}

/// The enabled nodes that call a tool. What is no name of one is refused where the workflow is
/// validated.
fn steps(workflow: &Workflow, runs: impl Fn(&Node) -> bool) -> Vec<ToolStep<'_>> {
    let nodes = workflow.nodes.iter().enumerate();
    let steps = nodes.filter_map(|(place, node)| {
        let NodeConfig::Tool(config) = &node.data.config else { return None };
        let name = ToolName::parse(&config.tool)?;
        (is_enabled(workflow, node) && runs(node)).then_some(ToolStep { place, node, config, name })
    });
    steps.collect()
}

/// A server with what it has listed.
struct AskedServer {
    server: ResolvedServer,
    listing: Listing,
}

type Asked = BTreeMap<String, Result<AskedServer, ToolRefusal>>;

/// Asks servers for their tools. No connection to the database is held meanwhile.
async fn ask_servers(
    deps: &EngineDeps,
    pool: &PgPool,
    workspace: WorkspaceId,
    names: BTreeSet<&str>,
) -> Result<Asked> {
    let mut asked = Asked::new();
    if names.is_empty() {
        return Ok(asked);
    }
    let mut found = vec![];
    let mut conn = pool.acquire().await.doing("looking for tool servers")?;
    for name in names {
        match resolve(deps, &mut conn, workspace, name).await {
            Ok(server) => found.push(server),
            Err(Unresolved::Refused(refusal)) => drop(asked.insert(name.to_owned(), Err(refusal))),
            Err(Unresolved::Server(error)) => {
                let refusal = unreachable(name, &error.to_string());
                asked.insert(name.to_owned(), Err(refusal));
            }
            Err(Unresolved::Ours(error)) => return Err(error),
        }
    }
    drop(conn);
    let answers = join_all(found.into_iter().map(|server| async move {
        let answer = deps.mcp.list_tools(&server.address).await;
        let name = server.name().to_owned();
        let answer = answer.map_err(|error| unreachable(&name, &server.clean(error).to_string()));
        (name, answer.map(|listing| AskedServer { server, listing }))
    }));
    asked.extend(answers.await);
    Ok(asked)
}

fn unreachable(server: &str, words: &str) -> ToolRefusal {
    let words = format!("The tool server {server} could not be asked for its tools. {words}");
    ToolRefusal::new(UNREACHABLE, words)
}

/// Judges one step after the other.
struct Judge {
    workspace: WorkspaceId,
    pinning: Pinning,
    asked: Asked,
    /// The definitions that are pinned, by their hashes.
    kept: BTreeMap<String, ToolDefinition>,
}

impl Judge {
    /// The lock that a step gets; none where it needs none or has one that stays.
    async fn judge(
        &mut self,
        conn: &mut PgConnection,
        step: &ToolStep<'_>,
    ) -> Result<Result<Option<ToolLock>, ToolRefusal>> {
        if step.name.is_agent_verb() {
            return Ok(check_verb(step.name).map(|()| None));
        }
        let located = self.locate(step.name);
        let now = located.as_ref().ok().map(|located| located.definition);
        // A server that was not asked says nothing of its tools.
        let is_known = self.asked.get(step.name.server).is_some_and(Result::is_ok);
        let lock = step.config.lock.as_ref().filter(|_| self.pinning == Pinning::Keep);
        if let Some(lock) = lock.filter(|_| is_known) {
            let drift = find_drift(conn, self.workspace, step.name, lock, now).await?;
            return Ok(match (drift, located) {
                (_, Err(refusal)) => Err(refusal),
                (Some(drift), Ok(_)) => Err(ToolRefusal::new(CHANGED, drift.sentence())),
                (None, Ok(located)) => Ok(without_repeat(lock, located.definition)),
            });
        }
        let definition = match located {
            Ok(located) => located.definition.clone(),
            Err(refusal) => return Ok(Err(refusal)),
        };
        let hash = definition_hash(&definition);
        let may_repeat = definition.annotations.may_repeat();
        self.kept.insert(hash.clone(), definition);
        Ok(Ok(Some(ToolLock { hash, may_repeat })))
    }

    fn locate(&self, name: ToolName<'_>) -> Result<LocatedTool<'_>, ToolRefusal> {
        match self.asked.get(name.server) {
            Some(Ok(asked)) => locate(&asked.server, name.tool, &asked.listing),
            Some(Err(refusal)) => Err(refusal.clone()),
            None => Err(unreachable(name.server, "Try again.")),
        }
    }
}

/// The lock of a tool that was accepted as it is now and may not be repeated any more; none where
/// the lock stays.
fn without_repeat(lock: &ToolLock, now: &ToolDefinition) -> Option<ToolLock> {
    let ends = lock.may_repeat && !now.annotations.may_repeat();
    ends.then(|| ToolLock { may_repeat: false, ..lock.clone() })
}

/// Refuses an agent verb that there is none of.
fn check_verb(name: ToolName<'_>) -> Result<(), ToolRefusal> {
    if AgentVerb::from_tool(name.tool).is_some() {
        return Ok(());
    }
    let known = AgentVerb::ALL.iter().map(|verb| verb.as_str());
    let hint = match nearest(name.tool, known) {
        Some(near) => format!("Did you mean {AGENT_SERVER}.{near}?"),
        None => {
            let known: Vec<&str> = AgentVerb::ALL.iter().map(|verb| verb.as_str()).collect();
            format!("There are {}.", known.join(", "))
        }
    };
    Err(ToolRefusal::new("unknown_tool", format!("There is no agent verb {}. {hint}", name.tool)))
}
