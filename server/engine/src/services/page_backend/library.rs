//! What pages ask of documents and images.

use backend::actor::Actor;
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
};

forward! {
    library::Library {
        fn documents_page(
            actor: &Actor, filter: &DocumentFilter, asked: &PageRequest
        ) -> Page<DocumentRow>;
        fn document_shelf(actor: &Actor) -> DocumentShelf;
        fn document(actor: &Actor, id: DocumentId) -> DocumentPage;
        fn document_uses(actor: &Actor, id: DocumentId) -> DocumentUses;
        fn create_document(actor: &Actor, new: NewDocument) -> DocumentPage;
        fn save_document(actor: &Actor, id: DocumentId, change: DocumentChange) -> SavedDocument;
        fn delete_document(actor: &Actor, id: DocumentId) -> ();
        fn document_versions(actor: &Actor, id: DocumentId) -> Vec<DocumentVersionRow>;
        fn compare_document_versions(
            actor: &Actor, id: DocumentId, before: i32, after: i32
        ) -> Comparison;
        fn keep_document_version(actor: &Actor, id: DocumentId) -> Vec<DocumentVersionRow>;
        fn restore_document_version(actor: &Actor, id: DocumentId, number: i32) -> SavedDocument;
        fn document_files(actor: &Actor, id: DocumentId) -> Vec<Upload>;
        fn drop_document_file(actor: &Actor, id: DocumentId, file: UploadId) -> ();
        fn images_page(actor: &Actor, filter: &ImageFilter, asked: &PageRequest) -> Page<ImageRow>;
        fn describe_image(actor: &Actor, id: ImageId, alt: &str) -> ImageRow;
        fn delete_image(actor: &Actor, id: ImageId) -> ();
        fn arrange(actor: &Actor, id: DocumentId, what: Arrangement) -> Vec<AttachedImage>;
        fn caption(
            actor: &Actor, id: DocumentId, image: ImageId, words: &str
        ) -> Vec<AttachedImage>;
        fn move_document(actor: &Actor, document: DocumentId, project: ProjectId) -> ();
    }
}
