//! Links that let people without an account decide a review.

use model::{
    access::Role,
    api::review_links::ReviewLinkRow,
    id::{ReviewId, UserId, WorkspaceId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{EnumText, Fetch, Nullable, Statement, Time, error::Result, timestamp};

/// A link, as of now.
#[derive(Debug)]
pub struct ReviewLink {
    pub workspace: WorkspaceId,
    /// The only review it opens.
    pub review: ReviewId,
    pub made_by: UserId,
    /// The name of the person who made it.
    pub name: String,
    /// Their present role in the workspace; none once they have left it.
    pub role: Option<Role>,
    /// Whether the workspace is archived.
    pub archived: bool,
    /// Until when it works.
    pub expires_at: Timestamp,
    pub expired: bool,
}

/// Inserts a link that works for so many hours; returns when it expires.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    review: ReviewId,
    id: Uuid,
    made_by: UserId,
    hours: i32,
) -> Result<Timestamp> {
    sqlx::query_scalar!(
        "INSERT INTO review_links (id, workspace_id, review_id, made_by, expires_at)
         VALUES ($1, $2, $3, $4, engine_now() + make_interval(hours => $5))
         RETURNING expires_at",
        id,
        workspace.0,
        review.0,
        made_by.0,
        hours
    )
    .one(conn, "keeping a link to a review")
    .await
    .map(timestamp)
}

/// The link of this id, expired or not; none if there is no such link.
pub async fn find(conn: &mut PgConnection, id: Uuid) -> Result<Option<ReviewLink>> {
    sqlx::query_as!(
        ReviewLink,
        r#"SELECT l.workspace_id AS workspace, l.review_id AS review, l.made_by,
                  l.expires_at AS "expires_at: Time", u.name,
                  m.role AS "role!: Nullable<EnumText<_>>", l.expires_at <= engine_now() AS "expired!",
                  w.archived_at IS NOT NULL AS "archived!"
             FROM review_links l
             JOIN users u ON u.id = l.made_by
             JOIN workspaces w ON w.id = l.workspace_id
             LEFT JOIN memberships m ON m.workspace_id = l.workspace_id AND m.user_id = l.made_by
            WHERE l.id = $1"#,
        id
    )
    .optional(conn, "looking a link to a review up")
    .await
}

/// The links to a review that have not expired, the newest first.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    review: ReviewId,
) -> Result<Vec<ReviewLinkRow>> {
    sqlx::query_as!(
        ReviewLinkRow,
        r#"SELECT l.id, u.name AS made_by, l.expires_at AS "expires_at: Time"
             FROM review_links l
             JOIN users u ON u.id = l.made_by
            WHERE l.workspace_id = $1 AND l.review_id = $2 AND l.expires_at > engine_now()
            ORDER BY l.made_at DESC, l.id DESC"#,
        workspace.0,
        review.0
    )
    .all(conn, "listing links to a review")
    .await
}

/// Ends a link; false if the review has no such link.
pub async fn delete(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    review: ReviewId,
    id: Uuid,
) -> Result<bool> {
    sqlx::query!(
        "DELETE FROM review_links WHERE workspace_id = $1 AND review_id = $2 AND id = $3",
        workspace.0,
        review.0,
        id
    )
    .changed(conn, "revoking a link to a review")
    .await
}
