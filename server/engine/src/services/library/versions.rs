//! Versions of documents: listed, read, compared, kept, made what the document says again.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::{
        compare::Comparison,
        documents::{DocumentVersion, DocumentVersionRow, SavedDocument},
        texts::pieces,
    },
    audit::AuditAction,
    document::Writing,
    id::DocumentId,
    problem::Problem,
};
use store::{
    audit,
    error::{Doing, EngineError, Result},
    library::{versions, writing},
};

use super::{Library, writing::lock_document};
use crate::services::audit::entry;

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
        actor.require(Permission::Read)?;
        let mut conn =
            self.context.pool.acquire().await.doing("listing the versions of a document")?;
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
        actor.require(Permission::Read)?;
        let mut conn =
            self.context.pool.acquire().await.doing("reading a version of a document")?;
        let found = versions::find(&mut conn, actor.workspace, id, number).await?;
        found.ok_or(EngineError::NotFound("version"))
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
        actor.require(Permission::EditDocument)?;
        let mut tx =
            store::begin(&self.context.pool).await.doing("keeping a version of a document")?;
        lock_document(&mut tx, actor, id).await?;
        versions::keep(&mut tx, actor.workspace, id, None).await?;
        let rows = versions::list(&mut tx, actor.workspace, id).await?;
        tx.commit().await.doing("keeping a version of a document")?;
        Ok(rows)
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
        actor.require(Permission::EditDocument)?;
        let mut tx =
            store::begin(&self.context.pool).await.doing("restoring a version of a document")?;
        let now = lock_document(&mut tx, actor, id).await?.writing;
        let found = versions::find(&mut tx, actor.workspace, id, number).await?;
        let found = found.ok_or(EngineError::NotFound("version"))?;
        let writing = Writing { title: found.row.title, content: found.content, ..now.clone() };
        if writing == now {
            let words = format!("Nothing to save: the document is the same as version {number}.");
            return Err(Problem::conflict("current_already", words).into());
        }
        versions::keep(&mut tx, actor.workspace, id, None).await?;
        let (revision, updated_at) =
            writing::save(&mut tx, actor.workspace, id, &writing, Some(actor.user)).await?;
        versions::keep(&mut tx, actor.workspace, id, Some(number)).await?;
        let note = entry(actor, AuditAction::DocumentRestored, Some(id.to_string()));
        audit::append(&mut tx, note).await?;
        tx.commit().await.doing("restoring a version of a document")?;
        Ok(SavedDocument { id, revision, writing, updated_at })
    }
}

/// How two texts differ, word by word.
async fn compare_texts(before: String, after: String) -> Result<Comparison> {
    let compared = tokio::task::spawn_blocking(move || pieces(&before, &after)).await;
    let pieces = compared.map_err(|error| EngineError::internal("comparing texts", error))?;
    Ok(Comparison::Text { pieces })
}
