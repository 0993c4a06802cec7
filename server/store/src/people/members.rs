//! Members of a workspace: who they are, what they hold, and how they go.

use model::{
    access::Role,
    api::{
        listing::{Page, search_words},
        members::{MemberFilter, MemberHoldings, MemberRow},
    },
    id::{UserId, WorkspaceId},
    pages::PersonName,
    picture::PersonPicture,
};
use sqlx::PgConnection;

use crate::{
    Fetch, Statement,
    error::Result,
    page_query::{Cursor, PageQuery},
    role, timestamp,
};

/// Lets one transaction at a time change who is in a workspace, and as what.
pub async fn lock(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    sqlx::query!("SELECT id FROM workspaces WHERE id = $1 FOR NO KEY UPDATE", workspace.0)
        .optional(conn, "waiting to change members")
        .await
        .map(drop)
}

/// A page of the members that the filter admits, who joined last first.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    filter: &MemberFilter,
    page: PageQuery,
) -> Result<Page<MemberRow>> {
    let query = sqlx::query_file!(
        "sql/list_members.sql",
        workspace.0,
        filter.role.map(Role::as_str),
        &search_words(&filter.q)?,
        page.after_time(),
        page.after_id(),
        page.row_limit(),
    );
    let rows = query.all(conn, "listing members").await?;
    page.to_page(
        rows,
        |row| Cursor { at: row.joined_at, id: row.user_id },
        |row| {
            Ok(MemberRow {
                user_id: UserId(row.user_id),
                name: row.name,
                email: row.email,
                picture: row
                    .picture
                    .map(|version| PersonPicture { user_id: UserId(row.user_id), version }),
                role: role(&row.role)?,
                last_seen_at: row.last_seen_at.map(timestamp),
                joined_at: timestamp(row.joined_at),
                executions_under_way: row.executions,
            })
        },
    )
}

/// What somebody is in the workspace; none for somebody who is no member.
pub async fn find_role(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<Option<Role>> {
    let found = sqlx::query_scalar!(
        "SELECT role FROM memberships WHERE workspace_id = $1 AND user_id = $2",
        workspace.0,
        user.0,
    )
    .optional(conn, "looking for a member")
    .await?;
    found.as_deref().map(role).transpose()
}

/// Marks a member as seen now. In a transaction that also changes their sessions it comes first, as
/// where a membership ends.
pub async fn touch(conn: &mut PgConnection, workspace: WorkspaceId, user: UserId) -> Result<()> {
    sqlx::query!(
        "UPDATE memberships SET last_seen_at = engine_now()
          WHERE workspace_id = $1 AND user_id = $2",
        workspace.0,
        user.0
    )
    .run(conn, "marking a member as seen")
    .await
}

/// How many owners the workspace has.
pub async fn count_owners(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "owners!" FROM memberships
            WHERE workspace_id = $1 AND role = 'owner'"#,
        workspace.0
    )
    .one(conn, "counting owners")
    .await
}

/// Changes what a member is.
pub async fn set_role(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
) -> Result<()> {
    sqlx::query!(
        "UPDATE memberships SET role = $3 WHERE workspace_id = $1 AND user_id = $2",
        workspace.0,
        user.0,
        role.as_str(),
    )
    .run(conn, "changing a role")
    .await
}

/// Ends a membership; its tokens go with it.
pub async fn delete(conn: &mut PgConnection, workspace: WorkspaceId, user: UserId) -> Result<()> {
    sqlx::query!(
        "DELETE FROM memberships WHERE workspace_id = $1 AND user_id = $2",
        workspace.0,
        user.0
    )
    .run(conn, "ending a membership")
    .await
}

/// What a member has that somebody has to look after when they go.
pub async fn find_holdings(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
) -> Result<MemberHoldings> {
    let row = sqlx::query_file!("sql/member_holdings.sql", workspace.0, user.0)
        .one(conn, "reading what a member has")
        .await?;
    Ok(MemberHoldings {
        templates: row.templates,
        template_count: row.template_count,
        tokens: row.tokens,
        executions: row.executions,
        reviews: row.reviews,
        named_reviews: row.named_reviews,
        review_links: row.review_links,
        invitations: row.invitations,
        candidates: list_candidates(conn, workspace, user).await?,
    })
}

/// The other members who may edit templates, from A to Z; at most 500.
async fn list_candidates(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    without: UserId,
) -> Result<Vec<PersonName>> {
    sqlx::query_as!(
        PersonName,
        "SELECT u.id, u.name
           FROM memberships m
           JOIN users u ON u.id = m.user_id
          WHERE m.workspace_id = $1 AND m.user_id <> $2 AND m.role IN ('editor', 'admin', 'owner')
          ORDER BY lower(u.name), u.id
          LIMIT 500",
        workspace.0,
        without.0
    )
    .all(conn, "reading who may be given templates")
    .await
}

/// Makes another member the maker of somebody's templates.
pub async fn hand_templates_over(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    from: UserId,
    to: UserId,
) -> Result<()> {
    sqlx::query!(
        "UPDATE workflow_templates SET created_by = $3 WHERE workspace_id = $1 AND created_by = $2",
        workspace.0,
        from.0,
        to.0
    )
    .run(conn, "handing templates over")
    .await
}

/// Ends the links to reviews that somebody made.
pub async fn delete_review_links(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    made_by: UserId,
) -> Result<()> {
    sqlx::query!(
        "DELETE FROM review_links WHERE workspace_id = $1 AND made_by = $2",
        workspace.0,
        made_by.0
    )
    .run(conn, "ending links to reviews")
    .await
}
