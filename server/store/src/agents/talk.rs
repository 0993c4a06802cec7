//! The talks of agents: messages by their hashes, each content once in a workspace, and the model
//! calls that were answered.
//!
//! A call was given a beginning of its talk, so that it keeps no list of its own: what is stored
//! grows with what is new.

use chrono::{DateTime, Utc};
use model::{
    agent::{
        page::{MadeCall, TalkCall, TalkEntry, TalkRole, TalkShare, TalkTry},
        talk::Message,
        turn::AnsweredCall,
    },
    id::{ExecutionId, JobId, WorkspaceId},
    mcp::call::ToolCallState,
    time::Timestamp,
};
use serde_json::Value;
use sqlx::PgConnection;

use crate::{
    Fetch,
    error::{EngineError, Result},
    rows::{parse_enum, read_json},
    timestamp,
};

/// Messages of a page at most.
const PAGE_MESSAGES: i64 = 200;
/// Bytes of the messages of a page, unless it is a single one.
const PAGE_BYTES: i64 = 1 << 20;

/// The talk of an agent's job in its present generation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Talk {
    /// All messages, in their order.
    pub messages: Vec<Message>,
    /// The model calls that were answered, in their order.
    pub calls: Vec<AnsweredCall>,
    /// When its first step was recorded; none before that.
    pub began_at: Option<Timestamp>,
}

/// Reads all of a job's talk; an empty one before its first step.
pub async fn load(conn: &mut PgConnection, workspace: WorkspaceId, job: JobId) -> Result<Talk> {
    let rows = sqlx::query!(
        r#"SELECT t.at, m.body AS "body?"
             FROM agent_jobs j
             JOIN agent_talk t ON t.execution_id = j.execution_id AND t.job_id = j.id
                              AND t.generation = j.generation
             LEFT JOIN agent_messages m ON m.workspace_id = t.workspace_id AND m.hash = t.hash
            WHERE j.workspace_id = $1 AND j.id = $2
            ORDER BY t.position"#,
        workspace.0,
        job.0
    )
    .all(conn, "reading the talk of an agent")
    .await?;
    let began_at = rows.first().map(|row| timestamp(row.at));
    let messages = rows.into_iter().map(|row| message(row.body)).collect::<Result<Vec<_>>>()?;
    let calls = calls(conn, workspace, job, None).await?;
    Ok(Talk { messages, calls: calls.into_iter().map(|call| call.call).collect(), began_at })
}

fn message(body: Option<Value>) -> Result<Message> {
    let missing = || EngineError::internal("reading a talk", "a message of it is missing");
    read_json(body.ok_or_else(missing)?)
}

#[derive(Debug, Clone, Copy)]
pub struct TalkPart {
    pub workspace: WorkspaceId,
    /// The execution of the job.
    pub execution: ExecutionId,
    pub job: JobId,
    /// The generation of the job; none for the present one.
    pub generation: Option<i32>,
    /// The position before which it ends; none for the end of the talk.
    pub before: Option<u32>,
}

/// The last messages of a job's talk, as many as a page takes, in their
/// order; and the position before which there are more.
pub async fn entries(
    conn: &mut PgConnection,
    part: TalkPart,
) -> Result<(Vec<TalkEntry>, Option<u32>)> {
    let rows = sqlx::query!(
        r#"SELECT t.position, t.turn, t.at, t.hash, m.body AS "body?", m.bytes AS "bytes?",
                  c.state AS "state?", c.child_execution_id AS "child?", c.started_at AS "started?",
                  c.ended_at AS "ended?"
             FROM agent_jobs j
             JOIN agent_talk t ON t.execution_id = j.execution_id AND t.job_id = j.id
                              AND t.generation = coalesce($6, j.generation)
             LEFT JOIN agent_messages m ON m.workspace_id = t.workspace_id AND m.hash = t.hash
             LEFT JOIN mcp_tool_calls c ON c.execution_id = t.execution_id AND c.job_id = t.job_id
                                       AND c.generation = t.generation
                                       AND c.call_id = m.body ->> 'call_id'
            WHERE j.workspace_id = $1 AND j.execution_id = $2 AND j.id = $3 AND t.position < $4
            ORDER BY t.position DESC
            LIMIT $5"#,
        part.workspace.0,
        part.execution.0,
        part.job.0,
        part.before.map_or(i32::MAX, to_int),
        PAGE_MESSAGES + 1,
        part.generation
    )
    .all(conn, "reading the talk of an agent")
    .await?;
    let mut entries: Vec<TalkEntry> = vec![];
    let (mut bytes, mut next) = (0, None);
    for (count, row) in (0..).zip(rows) {
        bytes += i64::from(row.bytes.unwrap_or(0));
        if count > 0 && (count >= PAGE_MESSAGES || bytes > PAGE_BYTES) {
            next = entries.last().map(|first| first.position);
            break;
        }
        let (state, child) = (row.state.as_deref(), row.child.map(ExecutionId));
        entries.push(TalkEntry {
            position: to_count(row.position),
            turn: to_count(row.turn),
            at: timestamp(row.at),
            message: message(row.body)?,
            hash: hex::encode(row.hash),
            made: state
                .map(|state| made_call(state, child, row.started.zip(row.ended)))
                .transpose()?,
        });
    }
    entries.reverse();
    Ok((entries, next))
}

