//! The jobs of an execution, their attempts and artifacts, for the API.

use std::collections::BTreeMap;

use model::{
    api::executions::{Artifact, ArtifactRow, AttemptRow, JobRow, SentRow},
    id::{ArtifactId, ExecutionId, ImageId, JobId, NodeId, WorkerId, WorkspaceId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{list::bill, waits::load_waits};
use crate::{
    error::{Doing, Result},
    rows::{artifact_row, parse_enum, read_json},
    timestamp,
};

/// Every job of an execution, in the order of its nodes and items.
pub async fn jobs(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<Vec<JobRow>> {
    let rows = sqlx::query_file!("sql/list_jobs.sql", workspace.0, id.0)
        .fetch_all(&mut *conn)
        .await
        .doing("listing jobs")?;
    let mut attempts = load_attempts(conn, workspace, id).await?;
    let mut waits = load_waits(conn, workspace, id).await?;
    let job = rows.into_iter().map(|row| {
        Ok(JobRow {
            id: JobId(row.id),
            node_id: NodeId(row.node_id),
            item: row.item,
            job_type: row.job_type,
            status: parse_enum(&row.status)?,
            attempt: row.attempt,
            input: row.input,
            output: row.output,
            failure: row.failure.map(read_json).transpose()?,
            provider: row.provider,
            model: row.model,
            bill: bill([
                row.input_tokens,
                row.output_tokens,
                row.cost,
                row.unpriced_calls,
                row.sample_calls,
            ]),
            children_bill: bill(
                [
                    row.children_input,
                    row.children_output,
                    row.children_cost,
                    row.children_unpriced,
                    row.children_samples,
                ]
                .map(Option::unwrap_or_default),
            ),
            wait: waits.remove(&row.id),
            started_at: row.started_at.map(timestamp),
            ended_at: row.ended_at.map(timestamp),
            attempts: attempts.remove(&row.id).unwrap_or_default(),
        })
    });
    job.collect()
}

/// The attempts of each job, in order; one that runs is the last.
async fn load_attempts(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<BTreeMap<Uuid, Vec<AttemptRow>>> {
    let rows = sqlx::query!(
        // One that runs is in its job's row.
        r#"SELECT a.job_id AS "job_id!", a.fence AS "fence!", a.attempt AS "attempt!",
                  a.worker_id AS "worker_id!", a.status AS "status!", a.failure,
                  a.started_at AS "started_at!", a.ended_at
             FROM job_attempts a
             JOIN workflow_executions e ON e.id = a.execution_id
            WHERE e.workspace_id = $1 AND a.execution_id = $2
            UNION ALL
           SELECT j.id, j.fence, j.attempt, j.worker_id, j.status, NULL, j.started_at, NULL
             FROM agent_jobs j
            WHERE j.workspace_id = $1 AND j.execution_id = $2 AND j.status = 'running'
            ORDER BY 1, 2"#,
        workspace.0,
        id.0
    )
    .fetch_all(conn)
    .await
    .doing("listing attempts")?;
    let mut of_jobs: BTreeMap<Uuid, Vec<AttemptRow>> = BTreeMap::new();
    for row in rows {
        of_jobs.entry(row.job_id).or_default().push(AttemptRow {
            attempt: row.attempt,
            worker_id: WorkerId(row.worker_id),
            status: row.status,
            failure: row.failure.map(read_json).transpose()?,
            started_at: timestamp(row.started_at),
            ended_at: row.ended_at.map(timestamp),
        });
    }
    Ok(of_jobs)
}

/// The inputs that the attempts of a node sent to outside services, by item and then attempt; at
/// most `most`.
pub async fn list_sent_inputs(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
    node: &NodeId,
    most: i64,
) -> Result<Vec<SentRow>> {
    let rows = sqlx::query!(
        // One that runs is in its job's row; those that were told to wait first sent nothing.
        r#"SELECT s.job_id AS "job_id!", s.item AS "item!", s.attempt AS "attempt!",
                  s.input AS "input!"
             FROM (SELECT j.id AS job_id, j.item, j.generation, t.fence, t.status,
                          coalesce(t.input, j.input) AS input,
                          row_number() OVER (PARTITION BY j.id ORDER BY t.fence) AS attempt
                     FROM agent_jobs j
                    CROSS JOIN LATERAL (
                          SELECT a.fence, a.status, a.input FROM job_attempts a
                           WHERE a.execution_id = j.execution_id AND a.job_id = j.id
                           UNION ALL
                          SELECT j.fence, j.status, NULL WHERE j.status = 'running') t
                    WHERE j.workspace_id = $1 AND j.execution_id = $2 AND j.node_id = $3) s
            WHERE s.input IS NOT NULL AND s.status NOT IN ('limited', 'handed_back')
            ORDER BY s.item, s.generation, s.fence
            LIMIT $4"#,
        workspace.0,
        id.0,
        node.as_str(),
        most
    )
    .fetch_all(conn)
    .await
    .doing("reading what was sent")?;
    let sent = rows.into_iter().map(|row| SentRow {
        job_id: JobId(row.job_id),
        item: row.item,
        attempt: u32::try_from(row.attempt).unwrap_or(u32::MAX),
        input: row.input,
    });
    Ok(sent.collect())
}

/// Every version of everything an execution made, in the order of its nodes, items and ports.
pub async fn artifacts(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ExecutionId,
) -> Result<Vec<ArtifactRow>> {
    let rows = sqlx::query!(
        r#"SELECT a.id, a.node_id, a.item, a.port, a.version, a.is_latest, a.image_id, a.provider,
                a.model, a.sample, a.job_id, a.created_at, a.kept_at,
                (a.inputs @> '{"cut_off": true}') AS "cut_off!"
           FROM artifacts a
           JOIN execution_nodes n
                ON (n.execution_id, n.node_id) = (a.execution_id, a.node_id)
          WHERE a.workspace_id = $1 AND a.execution_id = $2
          ORDER BY n.rank, a.node_id, a.item, a.port, a.version"#,
        workspace.0,
        id.0
    )
    .fetch_all(conn)
    .await
    .doing("listing what was made")?;
    let artifact = rows.into_iter().map(|row| artifact_row!(row, ArtifactId(row.id)));
    Ok(artifact.collect())
}

/// A version of an output with all of it; none if the execution has no such version.
pub async fn artifact(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    id: ArtifactId,
) -> Result<Option<Artifact>> {
    let row = sqlx::query!(
        r#"SELECT node_id, item, port, version, is_latest, image_id, provider, model, sample, job_id,
                created_at, kept_at, content, inputs,
                (a.inputs @> '{"cut_off": true}') AS "cut_off!"
           FROM artifacts a
          WHERE workspace_id = $1 AND execution_id = $2 AND id = $3"#,
        workspace.0,
        execution.0,
        id.0
    )
    .fetch_optional(conn)
    .await
    .doing("reading what was made")?;
    Ok(row.map(|row| Artifact {
        row: artifact_row!(row, id),
        content: row.content,
        inputs: row.inputs,
    }))
}
