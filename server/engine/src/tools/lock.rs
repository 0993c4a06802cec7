//! Pins the tools that a workflow calls and freezes its agents: each server is asked for its tools
//! before the transaction that publishes or launches the workflow begins.

use std::collections::BTreeMap;

use model::{
    expr::Scope,
    id::{NodeId, WorkspaceId},
    mcp::{
        agent::AgentVerb,
        lock::ToolLock,
        name::{AGENT_SERVER, ToolName},
        tool::ToolDefinition,
    },
    nodes::{NodeConfig, NodeKind, agent::FrozenAgent},
    problem::{FieldProblem, Problem},
    text::nearest::nearest,
    workflow::{Node, Workflow},
};
use outside::{mcp::hash::definition_hash, schema};
use serde_json::{Map, Value};
use sqlx::{PgConnection, PgPool};
use store::{
    error::{Doing, Result},
    mcp::definitions,
};

use super::{
    agents::{AgentNode, expand, find_agents},
    arguments::find_faults,
    call::CHANGED,
    drift::find_drift,
    locate::{LocatedTool, locate},
    pinning::running,
    refusal::ToolRefusal,
    server_listings::{AskedServer, ServerListings, ask_servers, asked},
    steps::{ToolStep, server_names, steps},
};
use crate::deps::EngineDeps;

pub use super::{pinning::Pinning, server_listings::UNREACHABLE};

/// What a workflow pins of its tools and agents.
#[derive(Debug)]
pub struct ToolLocks {
    pinning: Pinning,
    /// By the tool, as the workflow writes it.
    locks: BTreeMap<String, ToolLock>,
    /// By the node: its agent, with the tools that it may call pinned. What stays as the node has it is
    /// not among them.
    agents: BTreeMap<NodeId, FrozenAgent>,
    /// Tools that agents are not offered because their schemas cannot be used.
    pub left_out: Vec<FieldProblem>,
}

impl ToolLocks {
    /// The workflow with its tools pinned and its agents frozen.
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
            if let NodeConfig::Agent(config) = &mut node.data.config {
                match (self.agents.get(&node.id), self.pinning) {
                    (Some(frozen), _) => config.frozen = Some(Box::new(frozen.clone())),
                    (None, Pinning::Renew | Pinning::RenewToRun) => config.frozen = None,
                    (None, Pinning::Keep) => {}
                }
            }
        }
        workflow
    }

    /// Whether a workflow stays as it is.
    pub fn is_empty(&self) -> bool {
        self.pinning == Pinning::Keep && self.locks.is_empty() && self.agents.is_empty()
    }

    /// Whether agents are frozen anew: what they are given has to fit them.
    pub fn freezes_agents(&self) -> bool {
        !self.agents.is_empty()
    }
}

/// Whether a workflow has a node that calls a tool, or an agent.
pub fn calls_tools(workflow: &Workflow) -> bool {
    let calls = |config: &NodeConfig| matches!(config, NodeConfig::Tool(_) | NodeConfig::Agent(_));
    workflow.nodes.iter().any(|node| calls(&node.data.config))
}

/// What a workflow pins of the tools and agents of its enabled nodes for which `runs` is true. Every
/// server is asked once, all side by side. What steps give their tools is judged as far as it is known,
/// at a launch with its `parameters`.
///
/// # Errors
/// Each tool that cannot be called, at its node: unknown, with the nearest; changed, with what has
/// changed; its server cannot be asked. Each agent that is not there. A database failure.
pub async fn lock_tools(
    deps: &EngineDeps,
    pool: &PgPool,
    workspace: WorkspaceId,
    workflow: &Workflow,
    pinning: Pinning,
    parameters: Option<&Map<String, Value>>,
    runs: impl Fn(&Node) -> bool,
) -> Result<ToolLocks> {
    let running = running(workflow, runs);
    let (mut agents, mut errors) = find_agents(pool, workspace, &running, pinning).await?;
    let asked = ask_servers(deps, pool, workspace, server_names(&running, &agents)).await?;
    errors.extend(expand(&mut agents, &asked));
    let steps = steps(&running, &agents);
    let mut judge = Judge { workspace, pinning, asked, kept: BTreeMap::new() };
    let (mut locks, mut granted, mut left_out) = (BTreeMap::new(), vec![], vec![]);
    let mut conn = pool.acquire().await.doing("pinning tools")?;
    let scope = parameters.map(|given| Scope::default().with_parameters(given.clone()));
    let scope = scope.filter(|_| !workflow.nodes.iter().any(may_lead_past));
    for step in &steps {
        let judged = judge.judge(&mut conn, step).await?;
        if judged.is_ok() {
            errors.extend(judge.argument_faults(step, scope.as_ref()));
            left_out.extend(judge.unusable(step));
        }
        match (judged, step.agent) {
            (Ok(Some(lock)), None) => drop(locks.insert(step.tool.to_owned(), lock)),
            (Ok(Some(lock)), Some(agent)) => granted.push((agent, step.tool.to_owned(), lock)),
            (Ok(None), _) => {}
            (Err(refusal), _) => errors.push(step.problem(refusal)),
        }
    }
    if !errors.is_empty() {
        let words = "A tool or an agent of this workflow can't be used.";
        return Err(Problem::invalid(words, errors).into());
    }
    definitions::keep(&mut conn, workspace, &judge.kept).await?;
    drop(steps);
    Ok(ToolLocks { pinning, locks, agents: with_tools(agents, granted), left_out })
}

