//! From rows to the snapshots that decisions read.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    decide::{CompiledWorkflow, ParentJob, Redrawn, Replayed, Snapshot},
    execution::state::EdgeState,
    id::{ExecutionId, NodeId, WorkspaceId},
    nodes::NodeConfig,
    workflow::Workflow,
};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    executions::{self, LockedExecution},
};
use uuid::Uuid;

/// The parts of an execution that never change; read when it is not cached.
pub(super) struct ImmutableParts {
    compiled: Arc<CompiledWorkflow>,
    parameters: Arc<Map<String, Value>>,
    context: Arc<Map<String, Value>>,
    parent: Option<ParentJob>,
    replays: Option<Arc<Replayed>>,
}

/// Reads the parts of executions that never change. Those in `ending` are also read when their
/// definition is no longer readable: ending needs only the rows.
///
/// # Errors
/// The database, or a definition that cannot be read.
pub(super) async fn load_immutable_parts(
    tx: &mut PgConnection,
    ids: &[Uuid],
    ending: &[ExecutionId],
) -> Result<BTreeMap<ExecutionId, ImmutableParts>> {
    let rows = executions::frozen_rows(tx, ids).await?;
    let mut parts = BTreeMap::new();
    for row in rows {
        let compiled = match compile_definition(row.definition) {
            Err(_) if ending.contains(&row.id) => compile_definition(json!({}))?,
            compiled => compiled?,
        };
        let replays = match row.replays {
            Some(origin) => Some(Arc::new(executions::load_replayed(tx, origin).await?)),
            None => None,
        };
        let part = ImmutableParts {
            compiled: Arc::new(compiled),
            parameters: Arc::new(row.parameters),
            context: Arc::new(row.context),
            parent: row.parent,
            replays,
        };
        parts.insert(row.id, part);
    }
    Ok(parts)
}

/// A snapshot, without the lock, with what expressions of an execution read and nothing else.
///
/// # Errors
/// As [`load_immutable_parts`].
pub async fn load_unlocked(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<Option<Snapshot>> {
    let parts = load_immutable_parts(conn, &[id.0], &[]).await?.remove(&id);
    let rows = executions::snapshot_rows(conn, &[id.0]).await?.remove(&id);
    Ok(parts.zip(rows).map(|(parts, rows)| {
        let (mut ids, parameters) = (Uuid::now_v7, (*parts.parameters).clone());
        let blank = Snapshot::before_launch(id, workspace, parts.compiled, parameters, &mut ids);
        Snapshot { context: parts.context, nodes: rows.nodes, ..blank }
    }))
}

/// Whether the rows of all of these can be read now, without their locks. Definitions need not be
/// readable: an execution with an unreadable one can still be ended.
///
/// # Errors
/// The database is away.
pub async fn are_readable(conn: &mut PgConnection, ids: &[Uuid]) -> Result<bool> {
    let all: Vec<ExecutionId> = ids.iter().copied().map(ExecutionId).collect();
    let reading = async {
        let parts = load_immutable_parts(conn, ids, &all).await?;
        for (id, written) in executions::load_redrawn(conn, ids).await? {
            parts.get(&id).map(|parts| parse_redrawn(&parts.compiled, written)).transpose()?;
        }
        executions::snapshot_rows(conn, ids).await.map(drop)
    };
    match reading.await {
        Err(error) if !error.may_pass() => {
            tracing::debug!(error = &error as &dyn std::error::Error, ?ids, "unreadable");
            Ok(false)
        }
        read => read.map(|()| true),
    }
}

/// Compiles a stored definition.
///
/// # Errors
/// The definition is not one that this release can read.
pub fn compile_definition(definition: Value) -> Result<CompiledWorkflow> {
    let workflow: Workflow = serde_json::from_value(definition).map_err(EngineError::unreadable)?;
    CompiledWorkflow::new(workflow).map_err(EngineError::unreadable)
}

pub(super) fn build_snapshot(
    row: LockedExecution,
    parts: ImmutableParts,
    below: executions::SnapshotRows,
) -> Result<Snapshot> {
    // Pending edges have no row.
    let pending = parts.compiled.outermost_edges().map(|edge| (edge.clone(), EdgeState::Pending));
    let edges = pending.chain(below.edges).collect();
    let redrawn = parse_redrawn(&parts.compiled, row.redrawn)?;
    Ok(Snapshot {
        id: row.id,
        workspace: row.workspace,
        compiled: parts.compiled,
        parameters: parts.parameters,
        context: parts.context,
        parent: parts.parent,
        replays: parts.replays,
        status: row.status,
        pause_reason: row.pause_reason,
        end_reason: row.end_reason,
        error: row.error,
        event_seq: row.event_seq,
        active_ms: row.active_ms,
        running_since: row.running_since,
        bill: row.bill,
        output: row.output,
        auto_run: row.auto_run,
        breakpoints: row.breakpoints,
        redrawn,
        budget: row.budget,
        partial: false,
        nodes: below.nodes,
        edges,
        jobs: below.jobs,
        versions: below.versions,
    })
}

/// The changed configurations of nodes in loops, for the iterations to come; nodes that the
/// definition does not have are left out, because it may be unreadable.
fn parse_redrawn(compiled: &CompiledWorkflow, written: BTreeMap<NodeId, Value>) -> Result<Redrawn> {
    let mut redrawn = Redrawn::new();
    for (id, config) in written {
        let Some(node) = compiled.node(&id) else { continue };
        let config = NodeConfig::from_value(node.kind(), config)
            .map_err(|error| EngineError::internal("reading a changed step", error))?;
        redrawn.insert(id, Arc::new(config));
    }
    Ok(redrawn)
}
