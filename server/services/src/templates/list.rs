//! Reads templates: the list, the gallery, categories, drafts and versions.

use backend::actor::Actor;
use model::{
    access::{self, Permission},
    api::{
        listing::{Page, PageRequest},
        templates::{CategoryCount, TemplateDraft, TemplateSummary, TemplateVersion, VersionRow},
    },
    id::{TemplateId, WorkspaceId},
    pages::{TemplateCard, TemplatePage},
    template::TemplateCategory,
    validate::validate,
    workflow::Workflow,
};
use sqlx::PgConnection;
use store::{
    authoring::{self, Drafts, TemplateFilter, TemplateState},
    error::{EngineError, Result},
    page_query::PageQuery,
    templates::{self, TemplateRow},
};

use super::{Templates, definition::parse_definition};
use crate::context::OrNotFound;

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
        let mut conn = self.ctx.connect("listing templates").await?;
        authoring::list(&mut conn, actor.workspace, filter, page).await
    }

    /// Every category, with how many published templates it has.
    pub async fn categories(&self, actor: &Actor) -> Result<Vec<CategoryCount>> {
        let mut conn = self.ctx.read(actor, "counting templates").await?;
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
        let mut conn =
            self.ctx.connect_as(actor, Permission::EditTemplate, "opening a draft").await?;
        let state = authoring::find(&mut conn, actor.workspace, id).await?;
        let state = state.or_not_found("template")?;
        let workflow = parse_definition(state.content.draft.clone())?;
        Ok(template_draft(id, state, workflow))
    }

    /// The latest published version in the form of a draft, for those who may not edit it.
    pub(crate) async fn published_draft(
        &self,
        actor: &Actor,
        id: TemplateId,
    ) -> Result<TemplateDraft> {
        let mut conn = self.ctx.read(actor, "opening a workflow").await?;
        let state = authoring::find(&mut conn, actor.workspace, id).await?;
        let state = state.or_not_found("template")?;
        let version = state.version.or_not_found("template")?;
        let published = authoring::definition(&mut conn, actor.workspace, id, version).await?;
        let workflow = parse_definition(published.or_not_found("version")?)?;
        Ok(template_draft(id, state, workflow))
    }

    /// The published versions of a template, the latest first.
    pub async fn template_versions(
        &self,
        actor: &Actor,
        id: TemplateId,
    ) -> Result<Vec<VersionRow>> {
        let mut conn = self.ctx.read(actor, "listing versions").await?;
        let rows = authoring::versions(&mut conn, actor.workspace, id).await?;
        if rows.is_empty() {
            authoring::find(&mut conn, actor.workspace, id).await?.or_not_found("template")?;
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
        let row = row.or_not_found("version")?;
        let mut conn = self.ctx.connect("reading a version").await?;
        let found = authoring::definition(&mut conn, actor.workspace, id, version).await?;
        let workflow = parse_definition(found.or_not_found("version")?)?;
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

impl Templates {
    /// Every published template of the actor's workspace.
    pub async fn gallery(&self, actor: &Actor) -> Result<Vec<TemplateCard>> {
        let mut conn = self.ctx.read(actor, "opening the gallery").await?;
        let rows = templates::list_published(&mut conn, actor.workspace, None).await?;
        rows.into_iter().map(|row| Ok(template_page(row)?.card)).collect()
    }

    /// One published template.
    pub async fn template(&self, actor: &Actor, id: TemplateId) -> Result<TemplatePage> {
        let mut conn = self.ctx.read(actor, "opening a template").await?;
        load_template(&mut conn, actor.workspace, id).await
    }
}

/// The published version of a template.
///
/// # Errors
/// Not found where the workspace has no such template, or it was never published.
pub(crate) async fn load_template(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<TemplatePage> {
    let found = templates::list_published(conn, workspace, Some(id)).await?.pop();
    template_page(found.or_not_found("template")?)
}

fn template_page(row: TemplateRow) -> Result<TemplatePage> {
    let workflow: Workflow = serde_json::from_value(row.definition)
        .map_err(|error| EngineError::internal("reading a template", error))?;
    let card = TemplateCard {
        id: row.id,
        name: row.name,
        description: row.description,
        category: row.category,
        tags: row.tags,
        is_system: row.is_system,
        workflow,
        stats: row.stats,
        disabled: row.disabled,
    };
    Ok(TemplatePage { card, version: row.version, example_output: row.example_output })
}
