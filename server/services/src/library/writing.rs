//! Making, changing and moving documents; their versions: listed, read, compared, kept, restored.

use backend::actor::Actor;
use chrono::TimeDelta;
use model::{
    access::Permission,
    api::{
        compare::Comparison,
        documents::{
            DocumentChange, DocumentVersion, DocumentVersionRow, NewDocument, SavedDocument,
        },
        texts::pieces,
    },
    audit::AuditAction,
    autosave::DOCUMENT_CHANGED,
    document::Writing,
    id::{DocumentId, ProjectId},
    library::DocumentPage,
    problem::Problem,
};
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    library::{
        self, projects, versions,
        writing::{self, Locked},
    },
};
use uuid::Uuid;

use super::Library;
use crate::{context::OrNotFound, projects::project_or_default};

/// One person's saves belong together until nothing was saved for so long.
const SITTING: TimeDelta = TimeDelta::minutes(30);

impl Library {
    /// Makes a document.
    ///
    /// # Errors
    /// What cannot be kept, with what is allowed; a project the workspace does not have.
    pub async fn create_document(&self, actor: &Actor, new: NewDocument) -> Result<DocumentPage> {
        let mut tx = self.ctx.change(actor, Permission::EditDocument, "making a document").await?;
        let NewDocument { title, content, status, tags, project_id } = new;
        let title = title.unwrap_or_default();
        let writing = Writing { title, content, status, tags }.checked()?;
        let project = project_or_default(&mut tx, actor, project_id).await?;
        let id = DocumentId(Uuid::now_v7());
        writing::insert(&mut tx, actor.workspace, project, id, &writing, actor.user).await?;
        tx.record(actor, AuditAction::DocumentCreated, id).await?;
        let made = library::find_document(&mut tx, actor.workspace, id).await?;
        tx.commit().await?;
        made.or_not_found("document")
    }

    /// Changes a document. What others wrote, or oneself on an earlier occasion, stays a version.
    ///
    /// # Errors
    /// What cannot be kept, with what is allowed; a conflict when the document is not as it was
    /// when the change was begun. Nothing is written then.
    pub async fn save_document(
        &self,
        actor: &Actor,
        id: DocumentId,
        change: DocumentChange,
    ) -> Result<SavedDocument> {
        let mut tx = self.ctx.change(actor, Permission::EditDocument, "saving a document").await?;
        let now = lock_document(&mut tx, actor, id).await?;
        if now.revision != change.revision {
            return Err(document_changed(now.revision, change.revision).into());
        }
        let writing = change.made_on(now.writing.clone())?;
        let edits =
            (&writing.title, &writing.content) != (&now.writing.title, &now.writing.content);
        if edits && begins_sitting(&now, actor) {
            versions::keep(&mut tx, actor.workspace, id, None).await?;
        }
        let editor = edits.then_some(actor.user);
        let (revision, updated_at) =
            writing::save(&mut tx, actor.workspace, id, &writing, editor).await?;
        tx.commit_with(SavedDocument { id, revision, writing, updated_at }).await
    }

    /// Puts a document into another project; its images stay where they are.
    ///
    /// # Errors
    /// An unknown document; a project that the workspace has not, or that is put away.
    pub async fn move_document(
        &self,
        actor: &Actor,
        document: DocumentId,
        project: ProjectId,
    ) -> Result<()> {
        let mut tx = self.ctx.change(actor, Permission::EditDocument, "moving a document").await?;
        let project = project_or_default(&mut tx, actor, Some(project)).await?;
        let found = projects::move_document(&mut tx, actor.workspace, document, project).await?;
        found.or_not_found("document")?;
        tx.record(actor, AuditAction::DocumentMoved, document).await?;
        tx.commit().await
    }
}

/// Locks a document of the actor's workspace and reads it.
pub(super) async fn lock_document(
    conn: &mut PgConnection,
    actor: &Actor,
    id: DocumentId,
) -> Result<Locked> {
    writing::lock(conn, actor.workspace, id).await?.or_not_found("document")
}

/// Whether what a document says was written by another person, a workflow, or long ago.
fn begins_sitting(now: &Locked, actor: &Actor) -> bool {
    let same = now.edited_by == Some(actor.user);
    !same || now.edited_at.is_none_or(|edited| now.now - edited > SITTING)
}

