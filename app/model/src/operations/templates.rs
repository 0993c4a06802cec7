//! The operations of templates.

/// Templates with their versions and presets.
#[macro_export]
macro_rules! templates_operations {
    ($then:path) => {
        $then! { templates Templates TemplateOperations {
            /// Makes a template of a definition; one that can run is published as its first
            /// version.
            PAGE EditTemplate create_template =
                create_template(form: $crate::api::templates::NewTemplate)
                -> one $crate::api::templates::SavedTemplate;
            /// A template's draft, with what people say of it.
            PAGE EditTemplate load_template_draft = draft(id: $crate::id::TemplateId)
                -> one $crate::api::templates::TemplateDraft;
            /// Changes a template's draft, or what people say of it; what is absent stays.
            PAGE EditTemplate change_template = save_draft(
                id: $crate::id::TemplateId, change: $crate::api::templates::DraftChange)
                -> one $crate::api::templates::SavedTemplate;
            /// What steps of a draft name and for which publishing it would be refused: tools,
            /// agents, workflows and people that the workspace does not have, or not now.
            PAGE EditTemplate load_unavailable = unavailable(id: $crate::id::TemplateId)
                -> all $crate::validate::Issue;
            /// Publishes a template's draft as its next version, which never changes.
            PAGE PublishTemplate publish = publish_template(
                id: $crate::id::TemplateId, form: $crate::api::templates::PublishRequest)
                -> one $crate::api::templates::SavedTemplate;
            /// Deletes a template; one that has executions is archived for them.
            PAGE EditTemplate delete_template = delete_template(id: $crate::id::TemplateId)
                -> one $crate::api::templates::Removal;
            /// Switches a template off, with a reason, so that it can't be launched, or on again.
            PUT "/workflows/templates/{id}/enabled" PublishTemplate set_template_enabled =
                set_template_enabled(
                id: $crate::id::TemplateId; change: $crate::api::templates::EnabledChange)
                -> one $crate::api::templates::EnabledState;
            /// Archives a template, so that lists leave it out, or restores it; workflows that have
            /// pinned a version keep it.
            POST "/workflows/templates/{id}/archive" EditTemplate archive_template =
                archive_template(
                id: $crate::id::TemplateId; change: $crate::agent_library::form::ArchiveChange)
                -> done;
            /// Lists the published versions, newest first.
            GET "/workflows/templates/{id}/versions" Read load_template_versions =
                template_versions(id: $crate::id::TemplateId)
                -> all $crate::api::templates::VersionRow;
            /// Shows a published version.
            GET "/workflows/templates/{id}/versions/{version}" Read load_template_version =
                template_version(id: $crate::id::TemplateId, version: i32)
                -> one $crate::api::templates::TemplateVersion;
            /// Saves values of a template's form as a preset.
            POST "/workflows/templates/{id}/presets" EditPreset create_preset = create_preset(
                template: $crate::id::TemplateId; new: $crate::api::presets::NewPreset)
                -> made $crate::api::presets::LaunchPreset;
            /// Renames a preset or changes its values; absent fields don't change.
            PUT "/workflows/templates/{id}/presets/{preset}" EditPreset change_preset =
                change_preset(
                template: $crate::id::TemplateId, id: $crate::id::PresetId;
                change: $crate::api::presets::PresetChange)
                -> one $crate::api::presets::LaunchPreset;
            /// Deletes a preset.
            DELETE "/workflows/templates/{id}/presets/{preset}" EditPreset delete_preset =
                delete_preset(template: $crate::id::TemplateId, id: $crate::id::PresetId) -> done;
        } }
    };
}
