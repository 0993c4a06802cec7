//! Launching: validate, freeze, write the execution and its first steps in one transaction.

use std::{collections::BTreeSet, sync::Arc};

use model::{
    access::Permission,
    decide::{Again, Draft, Frozen, asking_for},
    estimate::Estimate,
    execution::{brought::Brought, queue::Queued},
    id::{ExecutionId, NodeId, ProjectId},
    pages::{LaunchRequest, Launched, TemplatePage},
    problem::{FieldProblem, Problem},
    workflow::{Node, Workflow},
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Services,
    actor::Actor,
    builder::test_run::{Trial, taken},
    library::projects::place,
    templates::{draft, template_to_launch},
};
use crate::{
    error::{Doing, EngineError, Result},
    exec::places,
    launching::{self, Birth, Born, Once, Steering, brought, earlier, pins, tariffs},
    store::{
        self,
        executions::{self, Descent, NewExecution},
    },
};

impl Services {
    /// Launches a published template, or its draft for this once.
    ///
    /// # Errors
    /// A problem with every wrong parameter; an unknown template or document; a definition with
    /// errors; a draft that has moved on. Nothing is written then. A repeated idempotency key
    /// answers with the first launch.
    pub async fn launch(&self, actor: &Actor, request: LaunchRequest) -> Result<Launched> {
        self.begin(actor, request, None).await
    }

    /// Launches, all of it or the part that is tried out.
    pub(super) async fn begin(
        &self,
        actor: &Actor,
        request: LaunchRequest,
        trial: Option<Trial>,
    ) -> Result<Launched> {
        actor.require(Permission::LaunchTemplate)?;
        let asked = LaunchRequest { idempotency_key: None, ..request.clone() };
        let once = Once::of(request.idempotency_key.as_deref(), &("launch", asked, &trial))?;
        let mut tx = store::begin_planned_once(&self.pool).await.doing("launching")?;
        if let Some(id) = earlier(&mut tx, actor.workspace, once).await? {
            return Ok(Launched::before(id));
        }
        let (page, version) = source(&mut tx, actor, (&request, trial.as_ref())).await?;
        let values = values(&page.card.workflow, (&request, trial.as_ref()))?;
        let frozen = frozen(&mut tx, actor, &page).await?;
        let steering = steering(&request, &frozen)?;
        let again = taken(&mut tx, (actor, page.card.id), &frozen, trial.as_ref()).await?;
        let brought = along(&mut tx, actor, (&page, &request), trial.is_some()).await?;
        let asked = &page.card.workflow.parameters;
        let parameters = brought::resolved(&mut tx, actor.workspace, asked, values).await?;
        let project = place(&mut tx, actor, request.project_id).await?;
        let running = self.parts.limits.running_per_workspace;
        let about = (&page.card.workflow, &parameters);
        let answering = self.parts.providers_of(&mut tx, actor.workspace).await?;
        let estimate = tariffs::estimated(&mut tx, &answering, about).await?;
        let launch = Launch {
            actor,
            page: &page,
            version,
            again,
            frozen,
            parameters,
            brought,
            project,
            once,
            steering,
            running,
            budget: budget(&request, &page),
        };
        let Some((Born { snapshot, notice, at }, queued)) = write(&mut tx, launch).await? else {
            // Another launch with the key came first and has committed by now.
            drop(tx);
            let mut conn = self.pool.acquire().await.doing("launching")?;
            let id = earlier(&mut conn, actor.workspace, once).await?;
            let execution_id = id.ok_or(EngineError::NotFound("execution"))?;
            return Ok(Launched::before(execution_id));
        };
        tx.commit().await.doing("launching")?;
        let id = snapshot.id;
        self.advance.launched(snapshot, notice);
        let estimated = page.card.stats.median_ms.and_then(|ms| u64::try_from(ms).ok());
        if queued.is_some() {
            // A place may have become free before this one was seen to wait.
            self.advance.admit(BTreeSet::from([actor.workspace])).await;
        }
        let estimated_completion = estimated.filter(|_| queued.is_none()).map(|ms| at.plus_ms(ms));
        let warnings = warnings(estimate.as_ref(), budget(&request, &page));
        Ok(Launched { execution_id: id, estimated_completion, queued, estimate, warnings })
    }
}