/// Whether steps behind a node may be skipped.
fn may_lead_past(node: &Node) -> bool {
    use NodeKind::{AiReview, Conditional, ForEach, Review};
    matches!(node.kind(), AiReview | Conditional | ForEach | Review)
}

/// The agents that are not as their nodes have them, with these tools pinned.
fn with_tools(
    mut agents: Vec<AgentNode<'_>>,
    granted: Vec<(usize, String, ToolLock)>,
) -> BTreeMap<NodeId, FrozenAgent> {
    for (agent, tool, lock) in granted {
        if let Some(node) = agents.get_mut(agent) {
            node.frozen.tools.insert(tool, lock);
            node.is_new = true;
        }
    }
    let new = agents.into_iter().filter(|node| node.is_new);
    new.map(|node| (node.placed.node.id.clone(), node.frozen)).collect()
}

/// Judges one step after the other.
struct Judge {
    workspace: WorkspaceId,
    pinning: Pinning,
    asked: ServerListings,
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
            let known =
                if step.agent.is_some() { Err(no_tool(step.name)) } else { check_verb(step.name) };
            return Ok(known.map(|()| None));
        }
        if self.is_waited_for(step) {
            return Ok(Ok(None));
        }
        let located = self.locate(step.name);
        let now = located.as_ref().ok().map(|located| located.definition);
        // A server that was not asked says nothing of its tools.
        let is_known = self.asked.get(step.name.server).is_some_and(Result::is_ok);
        let lock = step.lock.filter(|_| self.pinning == Pinning::Keep);
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

    /// What the tool of a step will not take of its arguments. What depends on the launch's parameters
    /// is only told where the step runs for sure.
    fn argument_faults(&self, step: &ToolStep<'_>, scope: Option<&Scope>) -> Vec<FieldProblem> {
        let NodeConfig::Tool(config) = &step.placed.node.data.config else { return vec![] };
        let scope = scope.filter(|_| step.placed.node.data.condition.is_none());
        let own = AgentVerb::from_tool(step.name.tool);
        let own = own.filter(|_| step.name.is_agent_verb()).map(AgentVerb::input_schema);
        let located = self.locate(step.name).ok();
        let (schema, alias) = match (&own, &located) {
            (Some(schema), _) => (schema, None),
            (None, Some(located)) => (&located.definition.input_schema, located.alias),
            (None, None) => return vec![],
        };
        match find_faults(step.tool, &config.params, alias, schema, scope) {
            Ok(faults) => {
                let refused = faults.into_iter().map(|fault| {
                    let refusal = ToolRefusal::new("arguments_invalid", fault.words);
                    step.placed.problem_in("params", &format!(".{}", fault.at), refusal)
                });
                refused.collect()
            }
            Err(failure) => {
                vec![step.problem(ToolRefusal::new("bad_tool_schema", failure.message))]
            }
        }
    }

    /// Why an agent is not offered a tool that it may call: vendors refuse every request that has it.
    fn unusable(&self, step: &ToolStep<'_>) -> Option<FieldProblem> {
        step.agent?;
        let fault = schema::fault(&self.locate(step.name).ok()?.definition.input_schema)?;
        let words = format!("{} is left out: its schema isn't valid: {fault}.", step.tool);
        Some(step.problem(ToolRefusal::new("bad_tool_schema", words)))
    }

    fn locate(&self, name: ToolName<'_>) -> Result<LocatedTool<'_>, ToolRefusal> {
        let AskedServer { server, listing } = asked(&self.asked, name.server)?;
        locate(server, name.tool, listing)
    }

    /// Whether the step runs as it is, and waits for its server then. A model is offered nothing of
    /// which nobody knows what it takes.
    fn is_waited_for(&self, step: &ToolStep<'_>) -> bool {
        let unasked = self.asked.get(step.name.server).and_then(|asked| asked.as_ref().err());
        let may_pass = unasked.is_some_and(|unasked| unasked.may_pass);
        let is_known = step.agent.is_none() || step.lock.is_some();
        may_pass && is_known && self.pinning != Pinning::Renew
    }
}

/// The lock of a tool that was accepted as it is now and may not be repeated any more; none where
/// the lock stays.
fn without_repeat(lock: &ToolLock, now: &ToolDefinition) -> Option<ToolLock> {
    let ends = lock.may_repeat && !now.annotations.may_repeat();
    ends.then(|| ToolLock { may_repeat: false, ..lock.clone() })
}

/// Refuses a verb as a tool of an agent.
fn no_tool(name: ToolName<'_>) -> ToolRefusal {
    let words =
        format!("{name} asks a model, as the agent itself does. Use it as a step, not as a tool.");
    ToolRefusal::new("unknown_tool", words)
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
            format!("Choose one of {}.", known.join(", "))
        }
    };
    Err(ToolRefusal::new("unknown_tool", format!("There is no agent verb {}. {hint}", name.tool)))
}
