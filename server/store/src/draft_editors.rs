//! Presence: who has the draft of a template open. One row for each event stream, kept by its
//! refreshes.

use model::{
    id::{TemplateId, UserId, WorkspaceId},
    pages::{DraftNews, OtherEditor},
    picture::PersonPicture,
};
use serde_json::json;
use sqlx::{PgConnection, postgres::types::PgInterval};
use uuid::Uuid;

use crate::{Fetch, Statement, error::Result};

/// An editor not refreshed for 45 seconds is gone: its server's process was killed.
const GONE: PgInterval = PgInterval { months: 0, days: 0, microseconds: 45_000_000 };

/// One open editor: a browser tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenEditor {
    /// The id of its event stream; a reload of the tab has another one.
    pub id: Uuid,
    /// The workspace of the template.
    pub workspace: WorkspaceId,
    pub template: TemplateId,
    /// The person; one person may have several editors open.
    pub user: UserId,
}

/// Records or refreshes an open editor, and deletes those that are gone; false where the workspace
/// has no such template that may be changed.
pub async fn note_open(conn: &mut PgConnection, editor: OpenEditor) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM draft_editors
          WHERE workspace_id = $1 AND template_id = $2 AND seen_at < engine_now() - $3::interval",
        editor.workspace.0,
        editor.template.0,
        GONE
    )
    .run(conn, "forgetting editors that are gone")
    .await?;
    sqlx::query!(
        "INSERT INTO draft_editors (id, workspace_id, template_id, user_id)
         SELECT $1, workspace_id, id, $4
           FROM workflow_templates
          WHERE workspace_id = $2 AND id = $3 AND NOT is_system AND archived_at IS NULL
         ON CONFLICT (id) DO UPDATE SET seen_at = engine_now()",
        editor.id,
        editor.workspace.0,
        editor.template.0,
        editor.user.0
    )
    .changed(conn, "noting an open editor")
    .await
}

/// Deletes the row of an editor that was closed.
pub async fn close(conn: &mut PgConnection, editor: OpenEditor) -> Result<()> {
    sqlx::query!(
        "DELETE FROM draft_editors WHERE workspace_id = $1 AND id = $2",
        editor.workspace.0,
        editor.id
    )
    .run(conn, "noting a closed editor")
    .await
}

/// The draft's revision and who else has it open; none when the template is gone.
pub async fn load_news(conn: &mut PgConnection, editor: OpenEditor) -> Result<Option<DraftNews>> {
    let revision = sqlx::query_scalar!(
        "SELECT draft_revision FROM workflow_templates WHERE workspace_id = $1 AND id = $2",
        editor.workspace.0,
        editor.template.0
    );
    let revision = revision.optional(conn, "looking at a draft").await?;
    let Some(draft_revision) = revision else { return Ok(None) };
    let others = sqlx::query!(
        r#"SELECT DISTINCT u.name, u.id, u.id = $4 AS "own!", p.version AS "version?"
             FROM draft_editors e
             JOIN users u ON u.id = e.user_id
             LEFT JOIN user_pictures p ON p.user_id = u.id
            WHERE e.workspace_id = $1 AND e.template_id = $2 AND e.id <> $3
              AND e.seen_at >= engine_now() - $5::interval
            ORDER BY u.name, u.id"#,
        editor.workspace.0,
        editor.template.0,
        editor.id,
        editor.user.0,
        GONE
    );
    let others = others.all(conn, "looking who edits a draft").await?;
    let others = others.into_iter().map(|row| OtherEditor {
        name: row.name,
        own: row.own,
        picture: row.version.map(|version| PersonPicture { user_id: UserId(row.id), version }),
    });
    let (template_id, others) = (editor.template, others.collect());
    Ok(Some(DraftNews { template_id, draft_revision, others }))
}

/// Sends a notification, so that the streams of open editors in all processes load their news
/// again.
pub async fn notify(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    template: TemplateId,
) -> Result<()> {
    let notice = json!({ "workspace": workspace, "template": template }).to_string();
    sqlx::query!("SELECT pg_notify('atelier_drafts', $1)", notice)
        .run(conn, "telling editors of a draft")
        .await
}
