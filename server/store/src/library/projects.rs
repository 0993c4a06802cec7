//! Projects: folders of documents, images and executions.

use model::{
    id::{DocumentId, ExecutionId, ProjectId, TemplateId, WorkspaceId},
    launch_context::LaunchContext,
    library::{ProjectExecution, ProjectRow, ProjectWorkflow},
    text::natural::natural_key,
};
use sqlx::{PgConnection, types::Json};

use crate::{EnumText, Fetch, FromJson, Nullable, Statement, Time, error::Result};

/// The projects of a workspace with counts of what they hold, the oldest first, archived ones last.
pub async fn list(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<Vec<ProjectRow>> {
    sqlx::query_as!(
        ProjectRow,
        r#"SELECT p.id, p.name, p.archived_at IS NOT NULL AS "archived!",
                  p.launch_defaults AS "launch_defaults: FromJson<_>",
                  (SELECT count(*) FROM documents d
                    WHERE d.workspace_id = $1 AND d.project_id = p.id
                      AND d.aside IS NULL) AS "documents!",
                  (SELECT count(*) FROM images i
                    WHERE i.workspace_id = $1 AND i.project_id = p.id
                      AND i.removed_at IS NULL) AS "images!",
                  (SELECT count(*) FROM workflow_executions e
                    WHERE e.workspace_id = $1 AND e.project_id = p.id) AS "executions!"
             FROM projects p
            WHERE p.workspace_id = $1
            ORDER BY p.archived_at IS NOT NULL, p.created_at, p.id"#,
        workspace.0
    )
    .all(conn, "listing projects")
    .await
}

/// What launches of a project begin with.
#[derive(Debug, Default)]
pub struct LaunchSettings {
    /// The values of launches that leave them out.
    pub defaults: LaunchContext,
    /// The environment names that launches of the workspace may set.
    pub env_names: Vec<String>,
}

/// What launches of a project begin with; nothing if the workspace has no such project.
pub async fn launch_settings(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ProjectId,
) -> Result<LaunchSettings> {
    sqlx::query_as!(
        LaunchSettings,
        r#"SELECT p.launch_defaults AS "defaults: FromJson<_>", w.launch_env_names AS env_names
             FROM projects p
             JOIN workspaces w ON w.id = p.workspace_id
            WHERE p.workspace_id = $1 AND p.id = $2"#,
        workspace.0,
        id.0
    )
    .optional(conn, "reading what launches of a project begin with")
    .await
    .map(Option::unwrap_or_default)
}

/// Locks every project of a workspace until the transaction ends, so that the last one is not
/// deleted.
pub async fn lock(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    sqlx::query!("SELECT id FROM projects WHERE workspace_id = $1 FOR UPDATE", workspace.0)
        .all(conn, "locking projects")
        .await
        .map(drop)
}

/// Renames a project, archives it or takes it back, gives it other launch defaults; what is not
/// given stays.
pub async fn change(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ProjectId,
    name: Option<&str>,
    archived: Option<bool>,
    launch_defaults: Option<&LaunchContext>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE projects
            SET name = coalesce($3, name),
                launch_defaults = coalesce($5, launch_defaults),
                archived_at = CASE WHEN $4::bool IS NULL THEN archived_at
                                   WHEN $4 THEN coalesce(archived_at, engine_now()) END
          WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        id.0,
        name,
        archived,
        launch_defaults.map(Json) as _
    )
    .run(conn, "changing a project")
    .await
}

/// Deletes a project with nothing in it; false when anything is.
pub async fn delete_empty(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ProjectId,
) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM projects p
          WHERE p.workspace_id = $1 AND p.id = $2
            AND NOT EXISTS (SELECT FROM documents d WHERE d.workspace_id = $1 AND d.project_id = $2)
            AND NOT EXISTS (SELECT FROM images i WHERE i.workspace_id = $1 AND i.project_id = $2)
            AND NOT EXISTS (SELECT FROM workflow_executions e
                             WHERE e.workspace_id = $1 AND e.project_id = $2)",
        workspace.0,
        id.0
    )
    .changed(conn, "deleting a project")
    .await
}

