//! The child execution that a job launches: one for each job and generation, and one for each call of
//! an agent's job.

use std::sync::Arc;

use model::{
    api::templates::EnabledChange,
    decide::{self, CompiledWorkflow, Launching},
    execution::failure::Failure,
    id::{ExecutionId, TemplateId},
    nodes::sub_workflow::{Config, MAX_DEPTH},
    parameter::{Parameter, ParameterKind},
    problem::Problem,
    value::{DocumentRef, ImageRef},
    workflow::{Settings, Workflow},
};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use store::{
    error::{Doing, EngineError, Result},
    executions::{self, Descent, NewExecution, Notice, ParentRow},
    templates::{self, PinnedRow},
};
use uuid::Uuid;

use super::{
    ExecutionInsert, Steering, child_id, compile, context as launch_context, insert_execution,
    launch_inputs, pins, validate_parameters,
};
use crate::{
    deps::EngineDeps,
    job::JobContext,
    tools::lock::{Pinning, ToolLocks, UNREACHABLE, calls_tools, lock_tools},
};

/// Why a job launches no child.
pub enum Refusal {
    /// The job is no longer held under this fence.
    Overtaken,
    /// The configuration or its parameters cannot be launched.
    Unfit(Failure),
    /// The server or its database failed; a later attempt may work.
    Ours(EngineError),
}

impl From<EngineError> for Refusal {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Refused(problem) => problem.into(),
            EngineError::NotFound(what) => {
                let words = format!("The {what} of the workflow it runs no longer exists.");
                Self::Unfit(Failure::permanent("child_not_launched", words))
            }
            other => Self::Ours(other),
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let words: Vec<&str> = problem.errors.iter().map(|error| error.message.as_str()).collect();
        let words = if words.is_empty() { problem.detail } else { words.join(" ") };
        let words = format!("The workflow was not launched. {words}");
        let may_pass = problem.errors.iter().any(|error| error.code == UNREACHABLE);
        let code = "child_not_launched";
        Self::Unfit(if may_pass {
            Failure::transient(code, words)
        } else {
            Failure::permanent(code, words)
        })
    }
}

/// Launches what the node of a job says, unless that was done before; the job then waits for it. The
/// servers of the tools that the child calls are asked before the transaction.
///
/// # Errors
/// A template that is not there or switched off, parameters that do not fit, too many levels; a tool that
/// cannot be called; a job that is no longer held; a database failure. Nothing is written then.
pub async fn launch(
    deps: Option<&EngineDeps>,
    context: &JobContext,
    config: &Config,
) -> Result<Launching, Refusal> {
    launch_wanted(deps, context, Wanted::OfStep(config)).await
}

/// Launches what an agent calls as a tool, as [`launch`] does for a step.
///
/// # Errors
/// As [`launch`].
pub async fn launch_call(
    deps: &EngineDeps,
    context: &JobContext,
    call: CallLaunch<'_>,
) -> Result<Launching, Refusal> {
    launch_wanted(Some(deps), context, Wanted::OfCall(call)).await
}

/// A version of a workflow that an agent calls as a tool.
#[derive(Debug, Clone, Copy)]
pub struct CallLaunch<'a> {
    /// The template's id.
    pub template: &'a str,
    pub version: i32,
    /// The parameters by name.
    pub arguments: &'a Map<String, Value>,
    /// The id of the call in the talk.
    pub call_id: &'a str,
}

/// What a job wants to launch.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    OfStep(&'a Config),
    OfCall(CallLaunch<'a>),
}

impl Wanted<'_> {
    /// The template's id or name.
    fn template(&self) -> &str {
        match self {
            Self::OfStep(config) => config.template.trim(),
            Self::OfCall(call) => call.template,
        }
    }

    fn version(&self) -> Option<i32> {
        match self {
            Self::OfStep(config) => config.version,
            Self::OfCall(call) => Some(call.version),
        }
    }

    async fn child(&self, conn: &mut PgConnection, context: &JobContext) -> Result<ExecutionId> {
        match self {
            Self::OfStep(_) => child_id::next(conn, context).await,
            Self::OfCall(call) => Ok(child_id::of_call(context, call.call_id)),
        }
    }

    fn parameters(
        &self,
        context: &JobContext,
        declared: &[Parameter],
    ) -> Result<Map<String, Value>, Refusal> {
        match self {
            Self::OfStep(config) => {
                let input = context.input("input");
                let given = config.launch_parameters(&context.scope, input.as_ref(), declared);
                given.map_err(|error| {
                    Refusal::Unfit(Failure::permanent("expression", error.to_string()))
                })
            }
            Self::OfCall(call) => Ok(call.arguments.clone()),
        }
    }
}

