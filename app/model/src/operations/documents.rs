//! The operations of documents.

/// Documents with their versions and files.
#[macro_export]
macro_rules! documents_operations {
    ($then:path) => {
        $then! { library Library DocumentOperations {
            /// A part of the list of documents, the latest first, as far as the filter leaves any.
            PAGE Read load_documents = documents_page(
                filter: $crate::api::documents::DocumentFilter as &,
                asked: $crate::api::listing::PageRequest as &)
                -> one $crate::api::listing::Page<$crate::library::DocumentRow>;
            /// The tags, projects, templates and executions that lists of documents can be filtered
            /// by.
            PAGE Read load_shelf = document_shelf() -> one $crate::api::documents::DocumentShelf;
            /// Changes a document. What others wrote, or oneself on an earlier occasion, stays a
            /// version.
            PAGE EditDocument save_document = save_document(
                id: $crate::id::DocumentId, change: $crate::api::documents::DocumentChange)
                -> one $crate::api::documents::SavedDocument;
            /// Deletes a document with its versions, unless a template or an execution uses it.
            DELETE "/documents/{id}" EditDocument delete_document =
                delete_document(id: $crate::id::DocumentId) -> done;
            /// Lists the versions of a document, newest first, including the current one.
            GET "/documents/{id}/versions" Read load_document_versions =
                document_versions(id: $crate::id::DocumentId)
                -> all $crate::api::documents::DocumentVersionRow;
            /// Saves the current text of a document as a version.
            POST "/documents/{id}/versions" EditDocument keep_document_version =
                keep_document_version(id: $crate::id::DocumentId)
                -> all $crate::api::documents::DocumentVersionRow;
            /// Compares the texts of two versions word by word.
            GET "/documents/{id}/versions/{version}/compare/{other}" Read
                compare_document_versions = compare_document_versions(
                id: $crate::id::DocumentId, before: i32, after: i32)
                -> one $crate::api::compare::Comparison;
            /// Restores a version of a document, as a new version.
            POST "/documents/{id}/versions/{version}/restore" EditDocument
                restore_document_version = restore_document_version(
                id: $crate::id::DocumentId, number: i32)
                -> one $crate::api::documents::SavedDocument;
            /// Lists the files of a document, oldest first.
            GET "/documents/{id}/files" Read load_document_files =
                document_files(id: $crate::id::DocumentId) -> all $crate::library::Upload;
            /// Removes a file from a document.
            DELETE "/documents/{id}/files/{file}" EditDocument remove_document_file =
                drop_document_file(id: $crate::id::DocumentId, file: $crate::id::UploadId) -> done;
        } }
    };
}
