//! Documents and the images on them.

use backend::actor::Actor;
use bytes::Bytes;
use model::{
    access::Permission,
    api::{
        documents::{DocumentFilter, DocumentShelf},
        listing::{Page, PageRequest},
    },
    id::{DocumentId, ImageId},
    library::{DocumentPage, DocumentRow},
    text::markdown::plain_text,
};
use store::{
    error::{Doing, EngineError, Result},
    library::{self, projects},
    page_query::{self, PageQuery},
};

use super::Library;
use crate::services::uploads::blobs::read_blob;

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
        actor.require(Permission::Read)?;
        let page = PageQuery::from_request(asked)?;
        let mut conn = self.context.pool.acquire().await.doing("listing documents")?;
        let page = library::list_documents(&mut conn, actor.workspace, filter, page);
        Ok(page.await?.map(with_plain_excerpt))
    }

    /// The tags, projects, templates and executions that lists of documents can be filtered by.
    pub async fn document_shelf(&self, actor: &Actor) -> Result<DocumentShelf> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("reading tags")?;
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
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("opening a document")?;
        let found = library::find_document(&mut conn, actor.workspace, id).await?;
        found.ok_or(EngineError::NotFound("document"))
    }

    /// An image as it was made or uploaded.
    pub async fn image_file(&self, actor: &Actor, id: ImageId) -> Result<ImageFile> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("opening a picture")?;
        let found = library::image_blobs(&mut conn, actor.workspace, &[id]).await?.pop();
        drop(conn);
        let found = found.ok_or(EngineError::NotFound("image"))?;
        self.read_image_file(found.digest, found.media_type).await
    }

    /// The image file of a blob, by its digest.
    pub(super) async fn read_image_file(
        &self,
        digest: String,
        media_type: String,
    ) -> Result<ImageFile> {
        let bytes = read_blob(&self.context, &digest).await?;
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
        let decoder = &self.context.deps.decoder;
        let small = decoder
            .thumbnail(image.bytes, side.pixels())
            .await
            .map_err(|error| EngineError::internal("making a thumbnail", error))?;
        let tag = format!("{}-{}", image.tag, side.pixels());
        Ok(ImageFile { media_type: small.media_type.to_string(), bytes: small.bytes.into(), tag })
    }
}

/// The row with its excerpt as plain words, without the title that many texts begin with.
pub(in crate::services) fn with_plain_excerpt(row: DocumentRow) -> DocumentRow {
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
