//! What pages ask of templates.

use backend::actor::Actor;
use model::{
    api::{
        presets::{EarlierLaunch, LaunchPreset, NewPreset, PresetChange},
        templates::{
            CloneRequest, EnabledChange, EnabledState, NewTemplate, PublishRequest, SavedTemplate,
            TemplateVersion, VersionRow,
        },
    },
    id::{ExecutionId, PresetId, TemplateId},
    pages::{LaunchPage, TemplatePage},
};

forward! {
    templates::Templates {
        fn publish_template(actor: &Actor, id: TemplateId, form: PublishRequest) -> SavedTemplate;
        fn set_template_enabled(
            actor: &Actor, id: TemplateId, change: EnabledChange
        ) -> EnabledState;
        fn template_versions(actor: &Actor, id: TemplateId) -> Vec<VersionRow>;
        fn template_version(actor: &Actor, id: TemplateId, version: i32) -> TemplateVersion;
        fn create_template(actor: &Actor, form: NewTemplate) -> SavedTemplate;
        fn clone_template(actor: &Actor, id: TemplateId, form: CloneRequest) -> SavedTemplate;
        fn template(actor: &Actor, id: TemplateId) -> TemplatePage;
        fn launch_page(actor: &Actor, id: TemplateId) -> LaunchPage;
        fn draft_launch_page(actor: &Actor, id: TemplateId) -> LaunchPage;
        fn earlier_launch(
            actor: &Actor, template: TemplateId, execution: ExecutionId
        ) -> EarlierLaunch;
        fn create_preset(actor: &Actor, template: TemplateId, new: NewPreset) -> LaunchPreset;
        fn change_preset(
            actor: &Actor, template: TemplateId, id: PresetId, change: PresetChange
        ) -> LaunchPreset;
        fn delete_preset(actor: &Actor, template: TemplateId, id: PresetId) -> ();
    }
}
