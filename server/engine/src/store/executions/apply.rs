//! Writing plans: the steps of all plans of a transaction in one statement, then what they made.

use model::{
    decide::Plan,
    id::{ExecutionId, WorkspaceId},
    time::Timestamp,
};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{apply_outputs, apply_reviews, apply_rounds, instant};
use crate::{
    error::{Doing, EngineError, Result},
    store::{rows::columns, timestamp},
};

/// Writes plans of different executions; gives the database's clock.
///
/// Every row must still be what its plan expects, and none of the claimants given up; else nothing
/// is written. Needs a transaction unless all plans are [plain](is_plain).
///
/// # Errors
/// A database failure, or [what was expected](EngineError::is_overtaken) is not so: without the
/// locks somebody was faster, with them it is a bug of ours.
pub async fn apply(
    conn: &mut PgConnection,
    plans: &[Plan],
    claimants: &[Uuid],
) -> Result<Timestamp> {
    apply_rounds::record(conn, plans).await?;
    reopen_edges(conn, plans).await?;
    let now = write_steps(conn, plans, claimants).await?;
    apply_outputs::record(conn, plans).await?;
    apply_reviews::record(conn, plans).await?;
    Ok(now)
}

/// Whether a plan is written in one statement.
pub fn is_plain(plan: &Plan) -> bool {
    plan.new_nodes.is_empty()
        && plan.new_edges.is_empty()
        && plan.reopened.is_empty()
        && plan.outputs.is_empty()
        && plan.charges.is_empty()
        && plan.reviews.is_empty()
}

pub(super) fn exactly(written: u64, expected: usize, what: &'static str) -> Result<()> {
    if written == expected as u64 {
        return Ok(());
    }
    let detail = format!("{written} of {expected} rows were as expected");
    Err(EngineError::internal(what, detail))
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| EngineError::internal("storing a value", error))
}

async fn write_steps(
    conn: &mut PgConnection,
    plans: &[Plan],
    claimants: &[Uuid],
) -> Result<Timestamp> {
    let rows = Rows::of(plans);
    let expected = rows.changed();
    let written = sqlx::query_file!(
        "sql/apply_steps.sql",
        Value::Array(rows.executions),
        Value::Array(rows.nodes),
        Value::Array(rows.edges),
        Value::Array(rows.new_jobs),
        Value::Array(rows.jobs),
        Value::Array(rows.attempts),
        Value::Array(rows.events),
        &expected,
        claimants,
    )
    .fetch_one(conn)
    .await
    .doing("writing steps")?;
    Ok(timestamp(written.now))
}

/// The rows that plans write, table by table.
#[derive(Default)]
struct Rows {
    executions: Vec<Value>,
    nodes: Vec<Value>,
    edges: Vec<Value>,
    new_jobs: Vec<Value>,
    jobs: Vec<Value>,
    attempts: Vec<Value>,
    events: Vec<Value>,
}

impl Rows {
    fn of(plans: &[Plan]) -> Self {
        let mut rows = Self::default();
        for plan in plans {
            rows.executions.push(execution(plan));
            rows.nodes.extend(nodes(plan));
            rows.edges.extend(edges(plan));
            rows.new_jobs.extend(new_jobs(plan));
            rows.jobs.extend(jobs(plan));
            rows.attempts.extend(attempts(plan));
            rows.events.extend(events(plan));
        }
        rows
    }

    /// How many rows of each table the statement must change; of the claimants none may be gone.
    fn changed(&self) -> Vec<i64> {
        let tables = [&self.executions, &self.nodes, &self.edges, &self.jobs];
        let counts = tables.map(|rows| i64::try_from(rows.len()).unwrap_or(i64::MAX));
        counts.into_iter().chain([0]).collect()
    }
}

/// A moment in words that the database reads.
fn at(at: Timestamp) -> Value {
    json!(instant(at))
}

fn seq(plan: &Plan) -> i64 {
    plan.events.last().map_or(plan.expected_seq, |event| event.seq)
}

fn execution(plan: &Plan) -> Value {
    let mut ends = plan.events.iter().filter(|event| event.kind.is_end());
    let end = ends.next_back().filter(|_| plan.status.is_over());
    json!({
        "id": plan.execution, "expected_seq": plan.expected_seq, "expected": plan.expected_status,
        "seq": seq(plan), "status": plan.status, "pause_reason": plan.pause_reason,
        "end_reason": plan.end_reason, "error": plan.error, "output": plan.output,
        "percent": plan.progress_percent, "current_node": plan.current_node,
        "active": i64::try_from(plan.active_ms).unwrap_or(i64::MAX),
        "since": plan.running_since.map(at), "deadline": plan.deadline.map(at),
        "over": plan.status.is_over(), "ended": end.map(|event| at(event.at)),
        "input_tokens": plan.bill.input_tokens,
        "output_tokens": plan.bill.output_tokens, "cost": plan.bill.cost_micros,
        "unpriced": plan.bill.unpriced_calls, "samples": plan.bill.sample_calls,
        "auto_run": plan.auto_run, "breakpoints": plan.breakpoints,
        "budget": plan.budget,
        "jobs_running": plan.jobs_running, "next_run": plan.next_run_at.map(at),
        "decided": plan.events.last().map(|event| at(event.at)), "clock_back": plan.clock_back(),
    })
}

