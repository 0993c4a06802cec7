//! Templates and their versions.

use chrono::{DateTime, Utc};
use model::{
    api::templates::Disabled,
    id::{TemplateId, UserId, WorkspaceId},
    pages::{ArchivedRow, TemplateName, TemplateStats},
    text::natural::natural_key,
};
use serde_json::Value;
use sqlx::PgConnection;

use super::timestamp;
use crate::{Fetch, Statement, error::Result};

/// A template with its published version.
#[derive(Debug)]
pub struct TemplateRow {
    /// The same for all its versions.
    pub id: TemplateId,
    /// The name shown, unique in the workspace.
    pub name: String,
    pub description: String,
    /// The key of its category.
    pub category: String,
    /// The tags that people gave it.
    pub tags: Vec<String>,
    /// True when it came with the product.
    pub is_system: bool,
    /// An example of what an execution makes.
    pub example_output: String,
    /// The published version.
    pub version: i32,
    /// The workflow of that version, as stored.
    pub definition: Value,
    /// How its executions went.
    pub stats: TemplateStats,
    /// Why it is switched off; none where it may be launched.
    pub disabled: Option<Disabled>,
}

/// A template that comes with the product.
#[derive(Debug)]
pub struct SystemTemplateRow<'a> {
    /// Its key, the same in every workspace and release.
    pub key: &'a str,
    /// The name shown.
    pub name: &'a str,
    pub description: &'a str,
    /// The key of its category.
    pub category: &'a str,
    /// An example of what an execution makes.
    pub example_output: &'a str,
    /// The workflow of this release.
    pub definition: Value,
}

/// Published templates of a workspace that are not archived, those switched off among them; one, if
/// given.
pub async fn list_published(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: Option<TemplateId>,
) -> Result<Vec<TemplateRow>> {
    let id = id.map(|id| id.0);
    let rows = sqlx::query_file!("sql/published_templates.sql", workspace.0, id)
        .all(conn, "reading templates")
        .await?;
    let template = rows.into_iter().map(|row| TemplateRow {
        id: TemplateId(row.id),
        name: row.name,
        description: row.description,
        category: row.category,
        tags: row.tags,
        is_system: row.is_system,
        example_output: row.example_output,
        version: row.version,
        definition: row.definition,
        stats: TemplateStats {
            uses: row.uses,
            sample_uses: row.sample_uses,
            completed: row.completed,
            ended: row.ended,
            median_ms: row.median_ms,
            median_cost_micros: row.median_cost,
        },
        disabled: parse_disabled(row.disabled_reason, row.disabled_by, row.disabled_at),
    });
    Ok(template.collect())
}

#[derive(Debug)]
pub struct PublishedVersion {
    pub name: String,
    /// The number of the version.
    pub version: i32,
    /// Why the template is switched off; none where it may be launched.
    pub disabled: Option<Disabled>,
}

/// The published version of a template that is not archived. One that is switched off is found, so
/// that a refusal can say so.
pub async fn find_published_version(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<Option<PublishedVersion>> {
    let row = sqlx::query!(
        r#"SELECT t.name, t.published_version AS "version!", t.disabled_reason, t.disabled_at,
                  d.name AS "disabled_by?"
             FROM workflow_templates t
             LEFT JOIN users d ON d.id = t.disabled_by
            WHERE t.workspace_id = $1 AND t.id = $2 AND t.published_version IS NOT NULL
              AND t.archived_at IS NULL"#,
        workspace.0,
        id.0
    )
    .optional(conn, "reading a template to launch")
    .await?;
    Ok(row.map(|row| PublishedVersion {
        name: row.name,
        version: row.version,
        disabled: parse_disabled(row.disabled_reason, row.disabled_by, row.disabled_at),
    }))
}

/// The median active time of the last 50 executions of a template, in milliseconds; as in
/// [`list_published`], replays and those answered by the sample provider or of a draft do not count.
pub async fn median_ms(conn: &mut PgConnection, id: TemplateId) -> Result<Option<u64>> {
    let median = sqlx::query_scalar!(
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY e.active_ms)
                    FILTER (WHERE e.sample_calls = 0 AND e.status = 'completed')::bigint
           FROM (SELECT sample_calls, status, active_ms
                   FROM workflow_executions
                  WHERE template_id = $1 AND template_version IS NOT NULL AND trigger <> 'replay'
                  ORDER BY started_at DESC
                  LIMIT 50) e",
        id.0
    )
    .one(conn, "reading how long a template takes")
    .await?;
    Ok(median.and_then(|ms| u64::try_from(ms).ok()))
}

/// A version of a template that another workflow runs as a sub-workflow.
#[derive(Debug, Clone)]
pub struct PinnedRow {
    /// The template that was found by id or name.
    pub id: TemplateId,
    /// The name of the template now.
    pub name: String,
    /// The version asked for, or the published one.
    pub version: i32,
    /// The workflow of that version, as stored.
    pub definition: Value,
    /// Why the template is switched off; none where it may be launched.
    pub disabled: Option<Disabled>,
}

