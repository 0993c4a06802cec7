//! Templates as editors change them: drafts, versions, copies, removal.

use model::{
    api::{
        listing::Page,
        templates::{Disabled, TemplateSummary, VersionRow},
    },
    id::{TemplateId, UserId, WorkspaceId},
};
use serde_json::Value;
use sqlx::PgConnection;

use super::{
    page_query::{Cursor, PageQuery},
    templates::parse_disabled,
    timestamp,
};
use crate::{
    Fetch, Statement,
    error::{Doing, Result},
};

/// The part of a template that people edit.
#[derive(Debug, Clone)]
pub struct Content {
    /// The name shown, unique in the workspace even among archived templates.
    pub name: String,
    pub description: String,
    /// The key of its category.
    pub category: String,
    /// An example of what an execution makes.
    pub example_output: String,
    /// The tags that people gave it.
    pub tags: Vec<String>,
    /// The draft, in the canonical format.
    pub draft: Value,
}

/// A template with its draft.
#[derive(Debug, Clone)]
pub struct TemplateState {
    /// The part that people edit.
    pub content: Content,
    /// True when it came with the product.
    pub is_system: bool,
    /// The draft's revision.
    pub draft_revision: i64,
    /// The published version; none for a template that is only a draft.
    pub version: Option<i32>,
    /// Why it is switched off; none where it may be launched.
    pub disabled: Option<Disabled>,
}

/// Which templates a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct TemplateFilter<'a> {
    pub category: Option<&'a str>,
    /// Those without a published version too.
    pub drafts: Drafts,
}

/// Whether templates that were never published are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Drafts {
    /// Only templates with a published version are listed.
    #[default]
    Hidden,
    /// Templates that are only a draft are listed, too.
    Shown,
}

/// Adds a template without a version; false when the name is taken.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
    content: &Content,
    user: UserId,
) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO workflow_templates (id, workspace_id, name, description, category,
                                         example_output, draft, created_by, tags)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT ON CONSTRAINT template_name DO NOTHING",
        id.0,
        workspace.0,
        content.name,
        content.description,
        content.category,
        content.example_output,
        content.draft,
        user.0,
        &content.tags
    )
    .changed(conn, "adding a template")
    .await
}

/// Locks a template until the transaction ends; does nothing if the workspace has no such template.
pub async fn lock(conn: &mut PgConnection, workspace: WorkspaceId, id: TemplateId) -> Result<()> {
    sqlx::query!(
        "SELECT id FROM workflow_templates WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        workspace.0,
        id.0
    )
    .optional(conn, "locking a template")
    .await
    .map(drop)
}

/// A template with its draft; none if the workspace has no such template or it is archived.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<Option<TemplateState>> {
    let row = sqlx::query!(
        r#"SELECT t.name, t.description, t.category, t.example_output, t.tags, t.draft, t.is_system,
                  t.draft_revision, t.published_version, t.disabled_reason, t.disabled_at,
                  d.name AS "disabled_by?"
             FROM workflow_templates t
             LEFT JOIN users d ON d.id = t.disabled_by
            WHERE t.workspace_id = $1 AND t.id = $2 AND t.archived_at IS NULL"#,
        workspace.0,
        id.0
    )
    .optional(conn, "reading a template")
    .await?;
    Ok(row.map(|row| TemplateState {
        content: Content {
            name: row.name,
            description: row.description,
            category: row.category,
            example_output: row.example_output,
            tags: row.tags,
            draft: row.draft,
        },
        is_system: row.is_system,
        draft_revision: row.draft_revision,
        version: row.published_version,
        disabled: parse_disabled(row.disabled_reason, row.disabled_by, row.disabled_at),
    }))
}

/// Replaces the draft of a locked template; returns the next revision, or none when the name is
/// taken.
pub async fn save_draft(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
    content: &Content,
) -> Result<Option<i64>> {
    let saved = sqlx::query_scalar!(
        "UPDATE workflow_templates
            SET name = $3, description = $4, category = $5, example_output = $6, draft = $7,
                tags = $8, draft_revision = draft_revision + 1, updated_at = engine_now()
          WHERE workspace_id = $1 AND id = $2
         RETURNING draft_revision",
        workspace.0,
        id.0,
        content.name,
        content.description,
        content.category,
        content.example_output,
        content.draft,
        &content.tags
    )
    .fetch_one(conn)
    .await;
    match saved {
        Ok(revision) => Ok(Some(revision)),
        Err(sqlx::Error::Database(error)) if error.constraint() == Some("template_name") => {
            Ok(None)
        }
        Err(error) => Err(error).doing("saving a draft"),
    }
}

