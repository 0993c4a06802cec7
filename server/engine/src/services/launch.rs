//! Launching: validate, freeze, write the execution and its first steps in one transaction.

use std::{collections::BTreeSet, sync::Arc};

use model::{
    access::Permission,
    decide::{Context, Draft, Frozen, Plan, Snapshot},
    execution::{brought::Brought, queue::Queued},
    id::{ExecutionId, NodeId, ProjectId, WorkspaceId},
    pages::{LaunchRequest, Launched, TemplatePage},
    problem::{FieldProblem, Problem},
    time::Timestamp,
    validate::{self, Severity},
    workflow::Workflow,
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Services, actor::Actor, brought, templates::template_to_launch};
use crate::{
    error::{Doing, EngineError, Result},
    exec::{advance::Advance, places},
    store::{
        accounts,
        executions::{self, NewExecution, Notice},
        uploads,
    },
};

impl Services {
    /// Launches a published template.
    ///
    /// # Errors
    /// A problem with every wrong parameter; an unknown template or document; a definition with
    /// errors. Nothing is written then. A repeated idempotency key answers with the first launch.
    pub async fn launch(&self, actor: &Actor, request: LaunchRequest) -> Result<Launched> {
        actor.require(Permission::LaunchTemplate)?;
        let key = checked_key(request.idempotency_key.as_deref())?;
        let mut tx = self.pool.begin().await.doing("launching")?;
        if let Some(id) = earlier(&mut tx, actor, key).await? {
            return Ok(Launched::before(id));
        }
        let page = template_to_launch(&mut tx, actor.workspace, request.template_id).await?;
        let values = parameters(&page.card.workflow, &request.parameters)?;
        let frozen = freeze(&page.card.workflow)?;
        let steering = steering(&request, &frozen)?;
        let brought = brought::checked(&mut tx, actor.workspace, &request).await?;
        let asked = &page.card.workflow.parameters;
        let parameters = brought::resolved(&mut tx, actor.workspace, asked, values).await?;
        let project = accounts::default_project(&mut tx, actor.workspace).await?;
        let running = self.parts.limits.running_per_workspace;
        let budget = budget(&request, &page);
        let launch = Launch {
            actor,
            page: &page,
            frozen,
            parameters,
            brought,
            project,
            key,
            steering,
            running,
            budget,
        };
        let Some(Written { snapshot, notice, now, queued }) = write(&mut tx, launch).await? else {
            // Another launch with the key came first and has committed by now.
            drop(tx);
            let mut conn = self.pool.acquire().await.doing("launching")?;
            let id = earlier(&mut conn, actor, key).await?;
            let execution_id = id.ok_or(EngineError::NotFound("execution"))?;
            return Ok(Launched::before(execution_id));
        };
        tx.commit().await.doing("launching")?;
        let id = snapshot.id;
        self.advance.launched(snapshot, notice).await;
        let estimated = page.card.stats.median_ms.and_then(|ms| u64::try_from(ms).ok());
        if queued.is_some() {
            // A place may have become free before this one was seen to wait.
            self.advance.admit(BTreeSet::from([actor.workspace])).await;
        }
        let estimated_completion = estimated.filter(|_| queued.is_none()).map(|ms| now.plus_ms(ms));
        Ok(Launched { execution_id: id, estimated_completion, queued })
    }

    /// Refuses a project that launches of this workspace do not go to.
    pub async fn require_project(&self, actor: &Actor, project: ProjectId) -> Result<()> {
        actor.require(Permission::LaunchTemplate)?;
        let mut conn = self.pool.acquire().await.doing("looking for a project")?;
        match accounts::default_project(&mut conn, actor.workspace).await? == project {
            true => Ok(()),
            false => Err(EngineError::NotFound("project")),
        }
    }
}

const MOST_KEY_CHARS: usize = 200;

fn checked_key(key: Option<&str>) -> Result<Option<&str>, Problem> {
    let fits = |key: &&str| !key.is_empty() && key.len() <= MOST_KEY_CHARS && !key.contains('\0');
    match key {
        Some(key) if !fits(&key) => {
            let message = format!("An idempotency key has 1 to {MOST_KEY_CHARS} characters.");
            let error = FieldProblem::field("invalid_key", "idempotency_key", message);
            Err(Problem::invalid("The launch was not accepted.", vec![error]))
        }
        key => Ok(key),
    }
}

async fn earlier(
    conn: &mut PgConnection,
    actor: &Actor,
    key: Option<&str>,
) -> Result<Option<ExecutionId>> {
    match key {
        Some(key) => executions::find_by_key(conn, actor.workspace, key).await,
        None => Ok(None),
    }
}

