//! What people ask of executions that are under way.

use model::{
    access::{self, Permission},
    decide::Refused,
    execution::offer::Hand,
    id::ExecutionId,
    pages::Control,
    problem::ProblemKind,
    review::Reviewer,
    workflow::Workflow,
};
use sqlx::PgConnection;

use super::{kept, refusal, workflow};
use crate::{
    error::{Doing, EngineError, Result},
    exec::advance::{Answer, Asked, Input},
    launching::reviewed,
    once::Once,
    services::{Services, accounts::entry, actor::Actor},
    store::{
        executions::{self, ParentStand},
        reviews,
    },
};

impl Services {
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
    /// where it would get past a review that the actor may not decide.
    pub async fn control(&self, actor: &Actor, id: ExecutionId, control: Control) -> Result<()> {
        self.control_once(actor, id, control, None).await
    }

    /// The same, once for an idempotency key: what comes again with it is done already.
    ///
    /// # Errors
    /// As [`Services::control`]; a key that is none, or under which something else was asked.
    pub async fn control_once(
        &self,
        actor: &Actor,
        id: ExecutionId,
        control: Control,
        key: Option<&str>,
    ) -> Result<()> {
        let once = Once::of(key, &control)?;
        actor.require(Permission::ControlExecution)?;
        let entry = entry(actor, control.audit_action(), Some(id.to_string()))
            .with("asked", control.audit_detail());
        let asked = Asked { entry, once };
        let mut conn = self.pool.acquire().await.doing("controlling an execution")?;
        let fits = fits(&mut conn, actor, id, &control).await;
        // It may stand as it does because the command is done, and then a repeat of it is told so.
        if matches!(fits, Err(EngineError::Refused(_))) && asked.was_done(&mut conn, id).await? {
            return Ok(());
        }
        fits?;
        // What it looks into never changes; where the review itself stands is asked under the lock.
        let hand = match control.bends() {
            Some(_) => hand_at(&mut conn, actor, id).await?,
            None => Hand::of(actor.role),
        };
        let by = Reviewer {
            user: Some(actor.user),
            name: reviews::name_of(&mut conn, actor.user).await?,
        };
        drop(conn);
        if let Control::Budget { micros, .. } = &control {
            self.may_cost(actor, id, *micros).await?;
        }
        match self.advance.command(id, Input::Control(control, hand, by), asked).await? {
            Answer::Refused(refused) => Err(refusal(&refused).into()),
            Answer::Gone => Err(EngineError::NotFound("execution")),
            Answer::Done | Answer::Claimed(..) => Ok(()),
        }
    }
}

/// Refuses what cannot be asked of an execution however it stands itself: its history is gone, or the
/// one that launched it is against it.
async fn fits(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ExecutionId,
    control: &Control,
) -> Result<()> {
    kept(conn, actor, id).await?;
    if let Control::Resume | Control::RetryNode { .. } | Control::SkipNode { .. } = control {
        let parent = executions::parent_stand(conn, id).await?;
        if let Some(refused) = parent.and_then(|parent| against(parent, control)) {
            return Err(refusal(&refused).into());
        }
    }
    Ok(())
}

/// What keeps a child from being controlled by itself.
fn against(parent: ParentStand, control: &Control) -> Option<Refused> {
    match control {
        Control::Resume if parent.is_paused => Some(Refused::AwaitsParent),
        Control::RetryNode { .. } | Control::SkipNode { .. } if !parent.waits => {
            let words = "The execution that launched this one has gone on without it: retry or skip \
                         its step there, or run this one again";
            Some(Refused::NotHere(words.to_owned()))
        }
        _ => None,
    }
}

/// How far the actor may change what steps of an execution do, as far as reviews are concerned.
pub(in crate::services) async fn hand_at(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ExecutionId,
) -> Result<Hand> {
    if access::can(actor.role, Permission::DecideAnyReview) {
        return Ok(Hand::of(actor.role));
    }
    let found = executions::find(conn, actor.workspace, id).await?;
    let found = found.ok_or(EngineError::NotFound("execution"))?;
    let changed = executions::changed_nodes(conn, actor.workspace, id).await?;
    hand_in(conn, actor, &workflow(found.definition, changed)?).await
}

/// The same in a definition that has been read.
pub(in crate::services) async fn hand_in(
    conn: &mut PgConnection,
    actor: &Actor,
    workflow: &Workflow,
) -> Result<Hand> {
    let hand = Hand::of(actor.role);
    if access::can(actor.role, Permission::DecideAnyReview) {
        Ok(hand)
    } else {
        reviewed::look_below(conn, actor.workspace, workflow, hand).await
    }
}
