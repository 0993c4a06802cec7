//! Documents and files that executions read.

use std::collections::BTreeSet;

use model::{
    api::executions::{BroughtAlong, BroughtDocument},
    execution::brought::Brought,
    id::{DocumentId, WorkspaceId},
    workflow::{Node, Workflow},
};
use sqlx::PgConnection;
use store::{error::Result, library::titles, uploads};

/// The documents and files that an execution was launched with, under their present names.
pub(in crate::services) async fn brought_along(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    Brought { documents, uploads }: &Brought,
) -> Result<BroughtAlong> {
    let documents = titles::last_known_titles(conn, workspace, documents).await?;
    let files =
        if uploads.is_empty() { vec![] } else { uploads::list(conn, workspace, uploads).await? };
    Ok(BroughtAlong { documents, files })
}

/// The documents that steps of a workflow choose to read with their prompts, each once.
pub(super) async fn chosen_documents(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    workflow: &Workflow,
) -> Result<Vec<BroughtDocument>> {
    let chosen = workflow.nodes.iter().flat_map(Node::context_documents);
    let chosen: BTreeSet<DocumentId> = chosen.copied().collect();
    titles::last_known_titles(conn, workspace, &chosen.into_iter().collect::<Vec<_>>()).await
}
