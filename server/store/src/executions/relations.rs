//! Relations between executions: parents and the children that their jobs launch, origins and
//! reruns.

use model::{
    decide::{ChildEnd, ChildEnding, ChildWait, ParentWord},
    execution::{
        state::{EndReason, ExecutionStatus, PauseReason},
        view::Bill,
        wait::Wait,
    },
    id::{ExecutionId, JobId, NodeId, ProjectId, UserId, WorkspaceId},
    pages::{ExecutionLink, ExecutionRelations},
    time::Timestamp,
};
use serde_json::{Map, Value};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::waits::parse_stands;
use crate::{
    error::{Doing, Result},
    rows::parse_enum,
    timestamp,
};

/// What a child takes from the execution that launches it.
#[derive(Debug)]
pub struct ParentRow {
    /// The project that the child's results go to.
    pub project: ProjectId,
    /// Who launched the parent.
    pub user: Option<UserId>,
    /// The context of the parent's launch: documents and files that went along.
    pub context: Map<String, Value>,
    /// How deep the parent is; 0 for one that no execution launched.
    pub depth: i16,
    /// Milliseconds of active time the parent has used.
    pub active_ms: u64,
    /// When that was so, by the database's clock.
    pub now: Timestamp,
}

/// Locks a parent against changes until the transaction ends, and reads what its child takes from
/// it; none when the job is no longer held under the fence.
///
/// The lock is a statement of its own, so that what is read afterwards is not older.
pub async fn lock_parent(
    conn: &mut PgConnection,
    parent: ExecutionId,
    job: JobId,
    fence: i64,
) -> Result<Option<ParentRow>> {
    sqlx::query!("SELECT id FROM workflow_executions WHERE id = $1 FOR SHARE", parent.0)
        .fetch_optional(&mut *conn)
        .await
        .doing("locking a parent")?;
    let row = sqlx::query!(
        r#"SELECT e.project_id, e.user_id, e.context AS "context: Json<Map<String, Value>>", e.depth,
                  e.active_ms
                  + coalesce(extract(epoch FROM engine_now() - e.running_since) * 1000, 0)::bigint
                    AS "active_ms!",
                  engine_now() AS "now!"
             FROM workflow_executions e
             JOIN agent_jobs j ON j.execution_id = e.id
            WHERE e.id = $1 AND j.id = $2 AND j.fence = $3 AND j.status = 'running'"#,
        parent.0,
        job.0,
        fence
    )
    .fetch_optional(conn)
    .await
    .doing("reading a parent")?;
    Ok(row.map(|row| ParentRow {
        project: ProjectId(row.project_id),
        user: row.user_id.map(UserId),
        context: row.context.0,
        depth: row.depth,
        active_ms: u64::try_from(row.active_ms).unwrap_or(0),
        now: timestamp(row.now),
    }))
}

/// Those of these executions that have failed.
pub async fn filter_failed(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "SELECT id FROM workflow_executions WHERE id = ANY($1) AND status = 'failed'",
        ids
    )
    .fetch_all(conn)
    .await
    .doing("reading which children have failed")
}

/// How a child execution has ended, with its parent; none while it has not, and for an execution
/// that no job launched.
pub async fn find_ended_child(
    conn: &mut PgConnection,
    child: ExecutionId,
) -> Result<Option<(ExecutionId, ChildEnd)>> {
    let row = sqlx::query!(
        r#"WITH RECURSIVE family AS (
               SELECT c.* FROM workflow_executions c WHERE c.id = $1
                UNION ALL
               SELECT c.* FROM workflow_executions c
                 JOIN family ON c.parent_execution_id = family.id
           )
           SELECT e.parent_execution_id AS "parent!", e.parent_job_id AS "job!", e.status, e.output,
                  e.error, e.end_reason,
                  (SELECT sum(input_tokens) FROM family)::bigint AS "input_tokens!",
                  (SELECT sum(output_tokens) FROM family)::bigint AS "output_tokens!",
                  (SELECT sum(total_cost) FROM family)::bigint AS "cost!",
                  (SELECT sum(unpriced_calls) FROM family)::bigint AS "unpriced!",
                  (SELECT sum(sample_calls) FROM family)::bigint AS "samples!"
             FROM workflow_executions e
            WHERE e.id = $1 AND e.parent_job_id IS NOT NULL
              AND e.status IN ('completed', 'failed', 'stopped')"#,
        child.0
    )
    .fetch_optional(conn)
    .await
    .doing("reading how a child ended")?;
    let Some(row) = row else { return Ok(None) };
    let ending = match parse_enum(&row.status)? {
        ExecutionStatus::Completed => ChildEnding::Completed(row.output.unwrap_or_default()),
        ExecutionStatus::Failed => ChildEnding::Failed(row.error.unwrap_or_default()),
        ExecutionStatus::Stopped
        | ExecutionStatus::Pending
        | ExecutionStatus::Running
        | ExecutionStatus::Paused => {
            let reason = row.end_reason.as_deref().map(parse_enum).transpose()?;
            ChildEnding::Stopped(reason.unwrap_or(EndReason::User))
        }
    };
    let bill = Bill {
        input_tokens: row.input_tokens,
        output_tokens: row.output_tokens,
        cost_micros: row.cost,
        unpriced_calls: row.unpriced,
        sample_calls: row.samples,
    };
    let end = ChildEnd { job: JobId(row.job), child, ending, bill };
    Ok(Some((ExecutionId(row.parent), end)))
}

