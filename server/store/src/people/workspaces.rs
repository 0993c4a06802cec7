//! Workspaces: whose they are, what they are called, whether they are archived or deleted.

use model::{
    access::Role,
    api::workspaces::{WorkspaceChange, WorkspaceSettings},
    id::{UserId, WorkspaceId},
    workspace::{WorkspaceColour, WorkspaceRow},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    EnumText, Fetch, Statement,
    error::{EngineError, Result},
    role,
};

/// A person's role in one workspace, as it was read; it may change any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Where this role counts; the person may have another one elsewhere.
    pub workspace: WorkspaceId,
    pub role: Role,
    pub archived: bool,
}

/// A workspace that is locked until the transaction ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedWorkspace {
    /// What it is called.
    pub name: String,
    pub archived: bool,
}

/// Parses the colour of a workspace as the database stores it.
pub(super) fn colour(name: &str) -> Result<WorkspaceColour> {
    WorkspaceColour::from_name(name)
        .ok_or_else(|| EngineError::internal("reading a colour", format!("{name:?} is none")))
}

/// The workspaces of a person, archived ones last, then by name; at most 500. The one that the
/// session `session` is in is marked.
pub async fn list(
    conn: &mut PgConnection,
    user: UserId,
    session: Option<Uuid>,
) -> Result<Vec<WorkspaceRow>> {
    let rows = sqlx::query!(
        r#"SELECT w.id, w.name, w.colour, m.role, w.archived_at IS NOT NULL AS "archived!",
                  s.id IS NOT NULL AS "current!"
             FROM memberships m
             JOIN workspaces w ON w.id = m.workspace_id
             LEFT JOIN sign_in_sessions s
                    ON s.id = $2 AND s.user_id = m.user_id AND s.workspace_id = w.id
            WHERE m.user_id = $1
            ORDER BY w.archived_at IS NOT NULL, lower(w.name), w.id
            LIMIT 500"#,
        user.0,
        session
    )
    .all(conn, "listing workspaces")
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(WorkspaceRow {
                id: WorkspaceId(row.id),
                name: row.name,
                colour: colour(&row.colour)?,
                role: role(&row.role)?,
                archived: row.archived,
                current: row.current,
            })
        })
        .collect()
}

/// The workspace that a person is in after they have signed in: of those in use the one that they
/// joined first, else an archived one; none where they are in no workspace.
pub async fn find_home(conn: &mut PgConnection, user: UserId) -> Result<Option<Membership>> {
    sqlx::query_as!(
        Membership,
        r#"SELECT m.workspace_id AS workspace, m.role AS "role: EnumText<_>",
                  w.archived_at IS NOT NULL AS "archived!"
             FROM memberships m
             JOIN workspaces w ON w.id = m.workspace_id
            WHERE m.user_id = $1
            ORDER BY w.archived_at IS NOT NULL, m.created_at, m.workspace_id
            LIMIT 1"#,
        user.0
    )
    .optional(conn, "looking for somebody's workspace")
    .await
}

/// How many workspaces a person owns. Until the transaction ends, nobody else counts them: so two
/// who come at once do not both make the last one that is allowed.
pub async fn count_owned(conn: &mut PgConnection, user: UserId) -> Result<i64> {
    sqlx::query!("SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE", user.0)
        .optional(conn, "locking an account")
        .await?;
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM memberships WHERE user_id = $1 AND role = 'owner'"#,
        user.0
    )
    .one(conn, "counting workspaces")
    .await
}

/// What holds for everything in a workspace; none where there is no such workspace.
pub async fn settings(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Option<WorkspaceSettings>> {
    sqlx::query_as!(
        WorkspaceSettings,
        "SELECT launch_env_names FROM workspaces WHERE id = $1",
        workspace.0
    )
    .optional(conn, "reading a workspace's settings")
    .await
}

/// Changes a workspace; what is not given stays.
pub async fn change(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    change: &WorkspaceChange,
) -> Result<()> {
    sqlx::query!(
        "UPDATE workspaces
            SET name = coalesce($2, name),
                colour = coalesce($3, colour),
                launch_env_names = coalesce($4, launch_env_names)
          WHERE id = $1",
        workspace.0,
        change.name.as_deref(),
        change.colour.map(WorkspaceColour::as_str),
        change.launch_env_names.as_deref()
    )
    .run(conn, "changing a workspace")
    .await
}

/// Locks a workspace; none where it is deleted. Until the transaction ends nobody else changes it or
/// who is in it, and a row that names it waits. Once it has ended such a row is let in, whatever has
/// become of the workspace: whether something may be added is asked before that. So a launch that
/// began before the archiving may still come through.
pub async fn lock(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Option<LockedWorkspace>> {
    sqlx::query_as!(
        LockedWorkspace,
        r#"SELECT name, archived_at IS NOT NULL AS "archived!"
             FROM workspaces WHERE id = $1 AND deleted_at IS NULL FOR UPDATE"#,
        workspace.0
    )
    .optional(conn, "locking a workspace")
    .await
}

/// Archives a workspace, or takes it back into use.
pub async fn set_archived(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    archived: bool,
) -> Result<()> {
    sqlx::query!(
        "UPDATE workspaces SET archived_at = CASE WHEN $2 THEN engine_now() END WHERE id = $1",
        workspace.0,
        archived
    )
    .run(conn, "archiving a workspace")
    .await
}

/// Marks a workspace as deleted: it has no members from then on, and nobody becomes one, so nobody
/// reaches anything in it.
pub async fn mark_deleted(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    let doing = "deleting a workspace";
    sqlx::query!("UPDATE workspaces SET deleted_at = engine_now() WHERE id = $1", workspace.0)
        .run(conn, doing)
        .await?;
    sqlx::query!("DELETE FROM invitations WHERE workspace_id = $1", workspace.0)
        .run(conn, doing)
        .await?;
    sqlx::query!("DELETE FROM memberships WHERE workspace_id = $1", workspace.0)
        .run(conn, doing)
        .await
}
