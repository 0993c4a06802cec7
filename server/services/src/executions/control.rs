//! Commands of people to executions: pause, resume, stop, retry and the like; to several at once, and
//! to a step by its name.
//!
//! A request may say what its person saw (how often a node was made, a field, the budget), as pages
//! do. Of two people who act on the same, the second is refused and told what has happened.

use std::collections::BTreeMap;

use backend::actor::Actor;
use model::{
    access::Permission,
    api::history::{SeveralAnswer, SeveralCommand, SeveralRequest},
    decide::Refused,
    execution::{action_policy::ActorScope, state::Action, view::NodeView},
    id::{ExecutionId, NodeId},
    pages::{Control, Launched, RerunRequest},
    problem::{Problem, ProblemKind},
    review::Reviewer,
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    executions::{self, ParentState},
    idempotency::IdempotencyKey,
    reviews,
};

use super::{
    Executions,
    action_scope::{actor_scope_for_execution, refusal},
    history::{effective_workflow, require_history},
    views::view,
};
use crate::{audit::entry, context::OrNotFound, provider_access::budgets::check_execution_budget};
use engine::exec::advance::{CommandRecord, Input, InputOutcome};

impl Executions {
    /// Ends an execution, keeping results. One that is over stays as it has ended.
    ///
    /// # Errors
    /// A reason that is too long, with the numbers.
    pub async fn stop(
        &self,
        actor: &Actor,
        id: ExecutionId,
        reason: Option<&str>,
        key: Option<&str>,
    ) -> Result<()> {
        match self.control_once(actor, id, Control::stop_for(reason)?, key).await {
            // Only what is over does not fit: there is nothing left to stop.
            Err(EngineError::Refused(problem))
                if matches!(problem.kind, ProblemKind::Conflict | ProblemKind::Gone) =>
            {
                Ok(())
            }
            done => done,
        }
    }

    /// Pauses, resumes, stops or retries. What is so already is no error.
    ///
    /// # Errors
    /// A conflict that says where the execution stands, when the command does not fit; forbidden
    /// where it would get past a review that the actor may not decide, or changes a field of a step
    /// that is not the actor's to change.
    pub async fn control(&self, actor: &Actor, id: ExecutionId, control: Control) -> Result<()> {
        self.control_once(actor, id, control, None).await
    }

    /// The same, once for an idempotency key: what comes again with it is done already.
    ///
    /// # Errors
    /// As [`Executions::control`]; a key that is not valid, or was used for another request.
    pub async fn control_once(
        &self,
        actor: &Actor,
        id: ExecutionId,
        control: Control,
        key: Option<&str>,
    ) -> Result<()> {
        let idempotency_key = IdempotencyKey::parse(key, &control)?;
        actor.require(Permission::ControlExecution)?;
        let entry = entry(actor, control.audit_action(), Some(id.to_string()))
            .with_detail("asked", control.audit_detail());
        let action = CommandRecord { entry, idempotency_key };
        let mut conn = self.ctx.connect("controlling an execution").await?;
        let checked = check_control(&mut conn, actor, id, &control).await;
        // The refusal may come from this very command, done before: its repeat is answered as done.
        if matches!(checked, Err(EngineError::Refused(_))) && action.was_done(&mut conn, id).await?
        {
            return Ok(());
        }
        checked?;
        // The definition read here never changes; the review's own state is checked under the lock.
        let scope = match control.overridden_node() {
            Some(_) => actor_scope_for_execution(&mut conn, actor, id, control.changes()).await?,
            None => ActorScope::for_role(actor.role),
        };
        let by = Reviewer {
            user: Some(actor.user),
            name: reviews::user_name(&mut conn, actor.user).await?,
        };
        drop(conn);
        if let Control::Budget { micros, .. } = &control {
            check_execution_budget(&self.ctx, actor, id, *micros).await?;
        }
        match self.ctx.advance.command(id, Input::Control(control, scope, by), action).await? {
            InputOutcome::Refused(refused) => Err(refusal(&refused).into()),
            InputOutcome::Gone => Err(EngineError::NotFound("run")),
            InputOutcome::Done | InputOutcome::Claimed(..) => Ok(()),
        }
    }
}

/// Refuses a command whatever the status of the execution itself: its history is gone, or its
/// parent execution does not allow it.
async fn check_control(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ExecutionId,
    control: &Control,
) -> Result<()> {
    require_history(conn, actor, id).await?;
    if let Control::Resume
    | Control::RetryNode { .. }
    | Control::SkipNode { .. }
    | Control::TriggerNode { .. } = control
    {
        let parent = executions::find_parent_state(conn, id).await?;
        if let Some(refused) = parent.and_then(|parent| parent_conflict(parent, control)) {
            return Err(refusal(&refused).into());
        }
    }
    Ok(())
}

/// Why a child execution cannot be controlled on its own in its parent's present state, if so.
fn parent_conflict(parent: ParentState, control: &Control) -> Option<Refused> {
    match control {
        Control::Resume if parent.is_paused => Some(Refused::AwaitsParent),
        Control::RetryNode { .. } | Control::SkipNode { .. } | Control::TriggerNode { .. }
            if !parent.waits =>
        {
            let words = "The run that launched this one has continued without it. Retry or skip \
                         its step there, or run this one again";
            Some(Refused::NotHere(words.to_owned()))
        }
        Control::Pause
        | Control::Resume
        | Control::Stop { .. }
        | Control::RetryNode { .. }
        | Control::SkipNode { .. }
        | Control::TriggerNode { .. }
        | Control::EditNode { .. }
        | Control::AutoRun { .. }
        | Control::Breakpoints { .. }
        | Control::Breakpoint { .. }
        | Control::Budget { .. } => None,
    }
}

