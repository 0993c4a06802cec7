//! What pages ask of the workflow editor.

use backend::actor::Actor;
use model::{
    api::templates::SavedTemplate,
    id::TemplateId,
    pages::{
        BuilderPage, DraftSaved, DraftToSave, GalleryPage, ImportedWorkflow, Launched, NewerDraft,
        Placed, TestPage, TestRequest, TidyRequest,
    },
    transfer::steps::Order,
};

forward! {
    drafts::Drafts {
        fn builder(actor: &Actor, id: TemplateId) -> BuilderPage;
        fn keep_draft(actor: &Actor, sent: DraftToSave) -> DraftSaved;
        fn latest_draft(actor: &Actor, template: TemplateId) -> NewerDraft;
        fn restore_version(
            actor: &Actor, id: TemplateId, version: i32, draft_revision: i64
        ) -> SavedTemplate;
        fn tidy(actor: &Actor, request: TidyRequest) -> Vec<Placed>;
        fn read_workflow(
            actor: &Actor, text: &str, order: Order, template: Option<TemplateId>
        ) -> ImportedWorkflow;
        fn test_page(actor: &Actor, id: TemplateId) -> TestPage;
        fn test_run(actor: &Actor, request: TestRequest) -> Launched;
        fn start_workflow(actor: &Actor) -> SavedTemplate;
        fn gallery_page(actor: &Actor) -> GalleryPage;
    }
}