async fn launch_wanted(
    deps: Option<&EngineDeps>,
    context: &JobContext,
    wanted: Wanted<'_>,
) -> Result<Launching, Refusal> {
    let tools = match deps {
        Some(deps) => ask_tools(deps, context, wanted).await?,
        None => None,
    };
    let mut tx = store::begin(context.pool()).await.doing("launching a child")?;
    let parent =
        executions::lock_parent(&mut tx, context.execution, context.job, context.fence).await?;
    let parent = parent.ok_or(Refusal::Overtaken)?;
    let child = wanted.child(&mut tx, context).await?;
    let (name, version) = (wanted.template(), wanted.version());
    let found = templates::find_pinned(&mut tx, context.workspace, name, version).await?;
    let found = found.ok_or(EngineError::NotFound("template"))?;
    if let Some(disabled) = &found.disabled {
        let words = disabled.words(&found.name);
        return Err(Refusal::Unfit(Failure::permanent(EnabledChange::REFUSAL, words)));
    }
    let launching = Launching { child, name: found.name.clone() };
    let version = pin_tools(found, child, tools)?;
    let prepared = prepare(&mut tx, context, wanted, version, parent).await?;
    let insert = prepared.into_insert(context, child, &launching.name);
    if let Some(inserted) = insert_execution(&mut tx, insert, decide::launch).await? {
        tx.commit().await.doing("launching a child")?;
        announce(context, inserted.notice).await;
    }
    Ok(launching)
}

/// What was learnt of the tools that a child calls, before its transaction.
struct AskedTools {
    /// The child, and the version that it would be of.
    of: (ExecutionId, TemplateId, i32),
    /// What it pins; none where it was launched before.
    locks: Option<ToolLocks>,
}

/// Asks the servers of a child's tools; none where it calls none, or is refused anyway. No
/// connection to the database is held meanwhile.
async fn ask_tools(
    deps: &EngineDeps,
    context: &JobContext,
    wanted: Wanted<'_>,
) -> Result<Option<AskedTools>, Refusal> {
    let (pool, workspace) = (context.pool(), context.workspace);
    let mut conn = pool.acquire().await.doing("looking for the tools of a child")?;
    let (name, version) = (wanted.template(), wanted.version());
    let found = templates::find_pinned(&mut conn, workspace, name, version).await?;
    let Some(found) = found.filter(|found| found.disabled.is_none()) else { return Ok(None) };
    let workflow = pins::read(&found)?;
    if !calls_tools(&workflow) {
        return Ok(None);
    }
    let child = wanted.child(&mut conn, context).await?;
    let is_launched = executions::exists(&mut conn, workspace, child).await?;
    drop(conn);
    let locks = if is_launched {
        None
    } else {
        Some(lock_tools(deps, pool, workspace, &workflow, Pinning::Keep, None, |_| true).await?)
    };
    Ok(Some(AskedTools { of: (child, found.id, found.version), locks }))
}

/// The version that a child is launched of, with its tools pinned.
struct ChildVersion {
    template: (TemplateId, i32),
    name: String,
    workflow: Workflow,
}

/// Pins the tools of a version as they were found, if it is still that version.
fn pin_tools(
    found: PinnedRow,
    child: ExecutionId,
    asked: Option<AskedTools>,
) -> Result<ChildVersion, Refusal> {
    let workflow = pins::read(&found)?;
    let PinnedRow { id, name, version, .. } = found;
    let workflow = match asked.filter(|asked| asked.of == (child, id, version)) {
        Some(AskedTools { locks: Some(locks), .. }) => locks.apply(workflow),
        None if calls_tools(&workflow) => {
            let words = "its tools were not loaded, or it has changed since";
            return Err(EngineError::internal("launching a child", words).into());
        }
        Some(AskedTools { locks: None, .. }) | None => workflow,
    };
    Ok(ChildVersion { template: (id, version), name, workflow })
}

