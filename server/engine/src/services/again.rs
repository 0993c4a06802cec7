//! Running an execution again, as a new one: from a node on, or with its recorded answers.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    access::Permission,
    decide::{
        Again, Draft, Refused, Snapshot, to_take_over, to_take_over_all_but, to_take_over_reused,
    },
    execution::{
        brought::Brought,
        offer::{Hand, lacks_anew},
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
use serde_json::{Map, Value};
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use super::{
    Services,
    accounts::entry,
    actor::{Actor, forbidden},
    executions::{hand_in, kept, refusal, view},
};
use crate::{
    error::{Doing, EngineError, Result},
    exec::places,
    launching::{self, Birth, Born, Steering, brought, earlier, launched_before, pins},
    once::Once,
    store::{
        self, audit,
        executions::{self, Descent, NewExecution, Notice, OriginRow},
    },
};

/// A new execution that runs another one again.
struct Anew<'a> {
    row: OriginRow,
    snapshot: Snapshot,
    workflow: Workflow,
    again: Again,
    descent: Descent,
    once: Option<Once<'a>>,
    budget: Option<i64>,
}

impl Services {
    /// Runs an execution that is over again, as a new one. What does not depend on the named node
    /// is taken over with what it gave; without a node everything runs.
    ///
    /// # Errors
    /// A conflict when it is not over, when its history is gone, or when a document is gone that a
    /// step would read; an unknown node; a changed configuration that does not fit or is of a node
    /// that would not run; forbidden where it would get past a review that the actor may not
    /// decide. Nothing is written then.
    pub async fn rerun(
        &self,
        actor: &Actor,
        id: ExecutionId,
        request: RerunRequest,
    ) -> Result<Launched> {
        actor.require(Permission::LaunchTemplate)?;
        let asked = RerunRequest { idempotency_key: None, ..request.clone() };
        let once = Once::of(request.idempotency_key.as_deref(), &("rerun", id, asked))?;
        let mut tx = store::begin(&self.pool).await.doing("running again")?;
        if let Some(id) = earlier(&mut tx, actor.workspace, once).await? {
            return Ok(Launched::before(id));
        }
        let (row, origin) = self.over(&mut tx, actor, id, Action::Rerun).await?;
        let again = match &request.from_node {
            Some(from) if origin.frozen.node(from).is_none() => {
                return Err(EngineError::NotFound("node"));
            }
            Some(from) => to_take_over(&origin, from),
            None => Again::default(),
        };
        let workflow = origin.effective_workflow();
        let hand = hand_in(&mut tx, actor, &workflow).await?;
        permit(&workflow, &request.config, &again, &hand)?;
        let workflow = changed(workflow, &request.config, &again)?;
        let own = row.template.map(|(template, _)| (template, row.name.clone()));
        let workflow = pins::pin(&mut tx, actor.workspace, own, workflow).await?;
        let descent = Descent::Again { origin: id, from: request.from_node };
        let budget = budget(request.budget, &workflow).or(row.budget);
        let anew = Anew { row, snapshot: origin, workflow, again, descent, once, budget };
        self.begin_anew(actor, tx, anew, "execution.rerun").await
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
        actor.require(Permission::LaunchTemplate)?;
        let once = Once::of(key, &("rerun_stale", id))?;
        let mut tx = store::begin(&self.pool).await.doing("running again what is stale")?;
        if let Some(id) = earlier(&mut tx, actor.workspace, once).await? {
            return Ok(Launched::before(id));
        }
        let (row, origin) = self.over(&mut tx, actor, id, Action::Rerun).await?;
        let workflow = origin.effective_workflow();
        let stale = stale(&workflow, &view(&mut tx, (actor.workspace, id)).await?);
        if stale.is_empty() {
            let words = "Nothing of it is stale: every step was made from what counts now.";
            return Err(Problem::conflict("nothing_stale", words).into());
        }
        let again = to_take_over_all_but(&origin, &stale);
        let own = row.template.map(|(template, _)| (template, row.name.clone()));
        let workflow = pins::pin(&mut tx, actor.workspace, own, workflow).await?;
        let descent = Descent::Again { origin: id, from: None };
        let budget = row.budget;
        let anew = Anew { row, snapshot: origin, workflow, again, descent, once, budget };
        self.begin_anew(actor, tx, anew, "execution.rerun_stale").await
    }

