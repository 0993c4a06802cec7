//! The recorded answers of an execution's jobs, and what people did in it, for a replay.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    decide::{ArtifactOut, ArtifactOutBody, Decided, JobOutput, Outcome, Replayed},
    execution::state::{JobStatus, NodeStatus},
    id::{ArtifactId, EdgeId, ExecutionId, ImageId, JobId, NodeId, UserId},
    review::Reviewer,
};
use serde_json::{Map, Value};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{
    error::{Doing, Result},
    rows::{parse_enum, read_json},
};

/// What the corresponding job of the replayed execution recorded.
#[derive(Debug)]
pub enum Recorded {
    /// It settled with this answer.
    Answer(Outcome),
    /// It has no answer: it was cancelled, or never ended.
    Unanswered,
    /// The replayed execution has no corresponding job.
    Nothing,
}

/// What the job of `origin` that corresponds to `job` recorded: the one of the same node and item
/// that was made after as many generations.
pub async fn find_recorded_answer(
    conn: &mut PgConnection,
    origin: ExecutionId,
    job: JobId,
) -> Result<Recorded> {
    let row = sqlx::query!(
        r#"SELECT o.id, o.status, o.output AS "output: Json<Map<String, Value>>", o.failure
             FROM agent_jobs j
             JOIN agent_jobs o ON o.workspace_id = j.workspace_id AND o.execution_id = $1
                  AND o.node_id = j.node_id AND o.item = j.item
            WHERE j.id = $2
            -- A replay makes again what a decision had made again, and nothing that was made anew for
            -- other reasons, by a retry or after a change: of that it knows only how it came out. What
            -- was called off before it began tells least.
            ORDER BY EXISTS (SELECT FROM agent_jobs n
                              WHERE n.execution_id = $1 AND n.node_id = o.node_id
                                AND n.generation > o.generation)
                     AND EXISTS (SELECT FROM execution_events v
                                  WHERE v.execution_id = $1
                                    AND v.events @> jsonb_build_array(jsonb_build_object(
                                        'kind', 'node.reset', 'node', o.node_id,
                                        'generation', o.generation + 1))
                                    AND NOT v.events @>
                                        '[{"kind": "review.decided", "verdict": "changes"}]'),
                     o.status = 'cancelled' AND o.started_at IS NULL, o.generation, o.id
           OFFSET (SELECT count(*) FROM agent_jobs j JOIN agent_jobs b ON b.execution_id = j.execution_id
                      AND b.node_id = j.node_id AND b.item = j.item AND b.generation < j.generation
                    WHERE j.id = $2)
            LIMIT 1"#,
        origin.0,
        job.0
    )
    .fetch_optional(&mut *conn)
    .await
    .doing("reading a recorded answer")?;
    let Some(row) = row else { return Ok(Recorded::Nothing) };
    match (parse_enum(&row.status)?, row.output, row.failure) {
        (JobStatus::Completed, Some(output), _) => {
            let artifacts = load_artifacts(conn, origin, JobId(row.id)).await?;
            let output = JobOutput { values: output.0, artifacts, ..JobOutput::default() };
            Ok(Recorded::Answer(Outcome::Done(output)))
        }
        (JobStatus::Failed, _, Some(failure)) => {
            Ok(Recorded::Answer(Outcome::Failed(read_json(failure)?)))
        }
        (JobStatus::Completed, None, _)
        | (JobStatus::Failed, _, None)
        | (JobStatus::Pending | JobStatus::Running | JobStatus::Cancelled, _, _) => {
            Ok(Recorded::Unanswered)
        }
    }
}

/// What a job made, under new ids, even if a later version is current by now. Images keep their
/// ids: they are already in the library.
async fn load_artifacts(
    conn: &mut PgConnection,
    execution: ExecutionId,
    job: JobId,
) -> Result<Vec<ArtifactOut>> {
    let rows = sqlx::query!(
        r#"SELECT a.port, a.content, a.image_id, a.inputs, a.provider, a.model, a.sample,
                  i.width AS "width?", i.height AS "height?"
             FROM artifacts a
             LEFT JOIN images i ON i.workspace_id = a.workspace_id AND i.id = a.image_id
            WHERE a.execution_id = $1 AND a.job_id = $2 AND a.repeats IS NULL
            ORDER BY a.port"#,
        execution.0,
        job.0
    )
    .fetch_all(conn)
    .await
    .doing("reading recorded outputs")?;
    let size = |pixels: Option<i32>| pixels.and_then(|p| u32::try_from(p).ok()).unwrap_or(0);
    let artifact = rows.into_iter().map(|row| ArtifactOut {
        id: ArtifactId(Uuid::now_v7()),
        port: row.port,
        body: match (row.image_id, row.content) {
            (Some(image), _) => ArtifactOutBody::Known {
                image: ImageId(image),
                width: size(row.width),
                height: size(row.height),
            },
            (None, Value::String(text)) => ArtifactOutBody::Text(text),
            (None, json) => ArtifactOutBody::Json(json),
        },
        inputs: row.inputs,
        provider: row.provider,
        model: row.model,
        sample: row.sample,
    });
    Ok(artifact.collect())
}

