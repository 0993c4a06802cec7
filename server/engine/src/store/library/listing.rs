//! Documents by what they say and where they came from.

use model::{
    api::{documents::DocumentFilter, listing::Page},
    id::{DocumentId, ExecutionId, ImageId, ProjectId, WorkspaceId},
    library::DocumentRow,
};
use sqlx::PgConnection;

use crate::{
    error::{Doing, Result},
    store::{
        rows::word,
        slice::{Cursor, Slice},
        timestamp,
    },
};

/// Words of a search that count.
const MOST_WORDS: usize = 12;
/// Characters of a word that count.
const MOST_CHARS: usize = 60;

/// Documents of a workspace, the latest first, as far as the filter leaves any.
pub async fn list_documents(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    filter: &DocumentFilter,
    slice: Slice,
) -> Result<Page<DocumentRow>> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.title, left(d.content, 280) AS "excerpt!", d.status, d.tags, d.sample,
                  d.execution_id, d.updated_at,
                  (SELECT count(*) FROM document_attachments a WHERE a.document_id = d.id)
                      AS "attachments!",
                  (SELECT a.image_id FROM document_attachments a
                    WHERE a.document_id = d.id AND a.is_primary) AS primary_image
             FROM documents d
            WHERE d.workspace_id = $1
              AND ($2::uuid IS NULL OR d.project_id = $2)
              AND ($3::uuid IS NULL OR d.execution_id = $3)
              AND ($4::text IS NULL OR d.status = $4)
              AND ($5::text IS NULL OR $5 = ANY(d.tags))
              AND ($6::uuid IS NULL OR EXISTS (SELECT FROM workflow_executions e
                                                WHERE e.id = d.execution_id
                                                  AND e.template_id = $6))
              AND ($7::text IS NULL
                   OR document_words(d.title, d.content) @@ to_tsquery('simple', $7))
              AND ($8::timestamptz IS NULL OR (d.updated_at, d.id) < ($8, $9::uuid))
            ORDER BY d.updated_at DESC, d.id DESC
            LIMIT $10"#,
        workspace.0,
        filter.project.map(|id| id.0),
        filter.execution.map(|id| id.0),
        filter.status.map(|status| status.as_str()),
        filter.tag,
        filter.template.map(|id| id.0),
        words(&filter.q),
        slice.at(),
        slice.id(),
        slice.rows()
    )
    .fetch_all(conn)
    .await
    .doing("listing documents")?;
    slice.page(
        rows,
        |row| Cursor { at: row.updated_at, id: row.id },
        |row| {
            Ok(DocumentRow {
                id: DocumentId(row.id),
                title: row.title,
                excerpt: row.excerpt,
                status: word(&row.status)?,
                tags: row.tags,
                sample: row.sample,
                execution: row.execution_id.map(ExecutionId),
                updated_at: timestamp(row.updated_at),
                attachments: row.attachments,
                primary_image: row.primary_image.map(ImageId),
            })
        },
    )
}

/// The tags on a workspace's documents, or on those of one project, the most used first.
pub async fn tags(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    project: Option<ProjectId>,
    most: i64,
) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"SELECT tag AS "tag!"
             FROM documents d, unnest(d.tags) AS tag
            WHERE d.workspace_id = $1 AND ($2::uuid IS NULL OR d.project_id = $2)
            GROUP BY tag
            ORDER BY count(*) DESC, tag
            LIMIT $3"#,
        workspace.0,
        project.map(|id| id.0),
        most
    )
    .fetch_all(conn)
    .await
    .doing("listing tags")
}

/// What is asked for, as PostgreSQL asks: every word, or a longer one that begins so. Nothing when
/// nothing is asked for; signs alone are no word, and no document is found by them.
fn words(text: &str) -> Option<String> {
    let apart = |c: char| c.is_whitespace() || c.is_control() || c.is_ascii_punctuation();
    let word = |word: &str| format!("'{}':*", word.chars().take(MOST_CHARS).collect::<String>());
    let text = text.to_lowercase();
    let words = text.split(apart).filter(|word| !word.is_empty()).take(MOST_WORDS).map(word);
    let words: Vec<String> = words.collect();
    let asked = text.contains(|c: char| !c.is_whitespace() && !c.is_control());
    asked.then(|| words.join(" & "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_words_whatever_is_between_them() {
        assert_eq!(
            words("it's  (a) te\\a\0").as_deref(),
            Some("'it':* & 's':* & 'a':* & 'te':* & 'a':*")
        );
        assert_eq!(words("شاي 茶").as_deref(), Some("'شاي':* & '茶':*"));
    }

    #[test]
    fn signs_alone_find_nothing_and_no_search_finds_everything() {
        for signs in ["%", "-", " &|!:*() "] {
            assert_eq!(words(signs).as_deref(), Some(""), "{signs}");
        }
        assert_eq!(words(" \t\0 "), None);
    }
}
