//! Reads templates: the list, categories, drafts and versions.

use backend::actor::Actor;
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
use store::{
    authoring::{self, Drafts, TemplateFilter, TemplateState},
    error::{Doing, EngineError, Result},
    page_query::PageQuery,
};

use super::{Templates, definition::parse_definition};

impl Templates {
    /// A page of the list of templates, the latest first; drafts only for those who may edit.
    pub async fn templates_page(
        &self,
        actor: &Actor,
        category: Option<TemplateCategory>,
        asked: &PageRequest,
    ) -> Result<Page<TemplateSummary>> {
        actor.require(Permission::Read)?;
        let page = PageQuery::from_request(asked)?;
        let edits = access::can(actor.role, Permission::EditTemplate);
        let filter = TemplateFilter {
            category: category.map(TemplateCategory::as_str),
            drafts: if edits { Drafts::Shown } else { Drafts::Hidden },
        };
        let mut conn = self.context.pool.acquire().await.doing("listing templates")?;
        authoring::list(&mut conn, actor.workspace, filter, page).await
    }

    /// Every category, with how many published templates it has.
    pub async fn categories(&self, actor: &Actor) -> Result<Vec<CategoryCount>> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("counting templates")?;
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
        let mut conn = self.context.pool.acquire().await.doing("opening a draft")?;
        let state = authoring::find(&mut conn, actor.workspace, id).await?;
        let state = state.ok_or(EngineError::NotFound("template"))?;
        let workflow = parse_definition(state.content.draft.clone())?;
        Ok(template_draft(id, state, workflow))
    }

    /// The latest published version in the form of a draft, for those who may not edit it.
    pub(in crate::services) async fn published_draft(
        &self,
        actor: &Actor,
        id: TemplateId,
    ) -> Result<TemplateDraft> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("opening a workflow")?;
        let state = authoring::find(&mut conn, actor.workspace, id).await?;
        let state = state.ok_or(EngineError::NotFound("template"))?;
        let version = state.version.ok_or(EngineError::NotFound("template"))?;
        let published = authoring::definition(&mut conn, actor.workspace, id, version).await?;
        let workflow = parse_definition(published.ok_or(EngineError::NotFound("version"))?)?;
        Ok(template_draft(id, state, workflow))
    }

    /// The published versions of a template, the latest first.
    pub async fn template_versions(
        &self,
        actor: &Actor,
        id: TemplateId,
    ) -> Result<Vec<VersionRow>> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("listing versions")?;
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
        let mut conn = self.context.pool.acquire().await.doing("reading a version")?;
        let found = authoring::definition(&mut conn, actor.workspace, id, version).await?;
        let workflow = parse_definition(found.ok_or(EngineError::NotFound("version"))?)?;
        Ok(TemplateVersion { row, workflow })
    }
}

/// The answer about one template: `workflow` is its draft, or its published version for those
/// who may not edit.
fn template_draft(id: TemplateId, state: TemplateState, workflow: Workflow) -> TemplateDraft {
    TemplateDraft {
        id,
        name: state.content.name,
        description: state.content.description,
        category: state.content.category,
        example_output: state.content.example_output,
        tags: state.content.tags,
        is_system: state.is_system,
        draft_revision: state.draft_revision,
        version: state.version,
        issues: validate(&workflow),
        workflow,
        disabled: state.disabled,
    }
}
