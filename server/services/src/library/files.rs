//! Files that belong to a document: they go along wherever it is read as context.

use backend::actor::Actor;
use bytes::Bytes;
use model::{
    access::Permission,
    audit::AuditAction,
    id::{DocumentId, UploadId},
    library::{MOST_FILES, Upload},
    problem::{FieldProblem, Problem},
};
use store::{error::Result, library::files, uploads};

use super::{Library, writing::lock_document};
use crate::{
    context::OrNotFound,
    uploads::{
        blobs::{drop_held_blob, forget_blob_named, read_blob},
        receive::{Received, receive},
    },
};

/// A file of a document, ready to be sent.
#[derive(Debug, Clone)]
pub struct ReferenceFile {
    /// Name under which it was uploaded, without a path.
    pub name: String,
    /// Media type, read from the content and not from the name.
    pub media_type: String,
    /// The whole file.
    pub bytes: Bytes,
}

impl Library {
    /// The files of a document, the oldest first.
    pub async fn document_files(&self, actor: &Actor, id: DocumentId) -> Result<Vec<Upload>> {
        Ok(self.document(actor, id).await?.files)
    }

    /// Adds an image, a PDF or a text file to a document.
    ///
    /// # Errors
    /// Too large, of another kind, of another than its name says or too many, with what was sent and
    /// what is allowed; an unknown document. Nothing is kept then.
    pub async fn add_document_file(
        &self,
        actor: &Actor,
        id: DocumentId,
        name: &str,
        bytes: Bytes,
    ) -> Result<Upload> {
        actor.require(Permission::EditDocument)?;
        let received = receive(&self.ctx, actor, name, bytes).await?;
        let written = self.write_document_file(actor, id, &received).await;
        if written.is_err() {
            drop_held_blob(&self.ctx, &received.held).await;
        }
        written.map(|()| received.upload)
    }

    async fn write_document_file(
        &self,
        actor: &Actor,
        id: DocumentId,
        received: &Received,
    ) -> Result<()> {
        let mut tx = self.ctx.begin("keeping a file with a document").await?;
        lock_document(&mut tx, actor, id).await?;
        let has = files::list(&mut tx, actor.workspace, id).await?.len();
        if has >= MOST_FILES {
            return Err(too_many(has).into());
        }
        received.record(&mut tx, actor).await?;
        files::attach(&mut tx, actor.workspace, id, received.upload.id).await?;
        tx.record(actor, AuditAction::DocumentFileAdded, id).await?;
        tx.commit().await
    }

    /// The bytes of a file of a document.
    pub async fn document_file(
        &self,
        actor: &Actor,
        id: DocumentId,
        file: UploadId,
    ) -> Result<ReferenceFile> {
        let mut conn = self.ctx.read(actor, "opening a file").await?;
        let found = files::find(&mut conn, actor.workspace, id, file).await?;
        drop(conn);
        let (name, digest, media_type) = found.or_not_found("file")?;
        let bytes = read_blob(&self.ctx, &digest).await?;
        Ok(ReferenceFile { name, media_type, bytes })
    }

    /// Removes a file from a document, and deletes it unless an execution was launched with it.
    pub async fn drop_document_file(
        &self,
        actor: &Actor,
        id: DocumentId,
        file: UploadId,
    ) -> Result<()> {
        let mut tx = self.ctx.change(actor, Permission::EditDocument, "removing a file").await?;
        lock_document(&mut tx, actor, id).await?;
        files::detach(&mut tx, actor.workspace, id, file).await?.or_not_found("file")?;
        let digest = uploads::remove_unused(&mut tx, actor.workspace, file).await?;
        tx.record(actor, AuditAction::DocumentFileRemoved, id).await?;
        tx.commit().await?;
        if let Some(digest) = digest {
            forget_blob_named(&self.ctx, &digest).await;
        }
        Ok(())
    }
}

fn too_many(has: usize) -> Problem {
    let words =
        format!("The document has {has} files, and the limit is {MOST_FILES}. Remove one first.");
    let error = FieldProblem::field("too_many_files", "file", words.clone());
    Problem::invalid(words, vec![error])
}
