//! Documents: the list, and one to read.

use leptos::prelude::*;
use model::{
    id::DocumentId,
    library::{Arrangement, AttachedImage, DocumentPage, DocumentRow, ImageRow},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::server::{Ctx, refused};
use super::{ApiError, html::SafeHtml};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// A document with its text ready to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentReading {
    /// The document.
    pub page: DocumentPage,
    /// Its text.
    pub text: SafeHtml,
}

/// The documents of the workspace, the latest first.
#[server(prefix = "/api/fn", endpoint = "documents", input = leptos::server_fn::codec::Json)]
pub async fn load_documents() -> Result<Vec<DocumentRow>, ApiError> {
    let ctx = Ctx::get()?;
    ctx.services.documents(ctx.require(Permission::Read)?).await.map_err(refused)
}

/// One document with its text and images.
#[server(prefix = "/api/fn", endpoint = "document", input = leptos::server_fn::codec::Json)]
pub async fn load_document(
    /// Which.
    id: DocumentId,
) -> Result<DocumentReading, ApiError> {
    let ctx = Ctx::get()?;
    let page = ctx.services.document(ctx.require(Permission::Read)?, id).await.map_err(refused)?;
    let text = SafeHtml::of_markdown(&page.content);
    Ok(DocumentReading { page, text })
}

/// Changes the images of a document; those it then has.
#[server(prefix = "/api/fn", endpoint = "arrange", input = leptos::server_fn::codec::Json)]
pub async fn arrange(
    /// Which document.
    id: DocumentId,
    /// What is to change.
    what: Arrangement,
) -> Result<Vec<AttachedImage>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.services.arrange(actor, id, what).await.map_err(refused)
}

/// Pictures of the library, the latest first.
#[server(prefix = "/api/fn", endpoint = "images", input = leptos::server_fn::codec::Json)]
pub async fn load_images() -> Result<Vec<ImageRow>, ApiError> {
    let ctx = Ctx::get()?;
    ctx.services.images(ctx.require(Permission::Read)?).await.map_err(refused)
}
