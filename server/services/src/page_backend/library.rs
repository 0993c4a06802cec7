//! What pages ask of documents and images beyond their operations.

use backend::actor::Actor;
use model::{
    api::{documents::NewDocument, lineage::DocumentUses},
    id::{DocumentId, ProjectId},
    library::DocumentPage,
};

forward! {
    library::Library {
        fn document(actor: &Actor, id: DocumentId) -> DocumentPage;
        fn document_uses(actor: &Actor, id: DocumentId) -> DocumentUses;
        fn create_document(actor: &Actor, new: NewDocument) -> DocumentPage;
        fn move_document(actor: &Actor, document: DocumentId, project: ProjectId) -> ();
    }
}
