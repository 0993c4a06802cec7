//! How far the talks of agents have come, as decisions need to know it.

use model::{
    decide::TalkSize,
    id::{ExecutionId, JobId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Fetch, error::Result};

/// How far the talk of an open job has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TalkProgress {
    /// The execution of the job.
    pub execution: ExecutionId,
    pub job: JobId,
    /// The talk in the job's present generation.
    pub size: TalkSize,
    /// The tools that it has called and that have not ended.
    pub open_calls: Vec<String>,
}

/// Reads it for the open jobs of agents in these executions.
pub async fn load(conn: &mut PgConnection, executions: &[Uuid]) -> Result<Vec<TalkProgress>> {
    let rows = sqlx::query!(
        r#"SELECT j.id, j.execution_id,
                  coalesce((SELECT t.position + 1 FROM agent_talk t
                             WHERE t.execution_id = j.execution_id AND t.job_id = j.id
                               AND t.generation = j.generation
                             ORDER BY t.position DESC
                             LIMIT 1), 0) AS "messages!",
                  coalesce(c.turn, 0) AS "turn!", coalesce(c.input_tokens, 0) AS "tokens!",
                  ARRAY(SELECT o.tool FROM mcp_tool_calls o
                         WHERE o.execution_id = j.execution_id AND o.job_id = j.id
                           AND o.generation = j.generation AND o.call_id IS NOT NULL
                           AND o.state = 'sent'
                         ORDER BY o.tool) AS "open!"
             FROM agent_jobs j
             LEFT JOIN LATERAL (SELECT k.turn, k.input_tokens FROM agent_calls k
                                 WHERE k.execution_id = j.execution_id AND k.job_id = j.id
                                   AND k.generation = j.generation
                                 ORDER BY k.turn DESC
                                 LIMIT 1) c ON true
            WHERE j.execution_id = ANY($1) AND j.job_type = 'agent'
              AND j.status IN ('pending', 'running')"#,
        executions
    )
    .all(conn, "reading how far agents have come")
    .await?;
    let progress = rows.into_iter().map(|row| TalkProgress {
        execution: ExecutionId(row.execution_id),
        job: JobId(row.id),
        size: TalkSize {
            messages: u32::try_from(row.messages).unwrap_or(0),
            turn: u32::try_from(row.turn).unwrap_or(0),
            context_tokens: u64::try_from(row.tokens).unwrap_or(0),
        },
        open_calls: row.open,
    });
    Ok(progress.collect())
}
