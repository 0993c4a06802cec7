//! Deliveries: leased to one sender at a time, and marked with how it went.

use std::time::Duration;

use model::{
    id::{DeliveryId, NoticeId, WebhookId, WorkspaceId},
    notice::{
        NoticeContent,
        delivery::{DeliveryChannel, DeliveryState, DeliveryView, retry_pause},
        message::NoticeMessage,
    },
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;
use vault::Sealed;

use super::webhooks::read_kind;
use crate::{
    Fetch, Statement,
    error::{EngineError, Result},
    rows::{parse_enum, read_json},
    timestamp,
};

/// How many deliveries admins are shown.
const MOST_SHOWN: i64 = 50;

/// The lease of a delivery: whoever marks it names its fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    pub id: DeliveryId,
    /// Higher with each attempt.
    pub fence: i64,
    /// How often it was tried, this time included.
    pub attempts: u32,
}

/// A delivery that the caller has to send now.
#[derive(Debug)]
pub struct ClaimedDelivery {
    /// How it is marked.
    pub lease: Lease,
    /// The notice that is told.
    pub notice: NoticeId,
    /// Where it happened.
    pub workspace: Option<WorkspaceId>,
    /// What happened.
    pub content: NoticeContent,
    /// The same in words.
    pub message: NoticeMessage,
    /// A link for the mail that opens something.
    pub link: Option<Sealed>,
    /// The address of a mail.
    pub address: Option<String>,
    /// The webhook that is called.
    pub webhook: Option<WebhookId>,
    /// When it happened.
    pub at: Timestamp,
    /// What the clock says.
    pub now: Timestamp,
}

/// Leases at most `most` deliveries of a channel that are due, none to a webhook that is `busy`. Whoever does not mark one while its
/// lease lasts leaves it to others.
pub async fn claim(
    conn: &mut PgConnection,
    channel: DeliveryChannel,
    most: i64,
    lease: Duration,
    busy: &[WebhookId],
) -> Result<Vec<ClaimedDelivery>> {
    let seconds = i32::try_from(lease.as_secs()).unwrap_or(i32::MAX);
    let busy: Vec<Uuid> = busy.iter().map(|webhook| webhook.0).collect();
    let channel = channel.as_str();
    let rows = sqlx::query_file!("sql/claim_deliveries.sql", channel, most, seconds, &busy)
        .all(conn, "looking for what is to be delivered")
        .await?;
    let mut claimed = vec![];
    for row in rows {
        let notice = NoticeId(row.notice_id);
        let lease = Lease {
            id: DeliveryId(row.id),
            fence: row.fence,
            attempts: u32::try_from(row.attempts).unwrap_or(1),
        };
        let read =
            read_json(row.content).and_then(|content| Ok((content, read_json(row.message)?)));
        let Some((content, message)) = read.map_err(|error| log_unreadable(&error, lease)).ok()
        else {
            // It must not keep what was leased with it.
            let words = "this release cannot read it";
            mark_failed(conn, lease, words, retry_pause(lease.attempts)).await?;
            drop_link(conn, notice).await?;
            continue;
        };
        let link = row.nonce.zip(row.ciphertext);
        claimed.push(ClaimedDelivery {
            lease,
            notice,
            workspace: row.workspace_id.map(WorkspaceId),
            content,
            message,
            link: link.map(|(nonce, ciphertext)| Sealed { nonce, ciphertext }),
            address: row.address,
            webhook: row.webhook_id.map(WebhookId),
            at: timestamp(row.at),
            now: timestamp(row.now),
        });
    }
    Ok(claimed)
}

fn log_unreadable(error: &EngineError, lease: Lease) {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, delivery = %lease.id, "a delivery cannot be read");
}

/// Marks a delivery as made; nothing happens where the lease is another's by now.
pub async fn mark_delivered(conn: &mut PgConnection, lease: Lease) -> Result<()> {
    sqlx::query!(
        "UPDATE notice_deliveries
            SET state = 'delivered', ended_at = engine_now(), last_error = NULL
          WHERE id = $1 AND fence = $2 AND state = 'waiting'",
        lease.id.0,
        lease.fence
    )
    .run(conn, "marking a delivery")
    .await
}

