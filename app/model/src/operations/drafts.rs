//! The operations of the workflow editor.

/// The workflow editor: drafts, saved, arranged and tried out.
#[macro_export]
macro_rules! drafts_operations {
    ($then:path) => {
        $then! { drafts Drafts DraftOperations {
            /// The gallery, with what was begun and never published for those who may go on with
            /// it.
            PAGE Read load_gallery = gallery_page() -> one $crate::pages::GalleryPage;
            /// The editor of a template; those who may not change it see what is published.
            PAGE Read load_builder = builder(id: $crate::id::TemplateId)
                -> one $crate::pages::BuilderPage;
            /// Saves a draft, whether it can run or not; one that was made from an older draft than
            /// there is gets that one back. Saving the same content again changes nothing, so a
            /// save whose answer was lost may be repeated.
            PAGE EditTemplate save_draft = keep_draft(draft: $crate::pages::DraftToSave)
                -> one $crate::pages::DraftSaved;
            /// The draft as it is now.
            PAGE EditTemplate load_latest_draft = latest_draft(id: $crate::id::TemplateId)
                -> one $crate::pages::NewerDraft;
            /// Makes a published version the draft again; a conflict when the draft has moved on
            /// since the revision.
            PAGE EditTemplate restore_version = restore_version(
                id: $crate::id::TemplateId, version: i32, draft_revision: i64)
                -> one $crate::api::templates::SavedTemplate;
            /// Arranges the nodes of a workflow from left to right along its edges.
            PAGE EditTemplate tidy = tidy(request: $crate::pages::TidyRequest)
                -> all $crate::pages::Placed;
            /// What the dialog before a trial run shows: the draft's launch form and the recorded
            /// outputs.
            PAGE LaunchInline load_test_page = test_page(id: $crate::id::TemplateId)
                -> one $crate::pages::TestPage;
            /// Runs the draft of a template, or a part of it, as an execution that is marked as a
            /// test. What is published stays as it is.
            PAGE LaunchInline test_run = test_run(request: $crate::pages::TestRequest)
                -> one $crate::pages::Launched;
            /// Makes an empty workflow under a name that is still free.
            PAGE EditTemplate start_workflow = start_workflow()
                -> one $crate::api::templates::SavedTemplate;
        } }
    };
}
