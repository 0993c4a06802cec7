//! Reading reviews. They change only with their execution, see `executions`.

use model::{
    access::Role,
    api::listing::Page,
    id::{ExecutionId, NodeId, ReviewId, UserId, WorkspaceId},
    pages::{DecisionRow, NamedReviewer, PersonName, ReviewCard, ReviewEnd, WaitingRow},
    review::{
        Approved, Reviewer, Verdict,
        assignment::{Reviewers, Stuck},
    },
    time::Timestamp,
};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};

use crate::{
    Fetch,
    error::Result,
    page_query::{Cursor, PageQuery},
    role,
    rows::{parse_enum, read_json},
    timestamp,
};

/// Which reviews of a workspace are read.
#[derive(Debug, Clone, Copy)]
pub enum ReviewQuery {
    /// All open ones, the oldest first.
    Open,
    /// Open ones that wait for this person, who has this role, the oldest first.
    WaitingFor(UserId, Role),
    /// Those of one execution, decided ones included, the oldest first.
    OfExecution(ExecutionId),
    /// The review of this id, open or not.
    One(ReviewId),
}

const MOST: i64 = 200;

/// Makes a [`ReviewCard`] from a record that has its columns; what a column cannot be is an error of
/// the function around it.
macro_rules! review_card {
    ($row:ident) => {{
        let at = $row.decided_at.map(timestamp);
        let end = at
            .map(|at| review_end(&$row.status, $row.decided_name, $row.reason, at))
            .transpose()?;
        let before = $row.before_at.map(|at| ReviewEnd {
            verdict: Verdict::Changes,
            by: $row.before_name.unwrap_or_default(),
            reason: $row.before_reason,
            at: timestamp(at),
        });
        let needed = u32::try_from($row.needed).unwrap_or(1);
        let approvals: Vec<Approved> = read_json($row.approvals)?;
        let stuck = $row.left.and_then(|left| find_stuck(needed, &approvals, left));
        ReviewCard {
            cut: vec![],
            id: ReviewId($row.id),
            execution_id: ExecutionId($row.execution_id),
            execution_name: $row.name,
            execution_number: $row.number,
            node_id: NodeId($row.node_id),
            step: $row.step,
            reviewers: parse_enum::<Reviewers>(&$row.reviewers)?,
            people: $row.people.0,
            exclude_author: $row.exclude_author,
            author: $row.author.map(UserId),
            kind: parse_enum(&$row.kind)?,
            instructions: $row.instructions,
            items: $row.items.0,
            sample: $row.sample,
            needed,
            approvals,
            until: $row.until_at.map(timestamp),
            opened_at: timestamp($row.opened_at),
            earlier: u32::try_from($row.earlier).unwrap_or(u32::MAX),
            before,
            end,
            may_decide: false,
            may_reassign: false,
            stuck,
            no_changes: None,
        }
    }};
}

/// A page of the reviews of a workspace that `which` names. `cut`, `may_decide`, `may_reassign` and
/// `no_changes` are left for the caller to fill in.
pub async fn list(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    which: ReviewQuery,
    page: PageQuery,
) -> Result<Page<ReviewCard>> {
    let (open, execution, one, person) = match which {
        ReviewQuery::Open => (true, None, None, None),
        ReviewQuery::WaitingFor(user, role) => (true, None, None, Some((user, role))),
        ReviewQuery::OfExecution(id) => (false, Some(id.0), None, None),
        ReviewQuery::One(id) => (false, None, Some(id.0), None),
    };
    let rows = sqlx::query_file!(
        "sql/list_reviews.sql",
        workspace.0,
        open,
        execution,
        one,
        page.row_limit(),
        person.map(|(user, _)| user.0),
        person.map(|(_, role)| role.as_str()),
        page.after_time(),
        page.after_id()
    )
    .all(conn, "reading reviews")
    .await?;
    page.to_page(rows, |row| Cursor { at: row.opened_at, id: row.id }, |row| Ok(review_card!(row)))
}

/// Why a review cannot be approved by those who are left, of whom so many may still approve it.
fn find_stuck(needed: u32, approvals: &[Approved], left: i64) -> Option<Stuck> {
    let needed = usize::try_from(needed).unwrap_or(usize::MAX);
    let more = needed.saturating_sub(approvals.len());
    Stuck::find(more, usize::try_from(left).unwrap_or(0))
}

/// How a review was decided, from its columns.
fn review_end(
    status: &str,
    by: Option<String>,
    reason: Option<String>,
    at: Timestamp,
) -> Result<ReviewEnd> {
    Ok(ReviewEnd { verdict: parse_enum(status)?, by: by.unwrap_or_default(), reason, at })
}

