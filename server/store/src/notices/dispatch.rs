//! Giving notices their words, and a delivery for each of their receivers.

use model::{
    id::{NoticeId, UserId, WebhookId, WorkspaceId},
    notice::{delivery::DeliveryChannel, message::NoticeMessage},
    preferences::NoticeKind,
    time::Timestamp,
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;
use vault::Sealed;

use crate::{
    Fetch, Nullable, Statement,
    error::Result,
    instant,
    rows::{columns, to_json},
};

/// A notice that nobody has been given yet, locked until the transaction ends.
#[derive(Debug)]
pub struct Undispatched {
    /// Names it.
    pub id: NoticeId,
    /// Where it happened; none for what concerns a person and no workspace.
    pub workspace: Option<WorkspaceId>,
    /// What happened, as it was stored by this release or another.
    pub content: Value,
    /// Whether it has a link for its mail.
    pub has_link: bool,
}

/// Whom a notice is sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receiver {
    /// A member, at the address of their account.
    Member(UserId),
    Address(String),
    Webhook(WebhookId),
}

impl Receiver {
    fn channel(&self) -> DeliveryChannel {
        match self {
            Self::Member(_) | Self::Address(_) => DeliveryChannel::Mail,
            Self::Webhook(_) => DeliveryChannel::Webhook,
        }
    }

    fn user(&self) -> Option<Uuid> {
        match self {
            Self::Member(user) => Some(user.0),
            Self::Address(_) | Self::Webhook(_) => None,
        }
    }

    fn email(&self) -> Option<&str> {
        match self {
            Self::Address(email) => Some(email),
            Self::Member(_) | Self::Webhook(_) => None,
        }
    }

    fn webhook(&self) -> Option<Uuid> {
        match self {
            Self::Webhook(webhook) => Some(webhook.0),
            Self::Member(_) | Self::Address(_) => None,
        }
    }
}

/// The oldest notice that nobody has been given yet and nobody else gives now.
pub async fn lock_next(conn: &mut PgConnection) -> Result<Option<Undispatched>> {
    sqlx::query_as!(
        Undispatched,
        r#"SELECT id, workspace_id AS "workspace!: Nullable<Uuid>", content,
                  nonce IS NOT NULL AS "has_link!"
             FROM notices
            WHERE dispatched_at IS NULL
            ORDER BY at, id LIMIT 1 FOR UPDATE SKIP LOCKED"#
    )
    .optional(conn, "looking for notices")
    .await
}

/// The webhooks that are told of notices of a kind.
pub async fn webhooks_for(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    kind: NoticeKind,
) -> Result<Vec<WebhookId>> {
    sqlx::query_scalar!(
        "SELECT id FROM webhooks
          WHERE workspace_id = $1 AND $2::text = ANY (events)
            FOR KEY SHARE",
        workspace.0,
        kind.key()
    )
    .all_into(conn, "looking for webhooks that are told of a notice")
    .await
}

/// Gives a locked notice its words and a delivery for each receiver. Without a mail there is nothing
/// to put a link in: it is deleted.
pub async fn dispatch(
    conn: &mut PgConnection,
    id: NoticeId,
    message: &NoticeMessage,
    receivers: &[Receiver],
) -> Result<()> {
    columns!(receivers, |r| {
        ids: Uuid::now_v7(),
        channels: r.channel().as_str(),
        users: r.user(),
        emails: r.email(),
        webhooks: r.webhook(),
    });
    sqlx::query!(
        "INSERT INTO notice_deliveries (id, notice_id, workspace_id, channel, user_id, email,
                                        webhook_id)
         SELECT u.id, n.id, n.workspace_id, u.channel, u.user_id, u.email, u.webhook_id
           FROM UNNEST($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[])
                AS u (id, channel, user_id, email, webhook_id)
           JOIN notices n ON n.id = $1",
        id.0,
        &ids,
        &channels as _,
        &users as _,
        &emails as _,
        &webhooks as _,
    )
    .run(conn, "giving a notice to its receivers")
    .await?;
    let mails = receivers.iter().any(|receiver| receiver.channel() == DeliveryChannel::Mail);
    sqlx::query!(
        "UPDATE notices
            SET dispatched_at = engine_now(), message = $2,
                nonce = CASE WHEN $3::boolean THEN nonce END,
                ciphertext = CASE WHEN $3::boolean THEN ciphertext END
          WHERE id = $1",
        id.0,
        to_json(message)?,
        mails
    )
    .run(conn, "noting that a notice is on its way")
    .await
}

/// Notes that a locked notice concerns nobody any more.
pub async fn drop_notice(conn: &mut PgConnection, id: NoticeId) -> Result<()> {
    sqlx::query!(
        "UPDATE notices
            SET dispatched_at = engine_now(), nonce = NULL, ciphertext = NULL
          WHERE id = $1",
        id.0
    )
    .run(conn, "noting that a notice concerns nobody")
    .await
}

/// Puts a link that works until then into a locked notice that was written without one.
pub async fn set_link(
    conn: &mut PgConnection,
    id: NoticeId,
    link: &Sealed,
    until: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "UPDATE notices SET nonce = $2, ciphertext = $3, give_up_at = least(give_up_at, $4)
          WHERE id = $1",
        id.0,
        link.nonce,
        link.ciphertext,
        instant(until)
    )
    .run(conn, "putting a link into a notice")
    .await
}
