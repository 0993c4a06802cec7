//! Presets: named sets of parameters of a template's launch form.

use model::{
    api::presets::LaunchPreset,
    id::{PresetId, TemplateId, UserId, WorkspaceId},
    text::natural::natural_key,
};
use serde_json::{Map, Value};
use sqlx::{PgConnection, types::Json};

use crate::{Fetch, FromJson, Statement, Time, error::Result};

/// The result of writing a preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresetWrite {
    /// It was written.
    Done,
    /// The template has another preset of that name, whatever its case.
    NameTaken,
    /// The template has no such preset.
    Unknown,
}

/// The presets of a template, by name.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: TemplateId,
) -> Result<Vec<LaunchPreset>> {
    let mut presets = sqlx::query_as!(
        LaunchPreset,
        r#"SELECT p.id, p.name, p.parameters AS "parameters: FromJson<_>",
                  p.changed_at AS "changed_at: Time", u.name AS "changed_by?"
             FROM launch_presets p LEFT JOIN users u ON u.id = p.changed_by
            WHERE p.workspace_id = $1 AND p.template_id = $2
            ORDER BY lower(p.name), p.id"#,
        workspace.0,
        template.0
    )
    .all(conn, "listing presets")
    .await?;
    presets.sort_by_cached_key(|preset| natural_key(&preset.name));
    Ok(presets)
}

/// Adds a preset of a template that the workspace has.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: TemplateId,
    id: PresetId,
    user: UserId,
    name: &str,
    parameters: &Map<String, Value>,
) -> Result<PresetWrite> {
    let done = sqlx::query!(
        "INSERT INTO launch_presets (id, workspace_id, template_id, name, parameters, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (workspace_id, template_id, lower(name)) DO NOTHING",
        id.0,
        workspace.0,
        template.0,
        name,
        Json(parameters) as _,
        user.0
    )
    .count_changed(conn, "keeping a preset")
    .await?;
    Ok(if done == 1 { PresetWrite::Done } else { PresetWrite::NameTaken })
}

/// Changes the name, the parameters or both; what is not given stays.
pub async fn change(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: TemplateId,
    id: PresetId,
    user: UserId,
    name: Option<&str>,
    parameters: Option<&Map<String, Value>>,
) -> Result<PresetWrite> {
    let taken = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM launch_presets
                           WHERE workspace_id = $1 AND template_id = $2 AND id <> $3
                             AND lower(name) = lower($4)) AS "taken!""#,
        workspace.0,
        template.0,
        id.0,
        name
    )
    .one(conn, "looking for the name of a preset")
    .await?;
    if taken {
        return Ok(PresetWrite::NameTaken);
    }
    let done = sqlx::query!(
        "UPDATE launch_presets
            SET name = coalesce($4, name), parameters = coalesce($5, parameters), changed_by = $6,
                changed_at = engine_now()
          WHERE workspace_id = $1 AND template_id = $2 AND id = $3",
        workspace.0,
        template.0,
        id.0,
        name,
        parameters.map(Json) as _,
        user.0
    )
    .count_changed(conn, "changing a preset")
    .await?;
    Ok(if done == 1 { PresetWrite::Done } else { PresetWrite::Unknown })
}

/// Deletes a preset; false when the template has no such.
pub async fn delete(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: TemplateId,
    id: PresetId,
) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM launch_presets WHERE workspace_id = $1 AND template_id = $2 AND id = $3",
        workspace.0,
        template.0,
        id.0
    )
    .changed(conn, "deleting a preset")
    .await
}

/// Locks the template of presets until the transaction ends; false when the workspace has no such
/// template.
pub async fn lock(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: TemplateId,
) -> Result<bool> {
    sqlx::query!(
        "SELECT id FROM workflow_templates
          WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL FOR NO KEY UPDATE",
        workspace.0,
        template.0
    )
    .optional(conn, "locking a template")
    .await
    .map(|found| found.is_some())
}