/// What people did in an execution, and the order of its edges, for a replay of it.
///
/// # Errors
/// A database failure, or rows that cannot be read.
pub async fn load_replayed(conn: &mut PgConnection, origin: ExecutionId) -> Result<Replayed> {
    Ok(Replayed {
        origin,
        decided: load_decisions(conn, origin).await?,
        left_out: load_left_out(conn, origin).await?,
        unbegun: load_failed_before_jobs(conn, origin).await?,
        came: load_edge_order(conn, origin).await?,
    })
}

async fn load_failed_before_jobs(
    conn: &mut PgConnection,
    origin: ExecutionId,
) -> Result<BTreeSet<NodeId>> {
    let nodes = sqlx::query_scalar!(
        "SELECT node_id FROM execution_nodes
          WHERE execution_id = $1 AND status = 'failed' AND jobs_total = 0",
        origin.0
    )
    .fetch_all(conn)
    .await
    .doing("reading which recorded steps never began")?;
    Ok(nodes.into_iter().map(NodeId).collect())
}

/// The order in which edges went live; for the replay of a replay, that of the first execution.
async fn load_edge_order(
    conn: &mut PgConnection,
    origin: ExecutionId,
) -> Result<BTreeMap<EdgeId, usize>> {
    let edges = sqlx::query_scalar!(
        r#"WITH RECURSIVE replayed AS (
               SELECT id, trigger, origin_execution_id FROM workflow_executions WHERE id = $1
               UNION ALL
               SELECT e.id, e.trigger, e.origin_execution_id
                 FROM workflow_executions e
                 JOIN replayed r ON r.trigger = 'replay' AND e.id = r.origin_execution_id
           )
           SELECT l.edge AS "edge!"
             FROM replayed r
             JOIN execution_events v ON v.execution_id = r.id,
                  jsonb_array_elements(v.events) WITH ORDINALITY AS k (event, place),
                  jsonb_array_elements_text(coalesce(k.event -> 'edges' -> 'live', k.event -> 'live'))
                      WITH ORDINALITY AS l (edge, place)
            WHERE r.trigger <> 'replay'
            ORDER BY v.seq, k.place, l.place"#,
        origin.0
    )
    .fetch_all(conn)
    .await
    .doing("reading in which order recorded steps ended")?;
    Ok(edges.into_iter().enumerate().map(|(place, edge)| (EdgeId(edge), place)).collect())
}

/// The decided reviews of each node, in the order of its generations.
async fn load_decisions(
    conn: &mut PgConnection,
    origin: ExecutionId,
) -> Result<BTreeMap<NodeId, Vec<Decided>>> {
    let rows = sqlx::query!(
        r#"SELECT node_id, generation, status, decided_by, coalesce(decided_name, '') AS "name!",
                  reason, approvals, items AS "items: Json<Vec<Value>>"
             FROM reviews
            WHERE execution_id = $1 AND status NOT IN ('open', 'cancelled')
            ORDER BY generation, id"#,
        origin.0
    )
    .fetch_all(conn)
    .await
    .doing("reading recorded decisions")?;
    let mut found: BTreeMap<NodeId, Vec<Decided>> = BTreeMap::new();
    for row in rows {
        found.entry(NodeId(row.node_id)).or_default().push(Decided {
            generation: row.generation,
            verdict: parse_enum(&row.status)?,
            by: Reviewer { user: row.decided_by.map(UserId), name: row.name },
            reason: row.reason,
            approvals: read_json(row.approvals)?,
            items: row.items.0,
        });
    }
    Ok(found)
}

/// Nodes that people skipped, each with the output that they gave in its place; none for a plain
/// skip.
async fn load_left_out(
    conn: &mut PgConnection,
    origin: ExecutionId,
) -> Result<BTreeMap<NodeId, Option<Map<String, Value>>>> {
    let rows = sqlx::query!(
        r#"WITH told AS (
               SELECT DISTINCT k->>'node' AS node_id, k->>'kind' AS kind
                 FROM execution_events v, jsonb_array_elements(v.events) k
                WHERE v.execution_id = $1
                  AND (k @> '{"kind": "node.skipped", "reason": "user"}'
                       OR k @> '{"kind": "node.completed", "told": true}')
           )
           SELECT n.node_id, n.status, n.output AS "output: Json<Map<String, Value>>"
             FROM told
             JOIN execution_nodes n ON n.execution_id = $1 AND n.node_id = told.node_id
                  AND 'node.' || n.status = told.kind"#,
        origin.0
    )
    .fetch_all(conn)
    .await
    .doing("reading what people left out")?;
    let left_out = rows.into_iter().map(|row| {
        let gave = (parse_enum::<NodeStatus>(&row.status)? == NodeStatus::Completed)
            .then(|| row.output.map(|output| output.0).unwrap_or_default());
        Ok((NodeId(row.node_id), gave))
    });
    left_out.collect()
}
