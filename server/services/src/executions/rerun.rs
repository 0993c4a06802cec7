//! Runs an execution again as a new one: from a node on, what is stale of it, or with its recorded
//! answers.

use std::collections::{BTreeMap, BTreeSet};

use backend::actor::{Actor, forbidden};
use model::{
    access::Permission,
    audit::AuditAction,
    decide::{
        self, Again, Refused, Snapshot, Transition, to_take_over, to_take_over_all_but,
        to_take_over_reused,
    },
    execution::{
        action_policy::{ActorScope, missing_permission_in_rerun},
        brought::Brought,
        stale::stale,
        state::{Action, allows},
    },
    graph,
    id::{ExecutionId, NodeId},
    nodes::{NodeConfig, wait},
    pages::{Launched, RerunRequest},
    problem::{FieldProblem, Problem},
    workflow::{Node, Workflow},
};
use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use store::{
    error::Result,
    executions::{self, Descent, NewExecution, Notice, OriginRow, external_refs},
    idempotency::IdempotencyKey,
};
use uuid::Uuid;

use super::{
    Executions,
    action_scope::{actor_scope_for_workflow, refusal, require_changes},
    history::require_history,
    views::view,
};
use crate::context::{Change, OrNotFound};
use engine::{
    exec::admission,
    launch::{
        self, ExecutionInsert, InsertedExecution, Steering, context, find_keyed_launch,
        launch_inputs, load_keyed_launch, pins, reviewers,
    },
    tools::lock::{Pinning, calls_tools, lock_tools},
};

/// An execution to be written that runs another one again.
struct Rerun<'a> {
    row: OriginRow,
    snapshot: Snapshot,
    plan: RerunPlan,
    idempotency_key: Option<IdempotencyKey<'a>>,
}

/// What runs again of an execution, and what is taken over.
struct RerunPlan {
    workflow: Workflow,
    again: Again,
    descent: Descent,
    budget: Option<i64>,
}

impl RerunPlan {
    /// Whether a node runs, and is not taken over.
    fn runs(&self, node: &Node) -> bool {
        !self.again.nodes.contains_key(graph::outermost(&self.workflow, &node.id))
    }

    fn is_replay(&self) -> bool {
        matches!(self.descent, Descent::Replay { .. })
    }
}

/// How an execution runs again.
enum RerunWay {
    /// From a node on, or all of it, perhaps with changes.
    From(RerunRequest),
    Stale,
    /// With its recorded answers.
    Replay,
}

impl RerunWay {
    /// What has to be allowed for it, and what the audit log says of it.
    fn actions(&self) -> (Action, AuditAction) {
        match self {
            Self::From(_) => (Action::Rerun, AuditAction::ExecutionRerun),
            Self::Stale => (Action::Rerun, AuditAction::ExecutionRerunStale),
            Self::Replay => (Action::Replay, AuditAction::ExecutionReplay),
        }
    }

    async fn plan(
        self,
        tx: &mut PgConnection,
        actor: &Actor,
        row: &OriginRow,
        origin: &Snapshot,
    ) -> Result<RerunPlan> {
        let (id, mut workflow) = (origin.id, origin.effective_workflow());
        if let Self::Replay = self {
            let seen = view(tx, (actor.workspace, id)).await?;
            let reused = seen.nodes.iter().filter(|node| node.reused_from.is_some());
            let again = to_take_over_reused(origin, &reused.map(|node| node.id.clone()).collect());
            let (workflow, descent) = (without_waits(workflow), Descent::Replay { origin: id });
            return Ok(RerunPlan { workflow, again, descent, budget: row.budget });
        }
        let (mut asked_budget, mut from_node) = (None, None);
        let again = if let Self::From(request) = self {
            let again = match &request.from_node {
                Some(from) => {
                    origin.compiled.node(from).or_not_found("step")?;
                    to_take_over(origin, from)
                }
                None => Again::default(),
            };
            // Who runs it again is who has launched the new one.
            let scope = actor_scope_for_workflow(tx, actor, &workflow, Some(actor.user)).await?;
            require_changes(actor, &workflow, &request.config)?;
            permit(&workflow, &request.config, &again, &scope)?;
            workflow = apply_changes(workflow, &request.config, &again)?;
            (asked_budget, from_node) = (request.budget, request.from_node);
            again
        } else {
            let stale = stale(&workflow, &view(tx, (actor.workspace, id)).await?);
            if stale.is_empty() {
                let words = "Nothing is stale: all results are based on current versions.";
                return Err(Problem::conflict("nothing_stale", words).into());
            }
            to_take_over_all_but(origin, &stale)
        };
        let own = row.template.map(|(template, _)| (template, row.name.clone()));
        let workflow = pins::pin(tx, actor.workspace, own, workflow).await?;
        let budget = budget(asked_budget, &workflow).or(row.budget);
        let descent = Descent::Again { origin: id, from: from_node };
        Ok(RerunPlan { workflow, again, descent, budget })
    }
}

