//! Launching: validate, freeze, write the execution and its first steps in one transaction.

use std::{collections::BTreeSet, sync::Arc};

use model::{
    access::Permission,
    api::documents::DocumentFilter,
    decide::{Again, Draft, Frozen, Snapshot, asking_for},
    estimate::Estimate,
    execution::{brought::Brought, queue::Queued},
    id::{ExecutionId, NodeId, ProjectId, TemplateId},
    pages::{ContextMode, LaunchRequest, Launched},
    problem::{FieldProblem, Problem},
    time::Timestamp,
    workflow::{Node, Workflow},
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Services,
    actor::Actor,
    authoring::read,
    builder::test_run::{Trial, taken},
    library::projects::place,
};
use crate::{
    error::{Doing, EngineError, Result},
    exec::places,
    launching::{self, Birth, Born, Steering, brought, earlier, launched_before, pins, tariffs},
    once::Once,
    store::{
        self, authoring,
        executions::{self, Descent, NewExecution, Notice},
        library,
        slice::Slice,
        templates,
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
        actor.require_workspace(request.workspace_id)?;
        let asked = LaunchRequest { idempotency_key: None, ..request.clone() };
        let once = Once::of(request.idempotency_key.as_deref(), &("launch", asked, &trial))?;
        let mut tx = store::begin_planned_once(&self.pool).await.doing("launching")?;
        if let Some(id) = earlier(&mut tx, actor.workspace, once).await? {
            return Ok(Launched::before(id));
        }
        let (request, left) = with_context(&mut tx, actor, request.clone()).await?;
        let source = self.source(&mut tx, actor, &request, trial.as_ref()).await?;
        let values = values(source.workflow(), (&request, trial.as_ref()))?;
        let frozen = frozen(&mut tx, actor, &source).await?;
        let steering = steering(&request, &frozen)?;
        let again = taken(&mut tx, actor, source.id, &frozen, trial.as_ref()).await?;
        let brought = along(&mut tx, actor, &source, &request, trial.is_some()).await?;
        let workflow = source.workflow();
        let asked = &workflow.parameters;
        let parameters = brought::resolved(&mut tx, actor.workspace, asked, values).await?;
        let project = place(&mut tx, actor, request.project_id).await?;
        let answering = self.parts.providers_of(&mut tx, actor.workspace).await?;
        let estimate =
            tariffs::estimated(&mut tx, (actor.workspace, &answering), workflow, &parameters)
                .await?;
        let budget = budget(&request, workflow);
        let (queued, now) =
            places::for_launch(&mut tx, actor.workspace, self.parts.limits.running_per_workspace)
                .await?;
        let launch = Launch {
            actor,
            source: &source,
            again,
            frozen,
            parameters,
            brought,
            project,
            once,
            steering,
            budget,
            queued,
            now,
        };
        let Some(Born { snapshot, notice }) = write(&mut tx, launch).await? else {
            drop(tx);
            return launched_before(&self.pool, actor.workspace, once).await.map(Launched::before);
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

    /// Tells the engine of what is launched.
    async fn announce(&self, actor: &Actor, snapshot: Snapshot, notice: Notice, is_queued: bool) {
        self.advance.launched(snapshot, notice);
        if is_queued {
            // A place may have become free before this one was seen to wait.
            self.advance.admit(BTreeSet::from([actor.workspace])).await;
        }
    }

    /// What is launched: the draft where it is tried out or asked for, else the published version.
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
        let found = templates::published_version(tx, actor.workspace, id).await?;
        let (name, version) = found.ok_or(EngineError::NotFound("template"))?;
        let frozen = self.known.frozen(tx, actor.workspace, (id, version)).await?;
        let usual_ms = self.known.usual_ms(tx, (id, version)).await?;
        Ok(Source { id, name, definition: Definition::Published(version, frozen), usual_ms })
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
            let project = place(conn, actor, request.project_id).await?;
            let filter = DocumentFilter { project: Some(project), ..DocumentFilter::default() };
            let most = Slice::first(i64::try_from(Brought::MOST_DOCUMENTS).unwrap_or(i64::MAX));
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

/// What is launched.
struct Source {
    id: TemplateId,
    name: String,
    definition: Definition,
    /// How long it usually works.
    usual_ms: Option<u64>,
}

enum Definition {
    Published(i32, Arc<Frozen>),
    Draft(Box<Workflow>),
}

impl Source {
    fn workflow(&self) -> &Workflow {
        match &self.definition {
            Definition::Published(_, frozen) => frozen.workflow(),
            Definition::Draft(workflow) => workflow,
        }
    }

    /// None for the draft.
    fn version(&self) -> Option<i32> {
        match self.definition {
            Definition::Published(version, _) => Some(version),
            Definition::Draft(_) => None,
        }
    }

    /// Whether this is word for word what is published.
    fn is_published(&self, frozen: &Arc<Frozen>) -> bool {
        matches!(&self.definition, Definition::Published(_, own) if Arc::ptr_eq(own, frozen))
    }
}

/// The draft, if it is still the revision that was asked for.
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
    let usual_ms = templates::usual_ms(conn, id).await?;
    let definition = Definition::Draft(Box::new(read(found.content.draft)?));
    Ok(Source { id, name: found.content.name, definition, usual_ms })
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
    source: &Source,
    request: &LaunchRequest,
    is_trial: bool,
) -> Result<Brought> {
    let brought = brought::checked(conn, actor.workspace, request).await?;
    if !is_trial {
        let every = (|_: &Node| true, &[][..]);
        brought::still_there(conn, actor.workspace, source.workflow(), every.0, every.1).await?;
    }
    Ok(brought)
}

/// The definition as it stays for the whole of the execution.
async fn frozen(conn: &mut PgConnection, actor: &Actor, source: &Source) -> Result<Arc<Frozen>> {
    if let Definition::Published(_, frozen) = &source.definition
        && !pins::runs_others(frozen.workflow())
    {
        return Ok(frozen.clone());
    }
    let own = (source.id, source.name.clone());
    let workflow = source.workflow().clone();
    let workflow = pins::pin(conn, actor.workspace, Some(own), workflow).await?;
    Ok(launching::freeze(workflow)?)
}

fn steering(request: &LaunchRequest, frozen: &Frozen) -> Result<Steering, Problem> {
    let unknown = |(index, id): (usize, &NodeId)| {
        let message = format!("There is no node `{id}` to pause before.");
        let path = format!("breakpoints[{index}]");
        frozen.node(id).is_none().then(|| FieldProblem::field("unknown_node", &path, message))
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
    /// What it takes over, if it only tries a draft out.
    again: Option<Again>,
    frozen: Arc<Frozen>,
    parameters: Map<String, Value>,
    brought: Brought,
    project: ProjectId,
    once: Option<Once<'a>>,
    steering: Steering,
    budget: Option<i64>,
    queued: Option<Queued>,
    now: Timestamp,
}

/// Of the caps of a launch and of its template the lower one holds.
fn budget(request: &LaunchRequest, workflow: &Workflow) -> Option<i64> {
    let budget = [request.budget, workflow.settings.budget].into_iter().flatten().min();
    budget.map(|micros| i64::try_from(micros).unwrap_or(i64::MAX))
}

fn warnings(estimate: Option<&Estimate>, budget: Option<i64>) -> Vec<String> {
    let budget = budget.and_then(|micros| u64::try_from(micros).ok());
    estimate.zip(budget).and_then(|(estimate, cap)| estimate.warning(cap)).into_iter().collect()
}

/// None when a launch with the same key came first.
async fn write(tx: &mut PgConnection, launch: Launch<'_>) -> Result<Option<Born>> {
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
        once: launch.once,
        descent: Descent::None,
        as_published: source.is_published(&launch.frozen),
    };
    let birth = Birth {
        id,
        workspace: actor.workspace,
        now: launch.now,
        frozen: launch.frozen,
        parameters: launch.parameters,
        context: launch.brought.into_context(),
        steering: launch.steering,
        new,
    };
    let begin = |draft: &mut Draft<'_>| {
        draft.set_queued(queued);
        match &again {
            Some(again) => draft.launch_again(id, again),
            None => draft.launch(),
        }
    };
    let Some(written) = launching::write(tx, birth, begin).await? else { return Ok(None) };
    if let Some(again) = &again {
        executions::copy_artifacts(tx, id, &again.artifacts).await?;
    }
    Ok(Some(written))
}
