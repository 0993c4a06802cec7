//! Commands of people to executions: pause, resume, stop, retry and the like.
//!
//! A request may say what its person saw (how often a node was made, a field, the budget), as pages
//! do. Of two people who act on the same, the second is refused and told what has happened.

use backend::actor::Actor;
use model::{
    access::Permission, decide::Refused, execution::action_policy::ActorScope, id::ExecutionId,
    pages::Control, problem::ProblemKind, review::Reviewer,
};
use sqlx::PgConnection;
use store::{
    error::{Doing, EngineError, Result},
    executions::{self, ParentState},
    idempotency::IdempotencyKey,
    reviews,
};

use super::{
    Executions, action_scope::actor_scope_for_execution, history::require_history, refusal::refusal,
};
use crate::{
    exec::advance::{CommandRecord, Input, InputOutcome},
    services::{audit::entry, provider_access::budgets::check_execution_budget},
};

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
        let mut conn = self.context.pool.acquire().await.doing("controlling an execution")?;
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
            check_execution_budget(&self.context, actor, id, *micros).await?;
        }
        match self.context.advance.command(id, Input::Control(control, scope, by), action).await? {
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
