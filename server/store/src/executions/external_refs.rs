//! What executions are linked to in other systems. What jobs find in results is written with their
//! outputs.

use model::{
    external_ref::{ExternalRef, ExternalRefKey},
    id::{ExecutionId, WorkspaceId},
};
use sqlx::PgConnection;

use crate::{
    error::{Doing, Result},
    rows::{columns, parse_enum},
};

/// The references of an execution, in the order in which they came; at most 200, the first ones.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<Vec<ExternalRef>> {
    let rows = sqlx::query!(
        "SELECT kind, ref_id, address
           FROM execution_external_refs
          WHERE workspace_id = $1 AND execution_id = $2
          ORDER BY created_at, kind, ref_id
          LIMIT 200",
        workspace.0,
        execution.0
    )
    .fetch_all(conn)
    .await
    .doing("reading external references")?;
    let reference = rows.into_iter().map(|row| {
        Ok(ExternalRef { kind: parse_enum(&row.kind)?, id: row.ref_id, address: row.address })
    });
    reference.collect()
}

/// How many references of an execution came with its launch or from people and programs; what jobs
/// have found keeps nobody from adding one.
pub async fn count(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
             FROM execution_external_refs
            WHERE workspace_id = $1 AND execution_id = $2 AND job_id IS NULL"#,
        workspace.0,
        execution.0
    )
    .fetch_one(conn)
    .await
    .doing("counting external references")
}

/// Adds references, each of them once; one that is there gets the address that is given now.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    refs: &[ExternalRef],
) -> Result<()> {
    if refs.is_empty() {
        return Ok(());
    }
    columns!(refs, |one| {
        kinds: one.kind.as_str(),
        ids: one.id.as_str(),
        addresses: one.address.as_deref(),
    });
    sqlx::query!(
        "INSERT INTO execution_external_refs AS known
                (workspace_id, execution_id, kind, ref_id, address)
         SELECT $1, $2, u.kind, u.ref_id, u.address
           FROM UNNEST($3::text[], $4::text[], $5::text[]) AS u (kind, ref_id, address)
             ON CONFLICT (execution_id, kind, ref_id) DO UPDATE
            SET address = coalesce(excluded.address, known.address), job_id = NULL",
        workspace.0,
        execution.0,
        &kinds as _,
        &ids as _,
        &addresses as _,
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("adding external references")
}

/// Removes a reference; false where there was none.
pub async fn delete(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    key: &ExternalRefKey,
) -> Result<bool> {
    let deleted = sqlx::query!(
        "DELETE FROM execution_external_refs
          WHERE workspace_id = $1 AND execution_id = $2 AND kind = $3 AND ref_id = $4",
        workspace.0,
        execution.0,
        key.kind.as_str(),
        key.id
    )
    .execute(conn)
    .await
    .doing("removing an external reference")?;
    Ok(deleted.rows_affected() > 0)
}

/// Gives an execution that runs another one again what people have linked that one to.
pub async fn copy(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    from: ExecutionId,
    to: ExecutionId,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO execution_external_refs (workspace_id, execution_id, kind, ref_id, address)
         SELECT workspace_id, $3, kind, ref_id, address
           FROM execution_external_refs
          WHERE workspace_id = $1 AND execution_id = $2 AND job_id IS NULL
             ON CONFLICT DO NOTHING",
        workspace.0,
        from.0,
        to.0
    )
    .execute(conn)
    .await
    .map(drop)
    .doing("copying external references")
}
