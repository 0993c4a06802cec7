//! The rows of workspaces that are deleted: found and deleted in batches.

use model::id::WorkspaceId;
use sqlx::PgConnection;

use crate::{Fetch, Statement, error::Result};

/// What a workspace may hold very many rows of, in the order in which they can be deleted: what
/// refers to others goes before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Executions that are not over, with all their rows.
    ExecutionsUnderWay,
    /// Executions with all their rows.
    Executions,
    /// What agents have said and were told.
    AgentMessages,
    /// Notices with their deliveries.
    Notices,
    /// Documents with their versions and attachments.
    Documents,
    Images,
    /// Files that were sent.
    Uploads,
    /// Holds on bytes that were on their way into the store: nobody is left to record them.
    BlobHolds,
    /// What was spent.
    Spending,
}

impl Kind {
    /// The order in which the rows are deleted.
    pub const IN_ORDER: [Self; 9] = [
        Self::ExecutionsUnderWay,
        Self::Executions,
        Self::AgentMessages,
        Self::Notices,
        Self::Documents,
        Self::Images,
        Self::Uploads,
        Self::BlobHolds,
        Self::Spending,
    ];
}

/// The workspaces that are deleted and still have rows, the first deleted first.
pub async fn find_marked(conn: &mut PgConnection) -> Result<Vec<WorkspaceId>> {
    sqlx::query_scalar!(
        "SELECT id FROM workspaces WHERE deleted_at IS NOT NULL ORDER BY deleted_at, id"
    )
    .all_into(conn, "looking for deleted workspaces")
    .await
}

/// Deletes at most `limit` rows of a kind of a deleted workspace; returns how many. The rows are
/// locked in their order first: of two processes that delete, one waits for the other's and goes on
/// with those after them, so zero means that none are left.
pub async fn delete_some(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    kind: Kind,
    limit: i64,
) -> Result<u64> {
    let query = match kind {
        Kind::ExecutionsUnderWay => return delete_executions(conn, workspace, true, limit).await,
        Kind::Executions => return delete_executions(conn, workspace, false, limit).await,
        Kind::AgentMessages => return delete_messages(conn, workspace, limit).await,
        Kind::Notices => sqlx::query!(
            "DELETE FROM notices
              WHERE id IN (SELECT id FROM notices
                            WHERE workspace_id = $1 ORDER BY id LIMIT $2 FOR UPDATE)",
            workspace.0,
            limit
        ),
        Kind::Documents => sqlx::query!(
            "DELETE FROM documents
              WHERE id IN (SELECT id FROM documents
                            WHERE workspace_id = $1 ORDER BY id LIMIT $2 FOR UPDATE)",
            workspace.0,
            limit
        ),
        Kind::Images => sqlx::query!(
            "DELETE FROM images
              WHERE id IN (SELECT id FROM images
                            WHERE workspace_id = $1 ORDER BY id LIMIT $2 FOR UPDATE)",
            workspace.0,
            limit
        ),
        Kind::Uploads => sqlx::query!(
            "DELETE FROM uploads
              WHERE id IN (SELECT id FROM uploads
                            WHERE workspace_id = $1 ORDER BY id LIMIT $2 FOR UPDATE)",
            workspace.0,
            limit
        ),
        Kind::BlobHolds => sqlx::query!(
            "DELETE FROM blob_holds
              WHERE id IN (SELECT id FROM blob_holds
                            WHERE workspace_id = $1 ORDER BY id LIMIT $2 FOR UPDATE)",
            workspace.0,
            limit
        ),
        Kind::Spending => sqlx::query!(
            "DELETE FROM spend_ledger
              WHERE id IN (SELECT id FROM spend_ledger
                            WHERE workspace_id = $1 ORDER BY at, id LIMIT $2 FOR UPDATE)",
            workspace.0,
            limit
        ),
    };
    query.count_changed(conn, "deleting what a workspace held").await
}

/// Deletes what agents have said and were told.
async fn delete_messages(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<u64> {
    sqlx::query!(
        "DELETE FROM agent_messages
          WHERE workspace_id = $1
            AND hash IN (SELECT hash FROM agent_messages
                          WHERE workspace_id = $1 ORDER BY hash LIMIT $2 FOR UPDATE)",
        workspace.0,
        limit
    )
    .count_changed(conn, "deleting what agents have said")
    .await
}

/// Deletes executions with all their rows; `under_way` keeps to those that are not over.
async fn delete_executions(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    under_way: bool,
    limit: i64,
) -> Result<u64> {
    let query = if under_way {
        sqlx::query!(
            "DELETE FROM workflow_executions
              WHERE id IN (SELECT id FROM workflow_executions
                            WHERE workspace_id = $1 AND status IN ('pending', 'running', 'paused')
                            ORDER BY id LIMIT $2 FOR UPDATE)",
            workspace.0,
            limit
        )
    } else {
        sqlx::query!(
            "DELETE FROM workflow_executions
              WHERE id IN (SELECT id FROM workflow_executions
                            WHERE workspace_id = $1 ORDER BY id LIMIT $2 FOR UPDATE)",
            workspace.0,
            limit
        )
    };
    query.count_changed(conn, "deleting executions of a workspace").await
}

/// The digests on a workspace's record, in order, after `digest`; at most `limit`.
pub async fn list_blobs(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    digest: &str,
    limit: i64,
) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT digest FROM blobs
          WHERE workspace_id = $1 AND digest > $2 ORDER BY digest LIMIT $3",
        workspace.0,
        digest,
        limit
    )
    .all(conn, "listing blobs of a workspace")
    .await
}

/// Deletes a workspace that is marked as deleted, with all that is left of it: its templates, its
/// log, its settings. However long that takes: a large log is one statement.
pub async fn delete_rest(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    let doing = "deleting a workspace";
    sqlx::query_scalar!("SELECT set_config('statement_timeout', '0', true)")
        .one(conn, doing)
        .await?;
    // Before the workspace: blobs, which images refer to, might else be asked to go first.
    sqlx::query!("DELETE FROM projects WHERE workspace_id = $1", workspace.0)
        .run(conn, doing)
        .await?;
    sqlx::query!("DELETE FROM workspaces WHERE id = $1 AND deleted_at IS NOT NULL", workspace.0)
        .run(conn, doing)
        .await
}
