//! Writes plans: the state changes of all plans of a transaction in one statement, then their
//! outputs, reviews and notices.

mod insert_execution;
mod notice;
mod outputs;
mod reviews;
mod rounds;
mod rows;

use model::{decide::Plan, time::Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use self::rows::Rows;
pub use self::{
    insert_execution::insert,
    notice::{Notice, notify, parse_notice},
};
use super::{instant, optional_instant};
use crate::{
    agents,
    error::{Doing, Result},
    notices::outbox,
    rows::columns,
    timestamp,
};

/// Writes plans of different executions; returns the database's clock.
///
/// Every row must still be what its plan expects, and no claimant may have been declared lost; else
/// nothing is written. Needs a transaction unless all plans are [plain](is_plain).
///
/// # Errors
/// A database failure, or an
/// [expectation that does not hold](crate::error::EngineError::is_overtaken): without the locks
/// somebody was faster, with them it is a bug of ours.
pub async fn apply(
    conn: &mut PgConnection,
    plans: &[Plan],
    claimants: &[Uuid],
) -> Result<Timestamp> {
    rounds::insert(conn, plans).await?;
    rounds::save_changed_configs(conn, plans).await?;
    reopen_edges(conn, plans).await?;
    let now = write_steps(conn, plans, claimants).await?;
    rounds::save_loop_plans(conn, plans).await?;
    outputs::record(conn, plans).await?;
    agents::additions::record(conn, plans).await?;
    agents::lost_calls::record(conn, plans).await?;
    agents::lost_calls::end_open(conn, plans).await?;
    reviews::record(conn, plans).await?;
    outbox::record(conn, plans).await?;
    Ok(now)
}

/// Whether a plan is written in one statement, and so needs no transaction.
pub fn is_plain(plan: &Plan) -> bool {
    plan.new_nodes.is_empty()
        && plan.new_edges.is_empty()
        && plan.redrawn.is_empty()
        && plan.reopened.is_empty()
        && plan.loops.is_empty()
        && plan.outputs.is_empty()
        && plan.charges.is_empty()
        && plan.talks.is_empty()
        && plan.heard.is_empty()
        && !plan.ends_calls
        && plan.reviews.is_empty()
        && !outbox::is_told(plan)
}

async fn write_steps(
    conn: &mut PgConnection,
    plans: &[Plan],
    claimants: &[Uuid],
) -> Result<Timestamp> {
    let rows = Rows::from_plans(plans);
    let expected = rows.expected_counts();
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
