//! The launch form of a template, or of its draft.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::documents::{DocumentFilter, ImageFilter},
    id::{TemplateId, WorkspaceId},
    pages::{LaunchPage, TemplateCard, TemplatePage},
};
use outside::providers::Offer;
use sqlx::PgConnection;
use store::{
    authoring,
    error::Result,
    images,
    library::{self, presets, projects},
    page_query::PageQuery,
    templates,
};

use super::{Templates, definition::parse_definition, list::load_template, presets::load_earlier};
use crate::{context::OrNotFound, library::documents::with_plain_excerpt};
use engine::launch::pricing;

/// The latest documents, and as many images, that a launch form offers.
const OFFERED: PageQuery = PageQuery::first(100);

impl Templates {
    /// What the launch form of a template needs.
    pub async fn launch_page(&self, actor: &Actor, id: TemplateId) -> Result<LaunchPage> {
        let mut conn = self.ctx.read(actor, "opening a launch form").await?;
        let template = load_template(&mut conn, actor.workspace, id).await?;
        self.launch_form(&mut conn, actor, template, None).await
    }

    /// What the launch form of a template's draft needs; the template need not be published.
    pub async fn draft_launch_page(&self, actor: &Actor, id: TemplateId) -> Result<LaunchPage> {
        let mut conn =
            self.ctx.connect_as(actor, Permission::LaunchInline, "opening a launch form").await?;
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
        let answering = self.ctx.deps.providers_of(conn, actor.workspace).await?;
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
            documents: documents.items.into_iter().map(with_plain_excerpt).collect(),
            images: images.items,
            projects: projects.into_iter().filter(|project| !project.archived).collect(),
            draft_revision,
            presets,
            last,
        })
    }
}

fn provider_title(offer: &Offer) -> String {
    if offer.is_sample {
        "Sample provider".to_owned()
    } else {
        format!("{} · {}", offer.label, offer.model)
    }
}

/// The template's page made from its draft instead of its published version, and the draft's
/// revision. Statistics are those of the published version.
async fn load_draft(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<(TemplatePage, i64)> {
    let state = authoring::find(conn, workspace, id).await?.or_not_found("template")?;
    let known = templates::list_published(conn, workspace, Some(id)).await?.pop();
    let content = state.content;
    let card = TemplateCard {
        id,
        name: content.name,
        description: content.description,
        category: content.category,
        tags: content.tags,
        is_system: state.is_system,
        workflow: parse_definition(content.draft)?,
        stats: known.map(|row| row.stats).unwrap_or_default(),
        disabled: state.disabled,
    };
    let version = state.version.unwrap_or_default();
    let page = TemplatePage { card, version, example_output: content.example_output };
    Ok((page, state.draft_revision))
}
