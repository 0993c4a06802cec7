//! Documents and the pictures on them.

use bytes::Bytes;
use model::{
    access::Permission,
    api::{
        documents::{DocumentFilter, DocumentShelf},
        listing::{Page, PageRequest},
    },
    id::{DocumentId, ImageId},
    library::{DocumentPage, DocumentRow},
    markdown::plain_text,
};

use crate::{
    error::{Doing, EngineError, Result},
    services::{Services, actor::Actor},
    store::{
        library::{self, projects},
        slice::{self, Slice},
    },
};

/// Tags that lists of documents can be narrowed by.
const OFFERED_TAGS: i64 = 100;

/// Executions that lists of documents can be narrowed by; others are reached from their own pages.
const OFFERED_EXECUTIONS: i64 = 50;

/// A picture's bytes, ready to be served.
#[derive(Debug, Clone)]
pub struct Picture {
    /// What it is, from its content.
    pub media_type: String,
    /// The bytes.
    pub bytes: Bytes,
    /// Names exactly these bytes, for caches.
    pub tag: String,
}

impl Services {
    /// Documents of the workspace, the latest first.
    pub async fn documents(&self, actor: &Actor) -> Result<Vec<DocumentRow>> {
        let most = PageRequest { limit: Some(slice::MOST), cursor: None };
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
        let slice = Slice::asked(asked)?;
        let mut conn = self.pool.acquire().await.doing("listing documents")?;
        let page = library::list_documents(&mut conn, actor.workspace, filter, slice);
        Ok(page.await?.map(plain))
    }

    /// What lists of documents can be narrowed by: tags, projects, templates, executions.
    pub async fn document_shelf(&self, actor: &Actor) -> Result<DocumentShelf> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("reading tags")?;
        let tags = library::tags(&mut conn, actor.workspace, None, OFFERED_TAGS).await?;
        let projects = projects::list(&mut conn, actor.workspace).await?;
        let templates = projects::sources(&mut conn, actor.workspace).await?;
        let executions = projects::makers(&mut conn, actor.workspace, OFFERED_EXECUTIONS).await?;
        Ok(DocumentShelf { tags, projects, templates, executions })
    }

    /// A document with its images.
    pub async fn document(&self, actor: &Actor, id: DocumentId) -> Result<DocumentPage> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("opening a document")?;
        let found = library::find_document(&mut conn, actor.workspace, id).await?;
        found.ok_or(EngineError::NotFound("document"))
    }

    /// A picture as it was made or uploaded.
    pub async fn picture(&self, actor: &Actor, id: ImageId) -> Result<Picture> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("opening a picture")?;
        let found = library::image_blobs(&mut conn, actor.workspace, &[id]).await?.pop();
        drop(conn);
        let found = found.ok_or(EngineError::NotFound("image"))?;
        self.picture_of(found.digest, found.media_type).await
    }

    /// The picture whose blob is on record by this name.
    pub(super) async fn picture_of(&self, digest: String, media_type: String) -> Result<Picture> {
        let bytes = self.bytes_of(&digest).await?;
        Ok(Picture { media_type, bytes, tag: digest })
    }

    /// A small copy of a picture, at most `side` pixels on its long side.
    pub async fn thumbnail(
        &self,
        actor: &Actor,
        id: ImageId,
        side: ThumbnailSide,
    ) -> Result<Picture> {
        self.small(self.picture(actor, id).await?, side).await
    }

    /// A small copy of these bytes.
    pub(super) async fn small(&self, picture: Picture, side: ThumbnailSide) -> Result<Picture> {
        let reader = &self.parts.files;
        let small = reader
            .thumbnail(picture.bytes, side.pixels())
            .await
            .map_err(|error| EngineError::internal("making a thumbnail", error))?;
        let tag = format!("{}-{}", picture.tag, side.pixels());
        Ok(Picture { media_type: small.media_type.to_string(), bytes: small.bytes.into(), tag })
    }
}

/// The row with its excerpt as plain words.
pub(in crate::services) fn plain(row: DocumentRow) -> DocumentRow {
    DocumentRow { excerpt: plain_text(&row.excerpt), ..row }
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
