//! Titles of documents that are about to be made, and of deleted ones.

use model::{
    api::executions::BroughtDocument,
    document::MOST_TITLE_CHARS,
    id::{DocumentId, JobId, WorkspaceId},
};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    Fetch,
    error::{Doing, Result},
};

/// The first half of the advisory locks under which titles are claimed.
const LOCK_CLASS: i32 = 0x41_54_54;
/// Characters left free for the number that makes a title unique.
const NUMBER_CHARS: usize = 8;

/// Reserves a title for the document that a job will make: the wanted one, with a number where its
/// project has a document of that name or another job has reserved it. A job that tries again gets
/// the same title, unless it was taken meanwhile.
pub async fn claim_title(pool: &PgPool, job: JobId, fence: i64, wanted: String) -> Result<String> {
    let mut tx = crate::begin(pool).await.doing("claiming a title")?;
    // One at a time looks for a free title of this name, in whatever project.
    crate::lock_name(&mut tx, LOCK_CLASS, &wanted).await.doing("waiting for a title")?;
    let most = i32::try_from(MOST_TITLE_CHARS.saturating_sub(NUMBER_CHARS)).unwrap_or(i32::MAX);
    let title = sqlx::query_file_scalar!("sql/claim_title.sql", job.0, fence, wanted, most)
        .optional(&mut tx, "claiming a title")
        .await?;
    tx.commit().await.doing("claiming a title")?;
    Ok(title.unwrap_or(wanted))
}

/// Documents with their titles, or with their last ones if they are deleted, in the order of
/// `documents`; those that the workspace never had are left out.
pub async fn last_known_titles(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    documents: &[DocumentId],
) -> Result<Vec<BroughtDocument>> {
    if documents.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<Uuid> = documents.iter().map(|id| id.0).collect();
    sqlx::query_as!(
        BroughtDocument,
        r#"SELECT asked.id AS "id!", coalesce(d.title, g.title) AS "title!", d.id IS NULL AS "gone!"
             FROM UNNEST($2::uuid[]) WITH ORDINALITY AS asked (id, place)
             LEFT JOIN documents d ON d.workspace_id = $1 AND d.id = asked.id
             LEFT JOIN deleted_documents g ON g.workspace_id = $1 AND g.id = asked.id
            WHERE coalesce(d.title, g.title) IS NOT NULL
            ORDER BY asked.place"#,
        workspace.0,
        &ids
    )
    .all(conn, "looking for the titles of documents")
    .await
}