/// What all descendants of an execution have used and cost so far.
pub async fn children_bill(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<Bill> {
    sqlx::query_as!(
        Bill,
        r#"WITH RECURSIVE below AS (
               SELECT b.id, b.input_tokens, b.output_tokens, b.total_cost, b.unpriced_calls,
                      b.sample_calls
                 FROM workflow_executions b
                WHERE b.workspace_id = $1 AND b.parent_execution_id = $2
                UNION ALL
               SELECT b.id, b.input_tokens, b.output_tokens, b.total_cost, b.unpriced_calls,
                      b.sample_calls
                 FROM workflow_executions b
                 JOIN below ON b.parent_execution_id = below.id
           )
           SELECT coalesce(sum(input_tokens), 0)::bigint AS "input_tokens!",
                  coalesce(sum(output_tokens), 0)::bigint AS "output_tokens!",
                  coalesce(sum(total_cost), 0)::bigint AS "cost_micros!",
                  coalesce(sum(unpriced_calls), 0)::bigint AS "unpriced_calls!",
                  coalesce(sum(sample_calls), 0)::bigint AS "sample_calls!"
             FROM below"#,
        workspace.0,
        id.0
    )
    .fetch_one(conn)
    .await
    .doing("reading what launched executions cost")
}

/// Children that are over although the job that launched them still waits for them; at most 100.
pub async fn find_unreported_children(conn: &mut PgConnection) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        // Not a join: planned while the tables are empty, that reads every execution that is over.
        r#"SELECT j.child_id AS "child!"
             FROM agent_jobs j
            WHERE j.status = 'pending' AND j.child_id IS NOT NULL
              AND (SELECT c.status FROM workflow_executions c WHERE c.id = j.child_id)
                  IN ('completed', 'failed', 'stopped')
            LIMIT 100"#
    )
    .fetch_all(conn)
    .await
    .doing("looking for children that are over")
}

/// What the job that launched a child waits for while that is not over: the parent, the wait, and
/// whether the child is paused for a reason of its own. None for an execution that no job launched.
pub async fn find_waiting_child(
    conn: &mut PgConnection,
    child: ExecutionId,
) -> Result<Option<(ExecutionId, ChildWait, bool)>> {
    let row = sqlx::query!(
        r#"SELECT parent_execution_id AS "parent!", parent_job_id AS "job!", name, status,
                  pause_reason, CASE WHEN status = 'paused' THEN engine_pause_words(id) END AS words
             FROM workflow_executions
            WHERE id = $1 AND parent_job_id IS NOT NULL"#,
        child.0
    )
    .fetch_optional(conn)
    .await
    .doing("reading how a child stands")?;
    let Some(row) = row else { return Ok(None) };
    let mut state = parse_stands(&row.status, row.pause_reason.as_deref(), row.words, None)?;
    // A pause that comes from the parent is known to the parent.
    state.pause = state.pause.filter(|reason| *reason != PauseReason::Parent);
    let held_up = state.pause.is_some();
    let message = Wait::describe_child(&row.name, &state);
    let wait = ChildWait { job: JobId(row.job), child, message };
    Ok(Some((ExecutionId(row.parent), wait, held_up)))
}

/// What a child has to know of its parent.
#[derive(Debug, Clone, Copy)]
pub struct ParentState {
    /// True while the parent is paused.
    pub is_paused: bool,
    /// True while the job that launched the child waits for its end.
    pub waits: bool,
}

/// The state of a child's parent; none for an execution that no job launched.
pub async fn find_parent_state(
    conn: &mut PgConnection,
    child: ExecutionId,
) -> Result<Option<ParentState>> {
    sqlx::query_as!(
        ParentState,
        r#"SELECT p.status = 'paused' AS "is_paused!",
                  coalesce(j.status IN ('pending', 'running')
                           AND j.generation = c.parent_generation, false) AS "waits!"
             FROM workflow_executions c
             JOIN workflow_executions p ON p.id = c.parent_execution_id
             LEFT JOIN agent_jobs j ON j.id = c.parent_job_id
            WHERE c.id = $1 AND c.parent_job_id IS NOT NULL"#,
        child.0
    )
    .fetch_optional(conn)
    .await
    .doing("reading how a parent stands")
}

