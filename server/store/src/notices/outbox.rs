//! The outbox: a notice is written in the transaction of what it is about, or not at all.

use model::{
    decide::Plan,
    id::{NoticeId, WorkspaceId},
    notice::{NoticeContent, notice_of},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;
use vault::Sealed;

use crate::{
    Statement,
    error::Result,
    instant, optional_instant,
    rows::{columns, to_json},
};

/// A notice to be written.
#[derive(Debug)]
pub struct NewNotice<'a> {
    /// Names it; what is sealed for it is bound to this id.
    pub id: NoticeId,
    /// Where it happened; none for what concerns a person and no workspace.
    pub workspace: Option<WorkspaceId>,
    /// What happened.
    pub content: &'a NoticeContent,
    /// Of notices with the same key in a workspace only the first is written.
    pub dedupe_key: &'a str,
    /// A link for the mail that opens something.
    pub link: Option<&'a Sealed>,
    /// When it is no use any more; none is three days from now.
    pub until: Option<Timestamp>,
}

impl<'a> NewNotice<'a> {
    /// A notice of a workspace, told for three days.
    pub fn new(workspace: WorkspaceId, content: &'a NoticeContent, dedupe_key: &'a str) -> Self {
        let id = NoticeId(Uuid::now_v7());
        Self { id, workspace: Some(workspace), content, dedupe_key, link: None, until: None }
    }
}

/// What the link of a notice is sealed for.
pub fn link_place(id: NoticeId) -> String {
    format!("notice/{id}")
}

/// Writes a notice, unless there is one with its key.
pub async fn insert(conn: &mut PgConnection, notice: NewNotice<'_>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO notices (id, workspace_id, kind, dedupe_key, content, nonce, ciphertext,
                              give_up_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7,
                 least($8::timestamptz, engine_now() + interval '3 days'))
             ON CONFLICT DO NOTHING",
        notice.id.0,
        notice.workspace.map(|workspace| workspace.0),
        notice.content.key(),
        notice.dedupe_key,
        to_json(notice.content)?,
        notice.link.map(|link| link.nonce.as_slice()) as _,
        notice.link.map(|link| link.ciphertext.as_slice()) as _,
        optional_instant(notice.until) as _,
    )
    .run(conn, "writing a notice")
    .await
}

/// Writes what is told of the events of plans: ends, of executions that nobody else waits for or
/// only tries out, and reviews.
pub async fn record(conn: &mut PgConnection, plans: &[Plan]) -> Result<()> {
    let events = plans.iter().flat_map(|plan| plan.events.iter().map(move |event| (plan, event)));
    let told = events.filter_map(|(plan, event)| {
        let content = notice_of(plan.execution, &event.kind)?;
        Some(EventNotice { plan, seq: event.seq, at: event.at, content })
    });
    let told: Vec<EventNotice<'_>> = told.collect();
    if told.is_empty() {
        return Ok(());
    }
    columns!(&told, |t| {
        ids: Uuid::now_v7(),
        executions: t.plan.execution.0,
        kinds: t.content.key(),
        keys: format!("event:{}:{}", t.plan.execution, t.seq),
        contents: to_json(&t.content)?,
        ats: instant(t.at),
    });
    sqlx::query!(
        "INSERT INTO notices (id, workspace_id, kind, dedupe_key, content, at, give_up_at)
         SELECT u.id, e.workspace_id, u.kind, u.key, u.content, u.at,
                engine_now() + interval '3 days'
           FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::jsonb[],
                       $6::timestamptz[])
                AS u (id, execution_id, kind, key, content, at)
           JOIN workflow_executions e ON e.id = u.execution_id
          WHERE u.kind = 'review_waits'
             OR (e.parent_execution_id IS NULL AND e.trigger <> 'test')
             ON CONFLICT DO NOTHING",
        &ids,
        &executions,
        &kinds as _,
        &keys,
        &contents,
        &ats,
    )
    .run(conn, "writing notices of events")
    .await
}

/// Whether a plan has events that are told of.
pub fn is_told(plan: &Plan) -> bool {
    plan.events.iter().any(|event| notice_of(plan.execution, &event.kind).is_some())
}

/// An event that is told of.
struct EventNotice<'a> {
    plan: &'a Plan,
    seq: i64,
    at: Timestamp,
    content: NoticeContent,
}

/// Deletes notices of long ago with their deliveries; returns how many. Budgets are told of once in
/// a month, so they are kept longer than that.
pub async fn forget_old(conn: &mut PgConnection) -> Result<u64> {
    sqlx::query!(
        "DELETE FROM notices
          WHERE id IN (SELECT id FROM notices
                        WHERE dispatched_at IS NOT NULL AND at < engine_now() - interval '40 days'
                        ORDER BY at LIMIT 10000)"
    )
    .count_changed(conn, "deleting old notices")
    .await
}
