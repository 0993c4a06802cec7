//! What a launch brings along: checked, so that what is frozen is there.

use model::{
    api::executions::BroughtDocument,
    execution::brought::Brought,
    graph::enclosing,
    id::{DocumentId, ImageId, WorkspaceId},
    nodes::{NodeConfig, generate_copy::ContextDocuments},
    pages::LaunchRequest,
    problem::{FieldProblem, Problem, ProblemKind},
    value::{DocumentRef, ImageRef},
    workflow::{Node, Parameter, ParameterKind, Workflow},
};
use serde_json::{Map, Value};
use sqlx::PgConnection;

use crate::{
    error::Result,
    store::{
        images,
        library::{self, titles},
        uploads,
    },
};

/// What the launch asked for besides its parameters, each thing once.
///
/// # Errors
/// More than may come along, with the numbers; a document or file the workspace does not have, by
/// its id: the same words whether it is another workspace's or nobody's.
pub(crate) async fn checked(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    request: &LaunchRequest,
) -> Result<Brought> {
    let brought =
        Brought { documents: once(&request.document_ids), uploads: once(&request.upload_ids) };
    few("document", brought.documents.len(), Brought::MOST_DOCUMENTS)?;
    few("upload", brought.uploads.len(), Brought::MOST_UPLOADS)?;
    let mut errors = vec![];
    if !brought.documents.is_empty() {
        let found = library::document_titles(conn, workspace, &brought.documents).await?;
        let known: Vec<DocumentId> = found.into_iter().map(|(id, _)| id).collect();
        errors.extend(unknown("document_ids", "document", &request.document_ids, &known));
    }
    if !brought.uploads.is_empty() {
        let known = uploads::known(conn, workspace, &brought.uploads).await?;
        errors.extend(unknown("upload_ids", "file", &request.upload_ids, &known));
    }
    all_known(errors)?;
    Ok(brought)
}

