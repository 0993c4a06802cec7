//! Sends what is due, in the background, for as long as the server runs: mails and calls of webhooks
//! side by side, and each as soon as it is due, so that a receiver that hangs holds up nobody else. It
//! has at most a few calls open: while these are, nothing more is sent to it.
//!
//! A delivery is leased before it is sent and marked afterwards. A server that dies in between
//! leaves it to the next lease: its receiver may get it twice, and knows it by its id.

use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use model::{
    id::WebhookId,
    notice::{
        NoticeContent,
        delivery::{DeliveryChannel, retry_pause},
    },
};
use outside::mail::{Mail, MailError};
use store::{
    error::Result,
    notices::{
        deliveries::{self, ClaimedDelivery},
        outbox::link_place,
    },
};
use tokio_util::sync::CancellationToken;

use super::{
    Notices,
    letter::{self, Links},
    webhook_call::{self, WebhookNews},
};

/// How often what is due is looked for.
const EVERY: Duration = Duration::from_secs(2);
/// How many mails are sent at the same time.
const MAILS_AT_ONCE: usize = 8;
/// How many webhooks are called at the same time.
const CALLS_AT_ONCE: usize = 64;
/// How many deliveries are looked for at once, and so the most that are sent to one webhook.
const BATCH: i64 = 4;
/// The pause after a refusal that no other attempt changes: longer than any notice is told.
const NEVER: Duration = Duration::MAX;
/// How long others leave a delivery to whoever sends it: longer than any attempt takes.
const LEASE: Duration = Duration::from_secs(120);

/// A part of the work; the parts do not wait for each other.
#[derive(Debug, Clone, Copy)]
enum Part {
    Dispatch,
    Deliver(DeliveryChannel),
}

/// Why a delivery did not arrive, in words.
#[derive(Debug)]
pub struct DeliveryError {
    words: String,
    /// Whether every other attempt would end alike.
    is_final: bool,
}

impl From<String> for DeliveryError {
    fn from(words: String) -> Self {
        Self { words, is_final: false }
    }
}

impl From<MailError> for DeliveryError {
    fn from(error: MailError) -> Self {
        Self { words: error.to_string(), is_final: error.is_final() }
    }
}

impl Notices {
    /// Dispatches notices and sends deliveries until `stop`.
    pub async fn run_courier(self, stop: CancellationToken) {
        tokio::join!(
            self.repeat(Part::Dispatch, &stop),
            self.repeat(Part::Deliver(DeliveryChannel::Mail), &stop),
            self.repeat(Part::Deliver(DeliveryChannel::Webhook), &stop),
        );
    }