/// The items of the review that the node opened before this one; none for its first review.
pub async fn previous_items(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    review: ReviewId,
) -> Result<Option<Vec<Value>>> {
    let items = sqlx::query_scalar!(
        r#"SELECT p.items AS "items: Json<Vec<Value>>"
             FROM reviews r
             JOIN reviews p ON p.execution_id = r.execution_id AND p.node_row_id = r.node_row_id
                           AND p.generation < r.generation AND p.kind = r.kind
            WHERE r.workspace_id = $1 AND r.id = $2 AND r.kind = 'content'
            ORDER BY p.generation DESC
            LIMIT 1"#,
        workspace.0,
        review.0
    )
    .optional(conn, "reading what was reviewed before")
    .await?;
    Ok(items.map(|items| items.0))
}

/// Makes a [`WaitingRow`] from a record that has its columns.
macro_rules! waiting_row {
    ($row:ident) => {
        WaitingRow {
            id: ReviewId($row.id),
            execution_id: ExecutionId($row.execution_id),
            execution_name: $row.name,
            execution_number: $row.number,
            node_id: NodeId($row.node_id),
            step: $row.step,
            until: $row.until_at.map(timestamp),
            opened_at: timestamp($row.opened_at),
        }
    };
}

/// The open reviews that wait for this person, who has this role, the oldest first, without what is
/// decided about.
pub async fn list_waiting(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
) -> Result<Vec<WaitingRow>> {
    let rows = sqlx::query_file!("sql/list_waiting.sql", workspace.0, user.0, role.as_str(), MOST)
        .all(conn, "listing the reviews that wait")
        .await?;
    Ok(rows.into_iter().map(|row| waiting_row!(row)).collect())
}

/// How many open reviews wait for this person, who has this role, and the latest of them.
pub async fn count_waiting(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
) -> Result<(i64, Option<WaitingRow>)> {
    let row = sqlx::query_file!("sql/count_waiting.sql", workspace.0, user.0, role.as_str())
        .optional(conn, "counting reviews")
        .await?;
    Ok(row.map_or((0, None), |row| {
        let count = row.count;
        (count, Some(waiting_row!(row)))
    }))
}

/// A page of the decisions of a workspace, the latest first.
pub async fn list_decisions(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    page: PageQuery,
) -> Result<Page<DecisionRow>> {
    let rows = sqlx::query_file!(
        "sql/list_decisions.sql",
        workspace.0,
        page.after_time(),
        page.after_id(),
        page.row_limit()
    )
    .all(conn, "listing decisions")
    .await?;
    page.to_page(
        rows,
        |row| Cursor { at: row.decided_at, id: row.id },
        |row| {
            Ok(DecisionRow {
                review_id: ReviewId(row.id),
                execution_id: ExecutionId(row.execution_id),
                execution_name: row.name,
                execution_number: row.number,
                node_id: NodeId(row.node_id),
                step: row.step,
                verdict: parse_enum(&row.status)?,
                by: Reviewer {
                    user: row.decided_by.map(UserId),
                    name: row.decided_name.unwrap_or_default(),
                },
                reason: row.reason,
                approvals: read_json(row.approvals)?,
                at: timestamp(row.decided_at),
            })
        },
    )
}

/// The members who may decide reviews, from A to Z; at most 1,000.
pub async fn list_deciders(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Vec<PersonName>> {
    sqlx::query_as!(
        PersonName,
        "SELECT u.id, u.name
           FROM memberships m
           JOIN users u ON u.id = m.user_id
          WHERE m.workspace_id = $1 AND m.role <> 'viewer'
          ORDER BY lower(u.name), u.id
          LIMIT 1000",
        workspace.0
    )
    .all(conn, "listing who may decide")
    .await
}

pub async fn find_members(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    people: &[UserId],
) -> Result<Vec<(PersonName, Role)>> {
    let ids: Vec<uuid::Uuid> = people.iter().map(|person| person.0).collect();
    let rows = sqlx::query!(
        "SELECT u.id, u.name, m.role
           FROM memberships m
           JOIN users u ON u.id = m.user_id
          WHERE m.workspace_id = $1 AND m.user_id = ANY ($2)",
        workspace.0,
        &ids
    )
    .all(conn, "looking for the people of a review")
    .await?;
    let member = rows
        .into_iter()
        .map(|row| Ok((PersonName { id: UserId(row.id), name: row.name }, role(&row.role)?)));
    member.collect()
}

/// The name of a person, who must exist.
pub async fn user_name(conn: &mut PgConnection, user: UserId) -> Result<String> {
    sqlx::query_scalar!("SELECT name FROM users WHERE id = $1", user.0)
        .one(conn, "reading a reviewer's name")
        .await
}
