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
use store::{
    audit,
    error::{Doing, EngineError, Result},
    library::files,
    uploads,
};

use super::{Library, writing::lock_document};
use crate::services::{
    audit::entry,
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
        let received = receive(&self.context, actor, name, bytes).await?;
        let written = self.write_document_file(actor, id, &received).await;
        if written.is_err() {
            drop_held_blob(&self.context, &received.held).await;
        }
        written.map(|()| received.upload)
    }

    async fn write_document_file(
        &self,
        actor: &Actor,
        id: DocumentId,
        received: &Received,
    ) -> Result<()> {
        let mut tx =
            store::begin(&self.context.pool).await.doing("keeping a file with a document")?;
        lock_document(&mut tx, actor, id).await?;
        let has = files::list(&mut tx, actor.workspace, id).await?.len();
        if has >= MOST_FILES {
            return Err(too_many(has).into());
        }
        received.record(&mut tx, actor).await?;
        files::attach(&mut tx, actor.workspace, id, received.upload.id).await?;
        audit::append(&mut tx, entry(actor, AuditAction::DocumentFileAdded, Some(id.to_string())))
            .await?;
        tx.commit().await.doing("keeping a file with a document")
    }

    /// The bytes of a file of a document.
    pub async fn document_file(
        &self,
        actor: &Actor,
        id: DocumentId,
        file: UploadId,
    ) -> Result<ReferenceFile> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("opening a file")?;
        let found = files::find(&mut conn, actor.workspace, id, file).await?;
        drop(conn);
        let (name, digest, media_type) = found.ok_or(EngineError::NotFound("file"))?;
        let bytes = read_blob(&self.context, &digest).await?;
        Ok(ReferenceFile { name, media_type, bytes })
    }

    /// Removes a file from a document, and deletes it unless an execution was launched with it.
    pub async fn drop_document_file(
        &self,
        actor: &Actor,
        id: DocumentId,
        file: UploadId,
    ) -> Result<()> {
        actor.require(Permission::EditDocument)?;
        let mut tx = store::begin(&self.context.pool).await.doing("removing a file")?;
        lock_document(&mut tx, actor, id).await?;
        if !files::detach(&mut tx, actor.workspace, id, file).await? {
            return Err(EngineError::NotFound("file"));
        }
        let digest = uploads::remove_unused(&mut tx, actor.workspace, file).await?;
        audit::append(
            &mut tx,
            entry(actor, AuditAction::DocumentFileRemoved, Some(id.to_string())),
        )
        .await?;
        tx.commit().await.doing("removing a file")?;
        if let Some(digest) = digest {
            forget_blob_named(&self.context, &digest).await;
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
