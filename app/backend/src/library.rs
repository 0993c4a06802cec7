//! Documents and images.

use async_trait::async_trait;
use model::{
    api::{documents::NewDocument, lineage::DocumentUses},
    id::{DocumentId, ProjectId},
    library::DocumentPage,
    problem::Problem,
};

use crate::actor::Actor;

model::documents_operations!(crate::area::area);

model::images_operations!(crate::area::area);

#[async_trait]
pub trait Library: DocumentOperations + ImageOperations {
    async fn document(&self, actor: &Actor, id: DocumentId) -> Result<DocumentPage, Problem>;

    /// What executions made with a document as context. That stays when the document is deleted.
    async fn document_uses(&self, actor: &Actor, id: DocumentId) -> Result<DocumentUses, Problem>;

    async fn create_document(
        &self,
        actor: &Actor,
        new: NewDocument,
    ) -> Result<DocumentPage, Problem>;

    /// Puts a document into another project; its images stay where they are.
    async fn move_document(
        &self,
        actor: &Actor,
        document: DocumentId,
        project: ProjectId,
    ) -> Result<(), Problem>;
}
