//! Watching and controlling executions.

mod control;
mod views;

use std::collections::BTreeSet;

use model::{
    access::{self, Permission},
    api::executions::{
        Artifact, ArtifactRow, BroughtAlong, BroughtDocument, EventsPage, ExecutionPulse, JobRow,
        SentRow,
    },
    decide::Refused,
    execution::{brought::Brought, event::Event, state::ExecutionStatus},
    id::{ArtifactId, DocumentId, ExecutionId, NodeId, WorkspaceId},
    nodes::NodeConfig,
    pages::{Gave, MonitorPage, PartialText},
    problem::{Problem, ProblemKind},
    workflow::{Node, Workflow},
};
use serde_json::Value;
use sqlx::PgConnection;

pub(super) use control::{actor_scope_for_execution, actor_scope_for_workflow};
use views::add_unsaid;
pub(super) use views::{Views, view};

use super::{
    Services,
    actor::{Actor, forbidden},
    reviews,
};
use crate::{
    error::{Doing, EngineError, Result},
    store::{executions, history, library::titles, reviews::ReviewQuery, uploads},
};

const PAGE_OF_EVENTS: i64 = 1_000;
/// Calls of a node whose contents are read at once.
const MOST_SENT: i64 = 200;

impl Services {
    /// Everything the monitor shows, as of one event.
    pub async fn monitor(&self, actor: &Actor, id: ExecutionId) -> Result<MonitorPage> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("opening the monitor")?;
        let found = executions::find(&mut conn, actor.workspace, id).await?;
        let found = found.ok_or(EngineError::NotFound("execution"))?;
        let changed = executions::changed_nodes(&mut conn, actor.workspace, id).await?;
        let workflow = workflow(found.definition, changed)?;
        let usual_ms = match found.template {
            Some(template) => {
                executions::median_node_times(&mut conn, actor.workspace, template).await?
            }
            None => vec![],
        };
        // Text first: a job that settles in between has its text in the events then.
        let partial = executions::partial_texts(&mut conn, actor.workspace, id).await?;
        let partial =
            partial.into_iter().map(|(job, fence, text)| PartialText { job, fence, text });
        let partial = partial.collect();
        let relations = executions::load_relations(&mut conn, actor.workspace, id).await?;
        let mut view = self.views.load(&mut conn, (actor.workspace, id), found.events).await?;
        let running = self.deps.limits.running_per_workspace;
        add_unsaid(&mut conn, (actor.workspace, id), &workflow, running, &mut view).await?;
        let children_bill = executions::children_bill(&mut conn, actor.workspace, id).await?;
        // After the events: a review they tell of is among these.
        let reviews = reviews::load_cards(&mut conn, actor, ReviewQuery::OfExecution(id)).await?;
        let questions = executions::list_questions(&mut conn, actor.workspace, Some(id)).await?;
        let kept = executions::kept_versions(&mut conn, actor.workspace, id).await?;
        let brought = brought_along(&mut conn, actor.workspace, &found.brought).await?;
        let context = chosen_documents(&mut conn, actor.workspace, &workflow).await?;
        let hand = actor_scope_for_workflow(&mut conn, actor, &workflow).await?;
        Ok(MonitorPage {
            id,
            number: found.number,
            name: found.name,
            template_id: found.template,
            template_version: found.template_version,
            launched_by: found.launched_by,
            workflow,
            parameters: found.parameters,
            brought,
            context,
            view,
            children_bill,
            reviews,
            questions,
            kept,
            partial,
            usual_ms,
            now: found.now,
            may_control: access::can(actor.role, Permission::ControlExecution),
            hand,
            relations,
            is_test: found.is_test,
        })
    }

    /// The status of an execution for clients that poll it, without any events.
    pub async fn pulse(&self, actor: &Actor, id: ExecutionId) -> Result<ExecutionPulse> {
        actor.require(Permission::Read)?;
        let running = self.deps.limits.running_per_workspace;
        let mut conn = self.pool.acquire().await.doing("reading an execution's status")?;
        let found = executions::find_pulse(&mut conn, actor.workspace, id, running).await?;
        found.ok_or(EngineError::NotFound("execution"))
    }

    /// Every job of an execution, in the order of its nodes and items.
    pub async fn jobs(&self, actor: &Actor, id: ExecutionId) -> Result<Vec<JobRow>> {
        self.may_watch(actor, id).await?;
        let mut conn = self.pool.acquire().await.doing("listing jobs")?;
        executions::jobs(&mut conn, actor.workspace, id).await
    }

    /// The inputs that the attempts of a node sent out, with its references resolved; the first
    /// 200, if there are more.
    pub async fn sent_inputs(
        &self,
        actor: &Actor,
        id: ExecutionId,
        node: &NodeId,
    ) -> Result<Vec<SentRow>> {
        self.may_watch(actor, id).await?;
        let mut conn = self.pool.acquire().await.doing("reading what was sent")?;
        executions::list_sent_inputs(&mut conn, actor.workspace, id, node, MOST_SENT).await
    }

    /// The whole output of a node; empty where it has none yet.
    pub async fn node_values(&self, actor: &Actor, id: ExecutionId, node: &NodeId) -> Result<Gave> {
        self.may_watch(actor, id).await?;
        let mut conn = self.pool.acquire().await.doing("reading what a node gave")?;
        let values = executions::find_node_output(&mut conn, actor.workspace, id, node).await?;
        Ok(Gave { values: values.unwrap_or_default(), cut: false })
    }

    /// The output of an execution, which its end node collects; none until it completes.
    pub async fn output(&self, actor: &Actor, id: ExecutionId) -> Result<Option<Value>> {
        self.may_watch(actor, id).await?;
        let mut conn = self.pool.acquire().await.doing("reading an execution's output")?;
        executions::find_output(&mut conn, actor.workspace, id).await
    }

    /// Every version of everything an execution made, without what it says.
    pub async fn artifacts(&self, actor: &Actor, id: ExecutionId) -> Result<Vec<ArtifactRow>> {
        self.may_watch(actor, id).await?;
        let mut conn = self.pool.acquire().await.doing("listing what was made")?;
        executions::artifacts(&mut conn, actor.workspace, id).await
    }

    /// A version of an output of an execution, with all of it.
    pub async fn artifact(
        &self,
        actor: &Actor,
        execution: ExecutionId,
        id: ArtifactId,
    ) -> Result<Artifact> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("reading what was made")?;
        let found = executions::artifact(&mut conn, actor.workspace, execution, id).await?;
        found.ok_or(EngineError::NotFound("artifact"))
    }

    /// Refuses unless the actor may watch this execution.
    pub async fn may_watch(&self, actor: &Actor, id: ExecutionId) -> Result<()> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("looking for an execution")?;
        require_execution(&mut conn, actor, id).await
    }

    /// Events of an execution after number `seq`, in order, at most a page of them.
    pub async fn events(&self, actor: &Actor, id: ExecutionId, seq: i64) -> Result<Vec<Event>> {
        actor.require(Permission::Read)?;
        let mut conn = self.pool.acquire().await.doing("reading events")?;
        executions::events_after(&mut conn, (actor.workspace, id), seq, PAGE_OF_EVENTS).await
    }

    /// Events after number `seq` as [`Services::events`], with the number to go on from where there
    /// may be more.
    ///
    /// # Errors
    /// Gone where retention has deleted the events.
    pub async fn events_page(
        &self,
        actor: &Actor,
        id: ExecutionId,
        seq: i64,
    ) -> Result<EventsPage> {
        let items = self.events(actor, id, seq).await?;
        if items.is_empty() {
            let mut conn = self.pool.acquire().await.doing("looking for an execution")?;
            if is_forgotten(&mut conn, actor, id).await? {
                let detail = "Its events are no longer kept; what it made is.";
                return Err(history_gone(detail).into());
            }
        }
        let full = i64::try_from(items.len()).is_ok_and(|read| read >= PAGE_OF_EVENTS);
        let next_after = items.last().filter(|_| full).map(|event| event.seq);
        Ok(EventsPage { items, next_after })
    }
}