    /// Runs an execution that is over again with what it recorded, as a new one: nobody outside is
    /// called and nothing is paid. Waits are not waited for; documents and pictures stay the first
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
        actor.require(Permission::LaunchTemplate)?;
        let once = Once::of(key, &("replay", id))?;
        let mut tx = store::begin(&self.pool).await.doing("replaying")?;
        if let Some(id) = earlier(&mut tx, actor.workspace, once).await? {
            return Ok(Launched::before(id));
        }
        let (row, origin) = self.over(&mut tx, actor, id, Action::Replay).await?;
        let seen = view(&mut tx, (actor.workspace, id)).await?;
        let reused = seen.nodes.iter().filter(|node| node.reused_from.is_some());
        let again = to_take_over_reused(&origin, &reused.map(|node| node.id.clone()).collect());
        let workflow = without_waits(origin.effective_workflow());
        let descent = Descent::Replay { origin: id };
        let budget = row.budget;
        let anew = Anew { row, snapshot: origin, workflow, again, descent, once, budget };
        self.begin_anew(actor, tx, anew, "execution.replay").await
    }

    /// Writes a new execution and commits it with its line of the audit log; where the same request
    /// came first, gives what that has made.
    async fn begin_anew(
        &self,
        actor: &Actor,
        mut tx: Transaction<'_, Postgres>,
        anew: Anew<'_>,
        action: &'static str,
    ) -> Result<Launched> {
        let (origin, once) = (anew.snapshot.id, anew.once);
        let running = self.parts.limits.running_per_workspace;
        let Some((launched, notice)) = write(&mut tx, actor, running, anew).await? else {
            drop(tx);
            return launched_before(&self.pool, actor.workspace, once).await.map(Launched::before);
        };
        let note = entry(actor, action, Some(origin.to_string()));
        audit::append(&mut tx, note).await?;
        tx.commit().await.doing("running again")?;
        self.advance.announce(notice);
        if launched.queued.is_some() {
            // A place may have become free before this one was seen to wait.
            self.advance.admit(BTreeSet::from([actor.workspace])).await;
        }
        Ok(launched)
    }

    /// An execution to which this may be done. What is past its retention has nothing left to run
    /// again from.
    async fn over(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        id: ExecutionId,
        action: Action,
    ) -> Result<(OriginRow, Snapshot)> {
        kept(tx, actor, id).await?;
        let found = executions::origin(tx, actor.workspace, id).await?;
        let row = found.ok_or(EngineError::NotFound("execution"))?;
        if !allows(row.status, None, action) {
            let status = row.status;
            return Err(refusal(&Refused::NotAllowed { action, status }).into());
        }
        let snapshot = self.advance.read(tx, id).await?;
        Ok((row, snapshot.ok_or(EngineError::NotFound("execution"))?))
    }
}

/// Refuses changes that would get somebody past a review that others decide.
fn permit(
    workflow: &Workflow,
    changes: &BTreeMap<NodeId, Map<String, Value>>,
    again: &Again,
    hand: &Hand,
) -> Result<(), Problem> {
    let is_done = |id: &NodeId| again.nodes.contains_key(id);
    let mut changed = changes.iter().filter(|(_, fields)| !fields.is_empty());
    let lacks = changed.find_map(|(id, _)| lacks_anew(workflow, is_done, id, hand));
    lacks.map_or(Ok(()), |lacks| Err(forbidden(lacks)))
}

fn changed(
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
            wrong("unknown_node", format!("There is no node {id}."));
            continue;
        };
        if taken.contains(id) {
            let title = node.title();
            wrong("node_not_run", format!("{title} does not run again from there."));
            continue;
        }
        match node.data.config.with(fields) {
            Ok(config) => node.data.config = config,
            Err(misfit) => wrong("invalid_value", misfit.message),
        }
    }
    if errors.is_empty() {
        Ok(workflow)
    } else {
        Err(Problem::invalid("It cannot be run again so.", errors))
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

/// Of the cap that is asked for and the template's the lower one holds.
fn budget(asked: Option<u64>, workflow: &Workflow) -> Option<i64> {
    let micros = asked.map(|asked| workflow.settings.budget.map_or(asked, |cap| cap.min(asked)));
    micros.map(|micros| i64::try_from(micros).unwrap_or(i64::MAX))
}

/// The new execution, and what others are told of it; none when the same request came first.
async fn write(
    tx: &mut PgConnection,
    actor: &Actor,
    running: u32,
    anew: Anew<'_>,
) -> Result<Option<(Launched, Notice)>> {
    let Anew { row, snapshot, workflow, mut again, descent, once, budget } = anew;
    let origin = snapshot.id;
    if !matches!(descent, Descent::Replay { .. }) {
        let runs = |node: &Node| !again.nodes.contains_key(graph::outermost(&workflow, &node.id));
        let documents = Brought::of(&snapshot.context).documents;
        brought::still_there(tx, actor.workspace, &workflow, runs, &documents).await?;
    }
    let taken: Vec<NodeId> = again.nodes.keys().cloned().collect();
    again.artifacts = executions::latest_artifacts(tx, actor.workspace, origin, &taken).await?;
    let id = ExecutionId(Uuid::now_v7());
    let (queued, now) = places::for_launch(tx, actor.workspace, running).await?;
    let birth = Birth {
        id,
        workspace: actor.workspace,
        now,
        frozen: launching::freeze(workflow)?,
        parameters: (*snapshot.parameters).clone(),
        context: (*snapshot.context).clone(),
        steering: Steering::default(),
        new: NewExecution {
            template: row.template,
            name: &row.name,
            project: row.project,
            user: Some(actor.user),
            trigger: if matches!(descent, Descent::Replay { .. }) { "replay" } else { "rerun" },
            budget,
            once,
            descent,
            as_published: false,
        },
    };
    let begin = |draft: &mut Draft<'_>| {
        draft.set_queued(queued);
        draft.launch_again(origin, &again);
    };
    let written = launching::write(tx, birth, begin).await?;
    let Some(Born { notice, .. }) = written else { return Ok(None) };
    executions::copy_artifacts(tx, id, &again.artifacts).await?;
    Ok(Some((Launched { queued, ..Launched::before(id) }, notice)))
}
