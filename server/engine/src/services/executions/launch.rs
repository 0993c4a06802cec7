//! Launching: validates the request, freezes the definition, and writes the execution with its
//! first events in one transaction.

use std::{collections::BTreeSet, sync::Arc};

use backend::actor::Actor;
use model::{
    access::Permission,
    api::documents::DocumentFilter,
    decide::{self, Again, CompiledWorkflow, Snapshot, Transition, asking_for},
    estimate::Estimate,
    execution::{brought::Brought, queue::Queued},
    id::{ExecutionId, NodeId, ProjectId, TemplateId},
    pages::{ContextMode, LaunchRequest, Launched},
    problem::{FieldProblem, Problem},
    time::Timestamp,
    workflow::Workflow,
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Executions,
    trial::{Trial, load_reused},
};
use crate::{
    error::{Doing, EngineError, Result},
    exec::admission,
    idempotency::IdempotencyKey,
    launch::{
        self, ExecutionInsert, InsertedExecution, Steering, find_keyed_launch, launch_inputs,
        load_keyed_launch, pins, pricing, reviewers,
    },
    services::{projects::project_or_default, templates::definition::parse_definition},
    store::{
        self, authoring,
        executions::{self, Descent, NewExecution, Notice},
        library,
        page_query::PageQuery,
        templates,
    },
};

impl Executions {
    /// Launches the published version of a template, or its draft where the request names a draft
    /// revision. A repeated idempotency key answers with the first launch.
    ///
    /// # Errors
    /// A problem with every wrong parameter; an unknown template or document; a definition with
    /// errors; a draft that is at another revision by now. Nothing is written then.
    pub async fn launch(&self, actor: &Actor, request: LaunchRequest) -> Result<Launched> {
        self.begin(actor, request, None).await
    }

    /// Launches a template, or for a trial its draft or a part of that.
    pub(in crate::services) async fn begin(
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
        let mut tx = store::begin_planned_once(&self.context.pool).await.doing("launching")?;
        if let Some(id) = find_keyed_launch(&mut tx, actor.workspace, idempotency_key).await? {
            return Ok(Launched::for_existing(id));
        }
        let (request, left) = with_context(&mut tx, actor, request.clone()).await?;
        let source = self.source(&mut tx, actor, &request, trial.as_ref()).await?;
        let parameters = launch_parameters(source.workflow(), &request, trial.as_ref())?;
        let compiled = compile_definition(&mut tx, actor, &source).await?;
        let steering = steering(&request, &compiled)?;
        let again = load_reused(&mut tx, actor, source.id, &compiled, trial.as_ref()).await?;
        let brought =
            check_launch_inputs(&mut tx, actor, &source, &request, trial.is_some()).await?;
        let workflow = source.workflow();
        let declared = &workflow.parameters;
        let parameters =
            launch_inputs::resolve_references(&mut tx, actor.workspace, declared, parameters)
                .await?;
        let project = project_or_default(&mut tx, actor, request.project_id).await?;
        let answering = self.context.deps.providers_of(&mut tx, actor.workspace).await?;
        let estimate =
            pricing::estimate_launch(&mut tx, actor.workspace, &answering, workflow, &parameters)
                .await?;
        let budget = budget(&request, workflow);
        let (queued, now) = admission::lock_for_launch(
            &mut tx,
            actor.workspace,
            self.context.deps.limits.running_per_workspace,
        )
        .await?;
        let launch = Launch {
            actor,
            source: &source,
            again,
            compiled,
            parameters,
            brought,
            project,
            idempotency_key,
            steering,
            budget,
            queued,
            now,
        };
        let Some(InsertedExecution { snapshot, notice }) = write(&mut tx, launch).await? else {
            drop(tx);
            let earlier =
                load_keyed_launch(&self.context.pool, actor.workspace, idempotency_key).await;
            return earlier.map(Launched::for_existing);
        };
        tx.commit().await.doing("launching")?;
        let id = snapshot.id;
        self.announce(actor, snapshot, notice, queued.is_some()).await;
        let usual_ms = source.usual_ms.filter(|_| queued.is_none());
        let estimated_completion = usual_ms.map(|ms| now.plus_ms(ms));
        let mut warnings = warnings(estimate.as_ref(), budget);
        warnings.extend(left);
        Ok(Launched { execution_id: id, estimated_completion, queued, estimate, warnings })
    }

    /// Tells the engine of an execution that was launched and committed.
    async fn announce(&self, actor: &Actor, snapshot: Snapshot, notice: Notice, is_queued: bool) {
        self.context.advance.announce_launch(snapshot, notice);
        if is_queued {
            // A place may have become free before this one was seen to wait.
            self.context.advance.admit(BTreeSet::from([actor.workspace])).await;
        }
    }

