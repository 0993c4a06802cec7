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
use super::server::{Ctx, refused};
use super::{ApiError, html::SafeHtml};
#[cfg(feature = "ssr")]
use model::{access::Permission, document::beginning};

/// A document with its text ready to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentReading {
    /// The document; its Markdown only where it is to be written.
    pub page: DocumentPage,
    /// Its text, or how that begins.
    pub text: SafeHtml,
    /// Whether it is longer than that.
    #[serde(default)]
    pub cut: bool,
    /// What was made with it as context, where it is to be read.
    #[serde(default)]
    pub uses: DocumentUses,
}

#[cfg(feature = "ssr")]
impl DocumentReading {
    fn of(page: DocumentPage) -> Self {
        let begun = beginning(&page.content);
        let (text, cut) = (SafeHtml::of_markdown(begun), begun.len() < page.content.len());
        Self { page, text, cut, uses: DocumentUses::default() }
    }
}

/// A part of the list of documents, the latest first.
#[server(prefix = "/api/fn", endpoint = "documents", input = leptos::server_fn::codec::Json)]
pub async fn load_documents(
    /// Which.
    filter: DocumentFilter,
    /// Which part.
    asked: PageRequest,
) -> Result<Page<DocumentRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.services.documents_page(actor, &filter, &asked).await.map_err(refused)
}

/// What the list of documents can be narrowed by.
#[server(prefix = "/api/fn", endpoint = "document_shelf", input = leptos::server_fn::codec::Json)]
pub async fn load_shelf() -> Result<DocumentShelf, ApiError> {
    let ctx = Ctx::get()?;
    ctx.services.document_shelf(ctx.require(Permission::Read)?).await.map_err(refused)
}

#[cfg(feature = "ssr")]
async fn read(id: DocumentId) -> Result<DocumentPage, ApiError> {
    let ctx = Ctx::get()?;
    ctx.services.document(ctx.require(Permission::Read)?, id).await.map_err(refused)
}

/// One document to read, with its images.
#[server(prefix = "/api/fn", endpoint = "document", input = leptos::server_fn::codec::Json)]
pub async fn load_document(
    /// Which.
    id: DocumentId,
) -> Result<DocumentReading, ApiError> {
    let ctx = Ctx::get()?;
    let mut reading = DocumentReading::of(read(id).await?);
    let uses = ctx.services.document_uses(ctx.require(Permission::Read)?, id);
    reading.uses = uses.await.map_err(refused)?;
    // A long text need not travel twice.
    reading.page.content.clear();
    Ok(reading)
}

/// All of a text of which a page shows the beginning.
#[server(prefix = "/api/fn", endpoint = "document_text", input = leptos::server_fn::codec::Json)]
pub async fn load_document_text(
    /// Of which document.
    id: DocumentId,
) -> Result<SafeHtml, ApiError> {
    Ok(SafeHtml::of_markdown(&read(id).await?.content))
}

/// One document to write: with its Markdown too.
#[server(prefix = "/api/fn", endpoint = "writing", input = leptos::server_fn::codec::Json)]
pub async fn load_writing(
    /// Which.
    id: DocumentId,
) -> Result<DocumentReading, ApiError> {
    read(id).await.map(DocumentReading::of)
}

/// Makes a document.
#[server(prefix = "/api/fn", endpoint = "create_document", input = leptos::server_fn::codec::Json)]
pub async fn create_document(
    /// What it begins with.
    new: NewDocument,
) -> Result<DocumentId, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.services.create_document(actor, new).await.map(|page| page.id).map_err(refused)
}

/// Changes a document as it was at a revision.
#[server(prefix = "/api/fn", endpoint = "save_document", input = leptos::server_fn::codec::Json)]
pub async fn save_document(
    /// Which.
    id: DocumentId,
    /// What differs.
    change: DocumentChange,
) -> Result<SavedDocument, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.services.save_document(actor, id, change).await.map_err(refused)
}

/// Deletes a document that nothing needs.
#[server(prefix = "/api/fn", endpoint = "delete_document", input = leptos::server_fn::codec::Json)]
pub async fn delete_document(
    /// Which.
    id: DocumentId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.services.delete_document(actor, id).await.map_err(refused)
}

/// Markdown as it is read.
#[server(prefix = "/api/fn", endpoint = "format_text", input = leptos::server_fn::codec::Json)]
pub async fn format_text(
    /// The Markdown.
    text: String,
) -> Result<SafeHtml, ApiError> {
    Ctx::get()?.require(Permission::Read)?;
    Ok(SafeHtml::of_markdown(&text))
}

/// The versions of a document, the latest first.
#[server(prefix = "/api/fn", endpoint = "document_versions", input = leptos::server_fn::codec::Json)]
pub async fn load_document_versions(
    /// Of which document.
    id: DocumentId,
) -> Result<Vec<DocumentVersionRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.services.document_versions(actor, id).await.map_err(refused)
}

/// How the texts of two versions differ.
#[server(prefix = "/api/fn", endpoint = "compare_document_versions", input = leptos::server_fn::codec::Json)]
pub async fn compare_document_versions(
    /// Of which document.
    id: DocumentId,
    /// The first.
    before: i32,
    /// The second.
    after: i32,
) -> Result<Comparison, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.services.compare_document_versions(actor, id, before, after).await.map_err(refused)
}

/// Keeps what a document says now as a version; all there are then.
#[server(prefix = "/api/fn", endpoint = "keep_document_version", input = leptos::server_fn::codec::Json)]
pub async fn keep_document_version(
    /// Which document.
    id: DocumentId,
) -> Result<Vec<DocumentVersionRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.services.keep_document_version(actor, id).await.map_err(refused)
}

/// Makes a document say again what a version said.
#[server(prefix = "/api/fn", endpoint = "restore_document_version", input = leptos::server_fn::codec::Json)]
pub async fn restore_document_version(
    /// Which document.
    id: DocumentId,
    /// The version.
    number: i32,
) -> Result<SavedDocument, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.services.restore_document_version(actor, id, number).await.map_err(refused)
}

/// The files of a document, the oldest first.
#[server(prefix = "/api/fn", endpoint = "document_files", input = leptos::server_fn::codec::Json)]
pub async fn load_document_files(
    /// Of which document.
    id: DocumentId,
) -> Result<Vec<Upload>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.services.document_files(actor, id).await.map_err(refused)
}

/// Takes a file from a document.
#[server(prefix = "/api/fn", endpoint = "remove_document_file", input = leptos::server_fn::codec::Json)]
pub async fn remove_document_file(
    /// From which document.
    id: DocumentId,
    /// Which file.
    file: UploadId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditDocument)?;
    ctx.services.drop_document_file(actor, id, file).await.map_err(refused)
}
