//! Which outputs a trial run of a part of a draft takes over.

use std::collections::BTreeMap;

use backend::actor::Actor;
use model::{
    connect,
    decide::{Again, CompiledWorkflow, KnownOutput, runs, to_take_over_around},
    execution::run_scope::{RunScope, asking_for},
    id::{ExecutionId, NodeId, TemplateId},
    pages::Recorded,
    problem::{FieldProblem, Problem},
    workflow::{Node, Workflow},
};
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    executions,
};

/// The part of a draft that a trial run runs, and the outputs that a person gives for other nodes.
///
/// Its serialized form goes into the digest of an idempotent request: field names stay.
#[derive(Debug, Serialize)]
pub(crate) struct Trial {
    pub part: RunScope,
    pub given: BTreeMap<NodeId, Map<String, Value>>,
}

/// Tells of each node whether it runs: all do, unless a part is tried out.
pub(super) fn running(trial: Option<&Trial>, workflow: &Workflow) -> impl Fn(&Node) -> bool {
    let part = trial.map(|trial| asking_for(workflow, &trial.part));
    move |node| part.as_ref().is_none_or(|part| part.node(&node.id).is_some())
}

/// The outputs that a trial run takes over for nodes that it does not run: those in the request,
/// else those recorded last. None for a plain launch.
///
/// # Errors
/// An unknown node; an output that does not fit its node; a part into which no known output leads.
pub(super) async fn load_reused(
    conn: &mut PgConnection,
    actor: &Actor,
    template: Option<TemplateId>,
    compiled: &CompiledWorkflow,
    trial: Option<&Trial>,
) -> Result<Option<Again>> {
    let Some((trial, template)) = trial.zip(template) else { return Ok(None) };
    let node = trial.part.node();
    if node.is_some_and(|node| compiled.node(node).is_none()) {
        return Err(EngineError::NotFound("step"));
    }
    check_given(compiled, trial)?;
    if node.is_none() {
        return Ok(Some(Again::default()));
    }
    let recorded = executions::list_test_outputs(conn, actor.workspace, template).await?;
    let mut known = load_known_outputs(conn, compiled, recorded).await?;
    for (node, output) in &trial.given {
        let output = output.clone().into();
        known.insert(node.clone(), KnownOutput { output, ..KnownOutput::default() });
    }
    let mut again = to_take_over_around(compiled, &trial.part, &known)
        .map_err(|sources| nothing_known(compiled, &sources))?;
    for (origin, nodes) in group_by_origin(&again) {
        again
            .artifacts
            .extend(executions::latest_artifacts(conn, actor.workspace, origin, &nodes).await?);
    }
    Ok(Some(again))
}

/// Recorded outputs by node, each with the states of its outgoing edges in the execution it is of.
async fn load_known_outputs(
    conn: &mut PgConnection,
    compiled: &CompiledWorkflow,
    recorded: Vec<Recorded>,
) -> Result<BTreeMap<NodeId, KnownOutput>> {
    let origins: Vec<ExecutionId> = recorded.iter().map(|recorded| recorded.execution_id).collect();
    let settled = executions::load_edge_states(conn, &origins).await?;
    let known =
        recorded.into_iter().map(|Recorded { node, execution_id: origin, output, .. }| {
            let edges = compiled.outgoing(&node).into_iter();
            let edges = edges
                .filter_map(|link| Some((link.edge.clone(), *settled.get(&(origin, link.edge))?)));
            let edges = edges.collect();
            (node, KnownOutput { output: output.into(), origin: Some(origin), edges })
        });
    Ok(known.collect())
}

/// The nodes whose outputs are taken over, by the execution that they are taken from.
fn group_by_origin(again: &Again) -> BTreeMap<ExecutionId, Vec<NodeId>> {
    let mut origins = BTreeMap::<ExecutionId, Vec<NodeId>>::new();
    for (node, origin) in &again.origins {
        origins.entry(*origin).or_default().push(node.clone());
    }
    origins
}

/// Refuses outputs in the request that are of unknown nodes, of nodes that run in the trial, or
/// that do not fit the node's ports.
fn check_given(compiled: &CompiledWorkflow, trial: &Trial) -> Result<(), Problem> {
    let running = runs(compiled, &trial.part);
    let mut errors = vec![];
    for (id, output) in &trial.given {
        let mut wrong = |code: &str, message: String| {
            let mut problem = FieldProblem::field(code, format!("given.{id}"), message);
            problem.node_id = Some(id.to_string());
            errors.push(problem);
        };
        let Some(node) = compiled.node(id) else {
            wrong("unknown_node", format!("There is no step {id}."));
            continue;
        };
        if running.as_ref().is_none_or(|running| running.contains(id)) {
            wrong(
                "node_runs",
                format!("{} runs in the test: you can't provide its result.", node.title()),
            );
        }
        if let Some(why) = connect::misfit(compiled.workflow(), node, output) {
            wrong("unfit_output", why);
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid("The test run was not started.", errors))
    }
}

/// The problem of a part for whose `sources` no output is known.
fn nothing_known(compiled: &CompiledWorkflow, sources: &[NodeId]) -> Problem {
    let problem = |id: &NodeId| {
        let title = compiled.node(id).map_or(id.as_str(), |node| node.title());
        let message = format!("The result of “{title}” is unknown.");
        let mut problem = FieldProblem::field("nothing_known", format!("given.{id}"), message);
        problem.node_id = Some(id.to_string());
        problem.fix = Some("Enter it, or run the whole workflow first.".to_owned());
        problem
    };
    let errors = sources.iter().map(problem).collect();
    Problem::invalid("This part of the workflow has no incoming connection.", errors)
}
