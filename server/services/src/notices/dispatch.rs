//! Gives notices to those whom they concern: each once, by whichever server comes first. What is told
//! and to whom is as things are then; nothing where it concerns nobody any more.

use model::{
    access::{Permission, Role, can},
    id::{CommentId, ExecutionId, InvitationId, McpServerId, ReviewId, UserId, WorkspaceId},
    notice::{
        BudgetCrossing, NoticeContent,
        message::{self, NamedComment, NamedExecution, NamedReview, NoticeMessage},
    },
    preferences::{NoticeChannel, NoticeKind},
};
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    notices::{
        dispatch::{self, Receiver, Undispatched},
        facts::{self, ToldExecution},
        outbox::link_place,
        recipients::{self, Recipient},
    },
};
use vault::secret::Secret;

use super::Notices;
use crate::accounts::password_links::make_for_mail;

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
        let mut tx = self.ctx.begin("giving a notice").await?;
        let Some(notice) = dispatch::lock_next(&mut tx).await? else { return Ok(false) };
        let given = self.give(&mut tx, &notice).await;
        match given {
            Ok(()) => tx.commit().await?,
            Err(error) if error.may_pass() => return Err(error),
            Err(error) => {
                drop(tx);
                log_drop(&error, &notice);
                let mut conn = self.ctx.connect("dropping a notice").await?;
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
            | NoticeContent::Invitation { .. }
            | NoticeContent::ToolSignIn { .. } => told_in_workspace(conn, notice, &content).await?,
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
        if self.ctx.deps.mailer.is_some() {
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
        if self.ctx.deps.mailer.is_none() {
            return Ok(None);
        }
        let Some(link) = make_for_mail(conn, email).await? else { return Ok(None) };
        let place = link_place(notice.id);
        let sealed = self.ctx.deps.vault.seal(&place, &Secret::new(link.path));
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
    let told = in_workspace(conn, place, content).await?;
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

/// A message, and everybody whom it may be sent to.
#[derive(Debug)]
pub(super) struct AddressedMessage {
    /// The words.
    pub(super) message: NoticeMessage,
    /// The members whom it concerns, whether they want to hear of it or not.
    pub(super) people: Vec<Recipient>,
    /// An address that wants to hear of it; it need not be a member's.
    pub(super) address: Option<String>,
}

/// The workspace in which something happened, as messages name it.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoticeWorkspace<'a> {
    pub(super) workspace: WorkspaceId,
    /// What it is called.
    pub(super) name: &'a str,
}

/// What is told of something that happened in a workspace.
pub(super) async fn in_workspace(
    conn: &mut PgConnection,
    place: NoticeWorkspace<'_>,
    content: &NoticeContent,
) -> Result<Option<AddressedMessage>> {
    match content {
        NoticeContent::ReviewWaits { review } => review_waits(conn, place, *review).await,
        NoticeContent::Mention { comment, people } => mention(conn, place, *comment, people).await,
        NoticeContent::ExecutionEnded { execution, by } => {
            execution_over(conn, place, *execution, *by).await
        }
        NoticeContent::ExecutionFailed { execution } => {
            execution_over(conn, place, *execution, None).await
        }
        NoticeContent::Budget(crossing) => budget(conn, place, crossing).await.map(Some),
        NoticeContent::Invitation { invitation: id } => invitation(conn, place, *id).await,
        NoticeContent::ToolSignIn { server } => tool_sign_in(conn, place, *server).await,
        // It concerns a person and no workspace.
        NoticeContent::PasswordReset { .. } => Ok(None),
    }
}

fn named<'a>(place: NoticeWorkspace<'a>, execution: &'a ToldExecution) -> NamedExecution<'a> {
    NamedExecution {
        workspace: place.workspace,
        workspace_name: place.name,
        id: execution.id,
        name: &execution.name,
        number: execution.number,
    }
}

async fn review_waits(
    conn: &mut PgConnection,
    place: NoticeWorkspace<'_>,
    review: ReviewId,
) -> Result<Option<AddressedMessage>> {
    let found = facts::find_open_review(conn, place.workspace, review).await?;
    let Some(found) = found else { return Ok(None) };
    let asked = NamedReview { step: &found.step, kind: found.kind, items: &found.items };
    let message = message::review_waits(named(place, &found.execution), asked);
    let people = recipients::deciders(conn, place.workspace, review).await?;
    Ok(Some(AddressedMessage { message, people, address: None }))
}

async fn mention(
    conn: &mut PgConnection,
    place: NoticeWorkspace<'_>,
    comment: CommentId,
    people: &[UserId],
) -> Result<Option<AddressedMessage>> {
    let found = facts::find_comment(conn, place.workspace, comment).await?;
    let Some(found) = found else { return Ok(None) };
    let named = NamedComment {
        author: found.author.as_deref(),
        subject: &found.subject,
        execution: found.execution,
        title: &found.title,
        text: &found.text,
    };
    let message = message::mention(named, place.workspace, place.name);
    let people = recipients::people_mentioned(conn, place.workspace, comment, people).await?;
    Ok(Some(AddressedMessage { message, people, address: None }))
}

/// Whoever launched an execution is told that it is over, unless they stopped it themselves.
async fn execution_over(
    conn: &mut PgConnection,
    place: NoticeWorkspace<'_>,
    execution: ExecutionId,
    stopped_by: Option<UserId>,
) -> Result<Option<AddressedMessage>> {
    let found = facts::find_execution(conn, place.workspace, execution).await?;
    let Some(found) = found else { return Ok(None) };
    let message =
        message::execution_over(named(place, &found), found.status, found.error.as_deref());
    let launcher = found.user.filter(|user| stopped_by != Some(*user));
    let people = match launcher {
        Some(user) => recipients::find_member(conn, place.workspace, user).await?,
        None => None,
    };
    Ok(Some(AddressedMessage { message, people: people.into_iter().collect(), address: None }))
}

/// Those are told of a budget who may raise it.
async fn budget(
    conn: &mut PgConnection,
    place: NoticeWorkspace<'_>,
    crossing: &BudgetCrossing,
) -> Result<AddressedMessage> {
    let template = match crossing.template {
        Some(template) => facts::template_name(conn, place.workspace, template).await?,
        None => None,
    };
    let message = message::budget(crossing, template.as_deref(), place.workspace, place.name);
    let people = holders(conn, place.workspace, Permission::ManageBudgets).await?;
    Ok(AddressedMessage { message, people, address: None })
}

/// Those are told of a server of tools who may sign in to it.
async fn tool_sign_in(
    conn: &mut PgConnection,
    place: NoticeWorkspace<'_>,
    server: McpServerId,
) -> Result<Option<AddressedMessage>> {
    let found = facts::signed_out_server(conn, place.workspace, server).await?;
    let Some(server) = found else { return Ok(None) };
    let message = message::tool_sign_in(&server, place.workspace, place.name);
    let people = holders(conn, place.workspace, Permission::ManageTools).await?;
    Ok(Some(AddressedMessage { message, people, address: None }))
}

/// The members whose roles hold a permission.
async fn holders(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    permission: Permission,
) -> Result<Vec<Recipient>> {
    let roles = Role::ALL.into_iter().filter(|role| can(*role, permission));
    recipients::members_of_roles(conn, workspace, &roles.collect::<Vec<_>>()).await
}

async fn invitation(
    conn: &mut PgConnection,
    place: NoticeWorkspace<'_>,
    id: InvitationId,
) -> Result<Option<AddressedMessage>> {
    let found = facts::find_open_invitation(conn, place.workspace, id).await?;
    let Some(found) = found else { return Ok(None) };
    let message = message::invitation(
        place.workspace,
        place.name,
        found.invited_by.as_deref(),
        &found.email,
        found.role,
    );
    let wants = found.preferences.muted.wants(NoticeKind::Invitation, NoticeChannel::Mail);
    let address = wants.then_some(found.email);
    Ok(Some(AddressedMessage { message, people: vec![], address }))
}
