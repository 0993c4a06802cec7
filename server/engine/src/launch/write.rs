//! Writes a new execution with its first transition, in the transaction of its launch.

use std::{collections::BTreeSet, sync::Arc};

use model::{
    decide::{CompiledWorkflow, Context, ParentJob, Plan, Snapshot, Transition},
    execution::brought::Brought,
    id::{ExecutionId, NodeId, WorkspaceId},
    time::Timestamp,
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    executions::{self, Descent, NewExecution, Notice},
    uploads,
};
use uuid::Uuid;

/// A new execution before it is written.
#[derive(Debug)]
pub struct ExecutionInsert<'a> {
    /// The id that it will have; a child's is derived from its job, any other is random.
    pub id: ExecutionId,
    /// The workspace that owns it and whose limits hold for it.
    pub workspace: WorkspaceId,
    /// The time of the launch, by the database's clock.
    pub now: Timestamp,
    /// The definition that it keeps to its end, with pinned versions of other templates.
    pub compiled: Arc<CompiledWorkflow>,
    /// The validated parameters, by name.
    pub parameters: Map<String, Value>,
    /// The ids of documents and files that come with the launch, and its other values.
    pub context: Map<String, Value>,
    /// Whether and where it pauses between nodes.
    pub steering: Steering,
    /// The other columns of its row.
    pub new: NewExecution<'a>,
}

/// Whether and where an execution pauses between nodes.
#[derive(Debug)]
pub struct Steering {
    /// Whether it goes from node to node by itself; if not, a person starts each node.
    pub auto_run: bool,
    /// The nodes before which it pauses.
    pub breakpoints: BTreeSet<NodeId>,
}

impl Default for Steering {
    fn default() -> Self {
        Self { auto_run: true, breakpoints: BTreeSet::new() }
    }
}

/// An execution that has been written.
#[derive(Debug)]
pub struct InsertedExecution {
    /// The execution after its first transition.
    pub snapshot: Snapshot,
    /// The notice to publish once it is committed.
    pub notice: Notice,
}

/// Writes an execution with the transition that `begin` makes. None, with nothing written, when the
/// same launch was written before: one with the same idempotency key, or of the same job and
/// generation.
///
/// # Errors
/// A database failure.
pub async fn insert_execution(
    tx: &mut PgConnection,
    insert: ExecutionInsert<'_>,
    begin: impl FnOnce(&mut Transition<'_>),
) -> Result<Option<InsertedExecution>> {
    let mut snapshot = Snapshot::before_launch(
        insert.id,
        insert.workspace,
        insert.compiled,
        insert.parameters,
        &mut Uuid::now_v7,
    );
    snapshot.context = Arc::new(insert.context);
    (snapshot.auto_run, snapshot.breakpoints) =
        (insert.steering.auto_run, insert.steering.breakpoints);
    snapshot.budget = insert.new.budget;
    match &insert.new.descent {
        Descent::Child { execution, job, .. } => {
            snapshot.parent = Some(ParentJob { execution: *execution, job: *job });
        }
        Descent::Replay { origin } => {
            snapshot.replays = Some(Arc::new(executions::load_replayed(tx, *origin).await?));
        }
        Descent::None | Descent::Again { .. } => {}
    }
    let (snapshot, plan) = first_transition(snapshot, insert.now, begin)?;
    if !executions::insert(tx, &plan, &snapshot, insert.new).await? {
        return Ok(None);
    }
    keep_files(tx, insert.id, insert.workspace, &snapshot.context).await?;
    Ok(Some(InsertedExecution { snapshot, notice: Notice::from_plan(&plan) }))
}

/// Keeps the uploaded files of the launch for as long as the execution is kept, whichever execution
/// used them first; files that are gone by now are left out.
async fn keep_files(
    tx: &mut PgConnection,
    id: ExecutionId,
    workspace: WorkspaceId,
    context: &Map<String, Value>,
) -> Result<()> {
    let brought = Brought::from_context(context).uploads;
    if brought.is_empty() {
        return Ok(());
    }
    let there = uploads::lock_existing(tx, workspace, &brought).await?;
    uploads::attach_to_execution(tx, workspace, id, &there).await
}

// A function of its own, because the source of ids cannot be held across an await.
fn first_transition(
    snapshot: Snapshot,
    now: Timestamp,
    begin: impl FnOnce(&mut Transition<'_>),
) -> Result<(Snapshot, Plan)> {
    let mut ids = Uuid::now_v7;
    let mut transition = Transition::new(snapshot, Context { now, ids: &mut ids });
    begin(&mut transition);
    let (snapshot, plan) = transition.finish();
    let plan = plan.ok_or_else(|| EngineError::internal("launching", "nothing has begun"))?;
    Ok((snapshot, plan))
}