/// Adds the next version of a locked template and publishes it; returns its number.
pub async fn publish(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
    definition: &Value,
    note: &str,
    user: UserId,
) -> Result<i32> {
    sqlx::query_scalar!(
        r#"WITH published AS (
               UPDATE workflow_templates
                  SET published_version = coalesce(published_version, 0) + 1,
                      updated_at = engine_now()
                WHERE workspace_id = $1 AND id = $2
               RETURNING workspace_id, id, published_version
           )
           INSERT INTO workflow_template_versions (workspace_id, template_id, version, definition,
                                                   note, created_by)
           SELECT workspace_id, id, published_version, $3, $4, $5
             FROM published
           RETURNING version"#,
        workspace.0,
        id.0,
        definition,
        note,
        user.0
    )
    .one(conn, "publishing a version")
    .await
}

/// The versions of a template, the latest first.
pub async fn versions(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<Vec<VersionRow>> {
    let rows = sqlx::query!(
        r#"SELECT v.version, v.note, v.created_at, u.name AS "created_by?"
             FROM workflow_template_versions v
             LEFT JOIN users u ON u.id = v.created_by
            WHERE v.workspace_id = $1 AND v.template_id = $2
            ORDER BY v.version DESC"#,
        workspace.0,
        id.0
    )
    .all(conn, "listing versions")
    .await?;
    let version = rows.into_iter().map(|row| VersionRow {
        version: row.version,
        note: row.note,
        created_by: row.created_by,
        created_at: timestamp(row.created_at),
    });
    Ok(version.collect())
}

/// The definition of a version; none if there is no such.
pub async fn definition(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
    version: i32,
) -> Result<Option<Value>> {
    sqlx::query_scalar!(
        "SELECT definition FROM workflow_template_versions
          WHERE workspace_id = $1 AND template_id = $2 AND version = $3",
        workspace.0,
        id.0,
        version
    )
    .optional(conn, "reading a version")
    .await
}

/// Whether a template has executions, running or over.
pub async fn is_used(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM workflow_executions
                           WHERE workspace_id = $1 AND template_id = $2) AS "used!""#,
        workspace.0,
        id.0
    )
    .one(conn, "looking for a template's executions")
    .await
}

/// Deletes a template with its versions.
pub async fn delete(conn: &mut PgConnection, workspace: WorkspaceId, id: TemplateId) -> Result<()> {
    sqlx::query!(
        "DELETE FROM workflow_templates WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        id.0
    )
    .run(conn, "deleting a template")
    .await
}

/// Those of `names` that templates of the workspace have, archived ones included.
pub async fn taken_names(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    names: &[String],
) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT name FROM workflow_templates WHERE workspace_id = $1 AND name = ANY($2)",
        workspace.0,
        names
    )
    .all(conn, "looking for a free name")
    .await
}

/// How many templates each category has.
pub async fn category_counts(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"SELECT category, count(*) AS "templates!"
             FROM workflow_templates
            WHERE workspace_id = $1 AND archived_at IS NULL AND published_version IS NOT NULL
            GROUP BY category"#,
        workspace.0
    )
    .all(conn, "counting templates")
    .await?;
    Ok(rows.into_iter().map(|row| (row.category, row.templates)).collect())
}

/// Templates of a workspace that are not archived, those switched off among them, the latest first.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    filter: TemplateFilter<'_>,
    page: PageQuery,
) -> Result<Page<TemplateSummary>> {
    let rows = sqlx::query!(
        r#"SELECT t.id, t.name, t.description, t.category, t.tags, t.is_system, t.published_version,
                  t.draft_revision, t.created_at, t.updated_at,
                  t.disabled_reason, t.disabled_at, d.name AS "disabled_by?",
                  jsonb_array_length(coalesce(v.definition, t.draft) -> 'nodes') AS "nodes!",
                  (SELECT count(*) FROM workflow_executions e WHERE e.template_id = t.id)
                      AS "uses!"
             FROM workflow_templates t
             LEFT JOIN workflow_template_versions v
                    ON v.template_id = t.id AND v.version = t.published_version
             LEFT JOIN users d ON d.id = t.disabled_by
            WHERE t.workspace_id = $1 AND t.archived_at IS NULL
              AND ($2::text IS NULL OR t.category = $2)
              AND ($3 OR t.published_version IS NOT NULL)
              AND ($4::timestamptz IS NULL OR (t.created_at, t.id) < ($4, $5::uuid))
            ORDER BY t.created_at DESC, t.id DESC
            LIMIT $6"#,
        workspace.0,
        filter.category,
        filter.drafts == Drafts::Shown,
        page.after_time(),
        page.after_id(),
        page.row_limit()
    )
    .all(conn, "listing templates")
    .await?;
    page.to_page(
        rows,
        |row| Cursor { at: row.created_at, id: row.id },
        |row| {
            Ok(TemplateSummary {
                id: TemplateId(row.id),
                name: row.name,
                description: row.description,
                category: row.category,
                tags: row.tags,
                is_system: row.is_system,
                version: row.published_version,
                draft_revision: row.draft_revision,
                node_count: row.nodes,
                usage_count: row.uses,
                created_at: timestamp(row.created_at),
                updated_at: timestamp(row.updated_at),
                disabled: parse_disabled(row.disabled_reason, row.disabled_by, row.disabled_at),
            })
        },
    )
}
