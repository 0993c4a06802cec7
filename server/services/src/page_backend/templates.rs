//! What pages ask of templates.

use backend::actor::Actor;
use model::{
    api::{
        presets::EarlierLaunch,
        templates::{CloneRequest, SavedTemplate},
    },
    id::{ExecutionId, TemplateId},
    pages::{LaunchPage, TemplatePage},
};

forward! {
    templates::Templates {
        fn clone_template(actor: &Actor, id: TemplateId, form: CloneRequest) -> SavedTemplate;
        fn template(actor: &Actor, id: TemplateId) -> TemplatePage;
        fn launch_page(actor: &Actor, id: TemplateId) -> LaunchPage;
        fn draft_launch_page(actor: &Actor, id: TemplateId) -> LaunchPage;
        fn earlier_launch(
            actor: &Actor, template: TemplateId, execution: ExecutionId
        ) -> EarlierLaunch;
    }
}