impl Executions {
    /// Runs an execution that is over again, as a new one. What does not depend on the named node
    /// is taken over with what it gave; without a node everything runs.
    ///
    /// # Errors
    /// A conflict when it is not over, when its history is gone, or when a document is gone that a
    /// step would read; an unknown node; a changed configuration that does not fit or is of a node
    /// that would not run; forbidden where it would get past a review that the actor may not
    /// decide, or changes a field of a step that is not the actor's to change. Nothing is written
    /// then.
    pub async fn rerun(
        &self,
        actor: &Actor,
        id: ExecutionId,
        mut request: RerunRequest,
    ) -> Result<Launched> {
        let key = request.idempotency_key.take();
        let asked = ("rerun", id, request.clone());
        let way = RerunWay::From(request);
        self.run_again(actor, id, key.as_deref(), &asked, way).await
    }

    /// Runs what is stale of an execution that is over again, as a new one; everything else is taken
    /// over with the versions that count now.
    ///
    /// # Errors
    /// A conflict when it is not over, when nothing of it is stale, when its history is gone, or when
    /// a document is gone that a step would read.
    pub async fn rerun_stale(
        &self,
        actor: &Actor,
        id: ExecutionId,
        key: Option<&str>,
    ) -> Result<Launched> {
        self.run_again(actor, id, key, &("rerun_stale", id), RerunWay::Stale).await
    }

    /// Runs an execution that is over again with what it recorded, as a new one: nobody outside is
    /// called and nothing is paid. Waits are not waited for; documents and images stay the first
    /// ones.
    ///
    /// # Errors
    /// A conflict when it is not over, or when its history is gone.
    pub async fn replay(
        &self,
        actor: &Actor,
        id: ExecutionId,
        key: Option<&str>,
    ) -> Result<Launched> {
        self.run_again(actor, id, key, &("replay", id), RerunWay::Replay).await
    }

    /// Writes a new execution and commits it with its line of the audit log; where the same request
    /// came first, returns what that has launched.
    async fn run_again(
        &self,
        actor: &Actor,
        id: ExecutionId,
        key: Option<&str>,
        asked: &impl Serialize,
        way: RerunWay,
    ) -> Result<Launched> {
        actor.require(Permission::LaunchTemplate)?;
        let idempotency_key = IdempotencyKey::parse(key, asked)?;
        let mut tx = self.ctx.begin("running again").await?;
        if let Some(id) = find_keyed_launch(&mut tx, actor.workspace, idempotency_key).await? {
            return Ok(Launched::for_existing(id));
        }
        let (action, audited) = way.actions();
        let (row, origin) = self.load_origin(&mut tx, actor, id, action).await?;
        let plan = way.plan(&mut tx, actor, &row, &origin).await?;
        let rerun = Rerun { row, snapshot: origin, plan, idempotency_key };
        let (mut tx, rerun) = self.pin_again(tx, actor, rerun).await?;
        let running = self.ctx.deps.limits.running_per_workspace;
        let Some((launched, notice)) = write(&mut tx, actor, running, rerun).await? else {
            drop(tx);
            let earlier = load_keyed_launch(&self.ctx.pool, actor.workspace, idempotency_key).await;
            return earlier.map(Launched::for_existing);
        };
        tx.record(actor, audited, id).await?;
        tx.commit().await?;
        self.ctx.advance.announce(notice);
        self.admit_queued(actor, launched.queued.is_some()).await;
        Ok(launched)
    }

    /// Compares the tools of the nodes that run again with what is pinned of them, and pins those
    /// that are not; a replay calls nobody. While servers are asked no transaction is open: the one
    /// that came ends, and another begins.
    ///
    /// # Errors
    /// Each tool that cannot be called, at its node.
    async fn pin_again<'a>(
        &self,
        tx: Change,
        actor: &Actor,
        mut rerun: Rerun<'a>,
    ) -> Result<(Change, Rerun<'a>)> {
        if rerun.plan.is_replay() || !calls_tools(&rerun.plan.workflow) {
            return Ok((tx, rerun));
        }
        tx.rollback().await?;
        let (deps, pool) = (&self.ctx.deps, &self.ctx.pool);
        let (workflow, runs) = (&rerun.plan.workflow, |node: &Node| rerun.plan.runs(node));
        let locks =
            lock_tools(deps, pool, actor.workspace, workflow, Pinning::Keep, None, runs).await?;
        rerun.plan.workflow = locks.apply(rerun.plan.workflow);
        Ok((self.ctx.begin("running again").await?, rerun))
    }

    /// Reads an execution that `action` starts from.
    ///
    /// # Errors
    /// A conflict where its status does not allow the action, or what it is of is switched off; gone
    /// where retention has deleted its history.
    async fn load_origin(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        id: ExecutionId,
        action: Action,
    ) -> Result<(OriginRow, Snapshot)> {
        require_history(tx, actor, id).await?;
        let row = executions::find_origin(tx, actor.workspace, id).await?.or_not_found("run")?;
        if !allows(row.status, None, action) {
            let status = row.status;
            return Err(refusal(&Refused::NotAllowed { action, status }).into());
        }
        let template = row.template.map(|(template, _)| template);
        launch::require_template_enabled(tx, actor.workspace, template).await?;
        let snapshot = self.ctx.advance.read(tx, id).await?;
        Ok((row, snapshot.or_not_found("run")?))
    }
}