/// How a call of a tool stands that took from the one time to the other.
fn made_call(
    state: &str,
    child: Option<ExecutionId>,
    time: Option<(DateTime<Utc>, DateTime<Utc>)>,
) -> Result<MadeCall> {
    let state: ToolCallState = parse_enum(state)?;
    let took = time.filter(|_| state != ToolCallState::Refused);
    let took_ms = took.map(|(from, to)| timestamp(to).ms_since(timestamp(from)));
    Ok(MadeCall { state, child, took_ms })
}

/// How large the messages of a job's talk are, by who says them.
pub async fn shares(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    job: JobId,
    generation: Option<i32>,
) -> Result<Vec<TalkShare>> {
    let rows = sqlx::query!(
        r#"SELECT m.body ->> 'role' AS "role!", sum(m.bytes) AS "bytes!"
             FROM agent_jobs j
             JOIN agent_talk t ON t.execution_id = j.execution_id AND t.job_id = j.id
                              AND t.generation = coalesce($3, j.generation)
             JOIN agent_messages m ON m.workspace_id = t.workspace_id AND m.hash = t.hash
            WHERE j.workspace_id = $1 AND j.id = $2
            GROUP BY 1"#,
        workspace.0,
        job.0,
        generation
    )
    .all(conn, "measuring the talk of an agent")
    .await?;
    let mut shares = vec![];
    for row in rows {
        let role: TalkRole = parse_enum(&row.role)?;
        shares.push(TalkShare { role, bytes: to_tokens(row.bytes) });
    }
    shares.sort_by_key(|share| TalkRole::ALL.iter().position(|role| *role == share.role));
    Ok(shares)
}

/// The tries of a job's item that have a talk, but for the latest one, in their order.
pub async fn earlier_tries(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    job: JobId,
) -> Result<Vec<TalkTry>> {
    let rows = sqlx::query!(
        r#"SELECT t.job_id, t.generation
             FROM agent_jobs j
             JOIN agent_jobs o ON o.execution_id = j.execution_id
                              AND o.node_row_id = j.node_row_id AND o.item = j.item
             JOIN agent_talk t ON t.execution_id = o.execution_id AND t.job_id = o.id
                              AND t.position = 0
            WHERE j.workspace_id = $1 AND j.id = $2
              AND t.generation < (SELECT max(l.generation) FROM agent_jobs l
                                   WHERE l.execution_id = j.execution_id
                                     AND l.node_row_id = j.node_row_id AND l.item = j.item)
            ORDER BY t.generation"#,
        workspace.0,
        job.0
    )
    .all(conn, "looking for earlier tries of an agent")
    .await?;
    let each = rows.into_iter();
    Ok(each.map(|row| TalkTry { job: JobId(row.job_id), generation: row.generation }).collect())
}

/// Whether an execution has this job, and it is one of an agent.
pub async fn exists(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    job: JobId,
) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM agent_jobs
                           WHERE workspace_id = $1 AND execution_id = $2 AND id = $3
                             AND job_type = 'agent') AS "exists!""#,
        workspace.0,
        execution.0,
        job.0
    )
    .one(conn, "looking for the job of an agent")
    .await
}

/// The answered model calls of a job in one generation, or its present one, in
/// their order.
pub async fn calls(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    job: JobId,
    generation: Option<i32>,
) -> Result<Vec<TalkCall>> {
    let rows = sqlx::query!(
        "SELECT c.turn, c.messages, c.provider, c.model, c.input_tokens, c.cached_tokens,
                c.output_tokens, c.cost, c.took_ms, c.is_repair, c.sample, c.at
           FROM agent_jobs j
           JOIN agent_calls c ON c.execution_id = j.execution_id AND c.job_id = j.id
                             AND c.generation = coalesce($3, j.generation)
          WHERE j.workspace_id = $1 AND j.id = $2
          ORDER BY c.turn",
        workspace.0,
        job.0,
        generation
    )
    .all(conn, "reading the model calls of an agent")
    .await?;
    let call = rows.into_iter().map(|row| TalkCall {
        call: AnsweredCall {
            turn: to_count(row.turn),
            messages: to_count(row.messages),
            provider: row.provider,
            model: row.model,
            input_tokens: to_tokens(row.input_tokens),
            cached_tokens: to_tokens(row.cached_tokens),
            output_tokens: to_tokens(row.output_tokens),
            cost_micros: row.cost,
            took_ms: to_tokens(row.took_ms),
            is_repair: row.is_repair,
            sample: row.sample,
        },
        at: timestamp(row.at),
    });
    Ok(call.collect())
}

fn to_int(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn to_count(column: i32) -> u32 {
    u32::try_from(column).unwrap_or(0)
}

fn to_tokens(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}