/// Children that are not in the state that their parent's state calls for, each with the command
/// that puts it right; at most 100.
pub async fn find_out_of_step(conn: &mut PgConnection) -> Result<Vec<(Uuid, ParentWord)>> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id!", word AS "word!"
             FROM (SELECT c.id,
                          CASE WHEN j.id IS NULL OR j.status NOT IN ('pending', 'running')
                                    OR j.generation <> c.parent_generation THEN 'stop'
                               WHEN p.status = 'paused' AND (c.status <> 'paused'
                                    OR c.pause_reason NOT IN ('user', 'parent')) THEN 'pause'
                               WHEN p.status = 'running' AND c.pause_reason = 'parent' THEN 'resume'
                          END AS word
                     FROM workflow_executions c
                     JOIN workflow_executions p ON p.id = c.parent_execution_id
                     LEFT JOIN agent_jobs j ON j.id = c.parent_job_id
                    WHERE c.parent_job_id IS NOT NULL
                      AND c.status IN ('pending', 'running', 'paused')) AS child
            WHERE word IS NOT NULL
            LIMIT 100"#
    )
    .fetch_all(conn)
    .await
    .doing("looking for children that are out of step")?;
    let command = |word: &str| match word {
        "stop" => ParentWord::Stop,
        "pause" => ParentWord::Pause,
        _ => ParentWord::Resume,
    };
    Ok(rows.into_iter().map(|row| (row.id, command(&row.word))).collect())
}

/// Children paused at a budget although an ancestor's budget was changed after their last attempt;
/// at most 100.
pub async fn find_behind_budget(conn: &mut PgConnection) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"SELECT c.id
             FROM workflow_executions c
             JOIN workflow_executions p ON p.id = c.parent_execution_id AND p.status = 'running'
            WHERE c.parent_job_id IS NOT NULL AND c.status = 'paused' AND c.pause_reason = 'budget'
              AND EXISTS (
                  WITH RECURSIVE line AS (
                      SELECT p.id, p.parent_execution_id
                       UNION ALL
                      SELECT a.id, a.parent_execution_id
                        FROM line
                        JOIN workflow_executions a ON a.id = line.parent_execution_id
                  )
                  SELECT FROM line
                   -- Apart, so that the events of one execution after the other are looked up.
                   CROSS JOIN LATERAL (
                         SELECT FROM execution_events v
                          WHERE v.execution_id = line.id
                            AND v.events @> '[{"kind": "execution.budget"}]'
                            AND v.at >= (SELECT max(t.started_at) FROM job_attempts t
                                          WHERE t.execution_id = c.id)
                         OFFSET 0) raised)
            LIMIT 100"#
    )
    .fetch_all(conn)
    .await
    .doing("looking for what may spend another sum")
}

/// The parent, children and origin of an execution.
pub async fn load_relations(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<ExecutionRelations> {
    let rows = sqlx::query!(
        r#"SELECT 'parent' AS "bond!", p.id AS "id!", p.number AS "number!", p.name AS "name!",
                  p.status AS "status!", e.parent_node_id AS node_id, p.started_at AS "at!"
             FROM workflow_executions e
             JOIN workflow_executions p ON p.id = e.parent_execution_id
            WHERE e.workspace_id = $1 AND e.id = $2
            UNION ALL
           SELECT CASE e.trigger WHEN 'replay' THEN 'replayed' ELSE 'origin' END, o.id, o.number, o.name, o.status, e.origin_node_id, o.started_at
             FROM workflow_executions e
             JOIN workflow_executions o ON o.id = e.origin_execution_id
            WHERE e.workspace_id = $1 AND e.id = $2
            UNION ALL
           SELECT 'child', c.id, c.number, c.name, c.status, c.parent_node_id, c.started_at
             FROM workflow_executions c
            WHERE c.workspace_id = $1 AND c.parent_execution_id = $2
            ORDER BY 7, 2"#,
        workspace.0,
        id.0
    )
    .fetch_all(conn)
    .await
    .doing("reading an execution's relations")?;
    let mut relations = ExecutionRelations::default();
    for row in rows {
        let link = ExecutionLink {
            id: ExecutionId(row.id),
            number: row.number,
            name: row.name,
            status: parse_enum(&row.status)?,
            node_id: row.node_id.map(NodeId),
        };
        match row.bond.as_str() {
            "parent" => relations.parent = Some(link),
            "origin" => relations.origin = Some(link),
            "replayed" => (relations.origin, relations.is_replay) = (Some(link), true),
            _ => relations.children.push(link),
        }
    }
    Ok(relations)
}
