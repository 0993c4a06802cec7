//! Calls that an agent's model asks for: one row for each, by its id in the talk of its job.
//!
//! A row is `sent` before its call leaves and gets its end at once, so whoever takes the job over
//! answers the model from rows and calls nobody twice. A row that is `sent` and whose attempt is over
//! was lost. Where its tool must not be repeated, a person has said what became of it before the job
//! is claimed again: then the row has that as its end, or is to be made again.

use std::collections::BTreeMap;

use model::{
    decide::ImageOut,
    document::Writing,
    id::{DocumentId, ExecutionId, ToolCallId, UserId, WorkspaceId},
    mcp::call::ToolCallState,
};
use serde_json::Value;
use sqlx::{PgConnection, PgPool, types::Json};

use super::tool_calls::ToolCall;
use crate::{
    Fetch, Statement,
    error::{Doing, Result},
    executions::{CallReservation, Claim, mark_sent},
    rows::{columns, parse_enum},
};

/// A call that the model of an agent asks for.
#[derive(Debug, Clone, Copy)]
pub struct AgentCall<'a> {
    /// The tool, as the agent's definition names it, and what is sent to it.
    pub call: ToolCall<'a>,
    /// The id of the call in the talk.
    pub call_id: &'a str,
    /// The execution that it launches; none where it calls something else.
    pub child: Option<ExecutionId>,
}

#[derive(Debug, Clone, Copy)]
pub enum AgentCallEnd<'a> {
    /// The tool answered this.
    Answered(&'a Value),
    /// The tool answered more than a model is given at once.
    Long {
        /// What the model is given of it.
        beginning: &'a str,
        text: &'a str,
    },
    /// It failed, for this reason.
    Failed(&'a str),
    /// It was not allowed, for this reason, and never left.
    Refused(&'a str),
}

impl AgentCallEnd<'_> {
    fn state(self) -> ToolCallState {
        match self {
            Self::Answered(_) | Self::Long { .. } => ToolCallState::Answered,
            Self::Failed(_) => ToolCallState::Failed,
            Self::Refused(_) => ToolCallState::Refused,
        }
    }

    fn result(self) -> Option<Value> {
        match self {
            Self::Answered(value) => Some(value.clone()),
            Self::Long { beginning, .. } => Some(beginning.into()),
            Self::Failed(_) | Self::Refused(_) => None,
        }
    }

    fn artifact(self) -> Option<String> {
        match self {
            Self::Long { text, .. } => Some(text.to_owned()),
            Self::Answered(_) | Self::Failed(_) | Self::Refused(_) => None,
        }
    }

    fn error(self) -> Option<String> {
        match self {
            Self::Failed(words) | Self::Refused(words) => Some(words.to_owned()),
            Self::Answered(_) | Self::Long { .. } => None,
        }
    }
}

/// A call of a talk that has a row.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownCall {
    /// The id of its row.
    pub id: ToolCallId,
    /// How it stands.
    pub state: ToolCallState,
    /// What was answered, or the beginning of a long result.
    pub result: Option<Value>,
    /// How many characters a long result has; none for one that is whole.
    pub long_chars: Option<u64>,
    /// Why it failed or was refused.
    pub error: Option<String>,
}

/// Those of these calls of a job's talk that have a row, by their ids in the talk.
pub async fn find(
    conn: &mut PgConnection,
    claim: Claim,
    call_ids: &[String],
) -> Result<BTreeMap<String, KnownCall>> {
    let rows = sqlx::query!(
        r#"SELECT c.id, c.call_id AS "call_id!", c.state, c.result, c.error,
                  length(c.artifact) AS "long_chars?"
             FROM agent_jobs j
             JOIN mcp_tool_calls c ON c.execution_id = j.execution_id AND c.job_id = j.id
                                  AND c.generation = j.generation
            WHERE j.workspace_id = $1 AND j.id = $2 AND c.call_id = ANY($3)"#,
        claim.workspace.0,
        claim.job.0,
        call_ids
    )
    .all(conn, "reading the calls of an agent")
    .await?;
    let known = rows.into_iter().map(|row| {
        let call = KnownCall {
            id: ToolCallId(row.id),
            state: parse_enum(&row.state)?,
            result: row.result,
            long_chars: row.long_chars.and_then(|chars| u64::try_from(chars).ok()),
            error: row.error,
        };
        Ok((row.call_id, call))
    });
    known.collect()
}

