//! The pages of the gallery and of the editor.

use backend::actor::Actor;
use model::{
    access::{Permission, can},
    api::{documents::DocumentFilter, templates::TemplateSummary},
    id::TemplateId,
    library::DocumentRow,
    pages::{BuilderPage, BuilderStock, DraftRow, GalleryPage, ModelOffer, TemplateOffer},
    template::TemplateCategory,
    validate::{Faults, validate},
};
use outside::providers::{Description, Offer};
use sqlx::PgConnection;
use store::{
    authoring::{self, TemplateFilter},
    error::{Doing, Result},
    executions, library,
    page_query::PageQuery,
    reviews, secrets, templates,
};

use super::Drafts;
use crate::services::library::documents::with_plain_excerpt;

/// Documents offered to nodes.
const OFFERED: PageQuery = PageQuery::first(100);

impl Drafts {
    /// The gallery; with what was never published, and what is archived, for those who may edit.
    pub async fn gallery_page(&self, actor: &Actor) -> Result<GalleryPage> {
        let cards = self.templates.gallery(actor).await?;
        let (mut drafts, mut archived) = (vec![], vec![]);
        if can(actor.role, Permission::EditTemplate) {
            let filter = TemplateFilter { category: None, drafts: authoring::Drafts::Shown };
            let mut conn = self.context.pool.acquire().await.doing("listing drafts")?;
            let page = authoring::list(&mut conn, actor.workspace, filter, OFFERED).await?;
            let begun = page.items.into_iter().filter(|template| template.version.is_none());
            drafts.extend(begun.map(|template| DraftRow {
                id: template.id,
                name: template.name,
                nodes: template.node_count,
                updated_at: template.updated_at,
            }));
            archived = templates::list_archived(&mut conn, actor.workspace).await?;
        }
        Ok(GalleryPage { cards, drafts, archived })
    }

    /// The editor of a template; those who may not change it see what is published.
    pub async fn builder(&self, actor: &Actor, id: TemplateId) -> Result<BuilderPage> {
        let may_edit = can(actor.role, Permission::EditTemplate);
        let draft = if may_edit {
            self.templates.draft(actor, id).await?
        } else {
            self.templates.published_draft(actor, id).await?
        };
        let mut conn = self.context.pool.acquire().await.doing("opening the editor")?;
        let stock = self.stock(&mut conn, actor, id).await?;
        Ok(BuilderPage {
            id,
            name: draft.name,
            category: TemplateCategory::from_key(&draft.category).unwrap_or_default(),
            draft_revision: draft.draft_revision,
            version: draft.version,
            faults: Faults::from_issues(&validate(&draft.workflow)),
            workflow: draft.workflow,
            editable: may_edit && !draft.is_system,
            is_system: draft.is_system,
            disabled: draft.disabled,
            stock,
            test_run: executions::find_open_test_run(&mut conn, actor.workspace, id, actor.user)
                .await?,
        })
    }

    async fn stock(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        id: TemplateId,
    ) -> Result<BuilderStock> {
        let documents = offered_documents(conn, actor).await?;
        let known = if can(actor.role, Permission::EditTemplate) {
            secrets::list(conn, actor.workspace, None).await?
        } else {
            vec![]
        };
        let answering = self.context.deps.providers_of(conn, actor.workspace).await?;
        let (text_models, image_models) = models(&answering.describe().await);
        Ok(BuilderStock {
            text_models,
            image_models,
            documents,
            secrets: known.into_iter().map(|secret| secret.name).collect(),
            templates: offered_templates(conn, actor, Some(id)).await?,
            people: reviews::list_deciders(conn, actor.workspace).await?,
        })
    }
}

/// The latest documents of the workspace.
pub(in crate::services) async fn offered_documents(
    conn: &mut PgConnection,
    actor: &Actor,
) -> Result<Vec<DocumentRow>> {
    let filter = DocumentFilter::default();
    let page = library::list_documents(conn, actor.workspace, &filter, OFFERED).await?;
    Ok(page.items.into_iter().map(with_plain_excerpt).collect())
}

/// Published templates of the workspace, which a workflow can run, sorted by name; without that of
/// the workflow itself.
pub(in crate::services) async fn offered_templates(
    conn: &mut PgConnection,
    actor: &Actor,
    own: Option<TemplateId>,
) -> Result<Vec<TemplateOffer>> {
    let filter = TemplateFilter { category: None, drafts: authoring::Drafts::Hidden };
    let page = authoring::list(conn, actor.workspace, filter, OFFERED).await?;
    // What is switched off cannot be launched by another workflow either.
    let others = page
        .items
        .into_iter()
        .filter(|template| Some(template.id) != own && template.disabled.is_none());
    let offer = |template: TemplateSummary| {
        let version = template.version?;
        Some(TemplateOffer { id: template.id, name: template.name, version })
    };
    let mut offers: Vec<TemplateOffer> = others.filter_map(offer).collect();
    offers.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(offers)
}

/// Models that write and models that paint, the usual one first.
pub(in crate::services) fn models(offers: &Description) -> (Vec<ModelOffer>, Vec<ModelOffer>) {
    let sample = ModelOffer {
        value: "sample".to_owned(),
        label: "Sample provider".to_owned(),
        is_sample: true,
    };
    let ollama = offers.ollama_models.iter().map(|model| ModelOffer {
        value: format!("ollama/{model}"),
        label: format!("Ollama · {model}"),
        is_sample: false,
    });
    let texts =
        other_models(&offers.remote_texts, &offers.text).chain(ollama).chain([sample.clone()]);
    let images = other_models(&offers.remote_images, &offers.image).chain([sample]);
    let text = std::iter::once(offer(&offers.text)).chain(texts);
    let image = std::iter::once(offer(&offers.image)).chain(images);
    (without_repeats(text), without_repeats(image))
}

/// The offers of other providers than the usual one, each by the provider's name and the model's.
fn other_models(offers: &[Offer], usual: &Offer) -> impl Iterator<Item = ModelOffer> {
    let others = offers.iter().filter(move |offer| offer.provider != usual.provider);
    others.map(|offer| ModelOffer {
        value: format!("{}/{}", offer.provider, offer.model),
        label: format!("{} · {}", offer.label, offer.model),
        is_sample: offer.is_sample,
    })
}

fn offer(offer: &Offer) -> ModelOffer {
    let (value, label) = match (offer.is_sample, offer.provider.as_str()) {
        (true, _) => ("sample".to_owned(), "Sample provider".to_owned()),
        (false, "ollama") => {
            (format!("ollama/{}", offer.model), format!("{} · {}", offer.label, offer.model))
        }
        (false, _) => (offer.model.clone(), format!("{} · {}", offer.label, offer.model)),
    };
    ModelOffer { value, label, is_sample: offer.is_sample }
}

fn without_repeats(offers: impl IntoIterator<Item = ModelOffer>) -> Vec<ModelOffer> {
    let mut kept: Vec<ModelOffer> = vec![];
    for offer in offers {
        if kept.iter().all(|known| known.value != offer.value) {
            kept.push(offer);
        }
    }
    kept
}
