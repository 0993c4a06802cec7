//! Calls of tools: a row for each attempt that called one, in the state `sent` before the call
//! leaves. Those of an agent are written by [`super::agent_calls`].
//!
//! A row whose attempt ended without an answer (its process was lost, or it was stopped) stays as
//! it is until its execution ends; who reads it is told so. An answer that has a row is never asked for again: a later attempt
//! of the same job takes it from there.

use model::{
    api::listing::Page,
    id::{ExecutionId, JobId, NodeId, ToolCallId, WorkspaceId},
    mcp::call::{ToolCallState, ToolCallView},
};
use serde_json::{Map, Value};
use sqlx::{PgConnection, PgPool, types::Json};

use crate::{
    Fetch, Statement,
    agents::lost_calls::UNHEARD,
    error::{Doing, Result},
    executions::{CallReservation, Claim, mark_sent},
    page_query::{Cursor, PageQuery},
    rows::parse_enum,
    timestamp,
};

#[derive(Debug, Clone, Copy)]
pub struct ToolCall<'a> {
    /// The id of its row.
    pub id: ToolCallId,
    /// The tool, as the workflow names it.
    pub tool: &'a str,
    /// The SHA-256 of the definition that its arguments were judged by.
    pub definition_hash: &'a str,
    /// The arguments as they are sent; no secret is among them.
    pub arguments: &'a Map<String, Value>,
    /// Whether the sample server or the sample provider answers.
    pub sample: bool,
}

#[derive(Debug, Clone, Copy)]
pub enum ToolCallEnd<'a> {
    Answered(&'a Value),
    /// It failed, for this reason.
    Failed(&'a str),
}

impl<'a> ToolCallEnd<'a> {
    fn state(self) -> ToolCallState {
        match self {
            Self::Answered(_) => ToolCallState::Answered,
            Self::Failed(_) => ToolCallState::Failed,
        }
    }

    fn result(self) -> Option<&'a Value> {
        match self {
            Self::Answered(result) => Some(result),
            Self::Failed(_) => None,
        }
    }

    fn error(self) -> Option<&'a str> {
        match self {
            Self::Answered(_) => None,
            Self::Failed(error) => Some(error),
        }
    }
}

/// Records that a call is about to leave: its row, and the note of it in its job, whose `input` is
/// shown to people. False when the job was taken over: then the call must not be made.
pub async fn note(pool: &PgPool, claim: Claim, call: ToolCall<'_>, input: &Value) -> Result<bool> {
    let doing = "noting the call of a tool";
    let mut tx = crate::begin(pool).await.doing(doing)?;
    // The row comes first, and with it the lock that its foreign key takes on the execution's row:
    // who changes an execution locks that before its jobs.
    if !insert(&mut tx, claim, call).await? {
        return Ok(false);
    }
    let (job, fence) = (claim.job, claim.fence);
    if !mark_sent(&mut tx, job, fence, input, CallReservation::default()).await? {
        return Ok(false);
    }
    tx.commit().await.doing(doing)?;
    Ok(true)
}

async fn insert(conn: &mut PgConnection, claim: Claim, call: ToolCall<'_>) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO mcp_tool_calls (id, workspace_id, execution_id, job_id, node_id, attempt,
                                     fence, tool, definition_hash, arguments, state, started_at,
                                     sample)
         SELECT $1::uuid, workspace_id, execution_id, id, node_id, attempt, fence, $5::text,
                $6::text, $7::jsonb, 'sent', engine_now(), $8::bool
           FROM agent_jobs
          WHERE workspace_id = $2 AND id = $3 AND fence = $4 AND status = 'running'",
        call.id.0,
        claim.workspace.0,
        claim.job.0,
        claim.fence,
        call.tool,
        call.definition_hash,
        Json(call.arguments) as _,
        call.sample
    )
    .changed(conn, "noting the call of a tool")
    .await
}

/// Records how a call ended. One that has an end keeps it.
///
/// A job whose call was answered no longer counts as one with a call under way: should its process
/// be lost now, nobody has to be asked. Where the result refers to images (`has_images`) it does,
/// because they are lost then, too.
pub async fn end(
    conn: &mut PgConnection,
    claim: Claim,
    id: ToolCallId,
    end: ToolCallEnd<'_>,
    has_images: bool,
) -> Result<()> {
    sqlx::query!(
        "WITH heard AS (
             UPDATE agent_jobs SET effect = 'intent'
              WHERE workspace_id = $1 AND id = $7 AND fence = $8 AND status = 'running'
                AND $3 = 'answered' AND NOT $6)
         UPDATE mcp_tool_calls
            SET state = $3, result = $4, error = $5, has_images = $6, ended_at = engine_now()
          WHERE workspace_id = $1 AND id = $2 AND state = 'sent'",
        claim.workspace.0,
        id.0,
        end.state().as_str(),
        end.result() as _,
        end.error(),
        has_images,
        claim.job.0,
        claim.fence
    )
    .run(conn, "recording how the call of a tool ended")
    .await
}

