//! What a launch runs: the published version of a template, its draft, or a definition that came
//! along.

use std::sync::Arc;

use backend::actor::Actor;
use model::{
    access::Permission,
    api::templates::template_name,
    decide::CompiledWorkflow,
    id::TemplateId,
    pages::{LaunchRequest, launch_request::LaunchSource},
    problem::{FieldProblem, Problem},
    transfer::steps::problem_in_file,
    workflow::Workflow,
};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use store::{
    authoring,
    error::{EngineError, Result},
    templates::{self, PublishedVersion},
};

use super::{
    Executions,
    trial::{Trial, running},
};
use crate::{
    context::{Change, OrNotFound},
    templates::definition::parse_definition,
};
use engine::{
    launch::{self, pins},
    tools::lock::{Pinning, ToolLocks, calls_tools, lock_tools},
};

/// The name of an execution whose definition came along without one.
const UNNAMED: &str = "Unnamed workflow";

/// The workflow that is launched.
pub(super) struct Source {
    /// The template that it is of; none where the definition came along.
    pub template: Option<TemplateId>,
    /// What the execution is called.
    pub name: String,
    /// Median working time of the template's latest executions, in milliseconds; none where none
    /// completed.
    pub usual_ms: Option<u64>,
    /// What the import of a definition left out or read in another way.
    pub notes: Vec<String>,
    /// Whether it came as a list of steps.
    is_steps: bool,
    definition: Definition,
}

enum Definition {
    Published(i32, Arc<CompiledWorkflow>),
    /// A draft, or what came along.
    Unpublished(Box<Workflow>),
}

impl Source {
    /// Its definition as it was read, without pinned versions of other templates.
    pub fn workflow(&self) -> &Workflow {
        match &self.definition {
            Definition::Published(_, compiled) => compiled.workflow(),
            Definition::Unpublished(workflow) => workflow,
        }
    }

    /// What is wrong with it, told by the places of the file that it came in.
    pub fn in_file(&self, error: EngineError) -> EngineError {
        match error {
            EngineError::Refused(problem) if self.is_steps => {
                EngineError::Refused(problem_in_file(problem))
            }
            error => error,
        }
    }

    /// The published version; none for what is not published.
    pub fn version(&self) -> Option<i32> {
        match self.definition {
            Definition::Published(version, _) => Some(version),
            Definition::Unpublished(_) => None,
        }
    }

    /// Whether the definition is the published one unchanged.
    pub fn is_published(&self, compiled: &Arc<CompiledWorkflow>) -> bool {
        matches!(&self.definition, Definition::Published(_, own) if Arc::ptr_eq(own, compiled))
    }

    /// The definition that the execution keeps to its end, with its tools pinned so, and the templates
    /// that it runs pinned to their present versions.
    ///
    /// # Errors
    /// Everything that keeps the workflow from running.
    pub async fn compile(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        locks: Option<&ToolLocks>,
    ) -> Result<Arc<CompiledWorkflow>> {
        let locks = locks.filter(|locks| !locks.is_empty());
        if let Definition::Published(_, compiled) = &self.definition
            && locks.is_none()
            && !pins::runs_others(compiled.workflow())
        {
            return Ok(compiled.clone());
        }
        let own = self.template.map(|template| (template, self.name.clone()));
        let workflow = self.workflow().clone();
        let workflow = match locks {
            Some(locks) => locks.apply(workflow),
            None => workflow,
        };
        let workflow = pins::pin(conn, actor.workspace, own, workflow).await?;
        Ok(launch::compile(workflow)?)
    }
}

