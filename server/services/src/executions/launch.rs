//! Launching: validates the request, freezes the definition, and writes the execution with its
//! first events in one transaction.

use std::{collections::BTreeSet, sync::Arc};

use backend::actor::Actor;
use model::{
    access::Permission,
    api::documents::DocumentFilter,
    decide::{self, Again, CompiledWorkflow, Transition},
    estimate::Estimate,
    execution::{brought::Brought, queue::Queued, run_scope::asking_for},
    external_ref::{ExternalRef, checked_refs},
    id::{ExecutionId, NodeId, ProjectId},
    pages::{ContextMode, LaunchRequest, Launched},
    problem::{FieldProblem, Problem},
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use store::{
    error::Result,
    executions::{self, Descent, NewExecution, external_refs},
    idempotency::IdempotencyKey,
    library,
    page_query::PageQuery,
};
use uuid::Uuid;

use super::{
    Executions,
    source::Source,
    trial::{Trial, load_reused, running},
};
use crate::projects::project_or_default;
use engine::{
    exec::admission,
    launch::{
        self, ExecutionInsert, InsertedExecution, Steering, context, find_keyed_launch,
        launch_inputs, load_keyed_launch, pricing, reviewers,
    },
};

impl Executions {
    /// Launches the published version of a template, its draft where the request names a draft
    /// revision, or a definition that came along. A repeated idempotency key answers with the first
    /// launch.
    ///
    /// # Errors
    /// A problem with every wrong parameter; an unknown template or document; a template that is
    /// switched off; a definition with errors; a draft that is at another revision by now; context
    /// that is not given. Nothing is written then.
    pub async fn launch(&self, actor: &Actor, request: LaunchRequest) -> Result<Launched> {
        self.begin(actor, request, None).await
    }

    /// Launches a template or a definition, or for a trial a draft or a part of that.
    pub(crate) async fn begin(
        &self,
        actor: &Actor,
        request: LaunchRequest,
        trial: Option<Trial>,
    ) -> Result<Launched> {
        actor.require(Permission::LaunchTemplate)?;
        actor.require_workspace(request.workspace_id)?;
        let asked = LaunchRequest { idempotency_key: None, ..request.clone() };
        let idempotency_key =
            IdempotencyKey::parse(request.idempotency_key.as_deref(), &("launch", asked, &trial))?;
        let mut tx = self.ctx.begin_planned_once("launching").await?;
        if let Some(id) = find_keyed_launch(&mut tx, actor.workspace, idempotency_key).await? {
            return Ok(Launched::for_existing(id));
        }
        let (request, left) = with_context(&mut tx, actor, request.clone()).await?;
        let source = self.source(&mut tx, actor, &request, trial.as_ref()).await?;
        let parameters = launch_parameters(source.workflow(), &request, trial.as_ref())?;
        let pinned = self.pin_tools(tx, actor, &source, &parameters, trial.as_ref()).await;
        let (mut tx, locks) = pinned.map_err(|error| source.in_file(error))?;
        let compiled = source.compile(&mut tx, actor, locks.as_ref()).await;
        let compiled = compiled.map_err(|error| source.in_file(error))?;
        let asked =
            LaunchCommand { actor, request: &request, trial: trial.as_ref(), idempotency_key };
        let launch = self.prepare(&mut tx, asked, &source, compiled, parameters).await?;
        let (queued, now, budget) = (launch.queued, launch.now, launch.budget);
        let estimate = launch.estimate.clone();
        let Some(InsertedExecution { snapshot, notice }) = write(&mut tx, launch).await? else {
            drop(tx);
            let earlier = load_keyed_launch(&self.ctx.pool, actor.workspace, idempotency_key).await;
            return earlier.map(Launched::for_existing);
        };
        tx.commit().await?;
        let id = snapshot.id;
        self.ctx.advance.announce_launch(snapshot, notice);
        self.admit_queued(actor, queued.is_some()).await;
        let usual_ms = source.usual_ms.filter(|_| queued.is_none());
        let estimated_completion = usual_ms.map(|ms| now.plus_ms(ms));
        let mut warnings = warnings(estimate.as_ref(), budget);
        warnings.extend(source.notes.into_iter().chain(left));
        warnings.extend(locks.into_iter().flat_map(|locks| locks.left_out).map(|one| one.message));
        let launched = Launched::for_existing(id);
        Ok(Launched { estimated_completion, queued, estimate, warnings, ..launched })
    }

    /// Checks all that a launch gives and needs, and takes its place in the queue.
    async fn prepare<'a>(
        &self,
        tx: &mut PgConnection,
        asked: LaunchCommand<'a>,
        source: &'a Source,
        compiled: Arc<CompiledWorkflow>,
        parameters: Map<String, Value>,
    ) -> Result<Launch<'a>> {
        let LaunchCommand { actor, request, trial, idempotency_key } = asked;
        let workflow = source.workflow();
        let steering = steering(request, &compiled)?;
        let external_refs = checked_refs(request.external_refs.clone())?;
        let again = load_reused(tx, actor, source.template, &compiled, trial).await?;
        let brought = check_launch_inputs(tx, actor, workflow, request, trial.is_some()).await?;
        let declared = &workflow.parameters;
        let parameters =
            launch_inputs::resolve_references(tx, actor.workspace, declared, parameters).await?;
        let project = project_or_default(tx, actor, request.project_id).await?;
        let mut context = brought.into_context();
        let given = request.launch_context();
        let bound = context::bind(tx, actor.workspace, project, given, workflow).await?;
        bound.store_in(&mut context);
        context::require(workflow, &context, running(trial, workflow))?;
        let answering = self.ctx.deps.providers_of(tx, actor.workspace).await?;
        let estimate =
            pricing::estimate_launch(tx, actor.workspace, &answering, workflow, &parameters)
                .await?;
        let budget = budget(request, workflow);
        let running = self.ctx.deps.limits.running_per_workspace;
        let (queued, now) = admission::lock_for_launch(tx, actor.workspace, running).await?;
        Ok(Launch {
            actor,
            source,
            again,
            compiled,
            parameters,
            context,
            project,
            idempotency_key,
            steering,
            budget,
            estimate,
            external_refs,
            queued,
            now,
        })
    }

    /// Lets an execution go on that was launched into the queue: a place may have become free before
    /// it was seen to wait.
    pub(super) async fn admit_queued(&self, actor: &Actor, is_queued: bool) {
        if is_queued {
            self.ctx.advance.admit(BTreeSet::from([actor.workspace])).await;
        }
    }
}

