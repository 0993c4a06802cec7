//! Documents and the images on them, images of the library, and files that went along at a launch.

use backend::actor::Actor;
use bytes::Bytes;
use files::images::Checked;
use model::{
    access::Permission,
    api::{
        documents::{DocumentFilter, DocumentShelf, ImageFilter},
        listing::{Page, PageRequest},
    },
    audit::AuditAction,
    id::{DocumentId, ExecutionId, ImageId, ProjectId, UploadId},
    library::{DocumentPage, DocumentRow, ImageRow, UploadKind, image_words},
    text::markdown::plain_text,
};
use store::{
    error::{EngineError, Result},
    images::{self, NewImage},
    library::{self, projects},
    page_query::{self, PageQuery},
    uploads::{self, OpenedFile},
};
use uuid::Uuid;

use super::{Library, files::ReferenceFile};
use crate::{
    context::OrNotFound,
    projects::project_or_default,
    uploads::{
        blobs::{HeldBlob, drop_held_blob, hold_blob, read_blob},
        receive::{check_image_file, checked_name},
    },
};

/// Tags that lists of documents can be narrowed by.
const OFFERED_TAGS: i64 = 100;

/// Executions that lists of documents can be narrowed by; others are reached from their own pages.
const OFFERED_EXECUTIONS: i64 = 50;

/// An image file, ready to be served.
#[derive(Debug, Clone)]
pub struct ImageFile {
    /// Media type, read from the content and not from a name.
    pub media_type: String,
    /// The whole file.
    pub bytes: Bytes,
    /// Entity tag for HTTP caches: other bytes have another tag.
    pub tag: String,
}

impl Library {
    /// Documents of the workspace, the latest first.
    pub async fn documents(&self, actor: &Actor) -> Result<Vec<DocumentRow>> {
        let most = PageRequest { limit: Some(page_query::MAX_LIMIT), cursor: None };
        Ok(self.documents_page(actor, &DocumentFilter::default(), &most).await?.items)
    }

    /// A part of the list of documents, the latest first, as far as the filter leaves any.
    pub async fn documents_page(
        &self,
        actor: &Actor,
        filter: &DocumentFilter,
        asked: &PageRequest,
    ) -> Result<Page<DocumentRow>> {
        let mut conn = self.ctx.read(actor, "listing documents").await?;
        let page = PageQuery::from_request(asked)?;
        let page = library::list_documents(&mut conn, actor.workspace, filter, page);
        Ok(page.await?.map(with_plain_excerpt))
    }

    /// The tags, projects, templates and executions that lists of documents can be filtered by.
    pub async fn document_shelf(&self, actor: &Actor) -> Result<DocumentShelf> {
        let mut conn = self.ctx.read(actor, "reading tags").await?;
        let tags = library::list_tags(&mut conn, actor.workspace, None, OFFERED_TAGS).await?;
        let projects = projects::list(&mut conn, actor.workspace).await?;
        let templates = projects::list_source_templates(&mut conn, actor.workspace).await?;
        let executions =
            projects::list_source_executions(&mut conn, actor.workspace, OFFERED_EXECUTIONS)
                .await?;
        let aside = library::count_aside(&mut conn, actor.workspace).await?;
        Ok(DocumentShelf { tags, projects, templates, executions, aside })
    }

    /// A document with its images.
    pub async fn document(&self, actor: &Actor, id: DocumentId) -> Result<DocumentPage> {
        let mut conn = self.ctx.read(actor, "opening a document").await?;
        library::find_document(&mut conn, actor.workspace, id).await?.or_not_found("document")
    }

    /// An image as it was made or uploaded.
    pub async fn image_file(&self, actor: &Actor, id: ImageId) -> Result<ImageFile> {
        let mut conn = self.ctx.read(actor, "opening a picture").await?;
        let found = library::image_blobs(&mut conn, actor.workspace, &[id]).await?.pop();
        drop(conn);
        let found = found.or_not_found("image")?;
        self.read_image_file(found.digest, found.media_type).await
    }

    /// The image file of a blob, by its digest.
    pub(super) async fn read_image_file(
        &self,
        digest: String,
        media_type: String,
    ) -> Result<ImageFile> {
        let bytes = read_blob(&self.ctx, &digest).await?;
        Ok(ImageFile { media_type, bytes, tag: digest })
    }

    /// A small copy of an image, at most `side` pixels on its long side.
    pub async fn thumbnail(
        &self,
        actor: &Actor,
        id: ImageId,
        side: ThumbnailSide,
    ) -> Result<ImageFile> {
        self.make_thumbnail(self.image_file(actor, id).await?, side).await
    }

    /// A small copy of an image that was read already.
    pub(super) async fn make_thumbnail(
        &self,
        image: ImageFile,
        side: ThumbnailSide,
    ) -> Result<ImageFile> {
        let decoder = &self.ctx.deps.decoder;
        let small = decoder
            .thumbnail(image.bytes, side.pixels())
            .await
            .map_err(|error| EngineError::internal("making a thumbnail", error))?;
        let tag = format!("{}-{}", image.tag, side.pixels());
        Ok(ImageFile { media_type: small.media_type.to_string(), bytes: small.bytes.into(), tag })
    }
}

