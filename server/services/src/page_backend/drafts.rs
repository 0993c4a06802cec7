//! What pages ask of the workflow editor.

use backend::actor::Actor;
use model::{id::TemplateId, pages::ImportedWorkflow, transfer::steps::Order};

forward! {
    drafts::Drafts {
        fn read_workflow(
            actor: &Actor, text: &str, order: Order, template: Option<TemplateId>
        ) -> ImportedWorkflow;
    }
}
