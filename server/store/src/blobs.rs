//! Which blobs a workspace keeps. Whoever stores or deletes a blob holds its lock: otherwise one
//! could delete what another has just found to exist.

use std::time::Duration;

use model::id::WorkspaceId;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    Fetch, Statement,
    error::{Doing, Result},
    rows::interval,
};

/// Locks a digest, for every workspace, until the transaction ends.
pub async fn lock(conn: &mut PgConnection, digest: &str) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", digest)
        .run(conn, "locking a blob")
        .await
}

/// Records a blob of so many bytes and holds it for a day, in which nobody deletes it, while its
/// bytes and the row that refers to it are written. The hold is committed when this returns.
pub async fn hold(
    pool: &PgPool,
    workspace: WorkspaceId,
    digest: &str,
    bytes: i64,
    media_type: &str,
) -> Result<Uuid> {
    let doing = "recording a blob";
    let mut tx = super::begin(pool).await.doing(doing)?;
    lock(&mut tx, digest).await?;
    sqlx::query!(
        "INSERT INTO blobs (workspace_id, digest, bytes, media_type) VALUES ($1, $2, $3, $4)
             ON CONFLICT (workspace_id, digest) DO NOTHING",
        workspace.0,
        digest,
        bytes,
        media_type
    )
    .run(&mut tx, doing)
    .await?;
    let hold = Uuid::now_v7();
    sqlx::query!(
        "INSERT INTO blob_holds (id, workspace_id, digest, until)
         VALUES ($1, $2, $3, engine_now() + interval '1 day')",
        hold,
        workspace.0,
        digest
    )
    .run(&mut tx, doing)
    .await?;
    tx.commit().await.doing(doing)?;
    Ok(hold)
}

/// Ends a hold: the row that refers to the blob is written, or never will be.
pub async fn release(conn: &mut PgConnection, hold: Uuid) -> Result<()> {
    sqlx::query!("DELETE FROM blob_holds WHERE id = $1", hold).run(conn, "releasing a blob").await
}

/// Ends every hold that has expired.
pub async fn release_expired(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("DELETE FROM blob_holds WHERE until < engine_now()")
        .run(conn, "releasing blobs")
        .await
}

/// Deletes the records of a blob in every workspace that neither refers to it nor holds it; true
/// when no record is left, so that its bytes may be deleted.
pub async fn drop_unused(conn: &mut PgConnection, digest: &str) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM blobs b
          WHERE b.digest = $1
            AND NOT EXISTS (SELECT FROM images i
                             WHERE i.workspace_id = b.workspace_id AND i.digest = b.digest)
            AND NOT EXISTS (SELECT FROM uploads u
                             WHERE u.workspace_id = b.workspace_id AND u.digest = b.digest)
            AND NOT EXISTS (SELECT FROM blob_holds h
                             WHERE h.workspace_id = b.workspace_id AND h.digest = b.digest
                               AND h.until >= engine_now())",
        digest
    )
    .run(conn, "dropping a blob")
    .await?;
    let left = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM blobs WHERE digest = $1) AS "left!""#,
        digest
    )
    .one(conn, "dropping a blob")
    .await?;
    Ok(!left)
}

/// Digests of blobs that a workspace recorded more than `age` ago and neither refers to nor holds.
pub async fn find_unneeded(conn: &mut PgConnection, age: Duration) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT DISTINCT b.digest
           FROM blobs b
          WHERE b.created_at < engine_now() - $1::interval
            AND NOT EXISTS (SELECT FROM images i
                             WHERE i.workspace_id = b.workspace_id AND i.digest = b.digest)
            AND NOT EXISTS (SELECT FROM uploads u
                             WHERE u.workspace_id = b.workspace_id AND u.digest = b.digest)
            AND NOT EXISTS (SELECT FROM blob_holds h
                             WHERE h.workspace_id = b.workspace_id AND h.digest = b.digest
                               AND h.until >= engine_now())
          ORDER BY b.digest",
        interval(age)?
    )
    .all(conn, "looking for blobs that nothing needs")
    .await
}

/// Those of the digests of which no workspace has a record.
pub async fn find_off_record(conn: &mut PgConnection, digests: &[String]) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"SELECT found.digest AS "digest!"
             FROM UNNEST($1::text[]) AS found (digest)
            WHERE NOT EXISTS (SELECT FROM blobs b WHERE b.digest = found.digest)"#,
        digests
    )
    .all(conn, "looking for blobs on no record")
    .await
}

/// The next page of recorded digests of all workspaces, in order, after `digest`.
pub async fn list_after(conn: &mut PgConnection, digest: &str, limit: i64) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT DISTINCT digest FROM blobs WHERE digest > $1 ORDER BY digest LIMIT $2",
        digest,
        limit
    )
    .all(conn, "listing blobs")
    .await
}