/// Refuses what would fail at a step that `runs`, because a document is gone that it reads. A step
/// counts that a branch may leave out; those of a workflow within this one say so themselves.
///
/// # Errors
/// A conflict with each such document and the step that reads it, or the launch that brought it.
pub(crate) async fn still_there(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    workflow: &Workflow,
    runs: impl Fn(&Node) -> bool,
    documents: &[DocumentId],
) -> Result<()> {
    let enabled = |node: &&Node| {
        node.data.enabled && enclosing(workflow, node).all(|around| around.data.enabled)
    };
    let running = workflow.nodes.iter().filter(|node| runs(node)).filter(enabled);
    let readers: Vec<(&Node, &ContextDocuments)> = running.filter_map(reading).collect();
    let brought = documents.iter().filter(|_| !readers.is_empty()).map(|id| (None, *id));
    let chosen = readers
        .iter()
        .flat_map(|(node, context)| context.chosen().iter().map(move |id| (Some(*node), *id)));
    let wanted: Vec<(Option<&Node>, DocumentId)> = brought.chain(chosen).collect();
    let ids: Vec<DocumentId> = wanted.iter().map(|(_, id)| *id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let known = titles::last_known(conn, workspace, &ids).await?;
    let is_there = |id| known.iter().any(|document| document.id == id && !document.gone);
    let gone = wanted.iter().filter(|(_, id)| !is_there(*id));
    let errors: Vec<FieldProblem> = gone.map(|(node, id)| gone_from(*node, *id, &known)).collect();
    let Some(first) = errors.first() else { return Ok(()) };
    let instead = match first.node_id {
        Some(_) => "Choose another one in that step of the template.",
        None => "Launch the template anew, with another one.",
    };
    let detail = format!("{} {instead}", first.message);
    Err(Problem { errors, ..Problem::conflict("document_gone", detail) }.into())
}

/// A step that reads documents with its prompt.
fn reading(node: &Node) -> Option<(&Node, &ContextDocuments)> {
    match &node.data.config {
        NodeConfig::GenerateCopy(config) if config.context_documents != ContextDocuments::None => {
            Some((node, &config.context_documents))
        }
        _ => None,
    }
}

fn gone_from(node: Option<&Node>, id: DocumentId, known: &[BroughtDocument]) -> FieldProblem {
    let known = known.iter().find(|document| document.id == id);
    let name = known.map_or_else(|| id.to_string(), |document| format!("“{}”", document.title));
    let (path, reader) = match node {
        Some(node) => (
            format!("nodes.{}.config.context_documents", node.id),
            format!("“{}” reads it.", node.title()),
        ),
        None => ("document_ids".to_owned(), "It went along with the launch.".to_owned()),
    };
    let message = format!("The document {name} was deleted. {reader}");
    FieldProblem {
        node_id: node.map(|node| node.id.to_string()),
        ..FieldProblem::field("document_gone", path, message)
    }
}

/// Puts documents and images in the place of their ids among the values of parameters.
///
/// # Errors
/// One that the workspace does not have, by its id.
pub(crate) async fn resolved(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    parameters: &[Parameter],
    mut values: Map<String, Value>,
) -> Result<Map<String, Value>> {
    let mut errors = vec![];
    for parameter in parameters {
        let Some(value) = values.get_mut(&parameter.name) else { continue };
        let ids: Vec<uuid::Uuid> = ids_in(value);
        let (what, found) = match parameter.kind {
            _ if ids.is_empty() => continue,
            ParameterKind::Image | ParameterKind::Images => {
                ("image", image_refs(conn, workspace, &ids).await?)
            }
            ParameterKind::Document | ParameterKind::Documents => {
                ("document", document_refs(conn, workspace, &ids).await?)
            }
            _ => continue,
        };
        let path = format!("parameters.{}", parameter.name);
        let known: Vec<uuid::Uuid> = found.iter().map(|(id, _)| *id).collect();
        errors.extend(unknown(&path, what, &ids, &known));
        let mut refs = ids.iter().filter_map(|id| {
            found.iter().find(|(found, _)| found == id).map(|(_, value)| value.clone())
        });
        *value = match value {
            Value::Array(_) => refs.collect(),
            _ => refs.next().unwrap_or_default(),
        };
    }
    all_known(errors)?;
    Ok(values)
}

type Refs = Vec<(uuid::Uuid, Value)>;

async fn image_refs(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    ids: &[uuid::Uuid],
) -> Result<Refs> {
    let ids: Vec<ImageId> = ids.iter().copied().map(ImageId).collect();
    let found = images::find(conn, workspace, &ids).await?;
    let reference = |image: model::library::ImageRow| {
        let (image_id, width, height) = (image.id, image.width, image.height);
        let (media_type, alt) = (image.media_type, image.alt);
        (image_id.0, ImageRef { image_id, width, height, media_type, alt }.to_value())
    };
    Ok(found.into_iter().map(reference).collect())
}

async fn document_refs(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    ids: &[uuid::Uuid],
) -> Result<Refs> {
    let ids: Vec<DocumentId> = ids.iter().copied().map(DocumentId).collect();
    let found = library::document_titles(conn, workspace, &ids).await?;
    let reference = |(id, title): (DocumentId, String)| {
        (id.0, DocumentRef { document_id: id, title }.to_value())
    };
    Ok(found.into_iter().map(reference).collect())
}

/// The id or ids a value holds.
fn ids_in(value: &Value) -> Vec<uuid::Uuid> {
    let id = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
    match value {
        Value::Array(items) => items.iter().filter_map(id).collect(),
        other => id(other).into_iter().collect(),
    }
}

fn few(what: &str, asked: usize, most: usize) -> Result<(), Problem> {
    if asked <= most {
        return Ok(());
    }
    let message = format!("{asked} {what}s were chosen; a launch takes at most {most}.");
    let error = FieldProblem::field("too_many", format!("{what}_ids"), message);
    Err(Problem::invalid("Some values need your attention.", vec![error]))
}

fn unknown<T: PartialEq + std::fmt::Display>(
    path: &str,
    what: &str,
    asked: &[T],
    known: &[T],
) -> Vec<FieldProblem> {
    let unknown = asked.iter().filter(|id| !known.contains(id));
    let problem = unknown.map(|id| {
        let message = format!("The {what} {id} does not exist.");
        FieldProblem::field(&format!("unknown_{what}"), path, message)
    });
    problem.collect()
}

fn all_known(errors: Vec<FieldProblem>) -> Result<(), Problem> {
    if errors.is_empty() {
        return Ok(());
    }
    let detail = "Something that was chosen does not exist.";
    Err(Problem { errors, ..Problem::new(ProblemKind::NotFound, "not_found", detail) })
}

fn once<T: PartialEq + Copy>(chosen: &[T]) -> Vec<T> {
    let mut kept = vec![];
    for one in chosen {
        if !kept.contains(one) {
            kept.push(*one);
        }
    }
    kept
}
