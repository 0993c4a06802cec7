//! Templates with their versions, launch forms and presets.

use async_trait::async_trait;
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
    problem::Problem,
    validate::Issue,
};

use crate::actor::Actor;

/// Templates with their versions, launch forms and presets.
#[async_trait]
pub trait Templates: Send + Sync {
    /// Publishes a template's draft as its next version, which never changes.
    async fn publish_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        form: PublishRequest,
    ) -> Result<SavedTemplate, Problem>;

    /// What steps of a draft name and for which publishing it would be refused: tools, agents,
    /// workflows and people that the workspace does not have, or not now.
    async fn unavailable(&self, actor: &Actor, id: TemplateId) -> Result<Vec<Issue>, Problem>;

    /// Switches a template off for a reason, or on.
    async fn set_template_enabled(
        &self,
        actor: &Actor,
        id: TemplateId,
        change: EnabledChange,
    ) -> Result<EnabledState, Problem>;

    /// A template's draft, with what people say of it.
    async fn draft(&self, actor: &Actor, id: TemplateId) -> Result<TemplateDraft, Problem>;

    /// Changes a template's draft, or what people say of it; what is absent stays.
    async fn save_draft(
        &self,
        actor: &Actor,
        id: TemplateId,
        form: DraftChange,
    ) -> Result<SavedTemplate, Problem>;

    /// Archives a template, so that lists leave it out, or restores it.
    async fn archive_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        change: ArchiveChange,
    ) -> Result<(), Problem>;

    /// Deletes a template; one that has executions is archived for them.
    async fn delete_template(&self, actor: &Actor, id: TemplateId) -> Result<Removal, Problem>;

    /// The published versions of a template, the latest first.
    async fn template_versions(
        &self,
        actor: &Actor,
        id: TemplateId,
    ) -> Result<Vec<VersionRow>, Problem>;

    /// A published version with its definition.
    async fn template_version(
        &self,
        actor: &Actor,
        id: TemplateId,
        version: i32,
    ) -> Result<TemplateVersion, Problem>;

    /// Creates a template; one that can run is published as its first version.
    async fn create_template(
        &self,
        actor: &Actor,
        form: NewTemplate,
    ) -> Result<SavedTemplate, Problem>;

    /// Copies a template, system ones included, into one that may be changed.
    async fn clone_template(
        &self,
        actor: &Actor,
        id: TemplateId,
        form: CloneRequest,
    ) -> Result<SavedTemplate, Problem>;

    /// One published template.
    async fn template(&self, actor: &Actor, id: TemplateId) -> Result<TemplatePage, Problem>;

    /// What the launch form of a template needs.
    async fn launch_page(&self, actor: &Actor, id: TemplateId) -> Result<LaunchPage, Problem>;

    /// What the launch form of a template's draft needs; the template need not be published.
    async fn draft_launch_page(&self, actor: &Actor, id: TemplateId)
    -> Result<LaunchPage, Problem>;

    /// What an execution of a template was launched with, to fill in its form with.
    async fn earlier_launch(
        &self,
        actor: &Actor,
        template: TemplateId,
        execution: ExecutionId,
    ) -> Result<EarlierLaunch, Problem>;

    /// Saves values of a template's form under a name.
    async fn create_preset(
        &self,
        actor: &Actor,
        template: TemplateId,
        new: NewPreset,
    ) -> Result<LaunchPreset, Problem>;

    /// Names a preset, or keeps other values in it.
    async fn change_preset(
        &self,
        actor: &Actor,
        template: TemplateId,
        id: PresetId,
        change: PresetChange,
    ) -> Result<LaunchPreset, Problem>;

    /// Forgets a preset; what was launched with it stays.
    async fn delete_preset(
        &self,
        actor: &Actor,
        template: TemplateId,
        id: PresetId,
    ) -> Result<(), Problem>;
}