    /// The definition to launch: the draft for a trial or where the request names a draft revision,
    /// else the published version.
    async fn source(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        request: &LaunchRequest,
        trial: Option<&Trial>,
    ) -> Result<Source> {
        let (id, asked) = (request.template_id, request.draft_revision);
        if asked.is_some() || trial.is_some() {
            return draft_source(tx, actor, id, asked).await;
        }
        let found = templates::find_published_version(tx, actor.workspace, id).await?;
        let (name, version) = found.ok_or(EngineError::NotFound("template"))?;
        let compiled = self.definitions.load(tx, actor.workspace, (id, version)).await?;
        let usual_ms = self.definitions.usual_ms(tx, (id, version)).await?;
        Ok(Source { id, name, definition: Definition::Published(version, compiled), usual_ms })
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
        let words = "Files are not fetched from addresses.";
        let mut wrong = FieldProblem::field("not_supported", "reference_files", words);
        wrong.fix =
            Some("Upload each to /api/v1/uploads, and name its id in upload_ids.".to_owned());
        return Err(Problem::invalid("The launch cannot be carried out so.", vec![wrong]).into());
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
                left = Some(format!("Of the project's documents the latest {most} go along."));
            }
            page.items.into_iter().map(|row| row.id).collect()
        }
    };
    request.document_ids.extend(chosen);
    Ok((request, left))
}

/// The template that is launched.
struct Source {
    id: TemplateId,
    name: String,
    definition: Definition,
    /// Median working time of its latest executions, in milliseconds; none where none completed.
    usual_ms: Option<u64>,
}

enum Definition {
    Published(i32, Arc<CompiledWorkflow>),
    Draft(Box<Workflow>),
}

impl Source {
    fn workflow(&self) -> &Workflow {
        match &self.definition {
            Definition::Published(_, compiled) => compiled.workflow(),
            Definition::Draft(workflow) => workflow,
        }
    }

    /// The published version; none for the draft.
    fn version(&self) -> Option<i32> {
        match self.definition {
            Definition::Published(version, _) => Some(version),
            Definition::Draft(_) => None,
        }
    }

    /// Whether the definition is the published one unchanged.
    fn is_published(&self, compiled: &Arc<CompiledWorkflow>) -> bool {
        matches!(&self.definition, Definition::Published(_, own) if Arc::ptr_eq(own, compiled))
    }
}

/// The draft, where it is still at the revision that was asked for.
async fn draft_source(
    conn: &mut PgConnection,
    actor: &Actor,
    id: TemplateId,
    asked: Option<i64>,
) -> Result<Source> {
    actor.require(Permission::LaunchInline)?;
    let found = authoring::find(conn, actor.workspace, id).await?;
    let found = found.ok_or(EngineError::NotFound("template"))?;
    if asked.is_some_and(|asked| asked != found.draft_revision) {
        let words = "The draft has been changed since. Load it and look at it again.";
        return Err(Problem::conflict("stale_draft", words).into());
    }
    let usual_ms = templates::median_ms(conn, id).await?;
    let definition = Definition::Draft(Box::new(parse_definition(found.content.draft)?));
    Ok(Source { id, name: found.content.name, definition, usual_ms })
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
    source: &Source,
    request: &LaunchRequest,
    is_trial: bool,
) -> Result<Brought> {
    let brought = launch_inputs::check(conn, actor.workspace, request).await?;
    if !is_trial {
        let workflow = source.workflow();
        launch_inputs::check_documents_exist(conn, actor.workspace, workflow, |_| true, &[])
            .await?;
        reviewers::check_enough(conn, actor.workspace, workflow, actor.user, |_| true).await?;
    }
    Ok(brought)
}

/// The definition that the execution keeps to its end, with the templates that it runs pinned to
/// their present versions.
async fn compile_definition(
    conn: &mut PgConnection,
    actor: &Actor,
    source: &Source,
) -> Result<Arc<CompiledWorkflow>> {
    if let Definition::Published(_, compiled) = &source.definition
        && !pins::runs_others(compiled.workflow())
    {
        return Ok(compiled.clone());
    }
    let own = (source.id, source.name.clone());
    let workflow = source.workflow().clone();
    let workflow = pins::pin(conn, actor.workspace, Some(own), workflow).await?;
    Ok(launch::compile(workflow)?)
}

fn steering(request: &LaunchRequest, compiled: &CompiledWorkflow) -> Result<Steering, Problem> {
    let unknown = |(index, id): (usize, &NodeId)| {
        let message = format!("There is no node `{id}` to pause before.");
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
        Err(Problem::invalid("The launch was not accepted.", errors))
    }
}

struct Launch<'a> {
    actor: &'a Actor,
    source: &'a Source,
    /// Outputs that a trial run takes over; none for a plain launch.
    again: Option<Again>,
    compiled: Arc<CompiledWorkflow>,
    parameters: Map<String, Value>,
    brought: Brought,
    project: ProjectId,
    idempotency_key: Option<IdempotencyKey<'a>>,
    steering: Steering,
    budget: Option<i64>,
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
        template: Some((source.id, source.version())),
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
        context: launch.brought.into_context(),
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
    if let Some(again) = &again {
        executions::copy_artifacts(tx, id, &again.artifacts).await?;
    }
    Ok(Some(written))
}
