//! What pages ask of templates.

use backend::actor::Actor;
use model::{
    agent_library::form::ArchiveChange,
    api::{
        presets::{EarlierLaunch, LaunchPreset, NewPreset, PresetChange},
        templates::{
            CloneRequest, DraftChange, EnabledChange, EnabledState, NewTemplate, PublishRequest,
            Removal, SavedTemplate, TemplateDraft, TemplateVersion, VersionRow,
        },
    },
    id::{ExecutionId, PresetId, TemplateId},
    pages::{LaunchPage, TemplatePage},
    validate::Issue,
};

forward! {
    templates::Templates {
        fn publish_template(actor: &Actor, id: TemplateId, form: PublishRequest) -> SavedTemplate;
        fn unavailable(actor: &Actor, id: TemplateId) -> Vec<Issue>;
        fn set_template_enabled(
            actor: &Actor, id: TemplateId, change: EnabledChange
        ) -> EnabledState;
        fn draft(actor: &Actor, id: TemplateId) -> TemplateDraft;
        fn save_draft(actor: &Actor, id: TemplateId, form: DraftChange) -> SavedTemplate;
        fn archive_template(actor: &Actor, id: TemplateId, change: ArchiveChange) -> ();
        fn delete_template(actor: &Actor, id: TemplateId) -> Removal;
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
