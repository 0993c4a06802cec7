//! An execution as its monitor and those who poll it see it, with what it reads; and the history of a
//! workspace, in parts.

use std::collections::BTreeSet;

use backend::actor::Actor;
use model::{
    access::{self, Permission},
    api::{
        executions::{BroughtAlong, BroughtDocument, ExecutionPulse, JobRow},
        history::ExecutionFilter,
        listing::{Page, PageRequest},
    },
    execution::{brought::Brought, view::ExecutionView},
    id::{DocumentId, ExecutionId, WorkspaceId},
    pages::{ExecutionChoices, ExecutionRow, MonitorPage, PartialText},
    workflow::{Node, Workflow},
};
use sqlx::PgConnection;
use store::{
    accounts,
    error::Result,
    executions::{self, ExecutionQuery, external_refs},
    library::titles,
    page_query::PageQuery,
    reviews::ReviewQuery,
    templates, uploads,
};

use super::{
    Executions,
    action_scope::{MOST_OF_EXECUTION, actor_scope_for_workflow, load_review_cards},
    history::{effective_workflow, require_execution},
    views::add_unsaid,
};
use crate::context::OrNotFound;

impl Executions {
    /// Everything the monitor shows, as of one event.
    pub async fn monitor(&self, actor: &Actor, id: ExecutionId) -> Result<MonitorPage> {
        let mut conn = self.ctx.read(actor, "opening the monitor").await?;
        let found = executions::find(&mut conn, actor.workspace, id).await?.or_not_found("run")?;
        let changed = executions::changed_nodes(&mut conn, actor.workspace, id).await?;
        let workflow = effective_workflow(found.definition, changed)?;
        let usual_ms = match found.template {
            Some(template) => {
                executions::median_node_times(&mut conn, actor.workspace, template).await?
            }
            None => vec![],
        };
        // Text first: a job that settles in between has its text in the events then.
        let texts = executions::partial_texts(&mut conn, actor.workspace, id).await?;
        let partial = |(job, fence, text)| PartialText { job, fence, text };
        let relations = executions::load_relations(&mut conn, actor.workspace, id).await?;
        let mut view = self.views.load(&mut conn, (actor.workspace, id), found.events).await?;
        let running = self.ctx.deps.limits.running_per_workspace;
        add_unsaid(&mut conn, (actor.workspace, id), &workflow, running, &mut view).await?;
        let children_bill = executions::children_bill(&mut conn, actor.workspace, id).await?;
        // After the events: a review they tell of is among these.
        let (of, page) = (ReviewQuery::OfExecution(id), PageQuery::first(MOST_OF_EXECUTION));
        let reviews = load_review_cards(&mut conn, actor, of, page).await?.items;
        let questions = executions::list_questions(&mut conn, actor.workspace, Some(id)).await?;
        let kept = executions::kept_versions(&mut conn, actor.workspace, id).await?;
        let brought = brought_along(&mut conn, actor.workspace, &found.brought).await?;
        let context = chosen_documents(&mut conn, actor.workspace, &workflow).await?;
        let external_refs = external_refs::list(&mut conn, actor.workspace, id).await?;
        Ok(MonitorPage {
            id,
            number: found.number,
            name: found.name,
            template_id: found.template,
            template_version: found.template_version,
            launched_by: found.launched_by,
            user_id: found.author,
            workspace_id: actor.workspace,
            project_id: found.project,
            trigger: found.trigger,
            hand: actor_scope_for_workflow(&mut conn, actor, &workflow, found.author).await?,
            workflow,
            parameters: found.parameters,
            brought,
            launch_context: found.launch_context,
            context,
            external_refs,
            view,
            children_bill,
            reviews,
            questions,
            kept,
            partial: texts.into_iter().map(partial).collect(),
            usual_ms,
            now: found.now,
            may_control: access::can(actor.role, Permission::ControlExecution),
            relations,
            is_test: found.is_test,
        })
    }

    /// The status of an execution for clients that poll it, without any events.
    pub async fn pulse(&self, actor: &Actor, id: ExecutionId) -> Result<ExecutionPulse> {
        let mut conn = self.ctx.read(actor, "reading an execution's status").await?;
        let running = self.ctx.deps.limits.running_per_workspace;
        executions::find_pulse(&mut conn, actor.workspace, id, running).await?.or_not_found("run")
    }

    /// Every job of an execution, in the order of its nodes and items.
    pub async fn jobs(&self, actor: &Actor, id: ExecutionId) -> Result<Vec<JobRow>> {
        self.may_watch(actor, id).await?;
        let mut conn = self.ctx.connect("listing jobs").await?;
        executions::jobs(&mut conn, actor.workspace, id).await
    }

    /// Refuses unless the actor may watch this execution.
    pub async fn may_watch(&self, actor: &Actor, id: ExecutionId) -> Result<()> {
        let mut conn = self.ctx.read(actor, "looking for an execution").await?;
        require_execution(&mut conn, actor, id).await
    }

    /// An execution's definition and view; none where there is no such execution, or they cannot be
    /// read.
    pub(crate) async fn load_workflow_and_view(
        &self,
        conn: &mut PgConnection,
        workspace: WorkspaceId,
        execution: ExecutionId,
    ) -> Result<Option<(Workflow, ExecutionView)>> {
        let found = executions::find(conn, workspace, execution).await?;
        let Some(found) = found else { return Ok(None) };
        let changed = executions::changed_nodes(conn, workspace, execution).await?;
        let Ok(workflow) = effective_workflow(found.definition, changed) else { return Ok(None) };
        let view = self.views.load(conn, (workspace, execution), found.events).await.ok();
        Ok(view.map(|view| (workflow, view)))
    }
}

impl Executions {
    /// A part of the list of executions that the filter admits, the latest first.
    pub async fn executions_page(
        &self,
        actor: &Actor,
        filter: &ExecutionFilter,
        asked: &PageRequest,
    ) -> Result<Page<ExecutionRow>> {
        let mut conn = self.ctx.read(actor, "listing executions").await?;
        let page = PageQuery::from_request(asked)?;
        let running = self.ctx.deps.limits.running_per_workspace;
        let listed = ExecutionQuery { filter, unattended: false, running };
        executions::list(&mut conn, actor.workspace, listed, page).await
    }

    /// The templates and people that the list can be filtered by.
    pub async fn history_choices(&self, actor: &Actor) -> Result<ExecutionChoices> {
        let mut conn = self.ctx.read(actor, "reading what executions have in common").await?;
        let templates = templates::list_names(&mut conn, actor.workspace).await?;
        let people = accounts::list_names(&mut conn, actor.workspace).await?;
        Ok(ExecutionChoices { templates, people })
    }
}

/// The documents and files that an execution was launched with, under their present names.
pub(crate) async fn brought_along(
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
