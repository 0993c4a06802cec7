//! Lineage: what an output was made from, and what was made from it.

use std::collections::{BTreeMap, BTreeSet};

use backend::actor::Actor;
use model::{
    api::{
        executions::BroughtDocument,
        lineage::{LineageDocument, LineageEntry, LineagePage, Subject},
    },
    execution::{
        event::Event,
        lineage::{Lineage, MadeFrom, distances},
    },
    id::{ArtifactId, DocumentId, ExecutionId, WorkspaceId},
    parameter::Parameter,
    relations::ExecutionLink,
    workflow::Workflow,
};
use serde_json::Value;
use sqlx::PgConnection;
use store::{
    error::Result,
    executions::{self, Recipe},
    history,
    library::{titles, uses},
};
use uuid::Uuid;

use super::Artifacts;
use crate::{
    context::OrNotFound,
    executions::{history::effective_workflow, monitor::brought_along},
};

/// Characters of a text that a version was made with.
const MOST_TEXT: usize = 4_000;

impl Artifacts {
    /// A version with all it was made from and all that was made from it; with a text that became a
    /// document also the images on that, and what those were made from.
    ///
    /// # Errors
    /// When the workspace has no such thing, or no step of a workflow made it.
    pub async fn lineage(&self, actor: &Actor, subject: Subject) -> Result<LineagePage> {
        let mut conn = self.ctx.read(actor, "reading a lineage").await?;
        let found = executions::find_version(&mut conn, actor.workspace, subject).await?;
        let (execution, artifact) = found.or_not_found("lineage")?;
        let detail = executions::find(&mut conn, actor.workspace, execution).await?;
        let detail = detail.or_not_found("run")?;
        let changed = executions::changed_nodes(&mut conn, actor.workspace, execution).await?;
        let workflow = effective_workflow(detail.definition, changed)?;
        let lineage = load_lineage(&mut conn, actor.workspace, execution, &workflow).await?;
        let made_from = lineage.made_from_as(artifact);
        let beside =
            executions::find_images_beside(&mut conn, actor.workspace, execution, artifact).await?;
        let distances = nearest_distances(&made_from, artifact, &beside);
        let related = Related { made_from, distances, stale: lineage.stale() };
        let (link, entries) =
            entries(&mut conn, actor.workspace, execution, &workflow, &related).await?;
        let execution = link.or_not_found("run")?;
        let brought = brought_along(&mut conn, actor.workspace, &detail.brought).await?;
        let (parameters, titles) = (detail.parameters, titles(&workflow));
        Ok(LineagePage { artifact, execution, parameters, titles, brought, entries })
    }
}

/// The distances from a version and from the images on its document, whichever is nearer.
fn nearest_distances(
    made_from: &MadeFrom,
    artifact: ArtifactId,
    beside: &[ArtifactId],
) -> BTreeMap<ArtifactId, i32> {
    let mut nearest = distances(made_from, artifact);
    for (id, distance) in beside.iter().flat_map(|image| distances(made_from, *image)) {
        let known = nearest.entry(id).or_insert(distance);
        if distance.abs() < known.abs() {
            *known = distance;
        }
    }
    nearest
}

/// Titles of the workflow's parameters, by name.
fn titles(workflow: &Workflow) -> BTreeMap<String, String> {
    let title = |parameter: &Parameter| (parameter.name.clone(), parameter.title().to_owned());
    workflow.parameters.iter().map(title).collect()
}

/// The lineage of an execution, folded from its events or from its summary.
async fn load_lineage(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    workflow: &Workflow,
) -> Result<Lineage> {
    let mut lineage = Lineage::for_workflow(workflow);
    match history::summary(conn, workspace, execution).await? {
        Some(end) => lineage.apply_end(&end),
        None => {
            let apply = |event: Event| lineage.apply(&event.kind);
            executions::for_each_event(conn, workspace, execution, 0, None, apply).await?;
        }
    }
    Ok(lineage)
}

