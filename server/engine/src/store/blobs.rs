//! Which blobs a workspace keeps. Who stores or deletes one holds its lock: otherwise one could
//! delete what another has just found to be there.

use model::id::WorkspaceId;
use sqlx::PgConnection;

use crate::error::{Doing, Result};

/// Holds a digest, in every workspace, until the transaction ends.
pub async fn lock(conn: &mut PgConnection, digest: &str) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", digest)
        .fetch_one(conn)
        .await
        .map(drop)
        .doing("locking a blob")
}

/// Puts a blob of so many bytes on record.
pub async fn keep(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    digest: &str,
    (bytes, media_type): (i64, &str),
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO blobs (workspace_id, digest, bytes, media_type) VALUES ($1, $2, $3, $4)
             ON CONFLICT (workspace_id, digest) DO NOTHING",
        workspace.0,
        digest,
        bytes,
        media_type
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("recording a blob")
}

/// Takes a blob that nothing refers to off the record of every workspace; true when no record of
/// it is left, so that its bytes may go.
pub async fn drop_unused(conn: &mut PgConnection, digest: &str) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM blobs b
          WHERE b.digest = $1
            AND NOT EXISTS (SELECT FROM images i
                             WHERE i.workspace_id = b.workspace_id AND i.digest = b.digest)
            AND NOT EXISTS (SELECT FROM uploads u
                             WHERE u.workspace_id = b.workspace_id AND u.digest = b.digest)",
        digest
    )
    .execute(&mut *conn)
    .await
    .doing("dropping a blob")?;
    let left = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM blobs WHERE digest = $1) AS "left!""#,
        digest
    )
    .fetch_one(conn)
    .await
    .doing("dropping a blob")?;
    Ok(!left)
}
