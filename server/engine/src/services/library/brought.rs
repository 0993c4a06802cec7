//! Files that went along at a launch, for people to open.

use backend::actor::Actor;
use model::{
    access::Permission,
    id::{ExecutionId, UploadId},
    library::UploadKind,
};
use store::{
    error::{Doing, EngineError, Result},
    uploads::{self, OpenedFile},
};

use super::{
    Library,
    documents::{ImageFile, ThumbnailSide},
    files::ReferenceFile,
};
use crate::services::uploads::blobs::read_blob;

/// A file that went along, ready to be sent.
#[derive(Debug, Clone)]
pub enum BroughtFile {
    /// An image, checked when it came: it can be shown.
    Image(ImageFile),
    /// Anything else: it holds what a stranger wrote.
    Other(ReferenceFile),
}

impl Library {
    /// A file that an execution was launched with.
    ///
    /// # Errors
    /// When the workspace has no such execution, or this was not launched with such a file, or the
    /// file is gone.
    pub async fn brought_file(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        file: UploadId,
    ) -> Result<BroughtFile> {
        let found = self.find_brought(actor, execution, file).await?;
        if found.kind == UploadKind::Image {
            let image = self.read_image_file(found.digest, found.media_type).await?;
            return Ok(BroughtFile::Image(image));
        }
        let bytes = read_blob(&self.context, &found.digest).await?;
        let OpenedFile { name, media_type, .. } = found;
        Ok(BroughtFile::Other(ReferenceFile { name, media_type, bytes }))
    }

    /// A small copy of an image that an execution was launched with.
    ///
    /// # Errors
    /// As [`Library::brought_file`], and when the file is no image.
    pub async fn brought_thumbnail(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        file: UploadId,
        side: ThumbnailSide,
    ) -> Result<ImageFile> {
        let found = self.find_brought(actor, execution, file).await?;
        if found.kind != UploadKind::Image {
            return Err(EngineError::NotFound("image"));
        }
        self.make_thumbnail(self.read_image_file(found.digest, found.media_type).await?, side).await
    }

    async fn find_brought(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        file: UploadId,
    ) -> Result<OpenedFile> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("opening a file of an execution")?;
        let found = uploads::find_of_execution(&mut conn, actor.workspace, execution, file).await?;
        found.ok_or(EngineError::NotFound("file"))
    }
}
