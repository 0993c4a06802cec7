//! Templates with their versions, launch forms and presets.

use async_trait::async_trait;
use model::{
    api::{
        presets::EarlierLaunch,
        templates::{CloneRequest, SavedTemplate},
    },
    id::{ExecutionId, TemplateId},
    pages::{LaunchPage, TemplatePage},
    problem::Problem,
};

use crate::actor::Actor;

model::templates_operations!(crate::area::area);

/// Templates with their versions, launch forms and presets.
#[async_trait]
pub trait Templates: TemplateOperations {
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
}
