//! The workflow editor: its page, autosaved drafts, test runs, who else has it open, automatic
//! layout.

mod arrange;
mod presence;
mod reading;
pub(super) mod test_run;

use model::{
    access::{Permission, can},
    api::{
        documents::DocumentFilter,
        templates::{DraftChange, NewTemplate, SavedTemplate, TemplateSummary},
    },
    id::TemplateId,
    pages::{
        BuilderPage, BuilderStock, DraftRow, DraftSaved, DraftToSave, GalleryPage, ModelOffer,
        Placed, TemplateOffer, TidyRequest,
    },
    problem::Problem,
    template::{TemplateCategory, blank_workflow},
    validate::{Faults, validate},
    workflow::Workflow,
};
use sqlx::PgConnection;

use super::{Services, actor::Actor, library::documents::plain, templates::edit::to_definition};
use crate::{
    error::{Doing, EngineError, Result},
    providers::{Description, Offer},
    store::{
        authoring::{self, Drafts, TemplateFilter},
        executions, library,
        page_query::PageQuery,
        secrets,
    },
};

/// Documents offered to nodes.
const OFFERED: PageQuery = PageQuery::first(100);

const BLANK_NAME: &str = "Untitled workflow";
const MOST_BLANKS: usize = 99;

impl Services {
    /// The gallery, with what was begun and never published for those who may go on with it.
    pub async fn gallery_page(&self, actor: &Actor) -> Result<GalleryPage> {
        let cards = self.gallery(actor).await?;
        let mut drafts = vec![];
        if can(actor.role, Permission::EditTemplate) {
            let filter = TemplateFilter { category: None, drafts: Drafts::Shown };
            let mut conn = self.pool.acquire().await.doing("listing drafts")?;
            let page = authoring::list(&mut conn, actor.workspace, filter, OFFERED).await?;
            let begun = page.items.into_iter().filter(|template| template.version.is_none());
            drafts.extend(begun.map(|template| DraftRow {
                id: template.id,
                name: template.name,
                nodes: template.node_count,
                updated_at: template.updated_at,
            }));
        }
        Ok(GalleryPage { cards, drafts })
    }

