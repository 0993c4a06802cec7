//! New executions.

use model::id::{ExecutionId, JobId, NodeId, ProjectId, TemplateId, UserId, WorkspaceId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Doing, Result},
    idempotency::IdempotencyKey,
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
    pub idempotency_key: Option<IdempotencyKey<'a>>,
    /// Which execution it comes from.
    pub descent: Descent,
    /// True when its definition is exactly that of its template's version, and is not stored again.
    pub as_published: bool,
}

/// Which execution a new one comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Descent {
    /// It was launched on its own.
    #[default]
    None,
    /// A job of this one waits for it.
    Child {
        /// The parent execution.
        execution: ExecutionId,
        /// The node of the parent that launches it.
        node: NodeId,
        /// The job of that node.
        job: JobId,
        /// The generation of that job: a later one launches a child of its own.
        generation: i32,
        /// How deep it is: 1 below an execution without a parent.
        depth: i16,
    },
    /// It runs another execution again.
    Again {
        /// The execution that it runs again.
        origin: ExecutionId,
        /// The node from which it runs; the whole execution, if none.
        from: Option<NodeId>,
    },
    /// It gives the recorded answers of another execution.
    Replay {
        /// The execution that it replays.
        origin: ExecutionId,
    },
}

/// The columns of `workflow_executions` that hold a descent.
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
pub struct KeyedExecution {
    /// The execution that the first request with the key launched.
    pub id: ExecutionId,
    /// Its number in the workspace.
    pub number: i64,
    /// SHA-256 of what was asked; none where a release before this one launched it.
    pub request: Option<Vec<u8>>,
}

/// The execution that a launch with this key has made.
pub async fn find_by_idempotency_key(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    key: &str,
) -> Result<Option<KeyedExecution>> {
    sqlx::query_as!(
        KeyedExecution,
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
