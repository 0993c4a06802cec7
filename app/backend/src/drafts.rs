//! The workflow editor: drafts, saved, arranged and tried out.

use async_trait::async_trait;
use model::{
    api::templates::SavedTemplate,
    id::TemplateId,
    pages::{
        BuilderPage, DraftSaved, DraftToSave, GalleryPage, ImportedWorkflow, Launched, NewerDraft,
        Placed, TestPage, TestRequest, TidyRequest,
    },
    problem::Problem,
    transfer::steps::Order,
};

use crate::actor::Actor;

/// The workflow editor: drafts, saved, arranged and tried out.
#[async_trait]
pub trait Drafts: Send + Sync {
    /// The editor of a template; those who may not change it see what is published.
    async fn builder(&self, actor: &Actor, id: TemplateId) -> Result<BuilderPage, Problem>;

    /// Saves a draft, whether it can run or not. Saving the same content again changes nothing, so
    /// a save whose answer was lost may be repeated.
    async fn keep_draft(&self, actor: &Actor, sent: DraftToSave) -> Result<DraftSaved, Problem>;

    /// The draft as it is now.
    async fn latest_draft(
        &self,
        actor: &Actor,
        template: TemplateId,
    ) -> Result<NewerDraft, Problem>;

    /// Makes a published version the draft again.
    async fn restore_version(
        &self,
        actor: &Actor,
        id: TemplateId,
        version: i32,
        draft_revision: i64,
    ) -> Result<SavedTemplate, Problem>;

    /// Arranges the nodes of a workflow from left to right along its edges.
    async fn tidy(&self, actor: &Actor, request: TidyRequest) -> Result<Vec<Placed>, Problem>;

    /// Reads a workflow of any format, for the draft of a template where one is named; nothing is kept.
    async fn read_workflow(
        &self,
        actor: &Actor,
        text: &str,
        order: Order,
        template: Option<TemplateId>,
    ) -> Result<ImportedWorkflow, Problem>;

    /// What the dialog before a trial run shows: the draft's launch form and the recorded outputs.
    async fn test_page(&self, actor: &Actor, id: TemplateId) -> Result<TestPage, Problem>;

    /// Runs the draft of a template, or a part of it, as an execution that is marked as a test.
    /// What is published stays as it is.
    async fn test_run(&self, actor: &Actor, request: TestRequest) -> Result<Launched, Problem>;

    /// Makes an empty workflow under a name that is still free.
    async fn start_workflow(&self, actor: &Actor) -> Result<SavedTemplate, Problem>;

    /// The gallery, with what was begun and never published for those who may go on with it.
    async fn gallery_page(&self, actor: &Actor) -> Result<GalleryPage, Problem>;
}