    /// The editor of a template; those who may not change it see what is published.
    pub async fn builder(&self, actor: &Actor, id: TemplateId) -> Result<BuilderPage> {
        let may_edit = can(actor.role, Permission::EditTemplate);
        let draft = if may_edit {
            self.draft(actor, id).await?
        } else {
            self.published_draft(actor, id).await?
        };
        let mut conn = self.pool.acquire().await.doing("opening the editor")?;
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
            stock,
            test_run: executions::find_open_test_run(&mut conn, actor.workspace, id, actor.user)
                .await?,
        })
    }

    /// Saves a draft, whether it can run or not. Saving the same content again changes nothing, so
    /// a save whose answer was lost may be repeated.
    ///
    /// # Errors
    /// An unknown template, a system template, a taken name.
    pub async fn keep_draft(&self, actor: &Actor, sent: DraftToSave) -> Result<DraftSaved> {
        let change = DraftChange {
            draft_revision: Some(sent.draft_revision),
            definition: Some(to_definition(&sent.workflow)?),
            name: None,
            description: None,
            category: None,
            example_output: None,
            unfinished: true,
        };
        match self.save_draft(actor, sent.template_id, change).await {
            Ok(saved) => Ok(DraftSaved::Saved { draft_revision: saved.draft_revision }),
            Err(EngineError::Refused(problem)) if problem.code == "stale_draft" => {
                let newer = self.latest_draft(actor, sent.template_id).await?;
                if newer.workflow == sent.workflow {
                    return Ok(DraftSaved::Saved { draft_revision: newer.draft_revision });
                }
                Ok(DraftSaved::Behind(Box::new(newer)))
            }
            Err(EngineError::Refused(problem)) if problem.code == "name_taken" => {
                self.keep_renamed(actor, sent, problem).await
            }
            Err(error) => Err(error),
        }
    }

    /// Saves a draft whose name is taken under the first free name. The name of a published
    /// template is not changed: that save is refused with the problem `taken`.
    async fn keep_renamed(
        &self,
        actor: &Actor,
        sent: DraftToSave,
        taken: Problem,
    ) -> Result<DraftSaved> {
        let id = sent.template_id;
        if self.draft(actor, id).await?.version.is_some() {
            return Err(taken.into());
        }
        let name = self.importable_name(actor, id, &sent.workflow.name).await?;
        let workflow = Workflow { name: name.clone(), ..sent.workflow };
        let change = DraftChange {
            draft_revision: Some(sent.draft_revision),
            definition: Some(to_definition(&workflow)?),
            name: None,
            description: None,
            category: None,
            example_output: None,
            unfinished: true,
        };
        let draft_revision = self.save_draft(actor, id, change).await?.draft_revision;
        Ok(DraftSaved::Renamed { draft_revision, name })
    }

    /// Makes a published version the draft again.
    ///
    /// # Errors
    /// An unknown version; a draft that has moved on since; a system template.
    pub async fn restore_version(
        &self,
        actor: &Actor,
        id: TemplateId,
        version: i32,
        draft_revision: i64,
    ) -> Result<SavedTemplate> {
        let found = self.template_version(actor, id, version).await?;
        let change = DraftChange {
            draft_revision: Some(draft_revision),
            definition: Some(to_definition(&found.workflow)?),
            name: None,
            description: None,
            category: None,
            example_output: None,
            unfinished: true,
        };
        self.save_draft(actor, id, change).await
    }

    /// Makes an empty workflow under a name that is still free.
    pub async fn start_workflow(&self, actor: &Actor) -> Result<SavedTemplate> {
        actor.require(Permission::EditTemplate)?;
        let mut conn = self.pool.acquire().await.doing("looking for a free name")?;
        let name = free_blank_name(&mut conn, actor).await?;
        drop(conn);
        let form = NewTemplate {
            definition: to_definition(&blank_workflow(&name))?,
            name: Some(name),
            description: None,
            category: TemplateCategory::Other,
            example_output: String::new(),
            unfinished: true,
            rename: false,
        };
        self.create_template(actor, form).await
    }

    /// Arranges the nodes of a workflow from left to right along its edges.
    ///
    /// # Errors
    /// More nodes than can be set in order while a person waits.
    pub async fn tidy(&self, actor: &Actor, request: TidyRequest) -> Result<Vec<Placed>> {
        actor.require(Permission::EditTemplate)?;
        if request.workflow.nodes.len() > arrange::MOST_NODES {
            let words = format!("At most {} nodes can be tidied at once.", arrange::MOST_NODES);
            return Err(Problem::invalid(words, vec![]).into());
        }
        let placed = tokio::task::spawn_blocking(move || arrange::arrange(&request)).await;
        placed.map_err(|error| EngineError::internal("tidying a workflow", error))
    }

    async fn stock(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        id: TemplateId,
    ) -> Result<BuilderStock> {
        let documents =
            library::list_documents(conn, actor.workspace, &DocumentFilter::default(), OFFERED)
                .await?;
        let known = if can(actor.role, Permission::EditTemplate) {
            secrets::list(conn, actor.workspace, None).await?
        } else {
            vec![]
        };
        let answering = self.deps.providers_of(conn, actor.workspace).await?;
        let (text_models, image_models) = models(&answering.describe().await);
        Ok(BuilderStock {
            text_models,
            image_models,
            documents: documents.items.into_iter().map(plain).collect(),
            secrets: known.into_iter().map(|secret| secret.name).collect(),
            templates: others(conn, actor, id).await?,
        })
    }
}

/// Other published templates of the workspace, which a node can run, sorted by name.
async fn others(
    conn: &mut PgConnection,
    actor: &Actor,
    id: TemplateId,
) -> Result<Vec<TemplateOffer>> {
    let filter = TemplateFilter { category: None, drafts: Drafts::Hidden };
    let page = authoring::list(conn, actor.workspace, filter, OFFERED).await?;
    let others = page.items.into_iter().filter(|template| template.id != id);
    let offer = |template: TemplateSummary| {
        let version = template.version?;
        Some(TemplateOffer { id: template.id, name: template.name, version })
    };
    let mut offers: Vec<TemplateOffer> = others.filter_map(offer).collect();
    offers.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(offers)
}

/// Models that write and models that paint, the usual one first.
fn models(offers: &Description) -> (Vec<ModelOffer>, Vec<ModelOffer>) {
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
    let text = std::iter::once(offer(&offers.text)).chain(ollama).chain([sample.clone()]);
    let image = [offer(&offers.image), sample];
    (without_repeats(text), without_repeats(image))
}

fn offer(offer: &Offer) -> ModelOffer {
    let (value, label) = match (offer.is_sample, offer.provider.as_str()) {
        (true, _) => ("sample".to_owned(), "Sample provider".to_owned()),
        (_, "ollama") => {
            (format!("ollama/{}", offer.model), format!("{} · {}", offer.label, offer.model))
        }
        _ => (offer.model.clone(), format!("{} · {}", offer.label, offer.model)),
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

async fn free_blank_name(conn: &mut PgConnection, actor: &Actor) -> Result<String> {
    let name = |number: usize| match number {
        1 => BLANK_NAME.to_owned(),
        number => format!("{BLANK_NAME} {number}"),
    };
    let names: Vec<String> = (1..=MOST_BLANKS).map(name).collect();
    let taken = authoring::taken_names(conn, actor.workspace, &names).await?;
    let free = names.into_iter().find(|name| !taken.contains(name));
    free.ok_or_else(|| {
        let words = "There are many untitled workflows already. Give some of them names first.";
        Problem::conflict("name_taken", words).into()
    })
}