/// The template of that id or name in `version`; without one in the published version, unless the
/// template is archived. One that is switched off is found, so that a refusal can say so.
pub async fn find_pinned(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: &str,
    version: Option<i32>,
) -> Result<Option<PinnedRow>> {
    let row = sqlx::query!(
        r#"SELECT t.id, t.name, v.version, v.definition, t.disabled_reason, t.disabled_at,
                  d.name AS "disabled_by?"
             FROM workflow_templates t
             JOIN workflow_template_versions v ON v.template_id = t.id
                  AND v.version = coalesce($4, t.published_version)
             LEFT JOIN users d ON d.id = t.disabled_by
            WHERE t.workspace_id = $1 AND (t.id = $2 OR t.name = $3)
              AND ($4::int IS NOT NULL OR t.archived_at IS NULL)
            ORDER BY t.id = $2 DESC
            LIMIT 1"#,
        workspace.0,
        template.parse::<uuid::Uuid>().unwrap_or_default(),
        template,
        version
    )
    .optional(conn, "reading a template to run")
    .await?;
    Ok(row.map(|row| PinnedRow {
        id: TemplateId(row.id),
        name: row.name,
        version: row.version,
        definition: row.definition,
        disabled: parse_disabled(row.disabled_reason, row.disabled_by, row.disabled_at),
    }))
}

/// Copies a system template into a workspace, or publishes a changed one as a new version.
pub async fn put_system_template(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
    template: SystemTemplateRow<'_>,
) -> Result<()> {
    sqlx::query_file!(
        "sql/put_system_template.sql",
        id.0,
        workspace.0,
        template.key,
        template.name,
        template.description,
        template.category,
        template.example_output,
        template.definition
    )
    .run(conn, "copying a system template")
    .await
}

/// Every workspace of the instance, for what is done to each at the start.
pub async fn list_workspaces(conn: &mut PgConnection) -> Result<Vec<WorkspaceId>> {
    let ids = sqlx::query_scalar!("SELECT id FROM workspaces WHERE deleted_at IS NULL ORDER BY id")
        .all(conn, "listing workspaces")
        .await?;
    Ok(ids.into_iter().map(WorkspaceId).collect())
}

/// The templates of a workspace that are not archived, from A to Z; at most 500.
pub async fn list_names(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Vec<TemplateName>> {
    let mut rows = sqlx::query!(
        "SELECT id, name
           FROM workflow_templates
          WHERE workspace_id = $1 AND archived_at IS NULL
          ORDER BY lower(name), id
          LIMIT 500",
        workspace.0
    )
    .all(conn, "reading the names of templates")
    .await?;
    rows.sort_by_cached_key(|row| natural_key(&row.name));
    let names = rows.into_iter().map(|row| TemplateName { id: TemplateId(row.id), name: row.name });
    Ok(names.collect())
}

/// Why a template is switched off, from its columns; none where it may be launched.
pub(super) fn parse_disabled(
    reason: Option<String>,
    by: Option<String>,
    at: Option<DateTime<Utc>>,
) -> Option<Disabled> {
    Some(Disabled { reason: reason?, by, at: timestamp(at?) })
}

/// The name of a template that is switched off, and why; none where it may be launched, or is not
/// there.
pub async fn find_disabled(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<Option<(String, Disabled)>> {
    let row = sqlx::query!(
        r#"SELECT t.name, t.disabled_reason, t.disabled_at, d.name AS "disabled_by?"
             FROM workflow_templates t
             LEFT JOIN users d ON d.id = t.disabled_by
            WHERE t.workspace_id = $1 AND t.id = $2 AND NOT t.enabled"#,
        workspace.0,
        id.0
    )
    .optional(conn, "reading whether a template may be launched")
    .await?;
    Ok(row.and_then(|row| {
        let disabled = parse_disabled(row.disabled_reason, row.disabled_by, row.disabled_at)?;
        Some((row.name, disabled))
    }))
}

/// Switches a template on, or off for a reason.
pub async fn set_enabled(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
    reason: Option<&str>,
    user: UserId,
) -> Result<()> {
    sqlx::query!(
        "UPDATE workflow_templates
            SET enabled = $3::text IS NULL, disabled_reason = $3,
                disabled_by = CASE WHEN $3::text IS NOT NULL THEN $4::uuid END,
                disabled_at = CASE WHEN $3::text IS NOT NULL THEN engine_now() END
          WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        id.0,
        reason,
        user.0
    )
    .run(conn, "switching a template on or off")
    .await
}

/// Archives a template, so that lists leave it out, or restores it; it keeps its name.
pub async fn set_archived(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
    archived: bool,
) -> Result<()> {
    sqlx::query!(
        "UPDATE workflow_templates
            SET archived_at = CASE WHEN $3 THEN engine_now() END, updated_at = engine_now()
          WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        id.0,
        archived
    )
    .run(conn, "archiving a template")
    .await
}

/// Whether a template is archived, and whether it may be.
#[derive(Debug, Clone, Copy)]
pub struct Shelving {
    /// True when it came with the product.
    pub is_system: bool,
    /// Whether lists leave it out.
    pub is_archived: bool,
}

/// Whether a template is archived; none if the workspace has no such template.
pub async fn find_shelving(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<Option<Shelving>> {
    sqlx::query_as!(
        Shelving,
        r#"SELECT is_system, archived_at IS NOT NULL AS "is_archived!"
             FROM workflow_templates
            WHERE workspace_id = $1 AND id = $2"#,
        workspace.0,
        id.0
    )
    .optional(conn, "reading whether a template is archived")
    .await
}

/// The archived templates of a workspace by name; at most 200.
pub async fn list_archived(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Vec<ArchivedRow>> {
    let mut rows = sqlx::query!(
        r#"SELECT id, name, archived_at AS "archived_at!"
             FROM workflow_templates
            WHERE workspace_id = $1 AND archived_at IS NOT NULL
            ORDER BY lower(name), id
            LIMIT 200"#,
        workspace.0
    )
    .all(conn, "listing archived templates")
    .await?;
    rows.sort_by_cached_key(|row| natural_key(&row.name));
    let row = rows.into_iter().map(|row| ArchivedRow {
        id: TemplateId(row.id),
        name: row.name,
        archived_at: timestamp(row.archived_at),
    });
    Ok(row.collect())
}