#[derive(Debug, Clone)]
pub struct StepStart {
    pub node_id: NodeId,
    /// Fields of its configuration that are different this time.
    pub config: Option<Map<String, Value>>,
    /// How often it had been made when it was looked at, counted from 1.
    pub generation: Option<i32>,
    /// Whether what depends on it is done again too; in a new execution it always is.
    pub dependents: Option<bool>,
}

impl Executions {
    /// Starts a step: one that waits for a person goes on, one that failed is tried again, one that
    /// has ended is done again, and of an ended execution a new one runs from that step on,
    /// which is returned then.
    ///
    /// # Errors
    /// As [`Executions::control_once`], and, for an execution that is over, as
    /// [`Executions::rerun`].
    pub async fn start_step(
        &self,
        actor: &Actor,
        id: ExecutionId,
        start: StepStart,
        key: Option<&str>,
    ) -> Result<Option<Launched>> {
        let StepStart { node_id, config, generation, dependents } = start;
        let control = Control::TriggerNode {
            node_id: node_id.clone(),
            config: config.clone(),
            generation,
            dependents,
        };
        let refused = match self.control_once(actor, id, control, key).await {
            Err(EngineError::Refused(problem)) if problem.kind == ProblemKind::Conflict => problem,
            done => return done.map(|()| None),
        };
        let mut conn = self.ctx.connect("starting a step").await?;
        let found = executions::find_origin(&mut conn, actor.workspace, id).await?;
        drop(conn);
        // Whoever says what they saw is told what has become of it instead.
        let may_go_on = generation.is_none() || refused.code == "execution_over";
        if !may_go_on || !found.is_some_and(|row| row.status.is_over()) {
            return Err(refused.into());
        }
        let drawn = node_id.in_round("");
        let changes = config.map(|config| BTreeMap::from([(drawn.clone(), config)]));
        let request = RerunRequest {
            from_node: Some(drawn),
            config: changes.unwrap_or_default(),
            budget: None,
            idempotency_key: key.map(str::to_owned),
        };
        self.rerun(actor, id, request).await.map(Some)
    }
}

const NOTHING_TO_RETRY: &str = "It has no failed steps to retry. To run everything again, open it \
                                and choose “Run again”.";

impl Executions {
    /// Asks the same of several executions, one after the other; what one refuses keeps no other
    /// back.
    ///
    /// # Errors
    /// When nobody may be asked at all: no permission, none named, too many named.
    pub async fn control_several(
        &self,
        actor: &Actor,
        request: &SeveralRequest,
    ) -> Result<Vec<SeveralAnswer>> {
        actor.require(Permission::ControlExecution)?;
        let mut answers = vec![];
        for id in request.each()? {
            let done = match request.command {
                SeveralCommand::Stop => self.control(actor, id, Control::STOP).await,
                SeveralCommand::Retry => self.retry_failed(actor, id).await,
            };
            let refused = done.err().map(EngineError::into_problem);
            answers.push(SeveralAnswer { id, refused });
        }
        Ok(answers)
    }

    /// Runs every failed step of an execution again that can be.
    async fn retry_failed(&self, actor: &Actor, id: ExecutionId) -> Result<()> {
        let nodes = self.nodes_to_retry(actor, id).await?;
        let mut refused = None;
        let mut retried = 0;
        for (node_id, generation) in nodes {
            let generation = Some(generation);
            let control = Control::RetryNode { node_id, config: None, generation };
            match self.control(actor, id, control).await {
                Ok(()) => retried += 1,
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        // One retry may revive another's node, whose own retry is then refused: one success is
        // enough.
        match refused {
            Some(error) if retried == 0 => Err(error),
            Some(_) | None => Ok(()),
        }
    }

    /// The steps that can be run again, each with how often it was made; there is one at least.
    async fn nodes_to_retry(&self, actor: &Actor, id: ExecutionId) -> Result<Vec<(NodeId, i32)>> {
        let mut conn = self.ctx.connect("looking for failed steps").await?;
        require_history(&mut conn, actor, id).await?;
        let found = executions::find(&mut conn, actor.workspace, id).await?.or_not_found("run")?;
        let changed = executions::changed_nodes(&mut conn, actor.workspace, id).await?;
        let workflow = effective_workflow(found.definition, changed)?;
        let view = view(&mut conn, (actor.workspace, id)).await?;
        let retried = view.failed_to(&workflow, Action::RetryNode);
        if retried.is_empty() {
            let failed = view.failed_to(&workflow, Action::SkipNode);
            let why_not = |node: &&NodeView| view.why_not_to(node, &workflow, Action::RetryNode);
            let why = failed.iter().find_map(why_not).unwrap_or(NOTHING_TO_RETRY);
            return Err(Problem::conflict("nothing_to_retry", why).into());
        }
        Ok(retried.into_iter().map(|node| (node.id.clone(), node.generation)).collect())
    }
}
