//! What the files of a workspace take up, and what each is kept for.

use model::{
    id::WorkspaceId,
    pages::{LargeFile, StorageKind, StoragePlace, StorageShare},
};
use sqlx::PgConnection;

use crate::{EnumText, Fetch, error::Result, timestamp};

/// The files of a workspace by kind, each file once.
pub async fn list_shares(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Vec<StorageShare>> {
    let mut shares = sqlx::query_as!(
        StorageShare,
        r#"SELECT kind AS "kind!: EnumText<_>", count(*) AS "files!", sum(bytes)::bigint AS "bytes!"
             FROM (SELECT b.bytes,
                          CASE WHEN i.is_made THEN 'made_image'
                               WHEN i.digest IS NOT NULL THEN 'added_image'
                               WHEN u.is_of_document THEN 'document_file'
                               WHEN u.digest IS NOT NULL THEN 'launch_file'
                               ELSE 'unneeded' END AS kind
                     FROM blobs b
                     LEFT JOIN (SELECT digest, bool_or(execution_id IS NOT NULL) AS is_made
                                  FROM images
                                 WHERE workspace_id = $1
                                 GROUP BY digest) i ON i.digest = b.digest
                     LEFT JOIN (SELECT u.digest, bool_or(d.upload_id IS NOT NULL) AS is_of_document
                                  FROM uploads u
                                  LEFT JOIN document_uploads d
                                    ON d.workspace_id = u.workspace_id AND d.upload_id = u.id
                                 WHERE u.workspace_id = $1
                                 GROUP BY u.digest) u ON u.digest = b.digest
                    WHERE b.workspace_id = $1) files
            GROUP BY kind"#,
        workspace.0
    )
    .all(conn, "measuring what is stored")
    .await?;
    shares.sort_by_key(|share| share.kind);
    Ok(shares)
}

/// The largest files of a workspace, at most `limit`, with where each is found.
pub async fn list_largest(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<Vec<LargeFile>> {
    let rows = sqlx::query_file!("sql/largest_files.sql", workspace.0, limit)
        .all(conn, "looking for the largest files")
        .await?;
    let files = rows.into_iter().map(|row| {
        let document = row.document_id.map(|id| StoragePlace::Document(id.into()));
        let execution = row.execution_id.map(|id| StoragePlace::Execution(id.into()));
        let project = row.project_id.map(|id| StoragePlace::Project(id.into()));
        let (kind, place) = match (row.image_id, row.is_made) {
            (Some(id), Some(true)) => {
                (StorageKind::MadeImage, Some(StoragePlace::MadeImage(id.into())))
            }
            (Some(_), _) => (StorageKind::AddedImage, project),
            (None, _) if document.is_some() => (StorageKind::DocumentFile, document),
            (None, _) if row.name.is_some() => (StorageKind::LaunchFile, execution),
            (None, _) => (StorageKind::Unneeded, None),
        };
        LargeFile {
            name: row.alt.or(row.name).unwrap_or_default(),
            kind,
            media_type: row.media_type,
            bytes: row.bytes,
            stored_at: timestamp(row.stored_at),
            place,
        }
    });
    Ok(files.collect())
}
