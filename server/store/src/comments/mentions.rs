//! Members who are named in comments.

use model::{
    comment::{CommentPerson, comment_excerpt, mentioned::MentionRow, subject::CommentSubject},
    id::{CommentId, ExecutionId, UserId, WorkspaceId},
    picture::PersonPicture,
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::columns::SubjectColumns;
use crate::{Fetch, Statement, error::Result, timestamp};

/// The most members that are offered to be named.
const MOST_OFFERED: i64 = 10;

/// Whom a comment names, from now on: those of these who are members. The author has seen what they
/// wrote themselves. Gives those others who were not named in it before.
pub async fn set(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    comment: CommentId,
    author: UserId,
    named: &[UserId],
) -> Result<Vec<UserId>> {
    let named: Vec<Uuid> = named.iter().map(|user| user.0).collect();
    sqlx::query!(
        "DELETE FROM comment_mentions
          WHERE workspace_id = $1 AND comment_id = $2 AND user_id <> ALL ($3)",
        workspace.0,
        comment.0,
        &named
    )
    .run(conn, "noting whom a comment names")
    .await?;
    let added = sqlx::query_scalar!(
        "INSERT INTO comment_mentions (workspace_id, comment_id, user_id, seen_at)
         SELECT $1, $2, m.user_id, CASE WHEN m.user_id = $4 THEN engine_now() END
           FROM memberships m
          WHERE m.workspace_id = $1 AND m.user_id = ANY ($3)
         ON CONFLICT (comment_id, user_id) DO NOTHING
         RETURNING user_id",
        workspace.0,
        comment.0,
        &named,
        author.0
    );
    let added = added.all(conn, "noting whom a comment names").await?;
    Ok(added.into_iter().map(UserId).filter(|user| *user != author).collect())
}

/// The members of whose name a word begins so, or the whole name, from A to Z; at most ten.
pub async fn find_people(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    begin: &str,
) -> Result<Vec<CommentPerson>> {
    let rows = sqlx::query!(
        r#"SELECT u.id, u.name, p.version AS "picture?"
             FROM memberships m
             JOIN users u ON u.id = m.user_id
             LEFT JOIN user_pictures p ON p.user_id = u.id
            WHERE m.workspace_id = $1
              AND (starts_with(search_fold(u.name), search_fold($2))
                   OR strpos(search_fold(u.name), ' ' || search_fold($2)) > 0)
            ORDER BY lower(u.name), u.id
            LIMIT $3"#,
        workspace.0,
        begin,
        MOST_OFFERED
    )
    .all(conn, "looking for members to name")
    .await?;
    let people = rows.into_iter().map(|row| {
        let id = UserId(row.id);
        let picture = row.picture.map(|version| PersonPicture { user_id: id, version });
        CommentPerson { id, name: row.name, picture }
    });
    Ok(people.collect())
}

/// The latest comments that name a member and that they have not seen, and how many there are.
pub async fn list_unseen(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
    most: i64,
) -> Result<(i64, Vec<MentionRow>)> {
    let rows = sqlx::query_file!("sql/unseen_mentions.sql", workspace.0, user.0, most)
        .all(conn, "looking for mentions")
        .await?;
    let count = rows.first().map_or(0, |row| row.count);
    let mentions = rows.into_iter().map(|row| {
        let columns = SubjectColumns {
            template: row.template_id,
            document: row.document_id,
            execution: row.execution_id,
            review: row.review_id,
            node: row.node_id,
        };
        Ok(MentionRow {
            comment_id: CommentId(row.comment_id),
            subject: columns.subject()?,
            execution_id: row.of_execution.map(ExecutionId),
            title: row.title,
            by: row.by,
            excerpt: comment_excerpt(&row.text),
            at: timestamp(row.created_at),
        })
    });
    Ok((count, mentions.collect::<Result<_>>()?))
}

/// Notes that a member has seen the comments about this that name them; about one step, where one
/// is named. False where they had seen all of them.
pub async fn mark_seen(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
    subject: &CommentSubject,
) -> Result<bool> {
    let columns = SubjectColumns::from(subject);
    sqlx::query_file!(
        "sql/see_mentions.sql",
        workspace.0,
        user.0,
        columns.template,
        columns.document,
        columns.execution,
        columns.review,
        columns.node
    )
    .changed(conn, "noting that mentions were seen")
    .await
}
