//! New executions.

use model::{
    decide::Snapshot,
    id::{ExecutionId, ProjectId, TemplateId, UserId, WorkspaceId},
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Doing, Result},
    store::rows::columns,
};

/// What an execution is made of, besides its first snapshot.
#[derive(Debug)]
pub struct NewExecution<'a> {
    /// The template it comes from and its version, unless the definition was sent along.
    pub template: Option<(TemplateId, i32)>,
    /// What it is called.
    pub name: &'a str,
    /// Its frozen definition.
    pub definition: Value,
    /// Where its documents and images go.
    pub project: ProjectId,
    /// Who launched it.
    pub user: Option<UserId>,
    /// What launched it: `manual`, `api`, …
    pub trigger: &'a str,
    /// What it may cost, in millionths of a dollar.
    pub budget: Option<i64>,
    /// Makes a repeated launch the same launch.
    pub idempotency_key: Option<&'a str>,
}

/// The execution that a launch with this key has made.
pub async fn find_by_key(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    key: &str,
) -> Result<Option<ExecutionId>> {
    let id = sqlx::query_scalar!(
        "SELECT id FROM workflow_executions WHERE workspace_id = $1 AND idempotency_key = $2",
        workspace.0,
        key
    )
    .fetch_optional(conn)
    .await
    .doing("looking for an earlier launch")?;
    Ok(id.map(ExecutionId))
}

/// Inserts an execution, its nodes and its edges as they are before anything happened.
///
/// Returns false, with nothing written, when a launch with the same key has come first.
pub async fn insert(
    conn: &mut PgConnection,
    snapshot: &Snapshot,
    new: NewExecution<'_>,
) -> Result<bool> {
    let (template, version) = new.template.unzip();
    let written = sqlx::query!(
        "INSERT INTO workflow_executions (id, workspace_id, template_id, template_version, name,
                                          run_definition, project_id, user_id, trigger, status,
                                          config_json, context, idempotency_key, budget)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $11, $12, $13)
             ON CONFLICT ON CONSTRAINT execution_idempotency_key DO NOTHING",
        snapshot.id.0,
        snapshot.workspace.0,
        template.map(|template| template.0),
        version,
        new.name,
        new.definition,
        new.project.0,
        new.user.map(|user| user.0),
        new.trigger,
        Value::Object((*snapshot.parameters).clone()),
        Value::Object((*snapshot.context).clone()),
        new.idempotency_key,
        new.budget,
    )
    .execute(&mut *conn)
    .await
    .doing("writing a new execution")?;
    if written.rows_affected() == 0 {
        return Ok(false);
    }
    insert_nodes(conn, snapshot).await?;
    insert_edges(conn, snapshot).await?;
    Ok(true)
}

async fn insert_nodes(conn: &mut PgConnection, snapshot: &Snapshot) -> Result<()> {
    columns!(&snapshot.nodes, |node| {
        rows: node.1.row,
        ids: node.0.as_str(),
        ranks: i32::try_from(snapshot.frozen.rank(node.0)).unwrap_or(i32::MAX),
        kinds: snapshot.frozen.node(node.0).map_or("", |node| node.kind().key()),
    });
    sqlx::query!(
        "INSERT INTO execution_nodes (id, workspace_id, execution_id, node_id, rank, kind, status)
         SELECT u.id, $1, $2, u.node_id, u.rank, u.kind, 'pending'
           FROM UNNEST($3::uuid[], $4::text[], $5::int[], $6::text[]) AS u (id, node_id, rank, kind)",
        snapshot.workspace.0,
        snapshot.id.0,
        &rows as &[Uuid],
        &ids as _,
        &ranks,
        &kinds as _,
    )
    .execute(conn)
    .await
    .doing("writing a new execution's nodes")?;
    Ok(())
}

async fn insert_edges(conn: &mut PgConnection, snapshot: &Snapshot) -> Result<()> {
    let edges: Vec<_> = snapshot.edges.keys().map(|edge| edge.as_str()).collect();
    sqlx::query!(
        "INSERT INTO execution_edges (execution_id, edge_id, state)
         SELECT $1, edge_id, 'pending' FROM UNNEST($2::text[]) AS u (edge_id)",
        snapshot.id.0,
        &edges as _,
    )
    .execute(conn)
    .await
    .doing("writing a new execution's edges")?;
    Ok(())
}
