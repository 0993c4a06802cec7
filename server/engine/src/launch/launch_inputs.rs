//! The documents and files that come with a launch, and references in its parameters: all of them
//! are checked before the launch is written.

use model::{
    api::executions::BroughtDocument,
    execution::brought::Brought,
    graph::is_enabled,
    id::{DocumentId, ImageId, WorkspaceId},
    pages::LaunchRequest,
    parameter::{Parameter, ParameterKind},
    problem::{FieldProblem, Problem, ProblemKind},
    value::{DocumentRef, ImageRef},
    workflow::{Node, Workflow},
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use store::{
    error::Result,
    images,
    library::{self, titles},
    uploads,
};

/// The documents and files that come with a launch, each once, after a check that they exist.
///
/// # Errors
/// More than a launch may have, with the numbers; a document or file that the workspace does not
/// have, by its id: the message is the same whether another workspace has it or none.
pub async fn check(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    request: &LaunchRequest,
) -> Result<Brought> {
    let brought =
        Brought { documents: dedup(&request.document_ids), uploads: dedup(&request.upload_ids) };
    check_count("document", brought.documents.len(), Brought::MOST_DOCUMENTS)?;
    check_count("upload", brought.uploads.len(), Brought::MOST_UPLOADS)?;
    let mut errors = vec![];
    if !brought.documents.is_empty() {
        let found = library::document_titles(conn, workspace, &brought.documents).await?;
        let known: Vec<DocumentId> = found.into_iter().map(|(id, _)| id).collect();
        errors.extend(unknown_problems("document_ids", "document", &request.document_ids, &known));
    }
    if !brought.uploads.is_empty() {
        let known = uploads::lock_existing(conn, workspace, &brought.uploads).await?;
        errors.extend(unknown_problems("upload_ids", "file", &request.upload_ids, &known));
    }
    refuse_unknown(errors)?;
    Ok(brought)
}

/// Refuses a launch of which a node would fail because a document that it reads was deleted.
/// Checked are the enabled nodes for which `runs` is true, also those that a branch may leave out;
/// nodes of a child workflow are checked when the child is launched.
///
/// # Errors
/// A conflict with each such document and the node that reads it, or the launch that it came with.
pub async fn check_documents_exist(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    workflow: &Workflow,
    runs: impl Fn(&Node) -> bool,
    documents: &[DocumentId],
) -> Result<()> {
    let running = workflow.nodes.iter().filter(|node| runs(node) && is_enabled(workflow, node));
    let readers: Vec<(&Node, &[DocumentId])> =
        running.filter_map(|node| Some((node, node.data.config.documents_read()?))).collect();
    let brought = documents.iter().filter(|_| !readers.is_empty()).map(|id| (None, *id));
    let chosen =
        readers.iter().flat_map(|(node, chosen)| chosen.iter().map(move |id| (Some(*node), *id)));
    let wanted: Vec<(Option<&Node>, DocumentId)> = brought.chain(chosen).collect();
    let ids: Vec<DocumentId> = wanted.iter().map(|(_, id)| *id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let known = titles::last_known_titles(conn, workspace, &ids).await?;
    let is_there = |id| known.iter().any(|document| document.id == id && !document.gone);
    let gone = wanted.iter().filter(|(_, id)| !is_there(*id));
    let errors: Vec<FieldProblem> =
        gone.map(|(node, id)| gone_problem(*node, *id, &known)).collect();
    let Some(first) = errors.first() else { return Ok(()) };
    let instead = match first.node_id {
        Some(_) => "Choose another one in that step of the workflow.",
        None => "Launch the workflow again with another one.",
    };
    let detail = format!("{} {instead}", first.message);
    Err(Problem { errors, ..Problem::conflict("document_gone", detail) }.into())
}

fn gone_problem(node: Option<&Node>, id: DocumentId, known: &[BroughtDocument]) -> FieldProblem {
    let known = known.iter().find(|document| document.id == id);
    let name = known.map_or_else(|| id.to_string(), |document| format!("“{}”", document.title));
    let (path, reader) = match node {
        Some(node) => (
            format!("nodes.{}.config.context_documents", node.id),
            format!("“{}” uses it.", node.title()),
        ),
        None => ("document_ids".to_owned(), "It was chosen at launch.".to_owned()),
    };
    let message = format!("The document {name} was deleted. {reader}");
    FieldProblem {
        node_id: node.map(|node| node.id.to_string()),
        ..FieldProblem::field("document_gone", path, message)
    }
}

/// Replaces the ids of documents and images in the parameters by references with title, size and
/// media type.
///
/// # Errors
/// A document or image that the workspace does not have, by its id.
pub async fn resolve_references(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    declared: &[Parameter],
    mut parameters: Map<String, Value>,
) -> Result<Map<String, Value>> {
    let mut errors = vec![];
    for parameter in declared {
        let Some(value) = parameters.get_mut(&parameter.name) else { continue };
        let ids: Vec<uuid::Uuid> = ids_in(value);
        if ids.is_empty() {
            continue;
        }
        let (what, found) = match parameter.kind {
            ParameterKind::Image | ParameterKind::Images => {
                ("image", image_refs(conn, workspace, &ids).await?)
            }
            ParameterKind::Document | ParameterKind::Documents => {
                ("document", document_refs(conn, workspace, &ids).await?)
            }
            ParameterKind::Text
            | ParameterKind::LongText
            | ParameterKind::Integer
            | ParameterKind::Number
            | ParameterKind::Boolean
            | ParameterKind::Choice
            | ParameterKind::MultiChoice
            | ParameterKind::List
            | ParameterKind::Json => continue,
        };
        let path = format!("parameters.{}", parameter.name);
        let known: Vec<uuid::Uuid> = found.iter().map(|(id, _)| *id).collect();
        errors.extend(unknown_problems(&path, what, &ids, &known));
        let mut refs = ids.iter().filter_map(|id| {
            found.iter().find(|(found, _)| found == id).map(|(_, value)| value.clone())
        });
        *value = match value {
            Value::Array(_) => refs.collect(),
            _ => refs.next().unwrap_or_default(),
        };
    }
    refuse_unknown(errors)?;
    Ok(parameters)
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

/// The id or ids in a value; what is no id is left out.
fn ids_in(value: &Value) -> Vec<uuid::Uuid> {
    let id = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
    match value {
        Value::Array(items) => items.iter().filter_map(id).collect(),
        other => id(other).into_iter().collect(),
    }
}

/// Refuses more than `most` of the chosen documents or uploads.
fn check_count(what: &str, asked: usize, most: usize) -> Result<(), Problem> {
    if asked <= most {
        return Ok(());
    }
    let message = format!("You chose {asked} {what}s. A launch takes at most {most}.");
    let error = FieldProblem::field("too_many", format!("{what}_ids"), message);
    Err(Problem::invalid("Check the marked fields.", vec![error]))
}

fn unknown_problems<T: PartialEq + std::fmt::Display>(
    path: &str,
    what: &str,
    asked: &[T],
    known: &[T],
) -> Vec<FieldProblem> {
    let unknown = asked.iter().filter(|id| !known.contains(id));
    let problems = unknown.map(|id| {
        let message = format!("The {what} {id} doesn't exist.");
        FieldProblem::field(&format!("unknown_{what}"), path, message)
    });
    problems.collect()
}

fn refuse_unknown(errors: Vec<FieldProblem>) -> Result<(), Problem> {
    if errors.is_empty() {
        return Ok(());
    }
    let detail = "Something you chose no longer exists.";
    Err(Problem { errors, ..Problem::new(ProblemKind::NotFound, "not_found", detail) })
}

fn dedup<T: PartialEq + Copy>(chosen: &[T]) -> Vec<T> {
    let mut unique = vec![];
    for one in chosen {
        if !unique.contains(one) {
            unique.push(*one);
        }
    }
    unique
}