/// Puts a document into another project; false if the workspace has no such document.
pub async fn move_document(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    document: DocumentId,
    project: ProjectId,
) -> Result<bool> {
    sqlx::query!(
        "UPDATE documents SET project_id = $3 WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        document.0,
        project.0
    )
    .changed(conn, "moving a document")
    .await
}

/// Templates whose executions made documents that are still there, by name.
pub async fn list_source_templates(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Vec<(TemplateId, String)>> {
    let mut rows = sqlx::query!(
        "SELECT t.id, t.name
           FROM workflow_templates t
          WHERE t.workspace_id = $1
            AND EXISTS (SELECT FROM workflow_executions e
                          JOIN documents d ON d.execution_id = e.id AND d.aside IS NULL
                         WHERE e.workspace_id = $1 AND e.template_id = t.id)
          ORDER BY t.name",
        workspace.0
    )
    .all(conn, "looking where documents came from")
    .await?;
    rows.sort_by_cached_key(|row| natural_key(&row.name));
    Ok(rows.into_iter().map(|row| (TemplateId(row.id), row.name)).collect())
}

/// The latest executions that made documents which are still there, with what people call them.
pub async fn list_source_executions(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    most: i64,
) -> Result<Vec<(ExecutionId, String)>> {
    let rows = sqlx::query!(
        "SELECT e.id, e.name, e.number
           FROM workflow_executions e
          WHERE e.workspace_id = $1
            AND EXISTS (SELECT FROM documents d
                         WHERE d.execution_id = e.id AND d.aside IS NULL)
          ORDER BY e.number DESC
          LIMIT $2",
        workspace.0,
        most
    )
    .all(conn, "looking which executions made documents")
    .await?;
    let named =
        rows.into_iter().map(|row| (ExecutionId(row.id), format!("{} #{}", row.name, row.number)));
    Ok(named.collect())
}

/// A project of a workspace; nothing if it has no such project.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ProjectId,
) -> Result<Option<ProjectRow>> {
    Ok(list(conn, workspace).await?.into_iter().find(|project| project.id == id))
}

/// The latest executions of a project.
pub async fn executions(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    project: ProjectId,
    most: i64,
) -> Result<Vec<ProjectExecution>> {
    sqlx::query_as!(
        ProjectExecution,
        r#"SELECT e.id, e.number, e.name, e.status AS "status: EnumText<_>",
                  e.pause_reason AS "pause_reason!: Nullable<EnumText<_>>",
                  e.started_at AS "started_at: Time", e.completed_at AS "completed_at!: Nullable<Time>",
                  u.name AS "launched_by?",
                  (SELECT count(*) FROM documents d
                    WHERE d.execution_id = e.id AND d.aside IS NULL) AS "documents!",
                  (SELECT count(*) FROM images i
                    WHERE i.workspace_id = $1 AND i.execution_id = e.id) AS "images!"
             FROM workflow_executions e
             LEFT JOIN users u ON u.id = e.user_id
            WHERE e.workspace_id = $1 AND e.project_id = $2 AND e.trigger <> 'test'
            ORDER BY e.started_at DESC, e.id DESC
            LIMIT $3"#,
        workspace.0,
        project.0,
        most
    )
    .all(conn, "listing the executions of a project")
    .await
}

/// The templates whose executions a project has, the one used last first.
pub async fn workflows(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    project: ProjectId,
) -> Result<Vec<ProjectWorkflow>> {
    sqlx::query_as!(
        ProjectWorkflow,
        r#"SELECT t.id, t.name, t.description, used.executions AS "executions!",
                  used.last_at AS "last_at!: Time"
             FROM (SELECT template_id, count(*) AS executions, max(started_at) AS last_at
                     FROM workflow_executions
                    WHERE workspace_id = $1 AND project_id = $2 AND template_id IS NOT NULL
                      AND trigger <> 'test'
                    GROUP BY template_id) used
             JOIN workflow_templates t ON t.workspace_id = $1 AND t.id = used.template_id
            ORDER BY used.last_at DESC, t.id"#,
        workspace.0,
        project.0
    )
    .all(conn, "listing the workflows of a project")
    .await
}