/// How many calls the talk of a job has made; what was refused does not count.
pub async fn count(conn: &mut PgConnection, claim: Claim) -> Result<u32> {
    let calls = sqlx::query_scalar!(
        r#"SELECT count(*) AS "calls!"
             FROM agent_jobs j
             JOIN mcp_tool_calls c ON c.execution_id = j.execution_id AND c.job_id = j.id
                                  AND c.generation = j.generation
            WHERE j.workspace_id = $1 AND j.id = $2 AND c.call_id IS NOT NULL
              AND c.state <> 'refused'"#,
        claim.workspace.0,
        claim.job.0
    )
    .one(conn, "counting the calls of an agent")
    .await?;
    Ok(u32::try_from(calls).unwrap_or(0))
}

/// Records that a call is about to leave; none when the job was taken over: then it must not be made.
/// Where it must not be repeated blindly, `input` is kept with the job, which counts as one with a call
/// under way until [`settle`].
pub async fn begin(
    pool: &PgPool,
    claim: Claim,
    call: AgentCall<'_>,
    input: Option<&Value>,
) -> Result<Option<ToolCallId>> {
    let doing = "noting the call of an agent";
    let mut tx = crate::begin(pool).await.doing(doing)?;
    // The row comes first, as where a step notes the call of a tool.
    let Some(id) = place(&mut tx, claim, call).await? else { return Ok(None) };
    if let Some(input) = input {
        let (job, fence) = (claim.job, claim.fence);
        if !mark_sent(&mut tx, job, fence, input, CallReservation::default()).await? {
            return Ok(None);
        }
    }
    tx.commit().await.doing(doing)?;
    Ok(Some(id))
}

/// Puts the row of a call in the state `sent`: a new one, or that of a call that was lost. None when the
/// job is no longer held under the claim.
pub async fn place(
    conn: &mut PgConnection,
    claim: Claim,
    call: AgentCall<'_>,
) -> Result<Option<ToolCallId>> {
    let again = sqlx::query_scalar!(
        "UPDATE mcp_tool_calls c
            SET attempt = j.attempt, fence = j.fence, definition_hash = $5, arguments = $6,
                started_at = engine_now()
           FROM agent_jobs j
          WHERE j.workspace_id = $1 AND j.id = $2 AND j.fence = $3 AND j.status = 'running'
            AND c.execution_id = j.execution_id AND c.job_id = j.id
            AND c.generation = j.generation AND c.call_id = $4 AND c.state = 'sent'
      RETURNING c.id",
        claim.workspace.0,
        claim.job.0,
        claim.fence,
        call.call_id,
        call.call.definition_hash,
        Json(call.call.arguments) as _
    )
    .optional(conn, "noting the call of an agent")
    .await?;
    match again {
        Some(id) => Ok(Some(ToolCallId(id))),
        None => insert(conn, claim, call).await,
    }
}

async fn insert(
    conn: &mut PgConnection,
    claim: Claim,
    AgentCall { call, call_id, child }: AgentCall<'_>,
) -> Result<Option<ToolCallId>> {
    sqlx::query_scalar!(
        "INSERT INTO mcp_tool_calls (id, workspace_id, execution_id, job_id, node_id, attempt,
                                     fence, tool, definition_hash, arguments, state, started_at,
                                     sample, call_id, generation, child_execution_id, turn)
         SELECT $1::uuid, j.workspace_id, j.execution_id, j.id, j.node_id, j.attempt, j.fence,
                $5::text, $6::text, $7::jsonb, 'sent', engine_now(), $8::bool, $9::text,
                j.generation, $10::uuid,
                (SELECT max(a.turn) FROM agent_calls a
                  WHERE a.execution_id = j.execution_id AND a.job_id = j.id
                    AND a.generation = j.generation)
           FROM agent_jobs j
          WHERE j.workspace_id = $2 AND j.id = $3 AND j.fence = $4 AND j.status = 'running'
      RETURNING id",
        call.id.0,
        claim.workspace.0,
        claim.job.0,
        claim.fence,
        call.tool,
        call.definition_hash,
        Json(call.arguments) as _,
        call.sample,
        call_id,
        child.map(|child| child.0)
    )
    .optional(conn, "noting the call of an agent")
    .await
    .map(|written| written.map(ToolCallId))
}

