//! The workflow editor: drafts, saved, arranged and tried out.

use async_trait::async_trait;
use model::{id::TemplateId, pages::ImportedWorkflow, problem::Problem, transfer::steps::Order};

use crate::actor::Actor;

model::drafts_operations!(crate::area::area);

/// The workflow editor: drafts, saved, arranged and tried out.
#[async_trait]
pub trait Drafts: DraftOperations {
    /// Reads a workflow of any format, for the draft of a template where one is named; nothing is kept.
    async fn read_workflow(
        &self,
        actor: &Actor,
        text: &str,
        order: Order,
        template: Option<TemplateId>,
    ) -> Result<ImportedWorkflow, Problem>;
}