/// Marks an attempt as failed: the delivery is tried again after a pause, or given up where the time
/// of its notice is over by then.
pub async fn mark_failed(
    conn: &mut PgConnection,
    lease: Lease,
    error: &str,
    pause: Duration,
) -> Result<()> {
    let seconds = i32::try_from(pause.as_secs()).unwrap_or(i32::MAX);
    sqlx::query!(
        "UPDATE notice_deliveries d
            SET last_error = $3,
                next_at = after.pause,
                state = CASE WHEN after.pause < n.give_up_at THEN 'waiting' ELSE 'failed' END,
                ended_at = CASE WHEN after.pause < n.give_up_at THEN NULL ELSE engine_now() END
           FROM notices n,
                (SELECT engine_now() + make_interval(secs => $4::integer) AS pause) after
          WHERE n.id = d.notice_id AND d.id = $1 AND d.fence = $2 AND d.state = 'waiting'",
        lease.id.0,
        lease.fence,
        error,
        seconds
    )
    .run(conn, "marking an attempt to deliver")
    .await
}

/// Deletes the link of a notice that no mail waits for any more.
pub async fn drop_link(conn: &mut PgConnection, notice: NoticeId) -> Result<()> {
    sqlx::query!(
        "UPDATE notices n
            SET nonce = NULL, ciphertext = NULL
          WHERE n.id = $1 AND n.nonce IS NOT NULL
            AND NOT EXISTS (SELECT FROM notice_deliveries d
                             WHERE d.notice_id = n.id AND d.channel = 'mail'
                               AND d.state = 'waiting')",
        notice.0
    )
    .run(conn, "deleting a link that was delivered")
    .await
}

/// The latest deliveries of a workspace, the newest first.
pub async fn list_latest(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
) -> Result<Vec<DeliveryView>> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.channel, d.state, d.attempts, d.next_at, d.last_error, n.kind, n.at,
                  coalesce(n.message ->> 'title', '') AS "title!",
                  coalesce(u.name, d.email, w.name, '') AS "receiver!"
             FROM notice_deliveries d
             JOIN notices n ON n.id = d.notice_id
             LEFT JOIN users u ON u.id = d.user_id
             LEFT JOIN webhooks w ON w.workspace_id = d.workspace_id AND w.id = d.webhook_id
            WHERE d.workspace_id = $1
            ORDER BY d.id DESC
            LIMIT $2"#,
        workspace.0,
        MOST_SHOWN
    )
    .all(conn, "listing deliveries")
    .await?;
    let view = rows.into_iter().map(|row| {
        let state: DeliveryState = parse_enum(&row.state)?;
        Ok(DeliveryView {
            id: DeliveryId(row.id),
            kind: read_kind(row.kind)?,
            title: row.title,
            receiver: row.receiver,
            channel: parse_enum(&row.channel)?,
            state,
            attempts: row.attempts,
            at: timestamp(row.at),
            next_at: (state == DeliveryState::Waiting).then(|| timestamp(row.next_at)),
            last_error: row.last_error,
        })
    });
    view.collect()
}

/// What came of asking for another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It is tried at once.
    Due,
    /// It has arrived.
    Delivered,
    /// Its link was deleted, so that there is nothing to send.
    WithoutLink,
}

/// Makes a delivery that has not arrived due, for three more days; none where there is no such.
pub async fn retry(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: DeliveryId,
) -> Result<Option<Retry>> {
    let found = sqlx::query!(
        r#"SELECT d.notice_id, d.state = 'delivered' AS "delivered!",
                  (n.kind = 'invitation' AND d.channel = 'mail' AND n.nonce IS NULL)
                      AS "without_link!"
             FROM notice_deliveries d
             JOIN notices n ON n.id = d.notice_id
            WHERE d.workspace_id = $1 AND d.id = $2
              FOR UPDATE"#,
        workspace.0,
        id.0
    )
    .optional(conn, "looking for a delivery")
    .await?;
    let Some(found) = found else { return Ok(None) };
    if found.delivered {
        return Ok(Some(Retry::Delivered));
    }
    if found.without_link {
        return Ok(Some(Retry::WithoutLink));
    }
    sqlx::query!(
        "UPDATE notice_deliveries
            SET state = 'waiting', attempts = 0, next_at = engine_now(), ended_at = NULL
          WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        id.0
    )
    .run(conn, "making a delivery due")
    .await?;
    sqlx::query!(
        "UPDATE notices SET give_up_at = greatest(give_up_at, engine_now() + interval '3 days')
          WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        found.notice_id
    )
    .run(conn, "giving a notice more time")
    .await?;
    Ok(Some(Retry::Due))
}
