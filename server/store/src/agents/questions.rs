//! What agents have asked people, and what those decided.

use model::{
    agent::approval::{CallToApprove, ReviewKind},
    id::{ExecutionId, JobId, WorkspaceId},
    review::Verdict,
};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};

use crate::{
    Fetch,
    error::Result,
    rows::{parse_enum, read_json},
};

/// A question of an agent that people have decided.
#[derive(Debug, Clone, PartialEq)]
pub struct DecidedQuestion {
    pub kind: ReviewKind,
    /// How it was decided: approved or rejected.
    pub verdict: Verdict,
    /// The items as they were asked.
    pub asked: Vec<Value>,
    /// The items that were approved, as they were edited; none where it was rejected. Calls among them
    /// keep the binding of what was asked: it says what their arguments in `asked` are bound to.
    pub items: Option<Vec<Value>>,
    /// Why, or words for the agent.
    pub reason: Option<String>,
    /// Whether the same is not to be asked again in this execution.
    pub always: bool,
    /// The name of the person.
    pub by: Option<String>,
}

/// What was decided for a job in its present generation, the oldest first.
pub async fn decided(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    job: JobId,
) -> Result<Vec<DecidedQuestion>> {
    let rows = sqlx::query!(
        r#"SELECT r.kind, r.status, r.asked AS "asked!: Json<Vec<Value>>",
                  r.items AS "items: Json<Vec<Value>>", r.reason, r.always, r.decided_name
             FROM agent_jobs j
             JOIN reviews r ON r.execution_id = j.execution_id AND r.node_row_id = j.node_row_id
                           AND r.generation = j.generation
            WHERE j.workspace_id = $1 AND j.id = $2 AND r.asked IS NOT NULL
              AND r.status IN ('approved', 'rejected')
            ORDER BY r.opened_at, r.id"#,
        workspace.0,
        job.0
    )
    .all(conn, "reading what was decided for an agent")
    .await?;
    let question = rows.into_iter().map(|row| {
        let verdict: Verdict = parse_enum(&row.status)?;
        Ok(DecidedQuestion {
            kind: parse_enum(&row.kind)?,
            verdict,
            asked: row.asked.0,
            items: (verdict == Verdict::Approved).then_some(row.items.0),
            reason: row.reason,
            always: row.always,
            by: row.decided_name,
        })
    });
    question.collect()
}

/// The calls that people have approved for good in an execution, as they were asked about.
pub async fn always_allowed(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<Vec<CallToApprove>> {
    let rows = sqlx::query_scalar!(
        r#"SELECT asked.item AS "item!"
             FROM reviews r, jsonb_array_elements(r.asked) AS asked (item)
            WHERE r.workspace_id = $1 AND r.execution_id = $2
              AND r.kind = 'tool_calls' AND r.status = 'approved' AND r.always
              -- Those that were left out were not approved.
              AND EXISTS (SELECT FROM jsonb_array_elements(r.items) AS kept (item)
                           WHERE kept.item ->> 'call_id' = asked.item ->> 'call_id')
            ORDER BY r.opened_at, r.id"#,
        workspace.0,
        execution.0
    )
    .all(conn, "reading what an agent may do without being asked again")
    .await?;
    rows.into_iter().map(read_json).collect()
}

/// For how many milliseconds a job has waited for people in its present generation.
pub async fn waited_ms(conn: &mut PgConnection, workspace: WorkspaceId, job: JobId) -> Result<u64> {
    let waited = sqlx::query_scalar!(
        r#"SELECT coalesce(sum(extract(epoch FROM r.decided_at - r.opened_at) * 1000), 0)::bigint AS "waited!"
             FROM agent_jobs j
             JOIN reviews r ON r.execution_id = j.execution_id AND r.node_row_id = j.node_row_id
                           AND r.generation = j.generation
            WHERE j.workspace_id = $1 AND j.id = $2 AND r.asked IS NOT NULL"#,
        workspace.0,
        job.0
    )
    .one(conn, "reading how long an agent has waited for people")
    .await?;
    Ok(u64::try_from(waited).unwrap_or(0))
}