/// Announces the launch by NOTIFY. A failure is only logged: workers find the jobs by polling.
async fn announce(context: &JobContext, notice: Notice) {
    let announcing = async {
        let mut conn = context.pool().acquire().await.doing("announcing a child")?;
        executions::notify(&mut conn, None, &[notice]).await
    };
    if let Err(error) = announcing.await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "a launch was not announced; it begins later");
    }
}

/// What a child is launched with.
struct PreparedChild {
    compiled: Arc<CompiledWorkflow>,
    parameters: Map<String, Value>,
    template: (TemplateId, i32),
    parent: ParentRow,
}

async fn prepare(
    tx: &mut PgConnection,
    context: &JobContext,
    wanted: Wanted<'_>,
    version: ChildVersion,
    parent: ParentRow,
) -> Result<PreparedChild, Refusal> {
    let deepest = i16::try_from(MAX_DEPTH).unwrap_or(i16::MAX);
    if parent.depth >= deepest {
        let words = format!("Workflows can run each other at most {MAX_DEPTH} levels deep.");
        return Err(Refusal::Unfit(Failure::permanent("too_deep", words)));
    }
    let ChildVersion { template, name, workflow } = version;
    let own = (template.0, name);
    let mut workflow = pins::pin(tx, context.workspace, Some(own), workflow).await?;
    // The child has no more time than its parent has left, or than the step may take.
    let left = context.time_limit_ms().saturating_sub(parent.active_ms);
    let step = context.node().and_then(|node| node.data.timeout_ms).unwrap_or(left);
    let limit = &mut workflow.settings.timeout_ms;
    *limit = (*limit).min(left).min(step).max(Settings::MIN_TIMEOUT_MS);
    let parameters = wanted.parameters(context, &workflow.parameters)?;
    let declared = &workflow.parameters;
    let parameters = validate_parameters(&workflow, &references_to_ids(declared, parameters))?;
    let parameters =
        launch_inputs::resolve_references(tx, context.workspace, declared, parameters).await?;
    launch_context::require(&workflow, &parent.context, |_| true)?;
    let compiled = compile(workflow)?;
    Ok(PreparedChild { compiled, parameters, template, parent })
}

impl PreparedChild {
    fn into_insert<'a>(
        self,
        context: &JobContext,
        id: ExecutionId,
        name: &'a str,
    ) -> ExecutionInsert<'a> {
        let budget = self.compiled.workflow().settings.budget;
        ExecutionInsert {
            id,
            workspace: context.workspace,
            now: self.parent.now,
            compiled: self.compiled,
            parameters: self.parameters,
            context: self.parent.context,
            steering: Steering::default(),
            new: NewExecution {
                template: Some((self.template.0, Some(self.template.1))),
                name,
                project: self.parent.project,
                user: self.parent.user,
                trigger: "sub_workflow",
                // The budgets of its ancestors hold besides: what it spends counts for them as
                // well.
                budget: budget.map(|micros| i64::try_from(micros).unwrap_or(i64::MAX)),
                idempotency_key: None,
                descent: Descent::Child {
                    execution: context.execution,
                    node: context.node_id.clone(),
                    job: context.job,
                    generation: context.generation,
                    depth: self.parent.depth + 1,
                },
                as_published: false,
            },
        }
    }
}

/// Replaces references to documents and images by their ids, as a launch takes them.
fn references_to_ids(
    declared: &[Parameter],
    mut parameters: Map<String, Value>,
) -> Map<String, Value> {
    for parameter in declared {
        let Some(value) = parameters.get_mut(&parameter.name) else { continue };
        let ids: Vec<Uuid> = match parameter.kind {
            ParameterKind::Document | ParameterKind::Documents => {
                DocumentRef::list(value).into_iter().map(|found| found.document_id.0).collect()
            }
            ParameterKind::Image | ParameterKind::Images => {
                ImageRef::list(value).into_iter().map(|found| found.image_id.0).collect()
            }
            ParameterKind::Text
            | ParameterKind::LongText
            | ParameterKind::Integer
            | ParameterKind::Number
            | ParameterKind::Boolean
            | ParameterKind::Choice
            | ParameterKind::MultiChoice
            | ParameterKind::List
            | ParameterKind::Json => vec![],
        };
        let many = matches!(parameter.kind, ParameterKind::Documents | ParameterKind::Images);
        match ids.first() {
            Some(_) if many => *value = json!(ids),
            Some(first) => *value = json!(first),
            None => {}
        }
    }
    parameters
}
