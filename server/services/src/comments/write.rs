//! What is said, changed, taken back, and done with.

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    comment::{
        CommentChange, CommentPlace, CommentThread, MOST_IN_THREAD, NewComment, ThreadState,
        mention::find_named, subject::CommentSubject,
    },
    id::{CommentId, CommentThreadId, UserId, WorkspaceId},
    notice::NoticeContent,
    problem::{Problem, ProblemKind},
};
use sqlx::PgConnection;
use store::{
    audit,
    comments::{
        mentions,
        rows::{self, CommentOrigin, NewRow},
        threads::{self, LockedThread},
    },
    error::{EngineError, Result},
    notices::outbox::{self, NewNotice},
};
use uuid::Uuid;

use super::Comments;
use crate::{
    audit::entry,
    context::{Change, OrNotFound},
};

const WRITING: &str = "changing comments";

/// Something that was done to a thread.
struct ThreadEdit<'a> {
    action: AuditAction,
    thread: CommentThreadId,
    subject: &'a CommentSubject,
    comment: CommentId,
}

impl Comments {
    /// Begins a thread, or replies in one that is open; gives the thread as it is then.
    ///
    /// # Errors
    /// A text that cannot be kept; something, a step of it or a thread that is not there; a thread
    /// that is resolved or full.
    pub async fn add(&self, actor: &Actor, new: NewComment) -> Result<CommentThread> {
        let mut tx = self.ctx.change(actor, Permission::Comment, WRITING).await?;
        let (place, text) = new.checked()?;
        let (thread, subject) = match place {
            CommentPlace::Subject(subject) => {
                (begin_thread(&mut tx, actor.workspace, &subject).await?, subject)
            }
            CommentPlace::Thread(thread) => {
                let locked = lock(&mut tx, actor.workspace, thread).await?;
                require_room(&locked)?;
                (locked.id, locked.subject)
            }
        };
        let id = CommentId(Uuid::now_v7());
        let new = NewRow { id, thread, author: actor.user, text: &text };
        rows::insert(&mut tx, actor.workspace, new).await?;
        name_people(&mut tx, actor, id, &text).await?;
        let action = AuditAction::CommentCreated;
        let edit = ThreadEdit { action, thread, subject: &subject, comment: id };
        self.finish(tx, actor, edit).await
    }

    /// Changes a comment of the actor's own; gives the thread as it is then.
    ///
    /// # Errors
    /// A text that cannot be kept; a comment that is not there, or somebody else's.
    pub async fn change(
        &self,
        actor: &Actor,
        id: CommentId,
        change: CommentChange,
    ) -> Result<CommentThread> {
        let mut tx = self.ctx.change(actor, Permission::Comment, WRITING).await?;
        let text = change.checked()?;
        let (thread, origin) = lock_of(&mut tx, actor.workspace, id).await?;
        if origin.author != Some(actor.user) {
            let words = "Only its author can change a comment.";
            return Err(Problem::new(ProblemKind::Forbidden, "not_author", words).into());
        }
        if !rows::change(&mut tx, actor.workspace, id, &text).await? {
            return read(&mut tx, actor.workspace, thread.id).await;
        }
        name_people(&mut tx, actor, id, &text).await?;
        let action = AuditAction::CommentChanged;
        let edit = ThreadEdit { action, thread: thread.id, subject: &thread.subject, comment: id };
        self.finish(tx, actor, edit).await
    }

    /// Deletes a comment of the actor's own, or as an admin anybody's; a thread goes with its last
    /// comment.
    ///
    /// # Errors
    /// A comment that is not there, or somebody else's where the actor is no admin.
    pub async fn delete(&self, actor: &Actor, id: CommentId) -> Result<()> {
        let mut tx = self.ctx.change(actor, Permission::Comment, WRITING).await?;
        let (thread, origin) = lock_of(&mut tx, actor.workspace, id).await?;
        if origin.author != Some(actor.user) {
            actor.require(Permission::ModerateComments)?;
        }
        rows::delete(&mut tx, actor.workspace, id).await?.or_not_found("comment")?;
        if thread.comments == 1 {
            threads::delete(&mut tx, actor.workspace, thread.id).await?;
        }
        let action = AuditAction::CommentDeleted;
        let edit = ThreadEdit { action, thread: thread.id, subject: &thread.subject, comment: id };
        record(&mut tx, actor, &edit).await?;
        tx.commit().await?;
        self.tell(actor.workspace).await;
        Ok(())
    }

    /// Resolves the thread of a comment; gives the thread as it is then.
    ///
    /// # Errors
    /// A comment that is not there.
    pub async fn resolve(&self, actor: &Actor, id: CommentId) -> Result<CommentThread> {
        self.set_state(actor, id, ThreadState::Resolved, AuditAction::CommentResolved).await
    }

