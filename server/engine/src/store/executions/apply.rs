//! Writing plans: the steps of all plans of a transaction in one statement, then what they made.

use model::{
    decide::Plan,
    id::{ExecutionId, WorkspaceId},
    time::Timestamp,
};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    apply_outputs, apply_reviews, apply_rounds,
    written::{Rows, seq},
};
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
        rows.executions as _,
        rows.nodes as _,
        rows.edges as _,
        rows.new_jobs as _,
        rows.jobs as _,
        rows.attempts as _,
        rows.events as _,
        &expected,
        claimants,
    )
    .fetch_one(conn)
    .await
    .doing("writing steps")?;
    Ok(timestamp(written.now))
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
/// wait for the disk before the next may begin. This one does not wait: a notice that gets lost costs
/// one fallback poll.
pub async fn notify(conn: &mut PgConnection, notices: &[Notice]) -> Result<()> {
    let notices: Vec<String> = notices.iter().map(|notice| notice.0.to_string()).collect();
    sqlx::query!(
        "SELECT pg_notify('atelier_events', notice)
           FROM UNNEST($1::text[]) AS u (notice), set_config('synchronous_commit', 'off', true)",
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
