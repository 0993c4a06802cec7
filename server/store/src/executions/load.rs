//! Locking executions and loading what decisions need.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use model::{
    decide::{JobState, NodeState, ParentJob, TalkSize},
    execution::{
        state::{EdgeState, EndReason, ExecutionStatus, PauseReason, RoundState},
        view::Bill,
    },
    id::{EdgeId, ExecutionId, JobId, NodeId, ReviewId, WorkerId, WorkspaceId},
    nodes::{NodeConfig, NodeKind},
    review::ReviewState,
    time::Timestamp,
};
use serde_json::{Map, Value};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{
    agents::progress,
    error::{Doing, EngineError, Result},
    rows::{parse_enum, read_json},
    timestamp,
};

/// An execution's own row, read under its lock.
#[derive(Debug)]
pub struct LockedExecution {
    /// Names it; [`lock`] leaves out executions that do not exist.
    pub id: ExecutionId,
    /// The workspace that owns it, whose concurrency limit it counts against.
    pub workspace: WorkspaceId,
    /// The execution whose concurrency slot it uses: its topmost ancestor, or itself.
    pub root: ExecutionId,
    /// Its place in the queue for a concurrency slot: lower ones go first.
    pub turn: i64,
    /// True when it runs without a concurrency slot, because all it does is wait.
    pub only_waits: bool,
    /// Its stored status.
    pub status: ExecutionStatus,
    /// Why it is paused.
    pub pause_reason: Option<PauseReason>,
    /// Why it was stopped.
    pub end_reason: Option<EndReason>,
    /// What made it fail.
    pub error: Option<String>,
    /// Its last event's number.
    pub event_seq: i64,
    /// Active time before `running_since`, in milliseconds.
    pub active_ms: u64,
    /// Since when its active time counts on.
    pub running_since: Option<Timestamp>,
    /// What its calls used and cost.
    pub bill: Bill,
    /// The result of its end nodes.
    pub output: Option<Value>,
    /// True when nodes go on by themselves; false when a person steps through them.
    pub auto_run: bool,
    /// Nodes before which it pauses.
    pub breakpoints: BTreeSet<NodeId>,
    /// Changed configurations of nodes in loops, for the iterations to come, as stored.
    pub redrawn: BTreeMap<NodeId, Value>,
    /// What it may cost, in millionths of a dollar; none is no cap of its own.
    pub budget: Option<i64>,
}

/// The id that stands for an execution that was deleted, of which nothing is recorded.
pub const GONE: ExecutionId = ExecutionId(Uuid::nil());

/// The part of an execution that never changes.
#[derive(Debug)]
pub struct FrozenRow {
    /// Names it; one that does not exist has no row.
    pub id: ExecutionId,
    /// The workflow that it runs, as stored: it may be of an older release.
    pub definition: Value,
    /// The parameters it was launched with.
    pub parameters: Map<String, Value>,
    /// Further values of its launch.
    pub context: Map<String, Value>,
    /// The job of another execution that launched it.
    pub parent: Option<ParentJob>,
    /// The execution whose recorded answers it gives; [`GONE`] when that was deleted.
    pub replays: Option<ExecutionId>,
}

/// The rows below an execution that decisions read.
#[derive(Debug, Default)]
pub struct SnapshotRows {
    /// Every node that has a row, those of iterations included.
    pub nodes: BTreeMap<NodeId, NodeState>,
    /// Edges with a stored state; one outside every iteration that has none is pending.
    pub edges: BTreeMap<EdgeId, EdgeState>,
    /// Jobs of the present generation, of nodes that have not completed or have failed items.
    pub jobs: BTreeMap<JobId, JobState>,
    /// The latest version of each output of those nodes: node, item, port.
    pub versions: BTreeMap<(NodeId, i32, String), i32>,
}

/// Executions under their lock, and what was true once all were locked.
#[derive(Debug)]
pub struct Locked {
    /// The executions that exist, in the order of their ids.
    pub executions: Vec<LockedExecution>,
    /// The database's clock, after the last lock was granted.
    pub now: Timestamp,
    /// Those of the claimants that were declared lost and have not noticed yet.
    pub gone: Vec<WorkerId>,
}