    /// Opens the thread of a comment again; gives the thread as it is then.
    ///
    /// # Errors
    /// A comment that is not there.
    pub async fn reopen(&self, actor: &Actor, id: CommentId) -> Result<CommentThread> {
        self.set_state(actor, id, ThreadState::Open, AuditAction::CommentReopened).await
    }

    async fn set_state(
        &self,
        actor: &Actor,
        id: CommentId,
        state: ThreadState,
        action: AuditAction,
    ) -> Result<CommentThread> {
        let mut tx = self.ctx.change(actor, Permission::Comment, WRITING).await?;
        let (thread, _) = lock_of(&mut tx, actor.workspace, id).await?;
        if thread.state == state {
            return read(&mut tx, actor.workspace, thread.id).await;
        }
        threads::set_state(&mut tx, actor.workspace, thread.id, state, actor.user).await?;
        let edit = ThreadEdit { action, thread: thread.id, subject: &thread.subject, comment: id };
        self.finish(tx, actor, edit).await
    }

    /// Records what was done, commits it, and tells open pages; gives the thread as it is then.
    async fn finish(
        &self,
        mut tx: Change,
        actor: &Actor,
        edit: ThreadEdit<'_>,
    ) -> Result<CommentThread> {
        record(&mut tx, actor, &edit).await?;
        let thread = read(&mut tx, actor.workspace, edit.thread).await?;
        tx.commit().await?;
        self.tell(actor.workspace).await;
        Ok(thread)
    }

    /// Tells the open pages of the workspace to look for new comments. Who does not hear of it
    /// looks by themselves a little later.
    pub(super) async fn tell(&self, workspace: WorkspaceId) {
        let told = async {
            let mut conn = self.ctx.connect("telling of new comments").await?;
            threads::notify(&mut conn, workspace).await
        };
        if let Err(error) = told.await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "pages were not told of comments; they look for themselves");
        }
    }
}

/// Writes the audit entry, and notes that comments of the workspace have changed.
async fn record(conn: &mut PgConnection, actor: &Actor, edit: &ThreadEdit<'_>) -> Result<()> {
    threads::raise_revision(conn, actor.workspace).await?;
    let subject = edit.subject.id().to_string();
    let mut line =
        entry(actor, edit.action, Some(subject)).with_detail("comment", edit.comment.to_string());
    if let Some(node) = edit.subject.node_id() {
        line = line.with_detail("node_id", node.as_str());
    }
    audit::append(conn, line).await
}

async fn begin_thread(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    subject: &CommentSubject,
) -> Result<CommentThreadId> {
    if !threads::has_subject(conn, workspace, subject).await? {
        let whole = subject.whole();
        let is_there = *subject != whole && threads::has_subject(conn, workspace, &whole).await?;
        let what = if is_there { "step" } else { subject.kind().as_str() };
        return Err(EngineError::NotFound(what));
    }
    let id = CommentThreadId(Uuid::now_v7());
    threads::insert(conn, workspace, id, subject).await?;
    Ok(id)
}

async fn lock(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: CommentThreadId,
) -> Result<LockedThread> {
    threads::lock(conn, workspace, id).await?.or_not_found("thread")
}

async fn lock_of(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: CommentId,
) -> Result<(LockedThread, CommentOrigin)> {
    let gone = || EngineError::NotFound("comment");
    let origin = rows::find(conn, workspace, id).await?.ok_or_else(gone)?;
    let thread = threads::lock(conn, workspace, origin.thread).await?.ok_or_else(gone)?;
    // It may have been deleted while this waited for the lock.
    let origin = rows::find(conn, workspace, id).await?.ok_or_else(gone)?;
    Ok((thread, origin))
}

async fn read(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: CommentThreadId,
) -> Result<CommentThread> {
    threads::find(conn, workspace, id).await?.or_not_found("thread")
}

/// Refuses a reply in a thread that is resolved or full.
fn require_room(thread: &LockedThread) -> Result<(), Problem> {
    if thread.state == ThreadState::Resolved {
        let words = "This thread is resolved. Reopen it to reply.";
        return Err(Problem::conflict("thread_resolved", words));
    }
    if thread.comments >= MOST_IN_THREAD {
        let words = format!("A thread has at most {MOST_IN_THREAD} comments. Start another one.");
        return Err(Problem::conflict("thread_full", words));
    }
    Ok(())
}

/// Notes whom the text names, and has those told who were not named before; whoever is no member is
/// not named.
async fn name_people(
    conn: &mut PgConnection,
    actor: &Actor,
    comment: CommentId,
    text: &str,
) -> Result<()> {
    let named = find_named(text);
    let mut people = mentions::set(conn, actor.workspace, comment, actor.user, &named).await?;
    if people.is_empty() {
        return Ok(());
    }
    people.sort_unstable();
    let ids: Vec<String> = people.iter().map(UserId::to_string).collect();
    let key = format!("mention:{comment}:{}", ids.join(","));
    let content = NoticeContent::Mention { comment, people };
    outbox::insert(conn, NewNotice::new(actor.workspace, &content, &key)).await
}
