//! Documents: the list, one to read and to write, its versions.

use leptos::prelude::*;
use model::{
    api::{documents::NewDocument, lineage::DocumentUses},
    id::DocumentId,
    library::DocumentPage,
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
use super::{ApiError, html::SafeHtml};
#[cfg(feature = "ssr")]
use model::{access::Permission, document::beginning};

model::documents_operations!(crate::call::functions);

/// A document with its text ready to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentReading {
    /// The document; with its Markdown only where the document is edited.
    pub page: DocumentPage,
    /// The text as HTML, or the beginning of a long one.
    pub text: SafeHtml,
    /// Whether `text` is only the beginning.
    #[serde(default)]
    pub cut: bool,
    /// What was made with the document as context; empty where the document is edited.
    #[serde(default)]
    pub uses: DocumentUses,
}

#[cfg(feature = "ssr")]
impl DocumentReading {
    async fn from_page(page: DocumentPage) -> Result<Self, ApiError> {
        let begun = beginning(&page.content);
        let cut = begun.len() < page.content.len();
        let text = SafeHtml::from_markdown(begun.to_owned()).await?;
        Ok(Self { page, text, cut, uses: DocumentUses::default() })
    }
}

#[cfg(feature = "ssr")]
async fn read(id: DocumentId) -> Result<DocumentPage, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend.library.document(ctx.require(Permission::Read)?, id).await.map_err(into_api_error)
}

/// One document to read, with its images.
#[server(prefix = "/api/fn", endpoint = "document", input = leptos::server_fn::codec::Json)]
pub async fn load_document(
    /// The document, of this workspace.
    id: DocumentId,
) -> Result<DocumentReading, ApiError> {
    let ctx = Ctx::get()?;
    let mut reading = DocumentReading::from_page(read(id).await?).await?;
    let uses = ctx.backend.library.document_uses(ctx.require(Permission::Read)?, id);
    reading.uses = uses.await.map_err(into_api_error)?;
    // The text is in the HTML; sending the Markdown too would double a long document.
    reading.page.content.clear();
    Ok(reading)
}

/// All of a text of which a page shows the beginning.
#[server(prefix = "/api/fn", endpoint = "document_text", input = leptos::server_fn::codec::Json)]
pub async fn load_document_text(id: DocumentId) -> Result<SafeHtml, ApiError> {
    SafeHtml::from_markdown(read(id).await?.content).await
}

/// One document to write: with its Markdown too.
#[server(prefix = "/api/fn", endpoint = "writing", input = leptos::server_fn::codec::Json)]
pub async fn load_writing(
    /// The document, of this workspace.
    id: DocumentId,
) -> Result<DocumentReading, ApiError> {
    DocumentReading::from_page(read(id).await?).await
}

#[server(prefix = "/api/fn", endpoint = "create_document", input = leptos::server_fn::codec::Json)]
pub async fn create_document(
    /// What it begins with.
    new: NewDocument,
) -> Result<DocumentId, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.backend
        .library
        .create_document(actor, new)
        .await
        .map(|page| page.id)
        .map_err(into_api_error)
}

#[server(prefix = "/api/fn", endpoint = "format_text", input = leptos::server_fn::codec::Json)]
pub async fn format_text(
    /// Markdown of anybody; the HTML is cleaned.
    text: String,
) -> Result<SafeHtml, ApiError> {
    Ctx::get()?.require(Permission::Read)?;
    SafeHtml::from_markdown(text).await
}