/// The documents and files that an execution was launched with, under their present names.
pub(super) async fn brought_along(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    Brought { documents, uploads }: &Brought,
) -> Result<BroughtAlong> {
    let documents = titles::last_known_titles(conn, workspace, documents).await?;
    let files =
        if uploads.is_empty() { vec![] } else { uploads::list(conn, workspace, uploads).await? };
    Ok(BroughtAlong { documents, files })
}

/// The documents that steps of a workflow choose to read with their prompts, each once.
pub(super) async fn chosen_documents(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    workflow: &Workflow,
) -> Result<Vec<BroughtDocument>> {
    let chosen = workflow.nodes.iter().flat_map(Node::context_documents);
    let chosen: BTreeSet<DocumentId> = chosen.copied().collect();
    titles::last_known_titles(conn, workspace, &chosen.into_iter().collect::<Vec<_>>()).await
}

/// Refuses unless the workspace has this execution with all of its history.
///
/// # Errors
/// Not found where the workspace has no such execution; gone where retention has left only its
/// summary.
pub(super) async fn require_history(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ExecutionId,
) -> Result<()> {
    if is_forgotten(conn, actor, id).await? {
        let detail = "Only its summary is kept by now. Launch it again instead.";
        return Err(history_gone(detail).into());
    }
    Ok(())
}