/// The launch with the documents that it asks for in another way, and what to say where there are
/// more than may go along.
async fn with_context(
    conn: &mut PgConnection,
    actor: &Actor,
    mut request: LaunchRequest,
) -> Result<(LaunchRequest, Option<String>)> {
    if !request.reference_files.is_empty() {
        let words = "Files can't be loaded from URLs.";
        let mut wrong = FieldProblem::field("not_supported", "reference_files", words);
        wrong.fix =
            Some("Upload each file to /api/v1/uploads and send its id in upload_ids.".to_owned());
        return Err(Problem::invalid("The workflow was not launched.", vec![wrong]).into());
    }
    let Some(choice) = request.context_documents.take() else { return Ok((request, None)) };
    let mut left = None;
    let chosen = match choice.checked()? {
        ContextMode::None => vec![],
        ContextMode::Selected => choice.document_ids,
        ContextMode::All => {
            let project = project_or_default(conn, actor, request.project_id).await?;
            let filter = DocumentFilter { project: Some(project), ..DocumentFilter::default() };
            let most = PageQuery::first(i64::try_from(Brought::MOST_DOCUMENTS).unwrap_or(i64::MAX));
            let page = library::list_documents(conn, actor.workspace, &filter, most).await?;
            if page.next_cursor.is_some() {
                let most = Brought::MOST_DOCUMENTS;
                left =
                    Some(format!("Only the newest {most} documents of the project are included."));
            }
            page.items.into_iter().map(|row| row.id).collect()
        }
    };
    request.document_ids.extend(chosen);
    Ok((request, left))
}

/// The request's parameters, checked against the workflow's; in a trial run of a part those that
/// the part does not read may be missing.
fn launch_parameters(
    workflow: &Workflow,
    request: &LaunchRequest,
    trial: Option<&Trial>,
) -> Result<Map<String, Value>, Problem> {
    match trial {
        Some(trial) => {
            launch::validate_parameters(&asking_for(workflow, &trial.part), &request.parameters)
        }
        None => launch::validate_parameters(workflow, &request.parameters),
    }
}

