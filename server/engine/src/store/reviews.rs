//! Reading reviews. They change only with their execution, see `executions`.

use model::{
    id::{ExecutionId, NodeId, ReviewId, UserId, WorkspaceId},
    nodes::review::Reviewers,
    pages::{ReviewCard, ReviewEnd, WaitingRow},
    review::Verdict,
    time::Timestamp,
};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};

use super::{
    rows::{parse_enum, read_json},
    timestamp,
};
use crate::error::{Doing, Result};

/// Which reviews of a workspace are read.
#[derive(Debug, Clone, Copy)]
pub enum ReviewQuery {
    /// All open ones, the oldest first.
    Open,
    /// Those of one execution, decided ones included, the oldest first.
    OfExecution(ExecutionId),
    /// The review of this id, open or not.
    One(ReviewId),
}

const MOST: i64 = 200;

/// The reviews of a workspace that `which` names, at most 200. `cut`, `may_decide` and `no_changes`
/// are left for the caller to fill in.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    which: ReviewQuery,
) -> Result<Vec<ReviewCard>> {
    let (open, execution, one) = match which {
        ReviewQuery::Open => (true, None, None),
        ReviewQuery::OfExecution(id) => (false, Some(id.0), None),
        ReviewQuery::One(id) => (false, None, Some(id.0)),
    };
    let rows = sqlx::query_file!("sql/list_reviews.sql", workspace.0, open, execution, one, MOST)
        .fetch_all(conn)
        .await
        .doing("reading reviews")?;
    let card = rows.into_iter().map(|row| {
        let at = row.decided_at.map(timestamp);
        let end =
            at.map(|at| review_end(&row.status, row.decided_name, row.reason, at)).transpose()?;
        let before = row.before_at.map(|at| ReviewEnd {
            verdict: Verdict::Changes,
            by: row.before_name.unwrap_or_default(),
            reason: row.before_reason,
            at: timestamp(at),
        });
        Ok(ReviewCard {
            cut: vec![],
            id: ReviewId(row.id),
            execution_id: ExecutionId(row.execution_id),
            execution_name: row.name,
            execution_number: row.number,
            node_id: NodeId(row.node_id),
            step: row.step,
            reviewers: parse_enum::<Reviewers>(&row.reviewers)?,
            instructions: row.instructions,
            items: row.items.0,
            needed: u32::try_from(row.needed).unwrap_or(1),
            approvals: read_json(row.approvals)?,
            until: row.until_at.map(timestamp),
            opened_at: timestamp(row.opened_at),
            earlier: u32::try_from(row.earlier).unwrap_or(u32::MAX),
            before,
            end,
            may_decide: false,
            no_changes: None,
        })
    });
    card.collect()
}

/// How a review was decided, from its columns.
fn review_end(
    status: &str,
    by: Option<String>,
    reason: Option<String>,
    at: Timestamp,
) -> Result<ReviewEnd> {
    Ok(ReviewEnd { verdict: parse_enum(status)?, by: by.unwrap_or_default(), reason, at })
}

/// The items of the review that the node opened before this one; none for its first review.
pub async fn previous_items(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    review: ReviewId,
) -> Result<Option<Vec<Value>>> {
    let items = sqlx::query_scalar!(
        r#"SELECT p.items AS "items: Json<Vec<Value>>"
             FROM reviews r
             JOIN reviews p ON p.execution_id = r.execution_id AND p.node_row_id = r.node_row_id
                           AND p.generation < r.generation
            WHERE r.workspace_id = $1 AND r.id = $2
            ORDER BY p.generation DESC
            LIMIT 1"#,
        workspace.0,
        review.0
    )
    .fetch_optional(conn)
    .await
    .doing("reading what was reviewed before")?;
    Ok(items.map(|items| items.0))
}

/// Makes a [`WaitingRow`] from a record that has its columns.
macro_rules! waiting_row {
    ($row:ident) => {
        WaitingRow {
            id: ReviewId($row.id),
            execution_id: ExecutionId($row.execution_id),
            execution_name: $row.name,
            execution_number: $row.number,
            node_id: NodeId($row.node_id),
            step: $row.step,
            until: $row.until_at.map(timestamp),
            opened_at: timestamp($row.opened_at),
        }
    };
}

/// The reviews that are open to these groups of reviewers and not yet approved by this person, the
/// oldest first, without what is decided about.
pub async fn list_waiting(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
    open_to: &[Reviewers],
) -> Result<Vec<WaitingRow>> {
    let open_to: Vec<&str> = open_to.iter().map(|reviewers| reviewers.as_str()).collect();
    let rows = sqlx::query!(
        r#"SELECT r.id, r.execution_id, r.node_id, r.until_at, r.opened_at, e.name, e.number,
                  engine_step_name(e.run_definition, r.node_id) AS "step!"
             FROM reviews r
             JOIN workflow_executions e ON e.id = r.execution_id
            WHERE r.workspace_id = $1 AND r.status = 'open' AND r.reviewers = ANY ($2)
              AND NOT r.approvals @> jsonb_build_array(jsonb_build_object('user', $3::text))
            ORDER BY r.opened_at, r.id
            LIMIT $4"#,
        workspace.0,
        &open_to as _,
        user.0.to_string(),
        MOST
    )
    .fetch_all(conn)
    .await
    .doing("listing the reviews that wait")?;
    Ok(rows.into_iter().map(|row| waiting_row!(row)).collect())
}

/// How many reviews are open to these groups of reviewers and not yet approved by this person, and
/// the latest of them.
pub async fn count_waiting(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
    open_to: &[Reviewers],
) -> Result<(i64, Option<WaitingRow>)> {
    let open_to: Vec<&str> = open_to.iter().map(|reviewers| reviewers.as_str()).collect();
    let row = sqlx::query!(
        r#"SELECT r.id, r.execution_id, r.node_id, r.until_at, r.opened_at, e.name, e.number,
                  engine_step_name(e.run_definition, r.node_id) AS "step!", r.count AS "count!"
             FROM (SELECT *, count(*) OVER () FROM reviews
                    WHERE workspace_id = $1 AND status = 'open' AND reviewers = ANY ($2)
                      AND NOT approvals @> jsonb_build_array(jsonb_build_object('user', $3::text))
                    ORDER BY opened_at DESC, id DESC
                    LIMIT 1) r
             JOIN workflow_executions e ON e.id = r.execution_id"#,
        workspace.0,
        &open_to as _,
        user.0.to_string()
    )
    .fetch_optional(conn)
    .await
    .doing("counting reviews")?;
    Ok(row.map_or((0, None), |row| {
        let count = row.count;
        (count, Some(waiting_row!(row)))
    }))
}

/// The name of a person, who must exist.
pub async fn user_name(conn: &mut PgConnection, user: UserId) -> Result<String> {
    sqlx::query_scalar!("SELECT name FROM users WHERE id = $1", user.0)
        .fetch_one(conn)
        .await
        .doing("reading a reviewer's name")
}
