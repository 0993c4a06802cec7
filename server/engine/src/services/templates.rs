//! Templates: the gallery, and the copies of what comes with the product.

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

use super::{
    Services, actor::Actor, authoring::read, library::documents::plain, presets::load_earlier,
};
use crate::{
    error::{Doing, EngineError, Result},
    launching::tariffs,
    providers::Offer,
    store::{
        self, authoring, images, library,
        library::{presets, projects},
        slice::Slice,
        templates::{self, SystemTemplateRow, TemplateRow},
    },
};

/// Documents and pictures offered for a launch.
const OFFERED: Slice = Slice::first(100);

impl Services {
    /// Every published template of the actor's workspace.
    pub async fn gallery(&self, actor: &Actor) -> Result<Vec<TemplateCard>> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("opening the gallery")?;
        let rows = templates::published(&mut conn, actor.workspace, None).await?;
        rows.into_iter().map(|row| Ok(page(row)?.card)).collect()
    }

    /// One published template.
    pub async fn template(&self, actor: &Actor, id: TemplateId) -> Result<TemplatePage> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("opening a template")?;
        template(&mut conn, actor.workspace, id).await
    }

    /// What the launch form of a template needs.
    pub async fn launch_page(&self, actor: &Actor, id: TemplateId) -> Result<LaunchPage> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("opening a launch form")?;
        let template = template(&mut conn, actor.workspace, id).await?;
        self.form(&mut conn, actor, template, None).await
    }

    /// What the launch form of a template's draft needs, which may never have been published.
    pub async fn draft_launch_page(&self, actor: &Actor, id: TemplateId) -> Result<LaunchPage> {
        actor.require(Permission::LaunchInline)?;
        let mut conn = self.pool.acquire().await.doing("opening a launch form")?;
        let (template, revision) = draft(&mut conn, actor.workspace, id).await?;
        self.form(&mut conn, actor, template, Some(revision)).await
    }

    async fn form(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        template: TemplatePage,
        draft_revision: Option<i64>,
    ) -> Result<LaunchPage> {
        let answering = self.parts.providers_of(conn, actor.workspace).await?;
        let providers = answering.describe().await;
        let all = DocumentFilter::default();
        let documents = library::list_documents(conn, actor.workspace, &all, OFFERED).await?;
        let images = images::list(conn, actor.workspace, &ImageFilter::default(), OFFERED).await?;
        let projects = projects::list(conn, actor.workspace).await?;
        let id = template.card.id;
        let presets = presets::list(conn, actor.workspace, id).await?;
        let last = load_earlier(conn, actor, id, None).await?;
        let tariffs =
            tariffs::tariffs(conn, actor.workspace, &answering, &template.card.workflow).await?;
        Ok(LaunchPage {
            tariffs,
            template,
            text_provider: title(&providers.text),
            image_provider: title(&providers.image),
            sample: providers.text.is_sample || providers.image.is_sample,
            documents: documents.items.into_iter().map(plain).collect(),
            images: images.items,
            projects: projects.into_iter().filter(|project| !project.archived).collect(),
            draft_revision,
            presets,
            last,
        })
    }

    /// Gives every workspace the system templates of this release. Run at the start.
    pub async fn refresh_system_templates(&self) -> Result<()> {
        let mut tx = store::begin(&self.pool).await.doing("refreshing system templates")?;
        for workspace in templates::workspaces(&mut tx).await? {
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

fn title(offer: &Offer) -> String {
    if offer.is_sample {
        "Sample provider".to_owned()
    } else {
        format!("{} · {}", offer.label, offer.model)
    }
}

pub(super) async fn template(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<TemplatePage> {
    let found = templates::published(conn, workspace, Some(id)).await?.pop();
    page(found.ok_or(EngineError::NotFound("template"))?)
}

/// The template as its draft would be, with the draft's revision.
pub(super) async fn draft(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<(TemplatePage, i64)> {
    let state = authoring::find(conn, workspace, id).await?;
    let state = state.ok_or(EngineError::NotFound("template"))?;
    let known = templates::published(conn, workspace, Some(id)).await?.pop();
    let content = state.content;
    let card = TemplateCard {
        id,
        name: content.name,
        description: content.description,
        category: content.category,
        is_system: state.is_system,
        workflow: read(content.draft)?,
        stats: known.map(|row| row.stats).unwrap_or_default(),
    };
    let version = state.version.unwrap_or_default();
    let page = TemplatePage { card, version, example_output: content.example_output };
    Ok((page, state.draft_revision))
}

fn page(row: TemplateRow) -> Result<TemplatePage> {
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
