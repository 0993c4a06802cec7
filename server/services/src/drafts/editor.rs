//! The pages of the gallery and of the editor, automatic layout on request, and test runs: a draft as
//! it is, or a part of it, without touching what is published.
//!
//! A test run counts in no template's figures. Where only a part runs, the nodes around it are
//! taken over at the launch: what a person typed, else what the last test runs gave; the rest
//! counts as skipped, so that nothing outside the part is asked of anybody.

use backend::actor::Actor;
use model::{
    access::{Permission, can},
    api::{documents::DocumentFilter, templates::TemplateSummary},
    id::TemplateId,
    library::DocumentRow,
    pages::{
        BuilderPage, BuilderStock, DraftRow, GalleryPage, Launched, ModelOffer, Placed,
        TemplateOffer, TestPage, TestRequest, TidyRequest,
    },
    problem::Problem,
    template::TemplateCategory,
    validate::{Faults, validate},
};
use outside::providers::{Description, Offer};
use sqlx::PgConnection;
use store::{
    authoring::{self, TemplateFilter},
    error::{EngineError, Result},
    executions, library,
    page_query::PageQuery,
    reviews, secrets, templates,
};

use super::{Drafts, arrange};
use crate::{executions::trial::Trial, library::documents::with_plain_excerpt};

/// Documents offered to nodes.
const OFFERED: PageQuery = PageQuery::first(100);

impl Drafts {
    /// The gallery; with what was never published, and what is archived, for those who may edit.
    pub async fn gallery_page(&self, actor: &Actor) -> Result<GalleryPage> {
        let cards = self.templates.gallery(actor).await?;
        let (mut drafts, mut archived) = (vec![], vec![]);
        if can(actor.role, Permission::EditTemplate) {
            let filter = TemplateFilter { category: None, drafts: authoring::Drafts::Shown };
            let mut conn = self.ctx.connect("listing drafts").await?;
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
        let mut conn = self.ctx.connect("opening the editor").await?;
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
        let answering = self.ctx.deps.providers_of(conn, actor.workspace).await?;
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
pub(crate) async fn offered_documents(
    conn: &mut PgConnection,
    actor: &Actor,
) -> Result<Vec<DocumentRow>> {
    let filter = DocumentFilter::default();
    let page = library::list_documents(conn, actor.workspace, &filter, OFFERED).await?;
    Ok(page.items.into_iter().map(with_plain_excerpt).collect())
}

/// Published templates of the workspace, which a workflow can run, sorted by name; without that of
/// the workflow itself.
pub(crate) async fn offered_templates(
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
pub(crate) fn models(offers: &Description) -> (Vec<ModelOffer>, Vec<ModelOffer>) {
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

impl Drafts {
    /// Arranges the nodes of a workflow from left to right along its edges.
    ///
    /// # Errors
    /// More nodes than can be set in order while a person waits.
    pub async fn tidy(&self, actor: &Actor, request: TidyRequest) -> Result<Vec<Placed>> {
        actor.require(Permission::EditTemplate)?;
        if request.workflow.nodes.len() > arrange::MOST_NODES {
            let words = format!("At most {} steps can be tidied at once.", arrange::MOST_NODES);
            return Err(Problem::invalid(words, vec![]).into());
        }
        let placed = tokio::task::spawn_blocking(move || arrange::arrange(&request)).await;
        placed.map_err(|error| EngineError::internal("tidying a workflow", error))
    }
}

impl Drafts {
    /// Runs the draft of a template, or a part of it, as an execution that is marked as a test.
    /// What is published stays as it is.
    ///
    /// # Errors
    /// Everything a launch refuses; a draft that has moved on since the named revision; an unknown
    /// node or output; a part that nothing leads into. Nothing is written then.
    pub async fn test_run(&self, actor: &Actor, request: TestRequest) -> Result<Launched> {
        let TestRequest { launch, part, given } = request;
        self.executions.begin(actor, launch, Some(Trial { part, given })).await
    }

    /// What the dialog before a trial run shows: the draft's launch form and the recorded outputs.
    pub async fn test_page(&self, actor: &Actor, id: TemplateId) -> Result<TestPage> {
        actor.require(Permission::LaunchInline)?;
        let form = self.templates.draft_launch_page(actor, id).await?;
        let mut conn = self.ctx.connect("preparing a test run").await?;
        let recorded = executions::list_test_outputs(&mut conn, actor.workspace, id).await?;
        Ok(TestPage { form, recorded })
    }
}
