//! Gives notices to those whom they concern: each once, by whichever server comes first.

use model::{
    notice::{NoticeContent, message},
    preferences::NoticeChannel,
};
use sqlx::PgConnection;
use store::{
    error::{Doing, EngineError, Result},
    notices::{
        dispatch::{self, Receiver, Undispatched},
        facts,
        outbox::link_place,
        recipients::Recipient,
    },
};
use vault::secret::Secret;

use super::{
    Notices,
    told::{self, AddressedMessage, NoticeWorkspace},
};
use crate::services::accounts::password_links::make_for_mail;

impl Notices {
    /// Gives every notice that was written to its receivers, the oldest first; returns how many.
    ///
    /// # Errors
    /// A database failure: the rest is given by the next call.
    pub async fn dispatch(&self) -> Result<usize> {
        let mut count = 0;
        while self.dispatch_next().await? {
            count += 1;
        }
        Ok(count)
    }

    /// Gives one notice to its receivers; false where none is left. What cannot be told is logged
    /// and dropped: it must not keep what came after it.
    async fn dispatch_next(&self) -> Result<bool> {
        let mut tx = store::begin(&self.context.pool).await.doing("giving a notice")?;
        let Some(notice) = dispatch::lock_next(&mut tx).await? else { return Ok(false) };
        let given = self.give(&mut tx, &notice).await;
        match given {
            Ok(()) => tx.commit().await.doing("giving a notice")?,
            Err(error) if error.may_pass() => return Err(error),
            Err(error) => {
                drop(tx);
                log_drop(&error, &notice);
                let mut conn = self.context.pool.acquire().await.doing("dropping a notice")?;
                dispatch::drop_notice(&mut conn, notice.id).await?;
            }
        }
        Ok(true)
    }

    async fn give(&self, conn: &mut PgConnection, notice: &Undispatched) -> Result<()> {
        let content: NoticeContent = serde_json::from_value(notice.content.clone())
            .map_err(|error| EngineError::internal("reading a notice", error))?;
        let told = match &content {
            NoticeContent::PasswordReset { email } => {
                self.make_password_link(conn, notice, email).await?
            }
            NoticeContent::ReviewWaits { .. }
            | NoticeContent::Mention { .. }
            | NoticeContent::ExecutionEnded { .. }
            | NoticeContent::ExecutionFailed { .. }
            | NoticeContent::Budget(_)
            | NoticeContent::Invitation { .. } => told_in_workspace(conn, notice, &content).await?,
        };
        let Some(told) = told else { return dispatch::drop_notice(conn, notice.id).await };
        let receivers = self.receivers(conn, notice, &content, &told).await?;
        dispatch::dispatch(conn, notice.id, &told.message, &receivers).await
    }

    /// Those of whom a notice concerns who want to hear of it, and the workspace's webhooks.
    async fn receivers(
        &self,
        conn: &mut PgConnection,
        notice: &Undispatched,
        content: &NoticeContent,
        told: &AddressedMessage,
    ) -> Result<Vec<Receiver>> {
        let kind = content.kind();
        let mut receivers = vec![];
        if self.context.deps.mailer.is_some() {
            let wants = |person: &&Recipient| {
                let muted = &person.preferences.muted;
                kind.is_none_or(|kind| muted.wants(kind, NoticeChannel::Mail))
            };
            let people = told.people.iter().filter(wants);
            receivers.extend(people.map(|one| Receiver::Member(one.user)));
            receivers.extend(told.address.clone().map(Receiver::Address));
        }
        if let (Some(workspace), Some(kind)) = (notice.workspace, kind) {
            let webhooks = dispatch::webhooks_for(conn, workspace, kind).await?;
            receivers.extend(webhooks.into_iter().map(Receiver::Webhook));
        }
        Ok(receivers)
    }

    /// Makes the link of a mail by which somebody chooses a new password. It is made here and not
    /// where it was asked for, which so takes equally long whether there is an account or not.
    async fn make_password_link(
        &self,
        conn: &mut PgConnection,
        notice: &Undispatched,
        email: &str,
    ) -> Result<Option<AddressedMessage>> {
        if self.context.deps.mailer.is_none() {
            return Ok(None);
        }
        let Some(link) = make_for_mail(conn, email).await? else { return Ok(None) };
        let place = link_place(notice.id);
        let sealed = self.context.deps.vault.seal(&place, &Secret::new(link.path));
        let sealed = sealed.map_err(|error| EngineError::internal("sealing a link", error))?;
        dispatch::set_link(conn, notice.id, &sealed, link.expires_at).await?;
        let message = message::password_reset();
        Ok(Some(AddressedMessage { message, people: vec![], address: Some(link.email) }))
    }
}

/// What is told of something that happened in a workspace that is still there.
async fn told_in_workspace(
    conn: &mut PgConnection,
    notice: &Undispatched,
    content: &NoticeContent,
) -> Result<Option<AddressedMessage>> {
    let Some(workspace) = notice.workspace else { return Ok(None) };
    let Some(name) = facts::workspace_name(conn, workspace).await? else { return Ok(None) };
    let place = NoticeWorkspace { workspace, name: &name };
    let told = told::in_workspace(conn, place, content).await?;
    // Without its link there is nothing to send to somebody who is no member.
    let mailed = |told: AddressedMessage| AddressedMessage {
        address: told.address.filter(|_| notice.has_link),
        ..told
    };
    Ok(told.map(mailed))
}

fn log_drop(error: &EngineError, notice: &Undispatched) {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, notice = %notice.id, "a notice cannot be told");
}