fn parameters(
    workflow: &Workflow,
    sent: &Map<String, Value>,
) -> Result<Map<String, Value>, Problem> {
    validate::validate_parameters(workflow, sent)
        .map_err(|errors| Problem::invalid("Some values need your attention.", errors))
}

fn freeze(workflow: &Workflow) -> Result<Arc<Frozen>, Problem> {
    let errors: Vec<FieldProblem> = validate::validate(workflow)
        .into_iter()
        .filter(|issue| issue.severity == Severity::Error)
        .map(Into::into)
        .collect();
    if !errors.is_empty() {
        return Err(Problem::invalid("The workflow has problems and cannot run.", errors));
    }
    let cyclic = |cycle: model::graph::Cycle| Problem::invalid(cycle.to_string(), vec![]);
    Frozen::new(workflow.clone()).map(Arc::new).map_err(cyclic)
}

/// How it goes from step to step.
struct Steering {
    auto_run: bool,
    breakpoints: BTreeSet<NodeId>,
}

fn steering(request: &LaunchRequest, frozen: &Frozen) -> Result<Steering, Problem> {
    let unknown = |(index, id): (usize, &NodeId)| {
        let message = format!("There is no node `{id}` to pause before.");
        let path = format!("breakpoints[{index}]");
        frozen.node(id).is_none().then(|| FieldProblem::field("unknown_node", &path, message))
    };
    let errors: Vec<_> = request.breakpoints.iter().enumerate().filter_map(unknown).collect();
    match errors.is_empty() {
        true => Ok(Steering {
            auto_run: request.auto_run,
            breakpoints: request.breakpoints.iter().cloned().collect(),
        }),
        false => Err(Problem::invalid("The launch was not accepted.", errors)),
    }
}

struct Launch<'a> {
    actor: &'a Actor,
    page: &'a TemplatePage,
    frozen: Arc<Frozen>,
    parameters: Map<String, Value>,
    brought: Brought,
    project: ProjectId,
    key: Option<&'a str>,
    steering: Steering,
    running: u32,
    budget: Option<i64>,
}

/// Of the caps of a launch and of its template the lower one holds.
fn budget(request: &LaunchRequest, page: &TemplatePage) -> Option<i64> {
    let caps = [request.budget, page.card.workflow.settings.budget];
    let budget = caps.into_iter().flatten().min();
    budget.map(|micros| i64::try_from(micros).unwrap_or(i64::MAX))
}

struct Written {
    snapshot: Snapshot,
    notice: Option<Notice>,
    now: Timestamp,
    queued: Option<Queued>,
}

/// None when a launch with the same key came first.
async fn write(tx: &mut PgConnection, launch: Launch<'_>) -> Result<Option<Written>> {
    let now = executions::now(tx).await?;
    let id = ExecutionId(Uuid::now_v7());
    let definition = serde_json::to_value(launch.frozen.workflow())
        .map_err(|error| EngineError::internal("freezing a definition", error))?;
    let place = (id, launch.actor.workspace);
    let mut snapshot = begin(place, launch.frozen, launch.parameters, now);
    snapshot.context = Arc::new(launch.brought.clone().into_context());
    (snapshot.auto_run, snapshot.breakpoints) =
        (launch.steering.auto_run, launch.steering.breakpoints);
    let new = NewExecution {
        template: Some((launch.page.card.id, launch.page.version)),
        name: &launch.page.card.name,
        definition,
        project: launch.project,
        user: Some(launch.actor.user),
        trigger: launch.actor.trigger(),
        budget: launch.budget,
        idempotency_key: launch.key,
    };
    let queued = places::for_launch(tx, launch.actor.workspace, launch.running).await?;
    if !executions::insert(tx, &snapshot, new).await? {
        return Ok(None);
    }
    uploads::take(tx, launch.actor.workspace, id, &launch.brought.uploads).await?;
    let (snapshot, plan) = first_steps(snapshot, queued, now);
    let notice = plan.as_ref().map(Notice::of);
    if let Some(plan) = plan {
        Advance::first(tx, plan).await?;
    }
    Ok(Some(Written { snapshot, notice, now, queued }))
}

// The source of ids cannot be held while something is awaited, hence a function for each use.
fn begin(
    place: (ExecutionId, WorkspaceId),
    frozen: Arc<Frozen>,
    parameters: Map<String, Value>,
    now: Timestamp,
) -> Snapshot {
    let mut ids = Uuid::now_v7;
    Snapshot::before_launch(place, frozen, parameters, &mut Context { now, ids: &mut ids })
}

fn first_steps(
    snapshot: Snapshot,
    queued: Option<Queued>,
    now: Timestamp,
) -> (Snapshot, Option<Plan>) {
    let mut ids = Uuid::now_v7;
    let mut draft = Draft::new(snapshot, Context { now, ids: &mut ids });
    draft.set_queued(queued);
    draft.launch();
    draft.finish()
}
