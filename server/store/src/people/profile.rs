//! A person's own account: name, address, picture, preferences, and its end.

use model::{
    access::Role,
    id::{UserId, WorkspaceId},
    preferences::{Preferences, Theme},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    EnumText, Fetch, Statement,
    error::{Doing, EngineError, Result},
};

/// A small picture of a person, as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureFile {
    /// Names the bytes; another picture has another one.
    pub version: Uuid,
    /// `image/jpeg` or `image/png`.
    pub media_type: String,
    /// The whole file.
    pub bytes: Vec<u8>,
}

/// A workspace of somebody whose account is to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnWorkspace {
    pub id: WorkspaceId,
    /// What it is called.
    pub name: String,
    /// What the person is in it.
    pub role: Role,
    /// How many others are members of it.
    pub others: i64,
    /// How many others own it.
    pub other_owners: i64,
}

/// What an account says of its person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The name that others see.
    pub name: String,
    /// The address to sign in with.
    pub email: String,
}

/// The name and address of an account; none where it is deleted.
pub async fn find(conn: &mut PgConnection, user: UserId) -> Result<Option<PersonRow>> {
    sqlx::query_as!(PersonRow, "SELECT name, email FROM users WHERE id = $1", user.0)
        .optional(conn, "reading an account")
        .await
}

/// Gives a person another name.
pub async fn set_name(conn: &mut PgConnection, user: UserId, name: &str) -> Result<()> {
    sqlx::query!("UPDATE users SET name = $2 WHERE id = $1", user.0, name)
        .run(conn, "changing a name")
        .await
}

/// Gives an account another address; false where another account has it, whatever its case. The
/// transaction is over then.
pub async fn set_email(conn: &mut PgConnection, user: UserId, email: &str) -> Result<bool> {
    let done = sqlx::query!("UPDATE users SET email = $2 WHERE id = $1", user.0, email)
        .execute(conn)
        .await;
    match done {
        Ok(done) => Ok(done.rows_affected() == 1),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        Err(error) => Err(error).doing("changing an address"),
    }
}

/// Keeps what a person has set for themselves.
pub async fn set_preferences(
    conn: &mut PgConnection,
    user: UserId,
    preferences: &Preferences,
) -> Result<()> {
    let preferences = serde_json::to_value(preferences)
        .map_err(|error| EngineError::internal("keeping preferences", error))?;
    sqlx::query!("UPDATE users SET preferences = $2 WHERE id = $1", user.0, preferences)
        .run(conn, "keeping preferences")
        .await
}

/// Keeps the colours that a person has chosen, and leaves their other preferences as they are.
pub async fn set_theme(conn: &mut PgConnection, user: UserId, theme: Theme) -> Result<()> {
    sqlx::query!(
        "UPDATE users SET preferences = preferences || jsonb_build_object('theme', $2::text)
          WHERE id = $1",
        user.0,
        theme.key()
    )
    .run(conn, "keeping a theme")
    .await
}

/// Puts a picture up, in the place of the one before.
pub async fn set_picture(
    conn: &mut PgConnection,
    user: UserId,
    picture: &PictureFile,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO user_pictures (user_id, version, media_type, bytes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE
            SET version = excluded.version, media_type = excluded.media_type, bytes = excluded.bytes",
        user.0,
        picture.version,
        picture.media_type.as_str(),
        picture.bytes.as_slice()
    )
    .run(conn, "keeping a person's picture")
    .await
}

/// Takes a person's picture down; nothing happens where there is none.
pub async fn delete_picture(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("DELETE FROM user_pictures WHERE user_id = $1", user.0)
        .run(conn, "deleting a person's picture")
        .await
}

/// The picture of a member of the workspace; none where there is no such member, or no picture.
pub async fn find_picture(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Option<PictureFile>> {
    sqlx::query_as!(
        PictureFile,
        "SELECT p.version, p.media_type, p.bytes
           FROM user_pictures p
           JOIN memberships m ON m.user_id = p.user_id
          WHERE m.workspace_id = $1 AND p.user_id = $2",
        workspace.0,
        user.0
    )
    .optional(conn, "reading a person's picture")
    .await
}

/// The workspaces of a person, by id. Until the transaction ends, nobody joins or leaves them.
pub async fn lock_workspaces(conn: &mut PgConnection, user: UserId) -> Result<Vec<OwnWorkspace>> {
    sqlx::query!(
        "SELECT w.id FROM workspaces w JOIN memberships m ON m.workspace_id = w.id
          WHERE m.user_id = $1 ORDER BY w.id FOR UPDATE OF w",
        user.0
    )
    .all(conn, "locking somebody's workspaces")
    .await?;
    sqlx::query_as!(
        OwnWorkspace,
        r#"SELECT w.id, w.name, m.role AS "role: EnumText<_>",
                  (SELECT count(*) FROM memberships o
                    WHERE o.workspace_id = w.id AND o.user_id <> $1) AS "others!",
                  (SELECT count(*) FROM memberships o
                    WHERE o.workspace_id = w.id AND o.user_id <> $1 AND o.role = 'owner')
                      AS "other_owners!"
             FROM memberships m
             JOIN workspaces w ON w.id = m.workspace_id
            WHERE m.user_id = $1
            ORDER BY w.id"#,
        user.0
    )
    .all(conn, "reading somebody's workspaces")
    .await
}

/// Whether anybody else has an account.
pub async fn has_others(conn: &mut PgConnection, user: UserId) -> Result<bool> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM users WHERE id <> $1) AS "others!""#, user.0)
        .one(conn, "looking for other accounts")
        .await
}

/// Deletes an account with its memberships, sessions and tokens. What the person made stays, and
/// says no longer who made it.
pub async fn delete(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("DELETE FROM users WHERE id = $1", user.0).run(conn, "deleting an account").await
}
