//! Projects: folders of documents, images and executions.

use model::{
    id::{ExecutionId, ProjectId, TemplateId, WorkspaceId},
    library::{ProjectExecution, ProjectRow, ProjectWorkflow},
};
use sqlx::PgConnection;

use crate::{
    error::{Doing, Result},
    store::{rows::word, timestamp},
};

/// The projects of a workspace with how much they hold, the oldest first.
pub async fn list(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<Vec<ProjectRow>> {
    let rows = sqlx::query!(
        r#"SELECT p.id, p.name,
                  (SELECT count(*) FROM documents d
                    WHERE d.workspace_id = $1 AND d.project_id = p.id) AS "documents!",
                  (SELECT count(*) FROM images i
                    WHERE i.workspace_id = $1 AND i.project_id = p.id) AS "images!",
                  (SELECT count(*) FROM workflow_executions e
                    WHERE e.workspace_id = $1 AND e.project_id = p.id) AS "executions!"
             FROM projects p
            WHERE p.workspace_id = $1
            ORDER BY p.created_at, p.id"#,
        workspace.0
    )
    .fetch_all(conn)
    .await
    .doing("listing projects")?;
    let project = rows.into_iter().map(|row| ProjectRow {
        id: ProjectId(row.id),
        name: row.name,
        documents: row.documents,
        images: row.images,
        executions: row.executions,
    });
    Ok(project.collect())
}

/// Templates whose executions made documents that are still there, by name.
pub async fn sources(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Vec<(TemplateId, String)>> {
    let rows = sqlx::query!(
        "SELECT t.id, t.name
           FROM workflow_templates t
          WHERE t.workspace_id = $1
            AND EXISTS (SELECT FROM workflow_executions e
                          JOIN documents d ON d.execution_id = e.id
                         WHERE e.workspace_id = $1 AND e.template_id = t.id)
          ORDER BY t.name",
        workspace.0
    )
    .fetch_all(conn)
    .await
    .doing("looking where documents came from")?;
    Ok(rows.into_iter().map(|row| (TemplateId(row.id), row.name)).collect())
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
    (workspace, project): (WorkspaceId, ProjectId),
    most: i64,
) -> Result<Vec<ProjectExecution>> {
    let rows = sqlx::query!(
        r#"SELECT e.id, e.number, e.name, e.status, e.started_at, e.completed_at,
                  u.name AS "launched_by?",
                  (SELECT count(*) FROM documents d WHERE d.execution_id = e.id) AS "documents!",
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
    .fetch_all(conn)
    .await
    .doing("listing the executions of a project")?;
    let execution = rows.into_iter().map(|row| {
        Ok(ProjectExecution {
            id: ExecutionId(row.id),
            number: row.number,
            name: row.name,
            status: word(&row.status)?,
            started_at: timestamp(row.started_at),
            completed_at: row.completed_at.map(timestamp),
            launched_by: row.launched_by,
            documents: row.documents,
            images: row.images,
        })
    });
    execution.collect()
}

/// The templates whose executions a project has, the one used last first.
pub async fn workflows(
    conn: &mut PgConnection,
    (workspace, project): (WorkspaceId, ProjectId),
) -> Result<Vec<ProjectWorkflow>> {
    let rows = sqlx::query!(
        r#"SELECT t.id, t.name, t.description, used.executions AS "executions!",
                  used.last_at AS "last_at!"
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
    .fetch_all(conn)
    .await
    .doing("listing the workflows of a project")?;
    let workflow = rows.into_iter().map(|row| ProjectWorkflow {
        id: TemplateId(row.id),
        name: row.name,
        description: row.description,
        executions: row.executions,
        last_at: timestamp(row.last_at),
    });
    Ok(workflow.collect())
}
