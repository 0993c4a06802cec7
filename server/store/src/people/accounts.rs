//! People, workspaces, memberships and projects.

use model::{
    access::Role,
    account::SessionView,
    id::{ProjectId, UserId, WorkspaceId},
    pages::PersonName,
    picture::PersonPicture,
};
use sqlx::PgConnection;

use super::workspaces::colour;
use crate::{Fetch, Statement, error::Result, role};

/// The advisory lock under which the instance is set up: a number that nothing else here locks.
const SET_UP_LOCK: i64 = 0x0a7e_11e5_0001;

/// A person to be inserted.
#[derive(Debug)]
pub struct NewUser<'a> {
    /// Chosen by the caller.
    pub id: UserId,
    /// The e-mail address, unique whatever its case.
    pub email: &'a str,
    /// The name shown.
    pub name: &'a str,
    /// The PHC string of the password.
    pub password_hash: &'a str,
}

/// What sign-in needs to know of an account.
#[derive(Debug)]
pub struct Credentials {
    pub user: UserId,
    /// The PHC string of the password.
    pub password_hash: String,
}

/// Whether anybody has an account.
pub async fn has_any_user(conn: &mut PgConnection) -> Result<bool> {
    sqlx::query_scalar!("SELECT EXISTS (SELECT FROM users) AS \"any!\"")
        .one(conn, "asking whether there is an account")
        .await
}

/// Lets one transaction at a time set the instance up.
pub async fn lock_set_up(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", SET_UP_LOCK)
        .run(conn, "waiting to set the instance up")
        .await
}

/// Inserts a person.
pub async fn insert_user(conn: &mut PgConnection, user: NewUser<'_>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO users (id, email, name, password_hash) VALUES ($1, $2, $3, $4)",
        user.id.0,
        user.email,
        user.name,
        user.password_hash,
    )
    .run(conn, "creating a user")
    .await
}

pub async fn insert_workspace(conn: &mut PgConnection, id: WorkspaceId, name: &str) -> Result<()> {
    sqlx::query!("INSERT INTO workspaces (id, name) VALUES ($1, $2)", id.0, name)
        .run(conn, "creating a workspace")
        .await
}

/// Makes a person a member of a workspace.
pub async fn insert_membership(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO memberships (workspace_id, user_id, role) VALUES ($1, $2, $3)",
        workspace.0,
        user.0,
        role.as_str(),
    )
    .run(conn, "creating a membership")
    .await
}

pub async fn insert_project(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: ProjectId,
    name: &str,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO projects (id, workspace_id, name) VALUES ($1, $2, $3)",
        id.0,
        workspace.0,
        name
    )
    .run(conn, "creating a project")
    .await
}

/// The account of an address, whatever its case.
pub async fn find_credentials(conn: &mut PgConnection, email: &str) -> Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        "SELECT id AS user, password_hash FROM users WHERE lower(email) = lower($1)",
        email
    )
    .optional(conn, "looking an account up")
    .await
}

/// The hash of a person's password.
pub async fn find_password_hash(conn: &mut PgConnection, user: UserId) -> Result<Option<String>> {
    sqlx::query_scalar!("SELECT password_hash FROM users WHERE id = $1", user.0)
        .optional(conn, "reading a password's hash")
        .await
}

/// Replaces the hash of a person's password.
pub async fn set_password_hash(conn: &mut PgConnection, user: UserId, hash: &str) -> Result<()> {
    sqlx::query!("UPDATE users SET password_hash = $2 WHERE id = $1", user.0, hash)
        .run(conn, "changing a password")
        .await
}

/// The owner who has been there longest, and their first workspace.
pub async fn find_first_owner(conn: &mut PgConnection) -> Result<Option<(UserId, WorkspaceId)>> {
    let row = sqlx::query!(
        "SELECT user_id, workspace_id FROM memberships WHERE role = 'owner'
          ORDER BY created_at, user_id LIMIT 1"
    )
    .optional(conn, "looking for the owner")
    .await?;
    Ok(row.map(|row| (row.user_id.into(), row.workspace_id.into())))
}

/// Whether somebody is the owner who has been there longest.
pub async fn is_first_owner(conn: &mut PgConnection, user: UserId) -> Result<bool> {
    Ok(find_first_owner(conn).await?.is_some_and(|(owner, _)| owner == user))
}

/// A member and their workspace, for the header of every page, without their other workspaces; none
/// for somebody who is no member.
pub async fn find_session_view(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Option<SessionView>> {
    let row = sqlx::query!(
        "SELECT u.name AS user_name, u.email, u.preferences, v.version AS \"picture?\",
                w.name AS workspace_name, w.colour,
                w.archived_at IS NOT NULL AS \"archived!\", m.role, p.id AS project_id
           FROM memberships m
           JOIN users u ON u.id = m.user_id
           JOIN workspaces w ON w.id = m.workspace_id
           LEFT JOIN user_pictures v ON v.user_id = u.id
           JOIN LATERAL (SELECT id FROM projects
                          WHERE workspace_id = m.workspace_id AND archived_at IS NULL
                          ORDER BY created_at, id LIMIT 1) p ON true
          WHERE m.workspace_id = $1 AND m.user_id = $2",
        workspace.0,
        user.0,
    )
    .optional(conn, "reading who is signed in")
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(SessionView {
        user_id: user,
        user_name: row.user_name,
        email: row.email,
        picture: row.picture.map(|version| PersonPicture { user_id: user, version }),
        // A later release may have kept what this one does not know.
        preferences: serde_json::from_value(row.preferences).unwrap_or_default(),
        workspace_id: workspace,
        workspace_name: row.workspace_name,
        workspace_colour: colour(&row.colour)?,
        archived: row.archived,
        role: role(&row.role)?,
        project_id: row.project_id.into(),
        workspaces: vec![],
    }))
}

/// Whether the workspace has such a project and it is not archived.
pub async fn has_project(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    project: ProjectId,
) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM projects
                           WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL) AS "has!""#,
        workspace.0,
        project.0
    )
    .one(conn, "looking for a project")
    .await
}

/// The workspace's first project that is not archived, where executions put what they make by
/// default.
pub async fn default_project(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<ProjectId> {
    sqlx::query_scalar!(
        "SELECT id FROM projects
          WHERE workspace_id = $1 AND archived_at IS NULL
          ORDER BY created_at, id LIMIT 1",
        workspace.0
    )
    .one(conn, "looking for the workspace's project")
    .await
    .map(ProjectId)
}

/// The members of a workspace, from A to Z; at most 500.
pub async fn list_names(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Vec<PersonName>> {
    sqlx::query_as!(
        PersonName,
        "SELECT u.id, u.name
           FROM memberships m
           JOIN users u ON u.id = m.user_id
          WHERE m.workspace_id = $1
          ORDER BY lower(u.name), u.id
          LIMIT 500",
        workspace.0
    )
    .all(conn, "reading the names of members")
    .await
}
