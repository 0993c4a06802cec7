//! Those whom notices concern, with what they have set for themselves. Until the transaction ends
//! nobody of them leaves: a delivery to them can be written.

use model::{
    access::Role,
    id::{CommentId, ReviewId, UserId, WorkspaceId},
    preferences::Preferences,
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Fetch, error::Result};

/// Somebody who may want to hear of a notice.
#[derive(Debug)]
pub struct Recipient {
    /// The person.
    pub user: UserId,
    /// What they have set for themselves.
    pub preferences: Preferences,
}

/// Those for whom an open review waits.
pub async fn deciders(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    review: ReviewId,
) -> Result<Vec<Recipient>> {
    let rows = sqlx::query!(
        "SELECT m.user_id, u.preferences
           FROM reviews r
           JOIN workflow_executions e ON e.id = r.execution_id
           JOIN memberships m ON m.workspace_id = r.workspace_id
           JOIN users u ON u.id = m.user_id
          WHERE r.workspace_id = $1 AND r.id = $2
            AND engine_waits_for(r.workspace_id, r.reviewers, r.people,
                                 CASE WHEN r.exclude_author THEN e.user_id END, r.needed,
                                 r.approvals, m.user_id, m.role)
            FOR KEY SHARE OF m",
        workspace.0,
        review.0
    )
    .all(conn, "looking for those who decide")
    .await?;
    Ok(rows.into_iter().map(|row| recipient(row.user_id, row.preferences)).collect())
}

/// Somebody, if they are a member.
pub async fn find_member(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Option<Recipient>> {
    let row = sqlx::query!(
        "SELECT m.user_id, u.preferences
           FROM memberships m
           JOIN users u ON u.id = m.user_id
          WHERE m.workspace_id = $1 AND m.user_id = $2
            FOR KEY SHARE OF m",
        workspace.0,
        user.0
    )
    .optional(conn, "looking for whom a notice concerns")
    .await?;
    Ok(row.map(|row| recipient(row.user_id, row.preferences)))
}

/// Those of these people who have not seen yet that a comment names them.
pub async fn people_mentioned(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    comment: CommentId,
    people: &[UserId],
) -> Result<Vec<Recipient>> {
    let people: Vec<Uuid> = people.iter().map(|user| user.0).collect();
    let rows = sqlx::query!(
        "SELECT c.user_id, u.preferences
           FROM comment_mentions c
           JOIN memberships m ON m.workspace_id = c.workspace_id AND m.user_id = c.user_id
           JOIN users u ON u.id = c.user_id
          WHERE c.workspace_id = $1 AND c.comment_id = $2 AND c.user_id = ANY ($3)
            AND c.seen_at IS NULL
            FOR KEY SHARE OF m",
        workspace.0,
        comment.0,
        &people
    )
    .all(conn, "looking for those whom a comment names")
    .await?;
    Ok(rows.into_iter().map(|row| recipient(row.user_id, row.preferences)).collect())
}

pub async fn members_of_roles(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    roles: &[Role],
) -> Result<Vec<Recipient>> {
    let roles: Vec<String> = roles.iter().map(|role| role.as_str().to_owned()).collect();
    let rows = sqlx::query!(
        "SELECT m.user_id, u.preferences
           FROM memberships m
           JOIN users u ON u.id = m.user_id
          WHERE m.workspace_id = $1 AND m.role = ANY ($2)
            FOR KEY SHARE OF m",
        workspace.0,
        &roles
    )
    .all(conn, "looking for those whom a notice concerns")
    .await?;
    Ok(rows.into_iter().map(|row| recipient(row.user_id, row.preferences)).collect())
}

fn recipient(user: Uuid, preferences: Value) -> Recipient {
    Recipient { user: UserId(user), preferences: read_preferences(preferences) }
}

/// Preferences that this release cannot read mute nothing.
pub(super) fn read_preferences(preferences: Value) -> Preferences {
    serde_json::from_value(preferences).unwrap_or_default()
}
