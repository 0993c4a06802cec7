//! From rows to the snapshots that decisions read.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    decide::{Frozen, ParentJob, Redrawn, Replayed, Snapshot},
    execution::state::EdgeState,
    id::{ExecutionId, NodeId, WorkspaceId},
    nodes::NodeConfig,
    workflow::Workflow,
};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{EngineError, Result},
    store::executions::{self, LockedExecution},
};

/// What of an execution never changes, read once.
pub(super) struct FrozenParts {
    frozen: Arc<Frozen>,
    parameters: Arc<Map<String, Value>>,
    context: Arc<Map<String, Value>>,
    parent: Option<ParentJob>,
    replays: Option<Arc<Replayed>>,
}

/// Reads what never changes of executions. Those that are only to be ended are also read when
/// their definition is no longer readable: ending goes by the rows.
///
/// # Errors
/// The database, or a definition that cannot be read.
pub(super) async fn frozen(
    tx: &mut PgConnection,
    ids: &[Uuid],
    ending: &[ExecutionId],
) -> Result<BTreeMap<ExecutionId, FrozenParts>> {
    let rows = executions::frozen_rows(tx, ids).await?;
    let mut parts = BTreeMap::new();
    for row in rows {
        let frozen = match thawed(row.definition) {
            Err(_) if ending.contains(&row.id) => thawed(json!({}))?,
            frozen => frozen?,
        };
        let replays = match row.replays {
            Some(origin) => Some(Arc::new(executions::replayed(tx, origin).await?)),
            None => None,
        };
        let part = FrozenParts {
            frozen: Arc::new(frozen),
            parameters: Arc::new(row.parameters),
            context: Arc::new(row.context),
            parent: row.parent,
            replays,
        };
        parts.insert(row.id, part);
    }
    Ok(parts)
}

/// What expressions of an execution read, as it is now, without its lock: for who only looks.
///
/// # Errors
/// As [`frozen`].
pub(crate) async fn look(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<Option<Snapshot>> {
    let parts = frozen(conn, &[id.0], &[]).await?.remove(&id);
    let rows = executions::snapshot_rows(conn, &[id.0]).await?.remove(&id);
    Ok(parts.zip(rows).map(|(parts, rows)| {
        let (mut ids, parameters) = (Uuid::now_v7, (*parts.parameters).clone());
        let blank = Snapshot::before_launch(id, workspace, parts.frozen, parameters, &mut ids);
        Snapshot { context: parts.context, nodes: rows.nodes, ..blank }
    }))
}

/// Whether all of these can be read, as they are now and without their locks; whatever their
/// definitions say, because what has an unreadable one can still be ended.
///
/// # Errors
/// The database is away.
pub(crate) async fn can_be_read(conn: &mut PgConnection, ids: &[Uuid]) -> Result<bool> {
    let all: Vec<ExecutionId> = ids.iter().copied().map(ExecutionId).collect();
    let reading = async {
        let parts = frozen(conn, ids, &all).await?;
        for (id, written) in executions::redrawn(conn, ids).await? {
            parts.get(&id).map(|parts| redrawn(&parts.frozen, written)).transpose()?;
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

/// Reads a frozen definition.
///
/// # Errors
/// It is none that this release knows.
pub(crate) fn thawed(definition: Value) -> Result<Frozen> {
    let workflow: Workflow = serde_json::from_value(definition).map_err(EngineError::unreadable)?;
    Frozen::new(workflow).map_err(EngineError::unreadable)
}

/// A snapshot of what was loaded.
pub(super) fn snapshot(
    row: LockedExecution,
    parts: FrozenParts,
    below: executions::SnapshotRows,
) -> Result<Snapshot> {
    // What is pending needs no row.
    let pending = parts.frozen.outermost_edges().map(|edge| (edge.clone(), EdgeState::Pending));
    let edges = pending.chain(below.edges).collect();
    let redrawn = redrawn(&parts.frozen, row.redrawn)?;
    Ok(Snapshot {
        id: row.id,
        workspace: row.workspace,
        frozen: parts.frozen,
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

/// How steps of loops are set up in the rounds to come; nothing of a definition that is not readable.
fn redrawn(frozen: &Frozen, written: BTreeMap<NodeId, Value>) -> Result<Redrawn> {
    let mut redrawn = Redrawn::new();
    for (id, config) in written {
        let Some(node) = frozen.node(&id) else { continue };
        let config = NodeConfig::from_value(node.kind(), config)
            .map_err(|error| EngineError::internal("reading a changed step", error))?;
        redrawn.insert(id, Arc::new(config));
    }
    Ok(redrawn)
}