/// Locks executions, in the order of their ids, until the transaction ends.
///
/// A statement of its own: what is read afterwards is then never older than the lock, which a
/// single statement that locks and reads at once does not promise. Executions that do not exist are
/// left out.
pub async fn lock(conn: &mut PgConnection, ids: &[Uuid], claimants: &[Uuid]) -> Result<Locked> {
    let rows = sqlx::query_file!("sql/lock_executions.sql", ids, claimants)
        .fetch_all(conn)
        .await
        .doing("locking executions")?;
    let mut locked = Locked { executions: vec![], now: Timestamp(0), gone: vec![] };
    for row in rows {
        locked.now = locked.now.max(timestamp(row.now));
        locked.gone = row.gone.into_iter().map(WorkerId).collect();
        locked.executions.push(LockedExecution {
            id: ExecutionId(row.id),
            workspace: WorkspaceId(row.workspace_id),
            root: ExecutionId(row.root),
            turn: row.turn,
            only_waits: row.only_waits,
            status: parse_enum(&row.status)?,
            pause_reason: row.pause_reason.as_deref().map(parse_enum).transpose()?,
            end_reason: row.end_reason.as_deref().map(parse_enum).transpose()?,
            error: row.error,
            event_seq: row.event_seq,
            active_ms: u64::try_from(row.active_ms).unwrap_or(0),
            running_since: row.running_since.map(timestamp),
            bill: Bill {
                input_tokens: row.input_tokens,
                output_tokens: row.output_tokens,
                cost_micros: row.total_cost,
                unpriced_calls: row.unpriced_calls,
                sample_calls: row.sample_calls,
            },
            output: row.output,
            auto_run: row.auto_run,
            breakpoints: read_json(row.breakpoints)?,
            redrawn: row.redrawn.map(read_json).transpose()?.unwrap_or_default(),
            budget: row.budget,
        });
    }
    Ok(locked)
}

