//! One command to several executions: each answers for itself.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::history::{SeveralAnswer, SeveralCommand, SeveralRequest},
    execution::{state::Action, view::NodeView},
    id::{ExecutionId, NodeId},
    pages::Control,
    problem::Problem,
};
use store::{
    error::{Doing, EngineError, Result},
    executions,
};

use super::{Executions, definition::effective_workflow, history::require_history, views::view};

const NOTHING_TO_RETRY: &str = "It has no failed steps to retry. To run everything again, open it \
                                and choose “Run again”.";

impl Executions {
    /// Asks the same of several executions, one after the other; what one refuses keeps no other
    /// back.
    ///
    /// # Errors
    /// When nobody may be asked at all: no permission, none named, too many named.
    pub async fn control_several(
        &self,
        actor: &Actor,
        request: &SeveralRequest,
    ) -> Result<Vec<SeveralAnswer>> {
        actor.require(Permission::ControlExecution)?;
        let mut answers = vec![];
        for id in request.each()? {
            let done = match request.command {
                SeveralCommand::Stop => self.control(actor, id, Control::STOP).await,
                SeveralCommand::Retry => self.retry_failed(actor, id).await,
            };
            let refused = done.err().map(EngineError::into_problem);
            answers.push(SeveralAnswer { id, refused });
        }
        Ok(answers)
    }

    /// Runs every failed step of an execution again that can be.
    async fn retry_failed(&self, actor: &Actor, id: ExecutionId) -> Result<()> {
        let nodes = self.nodes_to_retry(actor, id).await?;
        let mut refused = None;
        let mut retried = 0;
        for (node_id, generation) in nodes {
            let generation = Some(generation);
            let control = Control::RetryNode { node_id, config: None, generation };
            match self.control(actor, id, control).await {
                Ok(()) => retried += 1,
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        // One retry may revive another's node, whose own retry is then refused: one success is
        // enough.
        match refused {
            Some(error) if retried == 0 => Err(error),
            Some(_) | None => Ok(()),
        }
    }

    /// The steps that can be run again, each with how often it was made; there is one at least.
    async fn nodes_to_retry(&self, actor: &Actor, id: ExecutionId) -> Result<Vec<(NodeId, i32)>> {
        let mut conn = self.context.pool.acquire().await.doing("looking for failed steps")?;
        require_history(&mut conn, actor, id).await?;
        let found = executions::find(&mut conn, actor.workspace, id).await?;
        let found = found.ok_or(EngineError::NotFound("run"))?;
        let changed = executions::changed_nodes(&mut conn, actor.workspace, id).await?;
        let workflow = effective_workflow(found.definition, changed)?;
        let view = view(&mut conn, (actor.workspace, id)).await?;
        let retried = view.failed_to(&workflow, Action::RetryNode);
        if retried.is_empty() {
            let failed = view.failed_to(&workflow, Action::SkipNode);
            let why_not = |node: &&NodeView| view.why_not_to(node, &workflow, Action::RetryNode);
            let why = failed.iter().find_map(why_not).unwrap_or(NOTHING_TO_RETRY);
            return Err(Problem::conflict("nothing_to_retry", why).into());
        }
        Ok(retried.into_iter().map(|node| (node.id.clone(), node.generation)).collect())
    }
}
