//! Documents: the list, one to read and to write, its versions.

use leptos::prelude::*;
use model::{
    api::{
        compare::Comparison,
        documents::{
            DocumentChange, DocumentFilter, DocumentShelf, DocumentVersionRow, NewDocument,
            SavedDocument,
        },
        lineage::DocumentUses,
        listing::{Page, PageRequest},
    },
    id::{DocumentId, UploadId},
    library::{DocumentPage, DocumentRow, Upload},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
use super::{ApiError, html::SafeHtml};
#[cfg(feature = "ssr")]
use model::{access::Permission, document::beginning};

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

/// A part of the list of documents, the latest first.
#[server(prefix = "/api/fn", endpoint = "documents", input = leptos::server_fn::codec::Json)]
pub async fn load_documents(
    /// What the documents are narrowed by.
    filter: DocumentFilter,
    /// How many rows at most, and where to go on.
    asked: PageRequest,
) -> Result<Page<DocumentRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.library.documents_page(actor, &filter, &asked).await.map_err(into_api_error)
}

/// What the list of documents can be narrowed by.
#[server(prefix = "/api/fn", endpoint = "document_shelf", input = leptos::server_fn::codec::Json)]
pub async fn load_shelf() -> Result<DocumentShelf, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend.library.document_shelf(ctx.require(Permission::Read)?).await.map_err(into_api_error)
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
pub async fn load_document_text(
    /// Of which document.
    id: DocumentId,
) -> Result<SafeHtml, ApiError> {
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

/// Makes a document.
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

/// Changes a document as it was at a revision.
#[server(prefix = "/api/fn", endpoint = "save_document", input = leptos::server_fn::codec::Json)]
pub async fn save_document(
    /// The document that is changed.
    id: DocumentId,
    /// The fields that are different, and the revision they were made from.
    change: DocumentChange,
) -> Result<SavedDocument, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.backend.library.save_document(actor, id, change).await.map_err(into_api_error)
}

/// Deletes a document that nothing needs.
#[server(prefix = "/api/fn", endpoint = "delete_document", input = leptos::server_fn::codec::Json)]
pub async fn delete_document(
    /// The document; a conflict when something still needs it.
    id: DocumentId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.backend.library.delete_document(actor, id).await.map_err(into_api_error)
}

/// Markdown as it is read.
#[server(prefix = "/api/fn", endpoint = "format_text", input = leptos::server_fn::codec::Json)]
pub async fn format_text(
    /// Markdown of anybody; the HTML is cleaned.
    text: String,
) -> Result<SafeHtml, ApiError> {
    Ctx::get()?.require(Permission::Read)?;
    SafeHtml::from_markdown(text).await
}

/// The versions of a document, the latest first.
#[server(prefix = "/api/fn", endpoint = "document_versions", input = leptos::server_fn::codec::Json)]
pub async fn load_document_versions(
    /// Of which document.
    id: DocumentId,
) -> Result<Vec<DocumentVersionRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.library.document_versions(actor, id).await.map_err(into_api_error)
}

/// How the texts of two versions differ.
#[server(prefix = "/api/fn", endpoint = "compare_document_versions", input = leptos::server_fn::codec::Json)]
pub async fn compare_document_versions(
    /// Of which document.
    id: DocumentId,
    /// The number of the version that is compared; the older one as a rule.
    before: i32,
    /// The number of the version that it is compared with.
    after: i32,
) -> Result<Comparison, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend
        .library
        .compare_document_versions(actor, id, before, after)
        .await
        .map_err(into_api_error)
}

/// Keeps the present text of a document as a version. Gives all its versions.
#[server(prefix = "/api/fn", endpoint = "keep_document_version", input = leptos::server_fn::codec::Json)]
pub async fn keep_document_version(
    /// The document whose present text becomes a version.
    id: DocumentId,
) -> Result<Vec<DocumentVersionRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.backend.library.keep_document_version(actor, id).await.map_err(into_api_error)
}

/// Gives a document the text of one of its versions again.
#[server(prefix = "/api/fn", endpoint = "restore_document_version", input = leptos::server_fn::codec::Json)]
pub async fn restore_document_version(
    /// The document whose text is replaced.
    id: DocumentId,
    /// The number of the version whose text it gets again.
    number: i32,
) -> Result<SavedDocument, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.backend.library.restore_document_version(actor, id, number).await.map_err(into_api_error)
}

/// The files of a document, the oldest first.
#[server(prefix = "/api/fn", endpoint = "document_files", input = leptos::server_fn::codec::Json)]
pub async fn load_document_files(
    /// Of which document.
    id: DocumentId,
) -> Result<Vec<Upload>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.library.document_files(actor, id).await.map_err(into_api_error)
}

/// Takes a file from a document.
#[server(prefix = "/api/fn", endpoint = "remove_document_file", input = leptos::server_fn::codec::Json)]
pub async fn remove_document_file(
    /// From which document.
    id: DocumentId,
    /// The file, one of those of the document.
    file: UploadId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.backend.library.drop_document_file(actor, id, file).await.map_err(into_api_error)
}
