//! What is told of a notice and to whom, as things are when it is dispatched; nothing where it
//! concerns nobody any more.

use model::{
    access::{Permission, Role, can},
    id::{CommentId, ExecutionId, InvitationId, ReviewId, UserId, WorkspaceId},
    notice::{
        BudgetCrossing, NoticeContent,
        message::{self, NamedComment, NamedExecution, NamedReview, NoticeMessage},
    },
    preferences::{NoticeChannel, NoticeKind},
};
use sqlx::PgConnection;
use store::{
    error::Result,
    notices::{
        facts::{self, ToldExecution},
        recipients::{self, Recipient},
    },
};

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
    let roles = Role::ALL.into_iter().filter(|role| can(*role, Permission::ManageBudgets));
    let roles: Vec<Role> = roles.collect();
    let people = recipients::members_of_roles(conn, place.workspace, &roles).await?;
    Ok(AddressedMessage { message, people, address: None })
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