/// The problem of a change that was made on revision `asked` of a document now at `now`.
fn document_changed(now: i64, asked: i64) -> Problem {
    let words = format!(
        "Someone changed the document (now at revision {now}, your change is based on {asked}). \
         Reload it and make the change again."
    );
    Problem::conflict(DOCUMENT_CHANGED, words)
}

impl Library {
    /// The versions of a document, the latest first: what is being written now is among them.
    ///
    /// # Errors
    /// An unknown document.
    pub async fn document_versions(
        &self,
        actor: &Actor,
        id: DocumentId,
    ) -> Result<Vec<DocumentVersionRow>> {
        let mut conn = self.ctx.read(actor, "listing the versions of a document").await?;
        let found = versions::list(&mut conn, actor.workspace, id).await?;
        if found.is_empty() { Err(EngineError::NotFound("document")) } else { Ok(found) }
    }

    /// One version with its text.
    ///
    /// # Errors
    /// When the document has no such version.
    pub async fn document_version(
        &self,
        actor: &Actor,
        id: DocumentId,
        number: i32,
    ) -> Result<DocumentVersion> {
        let mut conn = self.ctx.read(actor, "reading a version of a document").await?;
        versions::find(&mut conn, actor.workspace, id, number).await?.or_not_found("version")
    }

    /// How the texts of two versions differ, word by word.
    ///
    /// # Errors
    /// When the document lacks one of them.
    pub async fn compare_document_versions(
        &self,
        actor: &Actor,
        id: DocumentId,
        before: i32,
        after: i32,
    ) -> Result<Comparison> {
        let before = self.document_version(actor, id, before).await?;
        let after = self.document_version(actor, id, after).await?;
        compare_texts(before.content, after.content).await
    }

    /// Keeps what a document says now as a version, and gives all there are.
    ///
    /// # Errors
    /// An unknown document.
    pub async fn keep_document_version(
        &self,
        actor: &Actor,
        id: DocumentId,
    ) -> Result<Vec<DocumentVersionRow>> {
        let mut tx = self
            .ctx
            .change(actor, Permission::EditDocument, "keeping a version of a document")
            .await?;
        lock_document(&mut tx, actor, id).await?;
        versions::keep(&mut tx, actor.workspace, id, None).await?;
        let rows = versions::list(&mut tx, actor.workspace, id).await?;
        tx.commit_with(rows).await
    }

    /// Makes a document say again what a version said, as a new version; what it said until now is
    /// kept as one too. Its status and tags stay.
    ///
    /// # Errors
    /// When the document has no such version, or says this already.
    pub async fn restore_document_version(
        &self,
        actor: &Actor,
        id: DocumentId,
        number: i32,
    ) -> Result<SavedDocument> {
        let mut tx = self
            .ctx
            .change(actor, Permission::EditDocument, "restoring a version of a document")
            .await?;
        let now = lock_document(&mut tx, actor, id).await?.writing;
        let found = versions::find(&mut tx, actor.workspace, id, number).await?;
        let found = found.or_not_found("version")?;
        let writing = Writing { title: found.row.title, content: found.content, ..now.clone() };
        if writing == now {
            let words = format!("Nothing to save: the document is the same as version {number}.");
            return Err(Problem::conflict("current_already", words).into());
        }
        versions::keep(&mut tx, actor.workspace, id, None).await?;
        let (revision, updated_at) =
            writing::save(&mut tx, actor.workspace, id, &writing, Some(actor.user)).await?;
        versions::keep(&mut tx, actor.workspace, id, Some(number)).await?;
        tx.record(actor, AuditAction::DocumentRestored, id).await?;
        tx.commit_with(SavedDocument { id, revision, writing, updated_at }).await
    }
}

/// How two texts differ, word by word.
async fn compare_texts(before: String, after: String) -> Result<Comparison> {
    let compared = tokio::task::spawn_blocking(move || pieces(&before, &after)).await;
    let pieces = compared.map_err(|error| EngineError::internal("comparing texts", error))?;
    Ok(Comparison::Text { pieces })
}
