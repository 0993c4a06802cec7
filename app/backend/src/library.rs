//! Documents and images.

use async_trait::async_trait;
use model::{
    api::{
        compare::Comparison,
        documents::{
            DocumentChange, DocumentFilter, DocumentShelf, DocumentVersionRow, ImageFilter,
            NewDocument, SavedDocument,
        },
        lineage::DocumentUses,
        listing::{Page, PageRequest},
    },
    id::{DocumentId, ImageId, ProjectId, UploadId},
    library::{Arrangement, AttachedImage, DocumentPage, DocumentRow, ImageRow, Upload},
    problem::Problem,
};

use crate::actor::Actor;

/// Documents and images.
#[async_trait]
pub trait Library: Send + Sync {
    /// A part of the list of documents, the latest first, as far as the filter leaves any.
    async fn documents_page(
        &self,
        actor: &Actor,
        filter: &DocumentFilter,
        asked: &PageRequest,
    ) -> Result<Page<DocumentRow>, Problem>;

    /// The tags, projects, templates and executions that lists of documents can be filtered by.
    async fn document_shelf(&self, actor: &Actor) -> Result<DocumentShelf, Problem>;

    /// A document with its images.
    async fn document(&self, actor: &Actor, id: DocumentId) -> Result<DocumentPage, Problem>;

    /// What executions made with a document as context. That stays when the document is deleted.
    async fn document_uses(&self, actor: &Actor, id: DocumentId) -> Result<DocumentUses, Problem>;

    /// Makes a document.
    async fn create_document(
        &self,
        actor: &Actor,
        new: NewDocument,
    ) -> Result<DocumentPage, Problem>;

    /// Changes a document. What others wrote, or oneself on an earlier occasion, stays a version.
    async fn save_document(
        &self,
        actor: &Actor,
        id: DocumentId,
        change: DocumentChange,
    ) -> Result<SavedDocument, Problem>;

    /// Deletes a document with its versions; the images on it stay in the library, and its title
    /// with what was made with it.
    async fn delete_document(&self, actor: &Actor, id: DocumentId) -> Result<(), Problem>;

    /// The versions of a document, the latest first: what is being written now is among them.
    async fn document_versions(
        &self,
        actor: &Actor,
        id: DocumentId,
    ) -> Result<Vec<DocumentVersionRow>, Problem>;

    /// How the texts of two versions differ, word by word.
    async fn compare_document_versions(
        &self,
        actor: &Actor,
        id: DocumentId,
        before: i32,
        after: i32,
    ) -> Result<Comparison, Problem>;

    /// Keeps what a document says now as a version, and gives all there are.
    async fn keep_document_version(
        &self,
        actor: &Actor,
        id: DocumentId,
    ) -> Result<Vec<DocumentVersionRow>, Problem>;

    /// Makes a document say again what a version said, as a new version; what it said until now is
    /// kept as one too. Its status and tags stay.
    async fn restore_document_version(
        &self,
        actor: &Actor,
        id: DocumentId,
        number: i32,
    ) -> Result<SavedDocument, Problem>;

    /// The files of a document, the oldest first.
    async fn document_files(&self, actor: &Actor, id: DocumentId) -> Result<Vec<Upload>, Problem>;

    /// Removes a file from a document, and deletes it unless an execution was launched with it.
    async fn drop_document_file(
        &self,
        actor: &Actor,
        id: DocumentId,
        file: UploadId,
    ) -> Result<(), Problem>;

    /// A part of the list of images, the latest first, as far as the filter leaves any.
    async fn images_page(
        &self,
        actor: &Actor,
        filter: &ImageFilter,
        asked: &PageRequest,
    ) -> Result<Page<ImageRow>, Problem>;

    /// Sets the alternative text of an image.
    async fn describe_image(
        &self,
        actor: &Actor,
        id: ImageId,
        alt: &str,
    ) -> Result<ImageRow, Problem>;

    /// Deletes an image from the library. One that an execution made stays there as its output.
    async fn delete_image(&self, actor: &Actor, id: ImageId) -> Result<(), Problem>;

    /// Changes the images of a document, and returns what it then has.
    async fn arrange(
        &self,
        actor: &Actor,
        id: DocumentId,
        what: Arrangement,
    ) -> Result<Vec<AttachedImage>, Problem>;

    /// Puts words under an image on a document, and returns the images it has.
    async fn caption(
        &self,
        actor: &Actor,
        id: DocumentId,
        image: ImageId,
        words: &str,
    ) -> Result<Vec<AttachedImage>, Problem>;

    /// Puts a document into another project; its images stay where they are.
    async fn move_document(
        &self,
        actor: &Actor,
        document: DocumentId,
        project: ProjectId,
    ) -> Result<(), Problem>;
}
