//! Writing reviews: opened, approved by one of several, reassigned, decided.

use model::{
    decide::{Plan, ReviewChange},
    review::{Approved, assignment::Assignment},
    time::Timestamp,
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{instant, optional_instant};
use crate::{
    error::{Doing, Result},
    recorded_at,
    rows::{expect_rows, to_json},
};

/// Writes what becomes of the plans' reviews, in order.
pub async fn record(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    for plan in plans {
        let at = recorded_at(plan);
        for change in &plan.reviews {
            match change {
                ReviewChange::Opened { .. } => open(conn, plan, change, at).await?,
                ReviewChange::Approved { review, approvals, items } => {
                    let items = Value::Array(items.clone());
                    approve(conn, review.0, approvals, &items).await?;
                }
                ReviewChange::Reassigned { review, to } => reassign(conn, review.0, to).await?,
                ReviewChange::BroughtForward { review, until } => {
                    bring_forward(conn, review.0, *until).await?;
                }
                ReviewChange::Decided { .. } => decide(conn, change, at).await?,
            }
        }
    }
    Ok(())
}

type Instant = chrono::DateTime<chrono::Utc>;

async fn open(
    conn: &mut PgConnection,
    plan: &Plan,
    change: &ReviewChange,
    at: Instant,
) -> Result<()> {
    let ReviewChange::Opened { node_row, node, generation, assignment, state } = change else {
        return Ok(());
    };
    sqlx::query!(
        "INSERT INTO reviews (id, workspace_id, execution_id, node_row_id, node_id, generation,
                              reviewers, people, exclude_author, instructions, items, needed,
                              until_at, opened_at, kind, asked)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                 CASE WHEN $15 <> 'content' THEN $11::jsonb END)",
        state.id.0,
        plan.workspace.0,
        plan.execution.0,
        node_row,
        node.as_str(),
        generation,
        assignment.reviewers.as_str(),
        &people_ids(assignment),
        assignment.exclude_author,
        state.instructions,
        Value::Array(state.items.clone()),
        i32::try_from(state.needed).unwrap_or(i32::MAX),
        optional_instant(state.until) as _,
        at,
        state.kind.as_str(),
    )
    .execute(conn)
    .await
    .doing("opening a review")?;
    Ok(())
}

fn people_ids(assignment: &Assignment) -> Vec<Uuid> {
    assignment.people.iter().map(|person| person.0).collect()
}

async fn reassign(conn: &mut PgConnection, review: Uuid, to: &Assignment) -> Result<()> {
    let written = sqlx::query!(
        "UPDATE reviews SET reviewers = $2, people = $3, exclude_author = $4
          WHERE id = $1 AND status = 'open'",
        review,
        to.reviewers.as_str(),
        &people_ids(to),
        to.exclude_author
    )
    .execute(conn)
    .await
    .doing("reassigning a review")?;
    expect_rows(written.rows_affected(), 1, "reassigning a review")
}

async fn approve(
    conn: &mut PgConnection,
    review: Uuid,
    approvals: &[Approved],
    items: &Value,
) -> Result<()> {
    let written = sqlx::query!(
        "UPDATE reviews SET approvals = $2, items = $3 WHERE id = $1 AND status = 'open'",
        review,
        to_json(&approvals)?,
        items,
    )
    .execute(conn)
    .await
    .doing("approving in a review")?;
    expect_rows(written.rows_affected(), 1, "approving in a review")
}

async fn bring_forward(conn: &mut PgConnection, review: Uuid, until: Timestamp) -> Result<()> {
    let written = sqlx::query!(
        "UPDATE reviews SET until_at = $2 WHERE id = $1 AND status = 'open'",
        review,
        instant(until)
    )
    .execute(conn)
    .await
    .doing("bringing a review forward")?;
    expect_rows(written.rows_affected(), 1, "reviews")
}

async fn decide(conn: &mut PgConnection, change: &ReviewChange, at: Instant) -> Result<()> {
    let ReviewChange::Decided { review, verdict, by, reason, items, always } = change else {
        return Ok(());
    };
    let written = sqlx::query!(
        "UPDATE reviews
            SET status = $2, decided_by = $3, decided_name = $4, reason = $5, decided_at = $6,
                items = coalesce($7, items), always = $8
          WHERE id = $1 AND status = 'open'",
        review.0,
        verdict.as_str(),
        by.as_ref().and_then(|by| by.user).map(|user| user.0),
        by.as_ref().map(|by| by.name.as_str()),
        reason.as_deref(),
        at,
        items.clone().map(Value::Array),
        *always,
    )
    .execute(conn)
    .await
    .doing("deciding a review")?;
    expect_rows(written.rows_affected(), 1, "deciding a review")
}
