//! Deleting documents and images that nothing needs.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::lineage::DocumentUses,
    audit::AuditAction,
    id::{DocumentId, ImageId},
    problem::{FieldProblem, Problem},
};
use store::{
    audit,
    error::{Doing, EngineError, Result},
    images,
    library::{
        self,
        uses::{self, Use},
        writing,
    },
};

use super::{Library, writing::lock_document};
use crate::services::{audit::entry, uploads::blobs::forget_blob_named};

impl Library {
    /// What executions made with a document as context. That stays when the document is deleted.
    ///
    /// # Errors
    /// An unknown document.
    pub async fn document_uses(&self, actor: &Actor, id: DocumentId) -> Result<DocumentUses> {
        actor.require(Permission::Read)?;
        let mut conn =
            self.context.pool.acquire().await.doing("reading what a document was used for")?;
        let known = library::document_titles(&mut conn, actor.workspace, &[id]).await?;
        if known.is_empty() {
            return Err(EngineError::NotFound("document"));
        }
        let mut uses = uses::find_document_uses(&mut conn, actor.workspace, &[id]).await?;
        Ok(uses.remove(&id).unwrap_or_default())
    }

    /// Deletes a document with its versions; the images on it stay in the library, and its title
    /// with what was made with it.
    ///
    /// # Errors
    /// An unknown document; a conflict with the list of the templates and executions that need it.
    pub async fn delete_document(&self, actor: &Actor, id: DocumentId) -> Result<()> {
        actor.require(Permission::EditDocument)?;
        let mut tx = store::begin(&self.context.pool).await.doing("deleting a document")?;
        lock_document(&mut tx, actor, id).await?;
        let uses = uses::find_references(&mut tx, actor.workspace, &id.to_string()).await?;
        if !uses.is_empty() {
            return Err(in_use("document", &uses).into());
        }
        writing::delete(&mut tx, actor.workspace, id).await?;
        let note = entry(actor, AuditAction::DocumentDeleted, Some(id.to_string()));
        audit::append(&mut tx, note).await?;
        tx.commit().await.doing("deleting a document")
    }

    /// Deletes an image from the library. One that an execution made stays there as its output.
    ///
    /// # Errors
    /// An unknown image; a conflict with the list of the documents, templates and executions that
    /// need it.
    pub async fn delete_image(&self, actor: &Actor, id: ImageId) -> Result<()> {
        actor.require(Permission::EditDocument)?;
        let mut tx = store::begin(&self.context.pool).await.doing("deleting an image")?;
        if !images::lock(&mut tx, actor.workspace, id).await? {
            return Err(EngineError::NotFound("image"));
        }
        let mut uses = uses::find_documents_showing(&mut tx, actor.workspace, id).await?;
        uses.extend(uses::find_references(&mut tx, actor.workspace, &id.to_string()).await?);
        if !uses.is_empty() {
            return Err(in_use("image", &uses).into());
        }
        let digest = images::remove(&mut tx, actor.workspace, id).await?;
        audit::append(&mut tx, entry(actor, AuditAction::ImageDeleted, Some(id.to_string())))
            .await?;
        tx.commit().await.doing("deleting an image")?;
        if let Some(digest) = digest {
            forget_blob_named(&self.context, &digest).await;
        }
        Ok(())
    }
}

fn in_use(what: &str, uses: &[Use]) -> Problem {
    let code = format!("{what}_in_use");
    let user = |used: &Use| {
        let (path, message, fix) = match used {
            Use::Document(id, title) => (
                format!("documents.{id}"),
                format!("The document “{title}” uses it."),
                "Detach it there and remove it from the text.".to_owned(),
            ),
            Use::Template(id, name) => (
                format!("templates.{id}"),
                format!("The workflow “{name}” uses it."),
                format!("Choose another {what} in its steps, and publish it."),
            ),
            Use::Execution(id, name) => (
                format!("executions.{id}"),
                format!("The run “{name}” uses it and hasn't ended."),
                "Wait for it to end, or stop it.".to_owned(),
            ),
        };
        let problem = FieldProblem::field(&code, path, message);
        FieldProblem { fix: Some(fix), ..problem }
    };
    let detail = format!("The {what} is in use and was not deleted.");
    let errors = uses.iter().map(user).collect();
    Problem { errors, ..Problem::conflict(&code, detail) }
}
