//! An execution as its monitor and those who poll it see it.

use backend::actor::Actor;
use model::{
    access::{self, Permission},
    api::executions::{ExecutionPulse, JobRow},
    execution::view::ExecutionView,
    id::{ExecutionId, WorkspaceId},
    pages::{MonitorPage, PartialText},
    workflow::Workflow,
};
use sqlx::PgConnection;
use store::{
    error::{Doing, EngineError, Result},
    executions::{self, external_refs},
    page_query::PageQuery,
    reviews::ReviewQuery,
};

use super::{
    Executions,
    action_scope::actor_scope_for_workflow,
    brought::{brought_along, chosen_documents},
    definition::effective_workflow,
    history::require_execution,
    review_cards::{MOST_OF_EXECUTION, load_review_cards},
    views::add_unsaid,
};

impl Executions {
    /// Everything the monitor shows, as of one event.
    pub async fn monitor(&self, actor: &Actor, id: ExecutionId) -> Result<MonitorPage> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("opening the monitor")?;
        let found = executions::find(&mut conn, actor.workspace, id).await?;
        let found = found.ok_or(EngineError::NotFound("run"))?;
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
        let running = self.context.deps.limits.running_per_workspace;
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
        actor.require(Permission::Read)?;
        let running = self.context.deps.limits.running_per_workspace;
        let mut conn = self.context.pool.acquire().await.doing("reading an execution's status")?;
        let found = executions::find_pulse(&mut conn, actor.workspace, id, running).await?;
        found.ok_or(EngineError::NotFound("run"))
    }

    /// Every job of an execution, in the order of its nodes and items.
    pub async fn jobs(&self, actor: &Actor, id: ExecutionId) -> Result<Vec<JobRow>> {
        self.may_watch(actor, id).await?;
        let mut conn = self.context.pool.acquire().await.doing("listing jobs")?;
        executions::jobs(&mut conn, actor.workspace, id).await
    }

    /// Refuses unless the actor may watch this execution.
    pub async fn may_watch(&self, actor: &Actor, id: ExecutionId) -> Result<()> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("looking for an execution")?;
        require_execution(&mut conn, actor, id).await
    }

    /// An execution's definition and view; none where there is no such execution, or they cannot be
    /// read.
    pub(in crate::services) async fn load_workflow_and_view(
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