/// The row with its excerpt as plain words, without the title that many texts begin with.
pub(crate) fn with_plain_excerpt(row: DocumentRow) -> DocumentRow {
    let excerpt = plain_text(without_title(&row.excerpt, &row.title));
    DocumentRow { excerpt, ..row }
}

/// The text after its first line where that is the title and something follows.
fn without_title<'a>(text: &'a str, title: &str) -> &'a str {
    match text.trim_start().split_once('\n') {
        Some((first, rest)) if !rest.trim().is_empty() && plain_text(first) == title.trim() => rest,
        Some(_) | None => text,
    }
}

/// The sizes thumbnails come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThumbnailSide {
    /// On a node's card.
    Small,
    /// In a grid.
    Large,
}

impl ThumbnailSide {
    /// The nearest size that is not smaller than asked.
    pub fn at_least(pixels: u32) -> Self {
        if pixels <= Self::Small.pixels() { Self::Small } else { Self::Large }
    }

    /// Pixels on the long side.
    pub const fn pixels(self) -> u32 {
        match self {
            Self::Small => 96,
            Self::Large => 480,
        }
    }
}

impl Library {
    /// Images of the workspace, the latest first.
    pub async fn images(&self, actor: &Actor) -> Result<Vec<ImageRow>> {
        let most = PageRequest { limit: Some(page_query::MAX_LIMIT), cursor: None };
        Ok(self.images_page(actor, &ImageFilter::default(), &most).await?.items)
    }

    /// A part of the list of images, the latest first, as far as the filter leaves any.
    pub async fn images_page(
        &self,
        actor: &Actor,
        filter: &ImageFilter,
        asked: &PageRequest,
    ) -> Result<Page<ImageRow>> {
        let mut conn = self.ctx.read(actor, "listing pictures").await?;
        let page = PageQuery::from_request(asked)?;
        images::list(&mut conn, actor.workspace, filter, page).await
    }

    /// Puts an image into the library; its name becomes its description.
    ///
    /// # Errors
    /// Too large or no image, with what was sent and what is allowed; a project that the workspace
    /// has not, or that is put away. Nothing is kept then.
    pub async fn add_image(
        &self,
        actor: &Actor,
        project: Option<ProjectId>,
        name: &str,
        bytes: Bytes,
    ) -> Result<ImageRow> {
        actor.require(Permission::EditDocument)?;
        let name = checked_name(name);
        let checked = check_image_file(&self.ctx.deps.decoder, &name, bytes).await?;
        let (bytes, media_type) = (checked.bytes.clone(), checked.media_type);
        let held = hold_blob(&self.ctx, actor.workspace, bytes, media_type).await?;
        let written = self.write_image(actor, project, &name, &checked, &held).await;
        if written.is_err() {
            drop_held_blob(&self.ctx, &held).await;
        }
        written
    }

    /// Sets the alternative text of an image.
    ///
    /// # Errors
    /// An unknown image; words beyond what is allowed, with the numbers.
    pub async fn describe_image(&self, actor: &Actor, id: ImageId, alt: &str) -> Result<ImageRow> {
        let mut tx =
            self.ctx.change(actor, Permission::EditDocument, "describing a picture").await?;
        let alt = image_words("alt", alt)?;
        images::describe(&mut tx, actor.workspace, id, &alt).await?.or_not_found("image")?;
        tx.record(actor, AuditAction::ImageDescribed, id).await?;
        let row = images::find(&mut tx, actor.workspace, &[id]).await?.pop();
        tx.commit().await?;
        row.or_not_found("image")
    }

    async fn write_image(
        &self,
        actor: &Actor,
        project: Option<ProjectId>,
        name: &str,
        checked: &Checked,
        held: &HeldBlob,
    ) -> Result<ImageRow> {
        let mut tx = self.ctx.begin("keeping a picture").await?;
        let project = project_or_default(&mut tx, actor, project).await?;
        let bytes = i64::try_from(checked.bytes.len()).unwrap_or(i64::MAX);
        let id = ImageId(Uuid::now_v7());
        let alt = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let new = NewImage {
            id,
            digest: &held.digest(),
            media_type: checked.media_type,
            bytes,
            size: (checked.width, checked.height),
            alt,
        };
        images::insert(&mut tx, actor.workspace, project, new).await?;
        held.release(&mut tx).await?;
        let kept = images::find(&mut tx, actor.workspace, &[id]).await?.pop();
        tx.commit().await?;
        kept.or_not_found("image")
    }
}

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
        let bytes = read_blob(&self.ctx, &found.digest).await?;
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
        let mut conn = self.ctx.read(actor, "opening a file of an execution").await?;
        let found = uploads::find_of_execution(&mut conn, actor.workspace, execution, file).await?;
        found.or_not_found("file")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_does_not_say_the_title_again() {
        assert_eq!(without_title("# Cold *brew*\n\nSteep it.", "Cold brew").trim(), "Steep it.");
        for kept in ["# Cold brew\n", "Cold brewing\nSteep it.", "Cold brew"] {
            assert_eq!(without_title(kept, "Cold brew"), kept);
        }
    }
}
