//! Looking at templates: the list, categories, drafts and versions.

use model::{
    access::{self, Permission},
    api::{
        listing::{Page, PageRequest},
        templates::{CategoryCount, TemplateDraft, TemplateSummary, TemplateVersion, VersionRow},
    },
    id::TemplateId,
    template::TemplateCategory,
    validate::validate,
    workflow::Workflow,
};

use super::{Services, actor::Actor, authoring::read};
use crate::{
    error::{Doing, EngineError, Result},
    store::{
        authoring::{self, Drafts, TemplateFilter, TemplateState},
        slice::Slice,
    },
};

impl Services {
    /// A part of the list of templates, the latest first; drafts only for those who may edit.
    pub async fn templates_page(
        &self,
        actor: &Actor,
        category: Option<TemplateCategory>,
        asked: &PageRequest,
    ) -> Result<Page<TemplateSummary>> {
        actor.require(Permission::Read)?;
        let slice = Slice::asked(asked)?;
        let edits = access::can(actor.role, Permission::EditTemplate);
        let filter = TemplateFilter {
            category: category.map(TemplateCategory::as_str),
            drafts: if edits { Drafts::Shown } else { Drafts::Hidden },
        };
        let mut conn = self.pool.acquire().await.doing("listing templates")?;
        authoring::list(&mut conn, actor.workspace, filter, slice).await
    }

    /// Every category, with how many published templates it has.
    pub async fn categories(&self, actor: &Actor) -> Result<Vec<CategoryCount>> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("counting templates")?;
        let counts = authoring::category_counts(&mut conn, actor.workspace).await?;
        let category = TemplateCategory::ALL.iter().map(|category| {
            let count = counts.iter().find(|(key, _)| key == category.as_str());
            CategoryCount {
                key: *category,
                label: category.label().to_owned(),
                templates: count.map_or(0, |(_, count)| *count),
            }
        });
        Ok(category.collect())
    }

    /// A template's draft, for editing.
    pub async fn draft(&self, actor: &Actor, id: TemplateId) -> Result<TemplateDraft> {
        actor.require(Permission::EditTemplate)?;
        let mut conn = self.pool.acquire().await.doing("opening a draft")?;
        let state = authoring::find(&mut conn, actor.workspace, id).await?;
        let state = state.ok_or(EngineError::NotFound("template"))?;
        let workflow = read(state.content.draft.clone())?;
        Ok(told(id, state, workflow))
    }

    /// The published version in the place of the draft, for those who may not change it.
    pub(super) async fn published_draft(
        &self,
        actor: &Actor,
        id: TemplateId,
    ) -> Result<TemplateDraft> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("opening a workflow")?;
        let state = authoring::find(&mut conn, actor.workspace, id).await?;
        let state = state.ok_or(EngineError::NotFound("template"))?;
        let version = state.version.ok_or(EngineError::NotFound("template"))?;
        let published = authoring::definition(&mut conn, actor.workspace, id, version).await?;
        let workflow = read(published.ok_or(EngineError::NotFound("version"))?)?;
        Ok(told(id, state, workflow))
    }

    /// The published versions of a template, the latest first.
    pub async fn template_versions(
        &self,
        actor: &Actor,
        id: TemplateId,
    ) -> Result<Vec<VersionRow>> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("listing versions")?;
        let rows = authoring::versions(&mut conn, actor.workspace, id).await?;
        if rows.is_empty() {
            let found = authoring::find(&mut conn, actor.workspace, id).await?;
            found.ok_or(EngineError::NotFound("template"))?;
        }
        Ok(rows)
    }

    /// A published version with its definition.
    pub async fn template_version(
        &self,
        actor: &Actor,
        id: TemplateId,
        version: i32,
    ) -> Result<TemplateVersion> {
        let rows = self.template_versions(actor, id).await?;
        let row = rows.into_iter().find(|row| row.version == version);
        let row = row.ok_or(EngineError::NotFound("version"))?;
        let mut conn = self.pool.acquire().await.doing("reading a version")?;
        let found = authoring::definition(&mut conn, actor.workspace, id, version).await?;
        let workflow = read(found.ok_or(EngineError::NotFound("version"))?)?;
        Ok(TemplateVersion { row, workflow })
    }
}

/// What is told of a template whose workflow this is.
fn told(id: TemplateId, state: TemplateState, workflow: Workflow) -> TemplateDraft {
    TemplateDraft {
        id,
        name: state.content.name,
        description: state.content.description,
        category: state.content.category,
        example_output: state.content.example_output,
        is_system: state.is_system,
        draft_revision: state.draft_revision,
        version: state.version,
        issues: validate(&workflow),
        workflow,
    }
}