    /// Does a part of the work again and again until `stop`: at once where there was something to
    /// do.
    async fn repeat(&self, part: Part, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let done = match part {
                Part::Dispatch => self.dispatch().await,
                Part::Deliver(channel) => self.deliver_until(channel, stop).await,
            };
            match done {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "sending notices failed; it is tried again");
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Sends the deliveries of a channel that are due, until none is; returns how many were tried.
    ///
    /// # Errors
    /// A database failure. What was sent and could not be marked is sent again.
    pub async fn deliver(&self, channel: DeliveryChannel) -> Result<usize> {
        self.deliver_until(channel, &CancellationToken::new()).await
    }

    /// The same, beginning nothing after `stop` or a failure.
    async fn deliver_until(
        &self,
        channel: DeliveryChannel,
        stop: &CancellationToken,
    ) -> Result<usize> {
        let at_once = match channel {
            DeliveryChannel::Mail => MAILS_AT_ONCE,
            DeliveryChannel::Webhook => CALLS_AT_ONCE,
        };
        let (mut sending, mut busy) = (FuturesUnordered::new(), vec![]);
        let (mut tried, mut outcome) = (0, Ok(()));
        loop {
            while sending.len() < at_once && outcome.is_ok() && !stop.is_cancelled() {
                let due = self.claim(channel, &busy).await;
                let due = due.unwrap_or_else(|error| {
                    outcome = Err(error);
                    vec![]
                });
                if due.is_empty() {
                    break;
                }
                tried += due.len();
                busy.extend(due.iter().filter_map(|delivery| delivery.webhook));
                sending.extend(due.into_iter().map(|delivery| async move {
                    (delivery.webhook, self.deliver_one(delivery).await)
                }));
            }
            tokio::select! {
                sent = sending.next() => {
                    let Some((webhook, marked)) = sent else { return outcome.map(|()| tried) };
                    if let Some(place) = busy.iter().position(|busy| Some(*busy) == webhook) {
                        busy.swap_remove(place);
                    }
                    outcome = outcome.and(marked);
                }
                // Others become due while one hangs.
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    async fn claim(
        &self,
        channel: DeliveryChannel,
        busy: &[WebhookId],
    ) -> Result<Vec<ClaimedDelivery>> {
        let mut conn = self.ctx.connect("looking for deliveries").await?;
        deliveries::claim(&mut conn, channel, BATCH, LEASE, busy).await
    }

    /// Sends a delivery and marks how that went.
    async fn deliver_one(&self, delivery: ClaimedDelivery) -> Result<()> {
        let sent = self.send(&delivery).await;
        let mut tx = self.ctx.begin("marking a delivery").await?;
        match sent {
            Ok(()) => deliveries::mark_delivered(&mut tx, delivery.lease).await?,
            Err(DeliveryError { words, is_final }) => {
                tracing::warn!(delivery = %delivery.lease.id, words, "a notice did not arrive");
                let pause = if is_final { NEVER } else { retry_pause(delivery.lease.attempts) };
                deliveries::mark_failed(&mut tx, delivery.lease, &words, pause).await?;
            }
        }
        if delivery.link.is_some() {
            deliveries::drop_link(&mut tx, delivery.notice).await?;
        }
        tx.commit().await
    }

    /// Sends a delivery, and marks nothing.
    ///
    /// # Errors
    /// Why the other side has not taken it, in words.
    pub async fn send(&self, delivery: &ClaimedDelivery) -> Result<(), DeliveryError> {
        match delivery.webhook {
            Some(_) => Ok(self.call_webhook(delivery).await?),
            None => self.send_mail(delivery).await,
        }
    }

    async fn send_mail(&self, delivery: &ClaimedDelivery) -> Result<(), DeliveryError> {
        let deps = &self.ctx.deps;
        let mailer = deps.mailer.as_ref().ok_or_else(|| {
            "this server sends no email because ATELIER_SMTP_URL isn't set".to_owned()
        })?;
        let to = delivery.address.as_ref();
        let to = to.ok_or_else(|| "the recipient has no email address".to_owned())?;
        let path = self.open_link(delivery)?;
        let target = deps.address_of(path.as_deref().unwrap_or(&delivery.message.path));
        let preferences = delivery.workspace.filter(|_| path.is_none());
        let preferences = preferences
            .map(|workspace| deps.address_of(&format!("/workspace/{workspace}/settings/account")));
        let links = Links { target: &target, preferences: preferences.as_deref() };
        let letter = letter::write(&delivery.message, links);
        let mail = Mail {
            id: delivery.lease.id.to_string(),
            to,
            subject: &delivery.message.title,
            plain: letter.plain,
            html: letter.html,
        };
        Ok(mailer.send(mail).await?)
    }

    /// The path in the link of a delivery; none where it leads where its message does.
    fn open_link(&self, delivery: &ClaimedDelivery) -> Result<Option<String>, String> {
        let is_link = match &delivery.content {
            NoticeContent::Invitation { .. } | NoticeContent::PasswordReset { .. } => true,
            NoticeContent::ReviewWaits { .. }
            | NoticeContent::Mention { .. }
            | NoticeContent::ExecutionEnded { .. }
            | NoticeContent::ExecutionFailed { .. }
            | NoticeContent::Budget(_)
            | NoticeContent::ToolSignIn { .. } => false,
        };
        match &delivery.link {
            Some(sealed) => {
                let opened = self.ctx.deps.vault.open(&link_place(delivery.notice), sealed);
                let opened = opened.map_err(|error| format!("its link can't be read: {error}"))?;
                Ok(Some(opened.expose().to_owned()))
            }
            None if is_link => Err("its link no longer exists".to_owned()),
            None => Ok(None),
        }
    }

    async fn call_webhook(&self, delivery: &ClaimedDelivery) -> Result<(), String> {
        let (Some(workspace), Some(id)) = (delivery.workspace, delivery.webhook) else {
            return Err("the webhook is missing".to_owned());
        };
        let found = self.find_webhook(workspace, id).await;
        let found = found.map_err(|error| error.into_problem().detail)?;
        let Some(found) = found else { return Err("the webhook was deleted".to_owned()) };
        let deps = &self.ctx.deps;
        let news = WebhookNews {
            id: delivery.lease.id,
            workspace,
            kind: delivery.content.kind(),
            audit_head: found.audit_head.as_ref(),
            message: &delivery.message,
            address: &deps.address_of(&delivery.message.path),
            at: delivery.at,
            now: delivery.now,
        };
        webhook_call::call(&deps.outbound, found.kind, &found.access, news).await
    }
}