/// What an earlier attempt of the job was answered to the same call, also where the tool describes
/// itself in another way since; none where there is no such answer, or it cannot be given again.
pub async fn find_answer(
    conn: &mut PgConnection,
    claim: Claim,
    call: ToolCall<'_>,
) -> Result<Option<Value>> {
    let found = sqlx::query_scalar!(
        r#"SELECT c.result AS "result!"
             FROM agent_jobs j
             JOIN mcp_tool_calls c ON c.execution_id = j.execution_id AND c.job_id = j.id
            WHERE j.workspace_id = $1 AND j.id = $2 AND c.state = 'answered' AND NOT c.has_images
              AND c.tool = $3 AND c.arguments = $4
            ORDER BY c.fence DESC
            LIMIT 1"#,
        claim.workspace.0,
        claim.job.0,
        call.tool,
        Json(call.arguments) as _
    )
    .fetch_optional(conn)
    .await;
    found.doing("looking for the answer of a tool")
}

/// Records a call of a model that has ended and cost `cost`, in millionths of a dollar; nothing
/// where none has left under this claim. That it left is noted where its money is reserved.
pub async fn record(
    conn: &mut PgConnection,
    claim: Claim,
    call: ToolCall<'_>,
    end: ToolCallEnd<'_>,
    cost: Option<i64>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO mcp_tool_calls (id, workspace_id, execution_id, job_id, node_id, attempt,
                                     fence, tool, definition_hash, arguments, state, result,
                                     error, started_at, ended_at, cost, sample)
         SELECT $1::uuid, workspace_id, execution_id, id, node_id, attempt, fence, $5::text,
                $6::text, $7::jsonb, $8::text, $9::jsonb, $10::text,
                coalesce(sent_at, engine_now()), engine_now(), $11::bigint, $12::bool
           FROM agent_jobs
          WHERE workspace_id = $2 AND id = $3 AND fence = $4 AND effect = 'sent'",
        call.id.0,
        claim.workspace.0,
        claim.job.0,
        claim.fence,
        call.tool,
        call.definition_hash,
        Json(call.arguments) as _,
        end.state().as_str(),
        end.result() as _,
        end.error(),
        cost,
        call.sample
    )
    .run(conn, "recording the call of a verb")
    .await
}

/// The calls of an execution, or of one of its nodes in all of its iterations, the newest first.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    node: Option<&NodeId>,
    page: PageQuery,
) -> Result<Page<ToolCallView>> {
    let rows = sqlx::query_file!(
        "sql/tool_calls.sql",
        workspace.0,
        execution.0,
        node.map(NodeId::as_str),
        page.after_time(),
        page.after_id(),
        page.row_limit()
    )
    .all(conn, "listing calls of tools")
    .await?;
    page.to_page(
        rows,
        |row| Cursor { at: row.started_at, id: row.id },
        |row| {
            let unheard = !row.heard;
            Ok(ToolCallView {
                id: ToolCallId(row.id),
                job_id: JobId(row.job_id),
                node_id: NodeId(row.node_id),
                attempt: row.attempt,
                tool: row.tool,
                definition_hash: row.definition_hash,
                arguments: row.arguments.0,
                state: if unheard { ToolCallState::Failed } else { parse_enum(&row.state)? },
                result: row.result.or_else(|| row.said.map(read_said)),
                error: if unheard { Some(UNHEARD.to_owned()) } else { row.error },
                call_id: row.call_id,
                turn: row.turn.and_then(|turn| u32::try_from(turn).ok()),
                child: row.child_execution_id.map(ExecutionId),
                is_long: row.is_long,
                started_at: timestamp(row.started_at),
                ended_at: row.ended_at.map(timestamp),
                cost: row.cost,
                sample: row.sample,
            })
        },
    )
}

/// A result that an agent's talk has, as it was given: it is said there as a text, data as JSON.
fn read_said(text: String) -> Value {
    let data = text.starts_with(['{', '[']).then(|| serde_json::from_str(&text).ok());
    data.flatten().unwrap_or(Value::String(text))
}
