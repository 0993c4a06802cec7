//! Writing plans: the steps of all plans of a transaction in one statement, then what they made.

use std::collections::BTreeMap;

use model::{
    decide::{ClosedAttempt, Plan},
    time::Timestamp,
};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{apply_outputs, apply_reviews, apply_rounds, instant};
use crate::{
    error::{Doing, EngineError, Result},
    store::rows::columns,
};

/// Writes plans of different executions whose locks the transaction holds.
///
/// Every row must still be what its plan expects; if one is not, the transaction must be rolled
/// back, which the error makes sure of.
///
/// # Errors
/// A database failure, or a row that is not as expected (a lock was not held: a bug of ours).
pub async fn apply(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    apply_rounds::record(conn, plans).await?;
    reopen_edges(conn, plans).await?;
    write_steps(conn, plans).await?;
    apply_outputs::record(conn, plans).await?;
    apply_reviews::record(conn, plans).await
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

async fn write_steps(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let rows = Rows::of(plans);
    let all = |rows: &[Value]| Value::Array(rows.to_vec());
    let written = sqlx::query_file!(
        "sql/apply_steps.sql",
        all(&rows.executions),
        all(&rows.nodes),
        all(&rows.edges),
        all(&rows.new_jobs),
        all(&rows.jobs),
        all(&rows.opened),
        all(&rows.closed),
        all(&rows.events),
    )
    .fetch_one(conn)
    .await
    .doing("writing steps")?;
    let count = |written: i64| u64::try_from(written).unwrap_or(0);
    exactly(count(written.executions), rows.executions.len(), "writing executions")?;
    exactly(count(written.nodes), rows.nodes.len(), "writing nodes")?;
    exactly(count(written.edges), rows.edges.len(), "writing edges")?;
    exactly(count(written.jobs), rows.jobs.len(), "writing jobs")?;
    exactly(count(written.closed), rows.closed.len(), "closing attempts")
}

/// The rows that plans write, table by table.
#[derive(Default)]
struct Rows {
    executions: Vec<Value>,
    nodes: Vec<Value>,
    edges: Vec<Value>,
    new_jobs: Vec<Value>,
    jobs: Vec<Value>,
    opened: Vec<Value>,
    closed: Vec<Value>,
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
            rows.attempts(plan);
            rows.events.extend(events(plan));
        }
        rows
    }

    /// An attempt that begins and ends in one plan is written once, as it ended.
    fn attempts(&mut self, plan: &Plan) {
        let ends = plan.closed.iter().map(|attempt| ((attempt.job, attempt.fence), attempt));
        let mut ends: BTreeMap<_, _> = ends.collect();
        for begun in &plan.opened {
            let end = ends.remove(&(begun.job, begun.fence));
            self.opened.push(json!({
                "job": begun.job, "fence": begun.fence, "execution": plan.execution,
                "attempt": begun.attempt, "worker": begun.worker,
                "status": end.map_or("running", |end| end.status),
                "failure": end.and_then(|end| end.failure.as_ref()),
                "started": at(begun.at), "ended": end.map(|end| at(end.at)),
            }));
        }
        self.closed.extend(ends.into_values().map(closed));
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
        "jobs_running": plan.jobs_running, "next_run": plan.next_run_at.map(at),
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

fn closed(attempt: &ClosedAttempt) -> Value {
    json!({
        "job": attempt.job, "fence": attempt.fence, "status": attempt.status,
        "failure": attempt.failure, "ended": at(attempt.at),
    })
}

fn events(plan: &Plan) -> impl Iterator<Item = Value> {
    plan.events.iter().map(|event| {
        json!({
            "execution": plan.execution, "seq": event.seq, "at": at(event.at),
            "event": event.kind,
        })
    })
}

/// What listeners get to know of a committed plan: ids only, the rows are truth.
#[derive(Debug, Clone)]
pub struct Notice(Value);

impl Notice {
    /// Of a plan that is about to be written.
    pub fn of(plan: &Plan) -> Self {
        Self(json!({
            "execution": plan.execution, "workspace": plan.workspace, "seq": seq(plan),
            "jobs": plan.wake.jobs, "cancelled": plan.wake.cancelled,
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
          WHERE e.execution_id = u.execution_id AND e.edge_id = u.edge_id AND e.scope = ''",
        &executions,
        &edges as _,
    )
    .execute(conn)
    .await
    .doing("opening edges again")?;
    Ok(())
}