fn nodes(plan: &Plan) -> impl Iterator<Item = Value> {
    plan.nodes.iter().map(|change| {
        let state = &change.state;
        json!({
            "id": state.row, "expected": change.expected, "status": state.status,
            "generation": state.generation, "total": state.jobs_total,
            "settled": state.jobs_settled, "output": state.output.as_deref(),
            "failure": state.failure, "started": state.started_at.map(at),
            "ended": state.ended_at.map(at), "hold": state.hold,
            "config": state.config.as_deref().map(model::nodes::NodeConfig::to_value),
            "feedback": state.feedback,
            "rounds": state.rounds.iter().map(|round| round.letter()).collect::<String>(),
        })
    })
}

fn edges(plan: &Plan) -> impl Iterator<Item = Value> {
    plan.edges
        .iter()
        .map(|(edge, state)| json!({"execution": plan.execution, "edge": edge, "state": state}))
}

fn new_jobs(plan: &Plan) -> impl Iterator<Item = Value> {
    plan.new_jobs.iter().map(|new| {
        let job = &new.state;
        json!({
            "id": job.id, "workspace": plan.workspace, "execution": plan.execution,
            "node_row": new.node_row, "node": job.node, "item": job.item,
            "generation": job.generation, "kind": new.kind, "status": job.status,
            "attempt": job.attempt, "lost": job.lost, "fence": job.fence, "worker": job.worker,
            "run_at": at(job.run_at), "started": job.started_at.map(at),
            "ended": job.ended_at.map(at),
        })
    })
}

fn jobs(plan: &Plan) -> impl Iterator<Item = Value> {
    plan.jobs.iter().map(|change| {
        let job = &change.state;
        json!({
            "id": job.id, "expected": change.expected, "expected_fence": change.expected_fence,
            "generation": job.generation, "status": job.status, "attempt": job.attempt,
            "lost": job.lost, "fence": job.fence, "worker": job.worker, "run_at": at(job.run_at),
            "effect": job.effect, "output": job.values, "failure": job.failure,
            "input_tokens": job.bill.input_tokens, "output_tokens": job.bill.output_tokens,
            "cost": job.bill.cost_micros, "unpriced": job.bill.unpriced_calls,
            "samples": job.bill.sample_calls, "started": job.started_at.map(at),
            "ended": job.ended_at.map(at), "child": job.child,
        })
    })
}

fn attempts(plan: &Plan) -> impl Iterator<Item = Value> {
    plan.attempts.iter().map(|attempt| {
        json!({
            "job": attempt.job, "fence": attempt.fence, "execution": plan.execution,
            "attempt": attempt.attempt, "worker": attempt.worker, "status": attempt.status,
            "failure": attempt.failure, "started": at(attempt.started_at),
            "ended": at(attempt.ended_at),
        })
    })
}

/// Events of one moment share a row, under the number of the last.
fn events(plan: &Plan) -> impl Iterator<Item = Value> {
    plan.events.chunk_by(|one, next| one.at == next.at).filter_map(|moment| {
        let last = moment.last()?;
        let kinds: Vec<_> = moment.iter().map(|event| &event.kind).collect();
        Some(json!({
            "execution": plan.execution, "seq": last.seq, "at": at(last.at), "events": kinds,
        }))
    })
}

/// What listeners get to know of a committed plan: ids only, the rows are truth.
#[derive(Debug, Clone)]
pub struct Notice(Value);

impl Notice {
    /// That something about an execution is different which is no event of it.
    pub fn beside_events((workspace, execution): (WorkspaceId, ExecutionId), seq: i64) -> Self {
        Self(json!({
            "execution": execution, "workspace": workspace, "seq": seq,
            "jobs": false, "cancelled": false, "turned": true, "beside": true,
        }))
    }

    /// Of a plan that is about to be written.
    pub fn of(plan: &Plan) -> Self {
        Self(json!({
            "execution": plan.execution, "workspace": plan.workspace, "seq": seq(plan),
            "jobs": plan.wake.jobs, "cancelled": plan.wake.cancelled,
            "turned": plan.events.iter().any(|event| event.kind.is_turn()),
        }))
    }
}

/// Wakes streams, claimers and workers, once the plans are committed.
///
/// Not in their transaction: PostgreSQL lets only one commit at a time carry notices, and each would
/// wait for the disk before the next may begin. A notice that gets lost costs one fallback poll.
pub async fn notify(conn: &mut PgConnection, notices: &[Notice]) -> Result<()> {
    let notices: Vec<String> = notices.iter().map(|notice| notice.0.to_string()).collect();
    sqlx::query!(
        "SELECT pg_notify('atelier_events', notice) FROM UNNEST($1::text[]) AS u (notice)",
        &notices
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("waking listeners")
}

async fn reopen_edges(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let reopened = plans.iter().flat_map(|p| p.reopened.iter().map(|edge| (p.execution.0, edge)));
    let reopened: Vec<_> = reopened.collect();
    if reopened.is_empty() {
        return Ok(());
    }
    columns!(&reopened, |r| {
        executions: r.0,
        edges: r.1.as_str(),
    });
    sqlx::query!(
        "UPDATE execution_edges e
            SET state = 'pending'
           FROM UNNEST($1::uuid[], $2::text[]) AS u (execution_id, edge_id)
          WHERE e.execution_id = u.execution_id AND e.edge_id = u.edge_id",
        &executions,
        &edges as _,
    )
    .execute(conn)
    .await
    .doing("opening edges again")?;
    Ok(())
}