/// The problem of a request that needs a history which retention has deleted.
pub(super) fn history_gone(detail: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Gone, "history_gone", detail)
}

async fn is_forgotten(conn: &mut PgConnection, actor: &Actor, id: ExecutionId) -> Result<bool> {
    require_execution(conn, actor, id).await?;
    Ok(history::summary(conn, actor.workspace, id).await?.is_some())
}

/// Refuses unless the actor's workspace has this execution.
async fn require_execution(conn: &mut PgConnection, actor: &Actor, id: ExecutionId) -> Result<()> {
    if executions::exists(conn, actor.workspace, id).await? {
        Ok(())
    } else {
        Err(EngineError::NotFound("execution"))
    }
}

/// A frozen definition with what people changed of its nodes.
pub(super) fn workflow(definition: Value, changed: Vec<(NodeId, Value)>) -> Result<Workflow> {
    let mut workflow: Workflow =
        serde_json::from_value(definition).map_err(EngineError::unreadable)?;
    for (id, written) in changed {
        let Some(node) = workflow.nodes.iter_mut().find(|node| node.id == id) else { continue };
        if let Ok(config) = NodeConfig::from_value(node.kind(), written) {
            node.data.config = config;
        }
    }
    Ok(workflow)
}

fn is_over_for_good(status: ExecutionStatus) -> bool {
    matches!(status, ExecutionStatus::Completed | ExecutionStatus::Stopped)
}

/// Advice about a failure after which the workflow has gone on.
const FROM_HERE: &str = "When the execution is over, choose “Run again from here” at this step: a new \
                         execution takes over what came before it.";
const FROM_LOOP: &str = "When the execution is over, choose “Run again from here” at the loop: a new \
                         execution runs its rounds again and takes over what came before it.";

pub(super) fn refusal(refused: &Refused) -> Problem {
    let (code, advice) = match refused {
        Refused::NotAllowed { status, .. } if is_over_for_good(*status) => {
            ("execution_over", "It is over; run it again instead.")
        }
        Refused::NotNow { why, .. } => ("wrong_state", *why),
        Refused::NotAllowed { .. } | Refused::NotHere(_) => ("wrong_state", ""),
        Refused::UnknownNode(_) => return Problem::not_found("node"),
        Refused::Lacks(lacks) => return forbidden(*lacks),
        Refused::NotFailed { .. } => ("node_not_failed", ""),
        Refused::Handled(_) => ("failure_handled", FROM_HERE),
        Refused::WentOn(_) => ("loop_went_on", FROM_LOOP),
        Refused::Stale { .. } | Refused::UnknownJob(_) => ("stale", "Reload and try again."),
        Refused::AwaitsReview => ("awaits_review", "Decide the review, or stop it."),
        Refused::AwaitsParent => ("awaits_parent", "Resume that one, or stop this one."),
        Refused::ReviewOver(_) => ("review_over", "Reload to see the decision."),
        Refused::ApprovedBefore(_) => ("approved_before", "Another person has to approve."),
        Refused::ItemsChanged(_) => ("items_changed", "Look at it again, then decide."),
        Refused::NotAsked(_) => ("question_over", ""),
        Refused::Unfit(_) | Refused::Misset(_) => ("unfit", "Change it and try again."),
    };
    let mut words = refused.to_string();
    if let Some(first) = words.get(..1).map(str::to_uppercase) {
        words.replace_range(..1, &first);
    }
    // Some of these messages end with a full stop already.
    let detail = format!("{}. {advice}", words.trim_end_matches('.'));
    let (kind, errors) = match refused {
        Refused::Misset(wrong) => (ProblemKind::Invalid, vec![(**wrong).clone()]),
        Refused::Unfit(_) => (ProblemKind::Invalid, vec![]),
        _ => (ProblemKind::Conflict, vec![]),
    };
    Problem { errors, ..Problem::new(kind, code, detail.trim_end()) }
}
