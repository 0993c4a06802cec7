//! Making, changing and moving documents.

use backend::actor::Actor;
use chrono::TimeDelta;
use model::{
    access::Permission,
    api::documents::{DocumentChange, NewDocument, SavedDocument},
    audit::AuditAction,
    autosave::DOCUMENT_CHANGED,
    document::Writing,
    id::{DocumentId, ProjectId},
    library::DocumentPage,
    problem::Problem,
};
use sqlx::PgConnection;
use store::{
    audit,
    error::{Doing, EngineError, Result},
    library::{
        self, projects, versions,
        writing::{self, Locked},
    },
};
use uuid::Uuid;

use super::Library;
use crate::services::{audit::entry, projects::project_or_default};

/// One person's saves belong together until nothing was saved for so long.
const SITTING: TimeDelta = TimeDelta::minutes(30);

impl Library {
    /// Makes a document.
    ///
    /// # Errors
    /// What cannot be kept, with what is allowed; a project the workspace does not have.
    pub async fn create_document(&self, actor: &Actor, new: NewDocument) -> Result<DocumentPage> {
        actor.require(Permission::EditDocument)?;
        let NewDocument { title, content, status, tags, project_id } = new;
        let title = title.unwrap_or_default();
        let writing = Writing { title, content, status, tags }.checked()?;
        let mut tx = store::begin(&self.context.pool).await.doing("making a document")?;
        let project = project_or_default(&mut tx, actor, project_id).await?;
        let id = DocumentId(Uuid::now_v7());
        writing::insert(&mut tx, actor.workspace, project, id, &writing, actor.user).await?;
        let note = entry(actor, AuditAction::DocumentCreated, Some(id.to_string()));
        audit::append(&mut tx, note).await?;
        let made = library::find_document(&mut tx, actor.workspace, id).await?;
        tx.commit().await.doing("making a document")?;
        made.ok_or(EngineError::NotFound("document"))
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
        actor.require(Permission::EditDocument)?;
        let mut tx = store::begin(&self.context.pool).await.doing("saving a document")?;
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
        tx.commit().await.doing("saving a document")?;
        Ok(SavedDocument { id, revision, writing, updated_at })
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
        actor.require(Permission::EditDocument)?;
        let mut tx = store::begin(&self.context.pool).await.doing("moving a document")?;
        let project = project_or_default(&mut tx, actor, Some(project)).await?;
        if !projects::move_document(&mut tx, actor.workspace, document, project).await? {
            return Err(EngineError::NotFound("document"));
        }
        let note = entry(actor, AuditAction::DocumentMoved, Some(document.to_string()));
        audit::append(&mut tx, note).await?;
        tx.commit().await.doing("moving a document")
    }
}

/// Locks a document of the actor's workspace and reads it.
pub(super) async fn lock_document(
    conn: &mut PgConnection,
    actor: &Actor,
    id: DocumentId,
) -> Result<Locked> {
    let found = writing::lock(conn, actor.workspace, id).await?;
    found.ok_or(EngineError::NotFound("document"))
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
