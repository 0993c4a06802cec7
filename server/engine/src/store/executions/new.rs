//! New executions.

use model::id::{ExecutionId, JobId, NodeId, ProjectId, TemplateId, UserId, WorkspaceId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Doing, Result},
    once::Once,
};

/// What an execution is made of, besides its first snapshot.
#[derive(Debug)]
pub struct NewExecution<'a> {
    /// The template it comes from, unless the definition was sent along, and its version, unless it
    /// is the draft.
    pub template: Option<(TemplateId, Option<i32>)>,
    /// What it is called.
    pub name: &'a str,
    /// Where its documents and images go.
    pub project: ProjectId,
    /// Who launched it.
    pub user: Option<UserId>,
    /// What launched it: `manual`, `api`, `test`, …
    pub trigger: &'a str,
    /// What it may cost, in millionths of a dollar.
    pub budget: Option<i64>,
    /// Makes a repeated launch the same launch.
    pub once: Option<Once<'a>>,
    /// Which execution it comes from.
    pub descent: Descent,
    /// Its definition is word for word that of its template's version.
    pub as_published: bool,
}

/// Which execution a new one comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Descent {
    /// None.
    #[default]
    None,
    /// A job of this one waits for it.
    Child {
        /// Of which execution.
        execution: ExecutionId,
        /// Of which node.
        node: NodeId,
        /// Which job.
        job: JobId,
        /// In which generation.
        generation: i32,
        /// How deep it is: 1 below an execution that nobody launched from another.
        depth: i16,
    },
    /// It runs this one again.
    Again {
        /// Which.
        origin: ExecutionId,
        /// From this node; all of it, if none.
        from: Option<NodeId>,
    },
    /// It answers with what this one recorded.
    Replay {
        /// Which.
        origin: ExecutionId,
    },
}

/// The columns of a descent.
#[derive(Default)]
pub(super) struct Columns<'a> {
    pub(super) parent: Option<Uuid>,
    pub(super) node: Option<&'a str>,
    pub(super) job: Option<Uuid>,
    pub(super) generation: Option<i32>,
    pub(super) depth: i16,
    pub(super) origin: Option<Uuid>,
    pub(super) from: Option<&'a str>,
}

impl Descent {
    pub(super) fn columns(&self) -> Columns<'_> {
        match self {
            Self::None => Columns::default(),
            Self::Child { execution, node, job, generation, depth } => Columns {
                parent: Some(execution.0),
                node: Some(node.as_str()),
                job: Some(job.0),
                generation: Some(*generation),
                depth: *depth,
                ..Columns::default()
            },
            Self::Again { origin, from } => Columns {
                origin: Some(origin.0),
                from: from.as_ref().map(NodeId::as_str),
                ..Columns::default()
            },
            Self::Replay { origin } => Columns { origin: Some(origin.0), ..Columns::default() },
        }
    }
}

/// The execution that a launch with a key has made.
#[derive(Debug)]
pub struct MadeOnce {
    /// Which.
    pub id: ExecutionId,
    /// Its number in the workspace.
    pub number: i64,
    /// SHA-256 of what was asked; none where a release before this one launched it.
    pub request: Option<Vec<u8>>,
}

/// The execution that a launch with this key has made.
pub async fn find_by_key(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    key: &str,
) -> Result<Option<MadeOnce>> {
    sqlx::query_as!(
        MadeOnce,
        "SELECT id, number, idempotency_request AS request
           FROM workflow_executions
          WHERE workspace_id = $1 AND idempotency_key = $2",
        workspace.0,
        key
    )
    .fetch_optional(conn)
    .await
    .doing("looking for an earlier launch")
}