/// The database's clock.
pub async fn now(conn: &mut PgConnection) -> Result<Timestamp> {
    let now = sqlx::query_scalar!(r#"SELECT engine_now() AS "now!""#)
        .fetch_one(conn)
        .await
        .doing("reading the database's clock")?;
    Ok(timestamp(now))
}

/// Reads the frozen part of executions.
pub async fn frozen_rows(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<FrozenRow>> {
    let rows = sqlx::query!(
        r#"SELECT id, run_definition, config_json AS "config_json: Json<Map<String, Value>>",
                  context AS "context: Json<Map<String, Value>>",
                  parent_execution_id, parent_job_id,
                  trigger = 'replay' AS "is_replay!", origin_execution_id
             FROM workflow_executions
            WHERE id = ANY($1)"#,
        ids
    )
    .fetch_all(conn)
    .await
    .doing("reading frozen definitions")?;
    let row = rows.into_iter().map(|row| FrozenRow {
        id: ExecutionId(row.id),
        definition: row.run_definition,
        parameters: row.config_json.0,
        context: row.context.0,
        parent: row.parent_execution_id.zip(row.parent_job_id).map(|(execution, job)| ParentJob {
            execution: ExecutionId(execution),
            job: JobId(job),
        }),
        replays: row.is_replay.then(|| row.origin_execution_id.map_or(GONE, ExecutionId)),
    });
    Ok(row.collect())
}

/// Reads the rows below executions that decisions need: nodes, open reviews, edges, and the jobs
/// and versions of nodes that have not completed or have failed items.
pub async fn snapshot_rows(
    conn: &mut PgConnection,
    ids: &[Uuid],
) -> Result<BTreeMap<ExecutionId, SnapshotRows>> {
    let mut found = BTreeMap::new();
    let has_agents = nodes(conn, ids, &mut found).await?;
    reviews(conn, ids, &mut found).await?;
    edges(conn, ids, &mut found).await?;
    let incomplete = nodes_with_failed_items(conn, ids).await?;
    jobs(conn, ids, &incomplete, &mut found).await?;
    if has_agents {
        talks(conn, ids, &mut found).await?;
    }
    versions(conn, ids, &incomplete, &mut found).await?;
    Ok(found)
}

/// The row ids of nodes with failed items.
async fn nodes_with_failed_items(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "SELECT DISTINCT node_row_id
           FROM agent_jobs
          WHERE execution_id = ANY($1) AND status = 'failed'",
        ids
    )
    .fetch_all(conn)
    .await
    .doing("reading which items failed")
}

type SnapshotRowsById = BTreeMap<ExecutionId, SnapshotRows>;

/// Reads the nodes; tells whether one is an agent.
async fn nodes(
    conn: &mut PgConnection,
    ids: &[Uuid],
    found: &mut SnapshotRowsById,
) -> Result<bool> {
    let rows = sqlx::query!(
        r#"SELECT execution_id, node_id, id, kind, status, generation, hold, config, feedback, rounds,
                  planned, jobs_total, jobs_settled,
                  output AS "output: Json<Map<String, Value>>", failure, started_at, ended_at
             FROM execution_nodes
            WHERE execution_id = ANY($1)"#,
        ids
    )
    .fetch_all(conn)
    .await
    .doing("reading nodes")?;
    let has_agents = rows.iter().any(|row| row.kind == NodeKind::Agent.key());
    for row in rows {
        let node = NodeState {
            row: row.id,
            status: parse_enum(&row.status)?,
            generation: row.generation,
            hold: row.hold.as_deref().map(parse_enum).transpose()?,
            config: row.config.map(|config| own_config(&row.kind, config)).transpose()?,
            feedback: row.feedback,
            review: None,
            iterations: row.rounds.chars().filter_map(RoundState::from_letter).collect(),
            planned: row.planned.map(read_json).transpose()?.map(Arc::new),
            output: row.output.map(|output| output.0.into()),
            failure: row.failure.map(read_json).transpose()?,
            jobs_total: row.jobs_total,
            jobs_settled: row.jobs_settled,
            started_at: row.started_at.map(timestamp),
            ended_at: row.ended_at.map(timestamp),
        };
        rows_of(found, row.execution_id).nodes.insert(NodeId(row.node_id), node);
    }
    Ok(has_agents)
}

fn own_config(kind: &str, written: Value) -> Result<Arc<NodeConfig>> {
    let config = NodeConfig::from_value(NodeKind::from_key(kind), written);
    config.map(Arc::new).map_err(|error| EngineError::internal("reading a changed node", error))
}

async fn reviews(
    conn: &mut PgConnection,
    ids: &[Uuid],
    found: &mut SnapshotRowsById,
) -> Result<()> {
    let rows = sqlx::query!(
        r#"SELECT execution_id, node_id, id, kind, items AS "items: Json<Vec<Value>>", instructions,
                  needed, approvals, until_at
             FROM reviews
            WHERE execution_id = ANY($1) AND status = 'open'"#,
        ids
    )
    .fetch_all(conn)
    .await
    .doing("reading open reviews")?;
    for row in rows {
        let state = ReviewState {
            id: ReviewId(row.id),
            kind: parse_enum(&row.kind)?,
            items: row.items.0,
            instructions: row.instructions,
            needed: u32::try_from(row.needed).unwrap_or(1),
            approvals: read_json(row.approvals)?,
            until: row.until_at.map(timestamp),
        };
        let nodes = &mut rows_of(found, row.execution_id).nodes;
        if let Some(node) = nodes.get_mut(&NodeId(row.node_id)) {
            node.review = Some(state);
        }
    }
    Ok(())
}

async fn edges(conn: &mut PgConnection, ids: &[Uuid], found: &mut SnapshotRowsById) -> Result<()> {
    let rows = sqlx::query!(
        "SELECT execution_id, edge_id, state FROM execution_edges WHERE execution_id = ANY($1)",
        ids
    )
    .fetch_all(conn)
    .await
    .doing("reading edges")?;
    for row in rows {
        let state = parse_enum(&row.state)?;
        rows_of(found, row.execution_id).edges.insert(EdgeId(row.edge_id), state);
    }
    Ok(())
}

async fn jobs(
    conn: &mut PgConnection,
    ids: &[Uuid],
    incomplete: &[Uuid],
    found: &mut SnapshotRowsById,
) -> Result<()> {
    let rows = sqlx::query!(
        r#"SELECT j.id, j.execution_id, j.node_id, j.item, j.generation, j.status, j.attempt, j.lost,
                  j.fence, j.worker_id, j.run_at, j.child_id, j.effect,
                  j.output AS "output: Json<Map<String, Value>>", j.failure, j.input_tokens,
                  j.output_tokens, j.cost, j.unpriced_calls, j.sample_calls, j.started_at, j.ended_at
             FROM agent_jobs j
             JOIN execution_nodes n ON n.id = j.node_row_id
            WHERE j.execution_id = ANY($1) AND (n.status <> 'completed' OR n.id = ANY($2))
              AND j.generation = n.generation"#,
        ids,
        incomplete
    )
    .fetch_all(conn)
    .await
    .doing("reading jobs")?;
    for row in rows {
        let job = JobState {
            id: JobId(row.id),
            node: NodeId(row.node_id),
            item: row.item,
            generation: row.generation,
            status: parse_enum(&row.status)?,
            attempt: row.attempt,
            lost: row.lost,
            fence: row.fence,
            worker: row.worker_id.map(WorkerId),
            run_at: timestamp(row.run_at),
            child: row.child_id.map(ExecutionId),
            effect: parse_enum(&row.effect)?,
            talk: TalkSize::default(),
            open_calls: vec![],
            values: row.output.map(|output| output.0),
            failure: row.failure.map(read_json).transpose()?,
            bill: Bill {
                input_tokens: row.input_tokens,
                output_tokens: row.output_tokens,
                cost_micros: row.cost,
                unpriced_calls: row.unpriced_calls,
                sample_calls: row.sample_calls,
            },
            started_at: optional(row.started_at),
            ended_at: optional(row.ended_at),
        };
        rows_of(found, row.execution_id).jobs.insert(job.id, job);
    }
    Ok(())
}

/// Fills in how far the talks of agents have come.
async fn talks(conn: &mut PgConnection, ids: &[Uuid], found: &mut SnapshotRowsById) -> Result<()> {
    for talk in progress::load(conn, ids).await? {
        let Some(rows) = found.get_mut(&talk.execution) else { continue };
        if let Some(job) = rows.jobs.get_mut(&talk.job) {
            (job.talk, job.open_calls) = (talk.size, talk.open_calls);
        }
    }
    Ok(())
}

async fn versions(
    conn: &mut PgConnection,
    ids: &[Uuid],
    incomplete: &[Uuid],
    found: &mut SnapshotRowsById,
) -> Result<()> {
    let rows = sqlx::query!(
        "SELECT a.execution_id, a.node_id, a.item, a.port, a.version
           FROM artifacts a
           JOIN execution_nodes n ON n.execution_id = a.execution_id AND n.node_id = a.node_id
          WHERE a.execution_id = ANY($1) AND a.is_latest
            AND (n.status <> 'completed' OR n.id = ANY($2))",
        ids,
        incomplete
    )
    .fetch_all(conn)
    .await
    .doing("reading versions of outputs")?;
    for row in rows {
        let key = (NodeId(row.node_id), row.item, row.port);
        rows_of(found, row.execution_id).versions.insert(key, row.version);
    }
    Ok(())
}

fn rows_of(found: &mut SnapshotRowsById, id: Uuid) -> &mut SnapshotRows {
    found.entry(ExecutionId(id)).or_default()
}

fn optional(at: Option<DateTime<Utc>>) -> Option<Timestamp> {
    at.map(timestamp)
}
