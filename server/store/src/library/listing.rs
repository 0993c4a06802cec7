//! Lists of documents, by their text, status, tags and origin.
//!
//! Words are found by an index over `document_words`; `search_fold` in the migrations says which spellings
//! are one.

use model::{
    api::{documents::DocumentFilter, listing::Page},
    id::{DocumentId, ExecutionId, ImageId, ProjectId, WorkspaceId},
    library::DocumentRow,
};
use sqlx::PgConnection;

use crate::{
    Fetch,
    error::Result,
    page_query::{Cursor, PageQuery},
    rows::parse_enum,
    timestamp,
};

/// How many words of a search count; later ones are ignored.
const MOST_WORDS: usize = 12;
/// How many characters of a word count.
const MOST_CHARS: usize = 60;

/// A page of the documents of a workspace that the filter admits, the last changed first.
pub async fn list_documents(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    filter: &DocumentFilter,
    page: PageQuery,
) -> Result<Page<DocumentRow>> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.title, left(d.content, 280) AS "excerpt!", d.status, d.tags, d.sample,
                  d.execution_id, d.updated_at, d.aside,
                  (SELECT count(*) FROM document_attachments a WHERE a.document_id = d.id)
                      AS "attachments!",
                  (SELECT a.image_id FROM document_attachments a
                    WHERE a.document_id = d.id AND a.is_primary) AS primary_image
             FROM documents d
            WHERE d.workspace_id = $1 AND ($2::uuid IS NULL OR d.project_id = $2)
              AND ($3::uuid IS NULL OR d.execution_id = $3)
              AND ($4::text IS NULL OR d.status = $4) AND ($5::text IS NULL OR $5 = ANY(d.tags))
              AND ($6::uuid IS NULL OR EXISTS (SELECT FROM workflow_executions e
                                                WHERE e.id = d.execution_id
                                                  AND e.template_id = $6))
              AND ($7::text IS NULL OR document_words(d.title, d.content) @@ search_query($7))
              AND ($8::timestamptz IS NULL OR (d.updated_at, d.id) < ($8, $9::uuid))
              AND (d.aside IS NOT NULL) = $11
            ORDER BY d.updated_at DESC, d.id DESC
            LIMIT $10"#,
        workspace.0,
        filter.project.map(|id| id.0),
        filter.execution.map(|id| id.0),
        filter.status.map(|status| status.as_str()),
        filter.tag,
        filter.template.map(|id| id.0),
        search_words(&filter.q),
        page.after_time(),
        page.after_id(),
        page.row_limit(),
        filter.aside
    )
    .all(conn, "listing documents")
    .await?;
    page.to_page(
        rows,
        |row| Cursor { at: row.updated_at, id: row.id },
        |row| {
            Ok(DocumentRow {
                id: DocumentId(row.id),
                title: row.title,
                excerpt: row.excerpt,
                status: parse_enum(&row.status)?,
                tags: row.tags,
                sample: row.sample,
                execution: row.execution_id.map(ExecutionId),
                updated_at: timestamp(row.updated_at),
                attachments: row.attachments,
                primary_image: row.primary_image.map(ImageId),
                aside: row.aside.as_deref().map(parse_enum).transpose()?,
            })
        },
    )
}

/// The tags on a workspace's documents, or on those of one project, the most used first.
pub async fn list_tags(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    project: Option<ProjectId>,
    most: i64,
) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"SELECT tag AS "tag!"
             FROM documents d, unnest(d.tags) AS tag
            WHERE d.workspace_id = $1 AND ($2::uuid IS NULL OR d.project_id = $2)
              AND d.aside IS NULL
            GROUP BY tag
            ORDER BY count(*) DESC, tag
            LIMIT $3"#,
        workspace.0,
        project.map(|id| id.0),
        most
    )
    .all(conn, "listing tags")
    .await
}

/// How many documents of a workspace lists leave out.
pub async fn count_aside(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
             FROM documents
            WHERE workspace_id = $1 AND aside IS NOT NULL"#,
        workspace.0
    )
    .one(conn, "counting documents that lists leave out")
    .await
}

/// The words of a search that count. None for an empty search, which finds everything; none of them
/// for punctuation alone, which finds nothing.
fn search_words(text: &str) -> Option<String> {
    let apart = |c: char| c.is_whitespace() || c.is_control() || c.is_ascii_punctuation();
    let word = |word: &str| word.chars().take(MOST_CHARS).collect::<String>();
    let words = text.split(apart).filter(|word| !word.is_empty()).take(MOST_WORDS).map(word);
    let asked = text.contains(|c: char| !c.is_whitespace() && !c.is_control());
    asked.then(|| words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_words_whatever_is_between_them() {
        assert_eq!(search_words("it's  (a) te\\a\0").as_deref(), Some("it s a te a"));
        assert_eq!(search_words("شاي 茶").as_deref(), Some("شاي 茶"));
    }

    #[test]
    fn signs_alone_find_nothing_and_no_search_finds_everything() {
        for signs in ["%", "-", " &|!:*() "] {
            assert_eq!(search_words(signs).as_deref(), Some(""), "{signs}");
        }
        assert_eq!(search_words(" \t\0 "), None);
    }
}
