//! New executions.

use model::{
    decide::Snapshot,
    id::{ExecutionId, JobId, NodeId, ProjectId, TemplateId, UserId, WorkspaceId},
    time::Timestamp,
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::{Doing, EngineError, Result},
    store::{rows::columns, timestamp},
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
    /// Makes a repeated launch the same launch: its key, and SHA-256 of what was asked with that.
    pub once: Option<(&'a str, [u8; 32])>,
    /// Which execution it comes from.
    pub descent: Descent,
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
struct Columns<'a> {
    parent: Option<Uuid>,
    node: Option<&'a str>,
    job: Option<Uuid>,
    generation: Option<i32>,
    depth: i16,
    origin: Option<Uuid>,
    from: Option<&'a str>,
}

impl Descent {
    fn columns(&self) -> Columns<'_> {
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

/// Inserts an execution and its nodes as they are before anything happened, and gives the database's
/// clock. Its edges are pending, so they have no rows.
///
/// None, with nothing written, when a launch with the same key, or of the same job and generation,
/// has come first.
pub async fn insert(
    conn: &mut PgConnection,
    snapshot: &Snapshot,
    new: NewExecution<'_>,
) -> Result<Option<Timestamp>> {
    let (template, version) = new.template.unzip();
    let definition = serde_json::to_value(snapshot.frozen.workflow())
        .map_err(|error| EngineError::internal("freezing a definition", error))?;
    let descent = new.descent.columns();
    columns!(&snapshot.nodes, |node| {
        rows: node.1.row,
        nodes: node.0.as_str(),
        ranks: i32::try_from(snapshot.frozen.rank(node.0)).unwrap_or(i32::MAX),
        kinds: snapshot.frozen.node(node.0).map_or("", |node| node.kind().key()),
    });
    let now = sqlx::query_file_scalar!(
        "sql/insert_execution.sql",
        snapshot.id.0,
        snapshot.workspace.0,
        template.map(|template| template.0),
        version.flatten(),
        new.name,
        definition,
        new.project.0,
        new.user.map(|user| user.0),
        new.trigger,
        Value::Object((*snapshot.parameters).clone()),
        Value::Object((*snapshot.context).clone()),
        new.once.map(|once| once.0),
        descent.parent,
        descent.node,
        descent.job,
        descent.generation,
        descent.depth,
        descent.origin,
        descent.from,
        new.budget,
        new.once.as_ref().map(|once| &once.1[..]),
        &rows,
        &nodes as _,
        &ranks,
        &kinds as _,
    )
    .fetch_optional(conn)
    .await
    .doing("writing a new execution")?;
    Ok(now.map(timestamp))
}