/// The documents and uploads of the launch. They are checked together with the documents that nodes
/// choose and the people whom they name, except in a trial run, where it is not known yet which nodes
/// run.
async fn check_launch_inputs(
    conn: &mut PgConnection,
    actor: &Actor,
    workflow: &Workflow,
    request: &LaunchRequest,
    is_trial: bool,
) -> Result<Brought> {
    let brought = launch_inputs::check(conn, actor.workspace, request).await?;
    if !is_trial {
        launch_inputs::check_documents_exist(conn, actor.workspace, workflow, |_| true, &[])
            .await?;
        reviewers::check_enough(conn, actor.workspace, workflow, actor.user, |_| true).await?;
    }
    Ok(brought)
}

fn steering(request: &LaunchRequest, compiled: &CompiledWorkflow) -> Result<Steering, Problem> {
    let unknown = |(index, id): (usize, &NodeId)| {
        let message = format!("There is no step `{id}` to pause before.");
        let path = format!("breakpoints[{index}]");
        compiled.node(id).is_none().then(|| FieldProblem::field("unknown_node", &path, message))
    };
    let errors: Vec<_> = request.breakpoints.iter().enumerate().filter_map(unknown).collect();
    if errors.is_empty() {
        Ok(Steering {
            auto_run: request.auto_run,
            breakpoints: request.breakpoints.iter().cloned().collect(),
        })
    } else {
        Err(Problem::invalid("The workflow was not launched.", errors))
    }
}

/// Who asks for a launch, and how.
struct LaunchCommand<'a> {
    actor: &'a Actor,
    request: &'a LaunchRequest,
    trial: Option<&'a Trial>,
    idempotency_key: Option<IdempotencyKey<'a>>,
}

struct Launch<'a> {
    actor: &'a Actor,
    source: &'a Source,
    /// Outputs that a trial run takes over; none for a plain launch.
    again: Option<Again>,
    compiled: Arc<CompiledWorkflow>,
    parameters: Map<String, Value>,
    /// What is brought along, and the values that expressions read besides the parameters.
    context: Map<String, Value>,
    project: ProjectId,
    idempotency_key: Option<IdempotencyKey<'a>>,
    steering: Steering,
    budget: Option<i64>,
    estimate: Option<Estimate>,
    external_refs: Vec<ExternalRef>,
    queued: Option<Queued>,
    now: Timestamp,
}

/// The lower of the budgets of the request and the workflow, in millionths of a dollar; none where
/// neither has one.
fn budget(request: &LaunchRequest, workflow: &Workflow) -> Option<i64> {
    let budget = [request.budget, workflow.settings.budget].into_iter().flatten().min();
    budget.map(|micros| i64::try_from(micros).unwrap_or(i64::MAX))
}

fn warnings(estimate: Option<&Estimate>, budget: Option<i64>) -> Vec<String> {
    let budget = budget.and_then(|micros| u64::try_from(micros).ok());
    estimate.zip(budget).and_then(|(estimate, cap)| estimate.warning(cap)).into_iter().collect()
}

/// Writes the execution; none when another launch with the same idempotency key came first.
async fn write(tx: &mut PgConnection, launch: Launch<'_>) -> Result<Option<InsertedExecution>> {
    let Launch { actor, source, again, queued, .. } = launch;
    let id = ExecutionId(Uuid::now_v7());
    let new = NewExecution {
        template: source.template.map(|template| (template, source.version())),
        name: &source.name,
        project: launch.project,
        user: Some(actor.user),
        trigger: match again {
            Some(_) => "test",
            None => actor.trigger(),
        },
        budget: launch.budget,
        idempotency_key: launch.idempotency_key,
        descent: Descent::None,
        as_published: source.is_published(&launch.compiled),
    };
    let insert = ExecutionInsert {
        id,
        workspace: actor.workspace,
        now: launch.now,
        compiled: launch.compiled,
        parameters: launch.parameters,
        context: launch.context,
        steering: launch.steering,
        new,
    };
    let begin = |transition: &mut Transition<'_>| {
        transition.set_queued(queued);
        match &again {
            Some(again) => decide::launch_again(transition, id, again),
            None => decide::launch(transition),
        }
    };
    let Some(written) = launch::insert_execution(tx, insert, begin).await? else { return Ok(None) };
    external_refs::insert(tx, actor.workspace, id, &launch.external_refs).await?;
    if let Some(again) = &again {
        executions::copy_artifacts(tx, id, &again.artifacts).await?;
    }
    Ok(Some(written))
}