/// Refuses changes that would let the actor bypass a review which only others may decide.
fn permit(
    workflow: &Workflow,
    changes: &BTreeMap<NodeId, Map<String, Value>>,
    again: &Again,
    scope: &ActorScope,
) -> Result<(), Problem> {
    let is_done = |id: &NodeId| again.nodes.contains_key(id);
    let mut changed = changes.iter().filter(|(_, fields)| !fields.is_empty());
    let missing =
        changed.find_map(|(id, _)| missing_permission_in_rerun(workflow, is_done, id, scope));
    missing.map_or(Ok(()), |missing| Err(forbidden(missing)))
}

/// The workflow with the changes to its nodes' configurations; one problem names all that do not
/// fit.
fn apply_changes(
    mut workflow: Workflow,
    changes: &BTreeMap<NodeId, Map<String, Value>>,
    again: &Again,
) -> Result<Workflow, Problem> {
    let around = |id: &NodeId| again.nodes.contains_key(graph::outermost(&workflow, id));
    let taken: BTreeSet<&NodeId> = changes.keys().filter(|id| around(id)).collect();
    let mut errors = vec![];
    for (id, fields) in changes {
        let mut wrong = |code: &str, message: String| {
            let mut problem = FieldProblem::field(code, format!("config.{id}"), message);
            problem.node_id = Some(id.to_string());
            errors.push(problem);
        };
        let found = workflow.nodes.iter_mut().find(|node| node.id == *id);
        let Some(node) = found else {
            wrong("unknown_node", format!("There is no step {id}."));
            continue;
        };
        if taken.contains(id) {
            let title = node.title();
            wrong("node_not_run", format!("{title} can't run again from that step."));
            continue;
        }
        match node.data.config.with_changes(fields) {
            Ok(config) => node.data.config = config,
            Err(misfit) => wrong("invalid_value", misfit.message),
        }
    }
    if errors.is_empty() {
        Ok(workflow)
    } else {
        Err(Problem::invalid("The run was not started.", errors))
    }
}

fn without_waits(mut workflow: Workflow) -> Workflow {
    for node in &mut workflow.nodes {
        if let NodeConfig::Wait(_) = node.data.config {
            node.data.config = wait::Config { seconds: 0.0.into(), until: None }.into();
        }
    }
    workflow
}

/// The lower of the budget asked for and the workflow's, in millionths of a dollar; none where none
/// is asked for.
fn budget(asked: Option<u64>, workflow: &Workflow) -> Option<i64> {
    let micros = asked.map(|asked| workflow.settings.budget.map_or(asked, |cap| cap.min(asked)));
    micros.map(|micros| i64::try_from(micros).unwrap_or(i64::MAX))
}

/// Writes the new execution, and returns it with the notice to publish after the commit; none when
/// another request with the same idempotency key came first.
async fn write(
    tx: &mut PgConnection,
    actor: &Actor,
    running: u32,
    rerun: Rerun<'_>,
) -> Result<Option<(Launched, Notice)>> {
    if !rerun.plan.is_replay() {
        let runs = |node: &Node| rerun.plan.runs(node);
        let (workflow, brought) = (&rerun.plan.workflow, &rerun.snapshot.context);
        let documents = Brought::from_context(brought).documents;
        launch_inputs::check_documents_exist(tx, actor.workspace, workflow, runs, &documents)
            .await?;
        reviewers::check_enough(tx, actor.workspace, workflow, actor.user, runs).await?;
        context::require(workflow, brought, runs)?;
    }
    let Rerun { row, snapshot, plan, idempotency_key } = rerun;
    let trigger = if plan.is_replay() { "replay" } else { "rerun" };
    let RerunPlan { workflow, mut again, descent, budget } = plan;
    let origin = snapshot.id;
    let taken: Vec<NodeId> = again.nodes.keys().cloned().collect();
    again.artifacts = executions::latest_artifacts(tx, actor.workspace, origin, &taken).await?;
    let id = ExecutionId(Uuid::now_v7());
    let (queued, now) = admission::lock_for_launch(tx, actor.workspace, running).await?;
    let insert = ExecutionInsert {
        id,
        workspace: actor.workspace,
        now,
        compiled: launch::compile(workflow)?,
        parameters: (*snapshot.parameters).clone(),
        context: (*snapshot.context).clone(),
        steering: Steering::default(),
        new: NewExecution {
            template: row.template,
            name: &row.name,
            project: row.project,
            user: Some(actor.user),
            trigger,
            budget,
            idempotency_key,
            descent,
            as_published: false,
        },
    };
    let begin = |transition: &mut Transition<'_>| {
        transition.set_queued(queued);
        decide::launch_again(transition, origin, &again);
    };
    let written = launch::insert_execution(tx, insert, begin).await?;
    let Some(InsertedExecution { notice, .. }) = written else { return Ok(None) };
    executions::copy_artifacts(tx, id, &again.artifacts).await?;
    external_refs::copy(tx, actor.workspace, origin, id).await?;
    Ok(Some((Launched { queued, ..Launched::for_existing(id) }, notice)))
}