/// How the versions of an execution are related to the one that is asked about.
struct Related {
    made_from: MadeFrom,
    /// Steps from the version asked about: below 0 to what it was made from, above 0 to what was
    /// made from it.
    distances: BTreeMap<ArtifactId, i32>,
    stale: BTreeSet<ArtifactId>,
}

async fn entries(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    workflow: &Workflow,
    related: &Related,
) -> Result<(Option<ExecutionLink>, Vec<LineageEntry>)> {
    let ids: Vec<Uuid> = related.distances.keys().map(|id| id.0).collect();
    let recipes = executions::load_recipes(conn, workspace, execution, &ids).await?;
    let made = related.distances.iter().filter(|(_, distance)| **distance >= 0).map(|(id, _)| *id);
    let mut documents = documents(conn, workspace, execution, &ids, &made.collect()).await?;
    let (own, mut taken) = executions::find_reuses(conn, workspace, execution, &ids).await?;
    let read: BTreeSet<DocumentId> =
        recipes.iter().flat_map(|recipe| recipe.documents_read()).collect();
    let read: Vec<DocumentId> = read.into_iter().collect();
    let titled = titles::last_known_titles(conn, workspace, &read).await?;
    let entry = |recipe: Recipe| {
        let id = recipe.row.id;
        let drawn = workflow.node(&recipe.row.node_id.without_round().into());
        let context = recipe.documents_read().filter_map(|id| find_document(&titled, id)).collect();
        LineageEntry {
            label: drawn.map_or_else(String::new, |node| node.title().to_owned()),
            node_kind: drawn.map_or_else(String::new, |node| node.kind().key().to_owned()),
            body: recipe.body,
            distance: related.distances.get(&id).copied().unwrap_or_default(),
            stale: related.stale.contains(&id),
            made_from: related.made_from.get(&id).into_iter().flatten().copied().collect(),
            inputs: cut(recipe.inputs),
            bill: recipe.bill,
            context,
            documents: documents.remove(&id).unwrap_or_default(),
            taken_from: recipe.taken_from,
            taken_into: taken.remove(&id).unwrap_or_default(),
            row: recipe.row,
        }
    };
    let mut entries: Vec<LineageEntry> = recipes.into_iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.distance);
    Ok((own, entries))
}

fn find_document(titled: &[BroughtDocument], id: DocumentId) -> Option<BroughtDocument> {
    titled.iter().find(|document| document.id == id).cloned()
}

/// The documents that hold these versions, with what other executions made with those that hold one
/// of `made`.
async fn documents(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    execution: ExecutionId,
    ids: &[Uuid],
    made: &BTreeSet<ArtifactId>,
) -> Result<BTreeMap<ArtifactId, Vec<LineageDocument>>> {
    let mut documents = executions::find_documents_with(conn, workspace, ids).await?;
    let held = documents.iter_mut().filter(|(id, _)| made.contains(id)).flat_map(|(_, held)| held);
    let mut held: Vec<&mut LineageDocument> = held.collect();
    let known: BTreeSet<DocumentId> = held.iter().map(|document| document.id).collect();
    let known: Vec<DocumentId> = known.into_iter().collect();
    let uses = uses::find_document_uses(conn, workspace, &known).await?;
    for document in &mut held {
        document.uses = uses.get(&document.id).cloned().unwrap_or_default();
        let all = document.uses.newest.len();
        document.uses.newest.retain(|of| of.execution.id != execution);
        let own = all - document.uses.newest.len();
        document.uses.all -= i64::try_from(own).unwrap_or_default();
    }
    Ok(documents)
}

/// The value with every text of more than 4,000 characters cut; texts inside of lists stay whole.
fn cut(value: Value) -> Value {
    match value {
        Value::String(text) if text.chars().nth(MOST_TEXT).is_some() => {
            let kept: String = text.chars().take(MOST_TEXT).collect();
            Value::String(format!("{kept}…"))
        }
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, cut(value))).collect(),
        other => other,
    }
}