impl Executions {
    /// The definition to launch: what came along; the draft for a trial or where the request names a
    /// draft revision; else the published version.
    ///
    /// # Errors
    /// A request that names none or two; a definition that cannot be read; an unknown template, or
    /// one that is switched off; a draft that is at another revision by now.
    pub(super) async fn source(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        request: &LaunchRequest,
        trial: Option<&Trial>,
    ) -> Result<Source> {
        let id = match request.source()? {
            LaunchSource::Template(id) => id,
            LaunchSource::Definition(_) if trial.is_some() => return Err(no_trial().into()),
            LaunchSource::Definition(definition) => {
                return inline_source(actor, request, definition);
            }
        };
        if request.draft_revision.is_some() || trial.is_some() {
            return draft_source(tx, actor, id, request.draft_revision).await;
        }
        let found = templates::find_published_version(tx, actor.workspace, id).await?;
        let found = found.or_not_found("template")?;
        launch::require_enabled(&found.name, found.disabled.as_ref())?;
        let PublishedVersion { name, version, .. } = found;
        let compiled = self.definitions.load(tx, actor.workspace, (id, version)).await?;
        let usual_ms = self.definitions.usual_ms(tx, (id, version)).await?;
        let definition = Definition::Published(version, compiled);
        Ok(Source {
            template: Some(id),
            name,
            usual_ms,
            notes: vec![],
            is_steps: false,
            definition,
        })
    }
}

impl Executions {
    /// What the execution pins of the tools that it calls; none where it calls none. While servers are
    /// asked for their tools no transaction is open: the one that came ends, and another begins.
    ///
    /// # Errors
    /// A definition that cannot run; each tool that cannot be called, at its node.
    pub(super) async fn pin_tools(
        &self,
        tx: Change,
        actor: &Actor,
        source: &Source,
        parameters: &Map<String, Value>,
        trial: Option<&Trial>,
    ) -> Result<(Change, Option<ToolLocks>)> {
        let workflow = source.workflow();
        if !calls_tools(workflow) {
            return Ok((tx, None));
        }
        tx.rollback().await?;
        let pinning = match &source.definition {
            Definition::Published(..) => Pinning::Keep,
            Definition::Unpublished(_) => {
                // What cannot run anyway bothers no server.
                launch::compile(workflow.clone())?;
                Pinning::RenewToRun
            }
        };
        let runs = running(trial, workflow);
        let (deps, pool) = (&self.ctx.deps, &self.ctx.pool);
        let locks =
            lock_tools(deps, pool, actor.workspace, workflow, pinning, Some(parameters), runs)
                .await?;
        let mut tx = self.ctx.begin_planned_once("launching").await?;
        // It may have been switched off while servers answered.
        launch::require_template_enabled(&mut tx, actor.workspace, source.template).await?;
        Ok((tx, Some(locks)))
    }
}

/// The definition that came along with the request.
fn inline_source(actor: &Actor, request: &LaunchRequest, definition: &Value) -> Result<Source> {
    actor.require(Permission::LaunchInline)?;
    let mut imported = request.import(definition)?;
    imported.keep_unread(&request.parameters);
    let name = match imported.workflow.name.trim() {
        "" => UNNAMED.to_owned(),
        name => template_name(name).map_err(not_launched)?,
    };
    let (notes, is_steps) = (imported.notes, imported.takes_any_input);
    let definition = Definition::Unpublished(Box::new(imported.workflow));
    Ok(Source { template: None, name, usual_ms: None, notes, is_steps, definition })
}

fn not_launched(refused: Problem) -> Problem {
    Problem { detail: "The workflow was not launched.".to_owned(), ..refused }
}

fn no_trial() -> Problem {
    let words = "A test run needs the template whose draft it tests. Send its id.";
    let wrong = FieldProblem::field("one_source", "launch.definition", words);
    Problem::invalid("The test run was not started.", vec![wrong])
}

/// The draft, where it is still at the revision that was asked for.
async fn draft_source(
    conn: &mut PgConnection,
    actor: &Actor,
    id: TemplateId,
    asked: Option<i64>,
) -> Result<Source> {
    actor.require(Permission::LaunchInline)?;
    let found = authoring::find(conn, actor.workspace, id).await?.or_not_found("template")?;
    launch::require_enabled(&found.content.name, found.disabled.as_ref())?;
    if asked.is_some_and(|asked| asked != found.draft_revision) {
        let words = "The draft has changed. Reload it and check it again.";
        return Err(Problem::conflict("stale_draft", words).into());
    }
    let usual_ms = templates::median_ms(conn, id).await?;
    let definition = Definition::Unpublished(Box::new(parse_definition(found.content.draft)?));
    let name = found.content.name;
    Ok(Source { template: Some(id), name, usual_ms, notes: vec![], is_steps: false, definition })
}
