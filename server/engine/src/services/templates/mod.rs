//! Templates: the gallery, the launch form, and the copies of what comes with the product.

pub(super) mod edit;
mod list;

use model::{
    access::Permission,
    api::documents::{DocumentFilter, ImageFilter},
    id::{TemplateId, WorkspaceId},
    pages::{LaunchPage, TemplateCard, TemplatePage},
    template::system_templates,
    workflow::Workflow,
};
use sqlx::PgConnection;
use uuid::Uuid;

use self::edit::parse_definition;
use super::{Services, actor::Actor, library::documents::plain, presets::load_earlier};
use crate::{
    error::{Doing, EngineError, Result},
    launch::pricing,
    providers::Offer,
    store::{
        self, authoring, images, library,
        library::{presets, projects},
        page_query::PageQuery,
        templates::{self, SystemTemplateRow, TemplateRow},
    },
};

/// The latest documents, and as many images, that a launch form offers.
const OFFERED: PageQuery = PageQuery::first(100);

impl Services {
    /// Every published template of the actor's workspace.
    pub async fn gallery(&self, actor: &Actor) -> Result<Vec<TemplateCard>> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("opening the gallery")?;
        let rows = templates::list_published(&mut conn, actor.workspace, None).await?;
        rows.into_iter().map(|row| Ok(template_page(row)?.card)).collect()
    }

    /// One published template.
    pub async fn template(&self, actor: &Actor, id: TemplateId) -> Result<TemplatePage> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("opening a template")?;
        load_template(&mut conn, actor.workspace, id).await
    }

    /// What the launch form of a template needs.
    pub async fn launch_page(&self, actor: &Actor, id: TemplateId) -> Result<LaunchPage> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("opening a launch form")?;
        let template = load_template(&mut conn, actor.workspace, id).await?;
        self.launch_form(&mut conn, actor, template, None).await
    }

    /// What the launch form of a template's draft needs; the template need not be published.
    pub async fn draft_launch_page(&self, actor: &Actor, id: TemplateId) -> Result<LaunchPage> {
        actor.require(Permission::LaunchInline)?;
        let mut conn = self.pool.acquire().await.doing("opening a launch form")?;
        let (template, revision) = load_draft(&mut conn, actor.workspace, id).await?;
        self.launch_form(&mut conn, actor, template, Some(revision)).await
    }

    async fn launch_form(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        template: TemplatePage,
        draft_revision: Option<i64>,
    ) -> Result<LaunchPage> {
        let answering = self.deps.providers_of(conn, actor.workspace).await?;
        let providers = answering.describe().await;
        let all = DocumentFilter::default();
        let documents = library::list_documents(conn, actor.workspace, &all, OFFERED).await?;
        let images = images::list(conn, actor.workspace, &ImageFilter::default(), OFFERED).await?;
        let projects = projects::list(conn, actor.workspace).await?;
        let id = template.card.id;
        let presets = presets::list(conn, actor.workspace, id).await?;
        let last = load_earlier(conn, actor, id, None).await?;
        let tariffs =
            pricing::load_tariffs(conn, actor.workspace, &answering, &template.card.workflow)
                .await?;
        Ok(LaunchPage {
            tariffs,
            template,
            text_provider: provider_title(&providers.text),
            image_provider: provider_title(&providers.image),
            sample: providers.text.is_sample || providers.image.is_sample,
            documents: documents.items.into_iter().map(plain).collect(),
            images: images.items,
            projects: projects.into_iter().filter(|project| !project.archived).collect(),
            draft_revision,
            presets,
            last,
        })
    }

    /// Gives every workspace the system templates of this release. The server runs it when it
    /// starts.
    pub async fn refresh_system_templates(&self) -> Result<()> {
        let mut tx = store::begin(&self.pool).await.doing("refreshing system templates")?;
        for workspace in templates::list_workspaces(&mut tx).await? {
            copy_system_templates(&mut tx, workspace).await?;
        }
        tx.commit().await.doing("refreshing system templates")
    }
}

/// Copies the system templates into a workspace; those that have changed get a new version.
pub async fn copy_system_templates(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    for template in system_templates() {
        let workflow = &template.workflow;
        let definition = serde_json::to_value(workflow)
            .map_err(|error| EngineError::internal("writing a system template", error))?;
        let row = SystemTemplateRow {
            key: template.key,
            name: &workflow.name,
            description: &workflow.description,
            category: template.category.as_str(),
            example_output: template.example_output,
            definition,
        };
        let id = TemplateId(Uuid::now_v7());
        templates::put_system_template(conn, workspace, id, row).await?;
    }
    Ok(())
}

fn provider_title(offer: &Offer) -> String {
    if offer.is_sample {
        "Sample provider".to_owned()
    } else {
        format!("{} · {}", offer.label, offer.model)
    }
}

/// The published version of a template.
///
/// # Errors
/// Not found where the workspace has no such template, or it was never published.
pub(super) async fn load_template(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<TemplatePage> {
    let found = templates::list_published(conn, workspace, Some(id)).await?.pop();
    template_page(found.ok_or(EngineError::NotFound("template"))?)
}

/// The template's page made from its draft instead of its published version, and the draft's
/// revision. Statistics are those of the published version.
pub(super) async fn load_draft(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<(TemplatePage, i64)> {
    let state = authoring::find(conn, workspace, id).await?;
    let state = state.ok_or(EngineError::NotFound("template"))?;
    let known = templates::list_published(conn, workspace, Some(id)).await?.pop();
    let content = state.content;
    let card = TemplateCard {
        id,
        name: content.name,
        description: content.description,
        category: content.category,
        is_system: state.is_system,
        workflow: parse_definition(content.draft)?,
        stats: known.map(|row| row.stats).unwrap_or_default(),
    };
    let version = state.version.unwrap_or_default();
    let page = TemplatePage { card, version, example_output: content.example_output };
    Ok((page, state.draft_revision))
}

fn template_page(row: TemplateRow) -> Result<TemplatePage> {
    let workflow: Workflow = serde_json::from_value(row.definition)
        .map_err(|error| EngineError::internal("reading a template", error))?;
    let card = TemplateCard {
        id: row.id,
        name: row.name,
        description: row.description,
        category: row.category,
        is_system: row.is_system,
        workflow,
        stats: row.stats,
    };
    Ok(TemplatePage { card, version: row.version, example_output: row.example_output })
}
