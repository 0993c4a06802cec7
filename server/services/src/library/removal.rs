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
    error::{EngineError, Result},
    images,
    library::{
        self,
        uses::{self, Use},
        writing,
    },
};

use super::{Library, writing::lock_document};
use crate::{context::OrNotFound, uploads::blobs::forget_blob_named};

impl Library {
    /// What executions made with a document as context. That stays when the document is deleted.
    ///
    /// # Errors
    /// An unknown document.
    pub async fn document_uses(&self, actor: &Actor, id: DocumentId) -> Result<DocumentUses> {
        let mut conn = self.ctx.read(actor, "reading what a document was used for").await?;
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
        let mut tx =
            self.ctx.change(actor, Permission::EditDocument, "deleting a document").await?;
        lock_document(&mut tx, actor, id).await?;
        let uses = uses::find_references(&mut tx, actor.workspace, &id.to_string()).await?;
        if !uses.is_empty() {
            return Err(in_use("document", &uses).into());
        }
        writing::delete(&mut tx, actor.workspace, id).await?;
        tx.record(actor, AuditAction::DocumentDeleted, id).await?;
        tx.commit().await
    }

    /// Deletes an image from the library. One that an execution made stays there as its output.
    ///
    /// # Errors
    /// An unknown image; a conflict with the list of the documents, templates and executions that
    /// need it.
    pub async fn delete_image(&self, actor: &Actor, id: ImageId) -> Result<()> {
        let mut tx = self.ctx.change(actor, Permission::EditDocument, "deleting an image").await?;
        images::lock(&mut tx, actor.workspace, id).await?.or_not_found("image")?;
        let mut uses = uses::find_documents_showing(&mut tx, actor.workspace, id).await?;
        uses.extend(uses::find_references(&mut tx, actor.workspace, &id.to_string()).await?);
        if !uses.is_empty() {
            return Err(in_use("image", &uses).into());
        }
        let digest = images::remove(&mut tx, actor.workspace, id).await?;
        tx.record(actor, AuditAction::ImageDeleted, id).await?;
        tx.commit().await?;
        if let Some(digest) = digest {
            forget_blob_named(&self.ctx, &digest).await;
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