/// The values of parameters; those that a part which is tried out does not read may be missing.
fn values(
    workflow: &Workflow,
    (request, trial): (&LaunchRequest, Option<&Trial>),
) -> Result<Map<String, Value>, Problem> {
    match trial {
        Some(trial) => {
            launching::parameters(&asking_for(workflow, &trial.part), &request.parameters)
        }
        None => launching::parameters(workflow, &request.parameters),
    }
}

/// What the launch brings along, checked with what steps choose; of a part that is tried out nobody
/// knows yet which steps run.
async fn along(
    conn: &mut PgConnection,
    actor: &Actor,
    (page, request): (&TemplatePage, &LaunchRequest),
    is_trial: bool,
) -> Result<Brought> {
    let brought = brought::checked(conn, actor.workspace, request).await?;
    if !is_trial {
        let every = (|_: &Node| true, &[][..]);
        brought::still_there(conn, actor.workspace, &page.card.workflow, every).await?;
    }
    Ok(brought)
}

/// The definition as it stays for the whole of the execution.
async fn frozen(
    conn: &mut PgConnection,
    actor: &Actor,
    page: &TemplatePage,
) -> Result<Arc<Frozen>> {
    let own = (page.card.id, page.card.name.clone());
    let workflow = page.card.workflow.clone();
    let workflow = pins::pin(conn, actor.workspace, Some(own), workflow).await?;
    Ok(launching::freeze(workflow)?)
}

/// What is launched, and its version: the draft has none.
async fn source(
    conn: &mut PgConnection,
    actor: &Actor,
    (request, trial): (&LaunchRequest, Option<&Trial>),
) -> Result<(TemplatePage, Option<i32>)> {
    let (id, asked) = (request.template_id, request.draft_revision);
    if asked.is_none() && trial.is_none() {
        let page = template_to_launch(conn, actor.workspace, id).await?;
        let version = page.version;
        return Ok((page, Some(version)));
    }
    actor.require(Permission::LaunchInline)?;
    let (page, revision) = draft(conn, actor.workspace, id).await?;
    match asked.is_none_or(|asked| asked == revision) {
        true => Ok((page, None)),
        false => {
            let words = "The draft has been changed since. Load it and look at it again.";
            Err(Problem::conflict("stale_draft", words).into())
        }
    }
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
    /// None for the draft.
    version: Option<i32>,
    /// What it takes over, if it only tries a draft out.
    again: Option<Again>,
    frozen: Arc<Frozen>,
    parameters: Map<String, Value>,
    brought: Brought,
    project: ProjectId,
    once: Option<Once<'a>>,
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

fn warnings(estimate: Option<&Estimate>, budget: Option<i64>) -> Vec<String> {
    let budget = budget.and_then(|micros| u64::try_from(micros).ok());
    estimate.zip(budget).and_then(|(estimate, cap)| estimate.warning(cap)).into_iter().collect()
}

/// None when a launch with the same key came first.
async fn write(
    tx: &mut PgConnection,
    launch: Launch<'_>,
) -> Result<Option<(Born, Option<Queued>)>> {
    let id = ExecutionId(Uuid::now_v7());
    let new = NewExecution {
        template: Some((launch.page.card.id, launch.version)),
        name: &launch.page.card.name,
        project: launch.project,
        user: Some(launch.actor.user),
        trigger: match launch.again {
            Some(_) => "test",
            None => launch.actor.trigger(),
        },
        budget: launch.budget,
        once: launch.once.map(Once::columns),
        descent: Descent::None,
    };
    let queued = places::for_launch(tx, launch.actor.workspace, launch.running).await?;
    let birth = Birth {
        id,
        workspace: launch.actor.workspace,
        frozen: launch.frozen,
        parameters: launch.parameters,
        context: launch.brought.into_context(),
        steering: launch.steering,
        new,
    };
    let begin = |draft: &mut Draft<'_>| {
        draft.set_queued(queued);
        match &launch.again {
            Some(again) => draft.launch_again(id, again),
            None => draft.launch(),
        }
    };
    let Some(written) = launching::write(tx, birth, begin).await? else { return Ok(None) };
    if let Some(again) = &launch.again {
        executions::copy_artifacts(tx, id, &again.artifacts).await?;
    }
    Ok(Some((written, queued)))
}
