//! Documents: the list, and one to read.

use leptos::prelude::*;
use model::{
    id::DocumentId,
    library::{DocumentPage, DocumentRow},
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