/// Records how a call ended; one that has an end keeps it. The job no longer counts as one with a call
/// under way: should its process be lost now, nobody has to be asked.
pub async fn settle(
    conn: &mut PgConnection,
    claim: Claim,
    id: ToolCallId,
    end: AgentCallEnd<'_>,
) -> Result<()> {
    sqlx::query!(
        "WITH heard AS (
             UPDATE agent_jobs SET effect = 'intent'
              WHERE workspace_id = $1 AND id = $7 AND fence = $8 AND status = 'running'
                AND effect = 'sent')
         UPDATE mcp_tool_calls
            SET state = $3, result = $4, error = $5, artifact = $6, ended_at = engine_now()
          WHERE workspace_id = $1 AND id = $2 AND state = 'sent'",
        claim.workspace.0,
        id.0,
        end.state().as_str(),
        end.result() as _,
        end.error(),
        end.artifact(),
        claim.job.0,
        claim.fence
    )
    .run(conn, "recording how the call of an agent ended")
    .await
}

/// Deletes the row of a call that was not made after all; one that has its end stays.
pub async fn forget(conn: &mut PgConnection, workspace: WorkspaceId, id: ToolCallId) -> Result<()> {
    sqlx::query!(
        "DELETE FROM mcp_tool_calls WHERE workspace_id = $1 AND id = $2 AND state = 'sent'",
        workspace.0,
        id.0
    )
    .run(conn, "forgetting the call of an agent")
    .await
}

pub async fn find_long_result(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    id: ToolCallId,
) -> Result<Option<String>> {
    let found = sqlx::query_scalar!(
        r#"SELECT artifact AS "text!"
             FROM mcp_tool_calls
            WHERE workspace_id = $1 AND execution_id = $2 AND id = $3 AND artifact IS NOT NULL"#,
        workspace.0,
        execution.0,
        id.0
    )
    .fetch_optional(conn)
    .await;
    found.doing("reading a long result")
}

/// Puts the images of a call's answer into the library; their blobs are on record already.
pub async fn insert_images(
    conn: &mut PgConnection,
    claim: Claim,
    images: &[ImageOut],
    sample: bool,
) -> Result<()> {
    columns!(images, |image| {
        ids: image.id.0,
        digests: image.digest.as_str(),
        kinds: image.media_type.as_str(),
        sizes: image.bytes,
        widths: i32::try_from(image.width).unwrap_or(i32::MAX),
        heights: i32::try_from(image.height).unwrap_or(i32::MAX),
        alts: image.alt.as_str(),
    });
    sqlx::query!(
        "INSERT INTO images (id, workspace_id, project_id, digest, media_type, bytes, width,
                             height, alt, sample, execution_id, node_id, origin_job)
         SELECT u.id, j.workspace_id, e.project_id, u.digest, u.media_type, u.bytes, u.width,
                u.height, u.alt, $10::bool, e.id, j.node_id, j.id
           FROM UNNEST($3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::int[], $8::int[],
                       $9::text[])
                AS u (id, digest, media_type, bytes, width, height, alt)
          CROSS JOIN agent_jobs j
           JOIN workflow_executions e ON e.id = j.execution_id
          WHERE j.workspace_id = $1 AND j.id = $2",
        claim.workspace.0,
        claim.job.0,
        &ids,
        &digests as _,
        &kinds as _,
        &sizes,
        &widths,
        &heights,
        &alts as _,
        sample
    )
    .run(conn, "recording the pictures of an answer")
    .await
}

/// A document that an agent writes.
#[derive(Debug, Clone, Copy)]
pub struct WrittenDocument<'a> {
    /// Its id, derived from that of the call.
    pub id: DocumentId,
    /// Title, text, status and tags.
    pub writing: &'a Writing,
    /// In whose name it is written.
    pub user: UserId,
}

/// Adds a document to the project of a job's execution.
pub async fn insert_document(
    conn: &mut PgConnection,
    claim: Claim,
    WrittenDocument { id, writing, user }: WrittenDocument<'_>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO documents (id, workspace_id, project_id, title, content, status, tags,
                                execution_id, node_id, created_by, sample)
         SELECT $3::uuid, j.workspace_id, e.project_id, $4::text, $5::text, $6::text, $7::text[],
                e.id, j.node_id, $8::uuid,
                EXISTS (SELECT FROM agent_calls a
                         WHERE a.execution_id = e.id AND a.job_id = j.id AND a.sample)
           FROM agent_jobs j
           JOIN workflow_executions e ON e.id = j.execution_id
          WHERE j.workspace_id = $1 AND j.id = $2",
        claim.workspace.0,
        claim.job.0,
        id.0,
        writing.title,
        writing.content,
        writing.status.as_str(),
        &writing.tags,
        user.0
    )
    .run(conn, "writing the document of an agent")
    .await
}
