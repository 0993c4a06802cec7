//! The rows of a new execution and its first steps, in the transaction of whoever launches it.

use std::{collections::BTreeSet, sync::Arc};

use model::{
    decide::{Context, Draft, Frozen, ParentJob, Plan, Snapshot},
    execution::brought::Brought,
    id::{ExecutionId, NodeId, WorkspaceId},
    time::Timestamp,
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{EngineError, Result},
    store::{
        executions::{self, Descent, NewExecution, Notice},
        uploads,
    },
};

/// An execution about to be made.
#[derive(Debug)]
pub struct Birth<'a> {
    /// Its id.
    pub id: ExecutionId,
    /// Whose.
    pub workspace: WorkspaceId,
    /// The time, by the database's clock.
    pub now: Timestamp,
    /// Its definition.
    pub frozen: Arc<Frozen>,
    /// The values it is launched with.
    pub parameters: Map<String, Value>,
    /// Further values of its launch.
    pub context: Map<String, Value>,
    /// How it goes from step to step.
    pub steering: Steering,
    /// The rest of its row.
    pub new: NewExecution<'a>,
}

/// How an execution goes from step to step.
#[derive(Debug)]
pub struct Steering {
    /// By itself.
    pub auto_run: bool,
    /// Nodes it pauses before.
    pub breakpoints: BTreeSet<NodeId>,
}

impl Default for Steering {
    fn default() -> Self {
        Self { auto_run: true, breakpoints: BTreeSet::new() }
    }
}

/// An execution that has been written.
#[derive(Debug)]
pub struct Born {
    /// As it stands after its first steps.
    pub snapshot: Snapshot,
    /// What listeners are to know once it is committed.
    pub notice: Notice,
}

/// Writes an execution and what it does first; `begin` launches it. None, with nothing written, when
/// the same launch has come before.
///
/// # Errors
/// A database failure.
pub async fn write(
    tx: &mut PgConnection,
    birth: Birth<'_>,
    begin: impl FnOnce(&mut Draft<'_>),
) -> Result<Option<Born>> {
    let mut snapshot = Snapshot::before_launch(
        birth.id,
        birth.workspace,
        birth.frozen,
        birth.parameters,
        &mut Uuid::now_v7,
    );
    snapshot.context = Arc::new(birth.context);
    (snapshot.auto_run, snapshot.breakpoints) =
        (birth.steering.auto_run, birth.steering.breakpoints);
    snapshot.budget = birth.new.budget;
    match &birth.new.descent {
        Descent::Child { execution, job, .. } => {
            snapshot.parent = Some(ParentJob { execution: *execution, job: *job });
        }
        Descent::Replay { origin } => {
            snapshot.replays = Some(Arc::new(executions::replayed(tx, *origin).await?));
        }
        Descent::None | Descent::Again { .. } => {}
    }
    let (snapshot, plan) = first_steps(snapshot, birth.now, begin)?;
    if !executions::insert(tx, &plan, &snapshot, birth.new).await? {
        return Ok(None);
    }
    keep_files(tx, birth.id, birth.workspace, &snapshot.context).await?;
    Ok(Some(Born { snapshot, notice: Notice::of(&plan) }))
}

/// Keeps the files that its prompts read for as long as the execution is kept, whichever execution
/// brought them first; those that are gone by now are left out.
async fn keep_files(
    tx: &mut PgConnection,
    id: ExecutionId,
    workspace: WorkspaceId,
    context: &Map<String, Value>,
) -> Result<()> {
    let brought = Brought::of(context).uploads;
    if brought.is_empty() {
        return Ok(());
    }
    let there = uploads::known(tx, workspace, &brought).await?;
    uploads::take(tx, workspace, id, &there).await
}

// The source of ids cannot be held while something is awaited.
fn first_steps(
    snapshot: Snapshot,
    now: Timestamp,
    begin: impl FnOnce(&mut Draft<'_>),
) -> Result<(Snapshot, Plan)> {
    let mut ids = Uuid::now_v7;
    let mut draft = Draft::new(snapshot, Context { now, ids: &mut ids });
    begin(&mut draft);
    let (snapshot, plan) = draft.finish();
    let plan = plan.ok_or_else(|| EngineError::internal("launching", "nothing has begun"))?;
    Ok((snapshot, plan))
}
