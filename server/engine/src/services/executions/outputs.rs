//! Inputs, calls and outputs of nodes, and the output of an execution.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::{
        executions::SentRow,
        listing::{Page, PageRequest},
    },
    expr::ExprError,
    id::{ExecutionId, NodeId},
    mcp::call::ToolCallView,
    pages::Gave,
};
use serde_json::{Map, Value};
use store::{
    calls::tool_calls,
    error::{Doing, EngineError, Result},
    executions,
    page_query::PageQuery,
};

use super::{
    Executions,
    history::{history_gone, require_history},
};
use crate::exec::advance::load_unlocked;

/// Calls of a node whose contents are read at once.
const MOST_SENT: i64 = 200;

impl Executions {
    /// The output of a node, by port.
    ///
    /// # Errors
    /// It is not found where the node has given nothing yet, or there is no such node; gone with its
    /// history.
    pub async fn node_output(
        &self,
        actor: &Actor,
        id: ExecutionId,
        node: &NodeId,
    ) -> Result<Map<String, Value>> {
        self.may_watch(actor, id).await?;
        let mut conn = self.context.pool.acquire().await.doing("reading what a node gave")?;
        match executions::find_node_output(&mut conn, actor.workspace, id, node).await? {
            Some(values) => Ok(values),
            None => {
                require_history(&mut conn, actor, id).await?;
                Err(EngineError::NotFound("output"))
            }
        }
    }

    /// The whole output of a node; empty where it has none yet.
    pub async fn node_values(&self, actor: &Actor, id: ExecutionId, node: &NodeId) -> Result<Gave> {
        self.may_watch(actor, id).await?;
        let mut conn = self.context.pool.acquire().await.doing("reading what a node gave")?;
        let values = executions::find_node_output(&mut conn, actor.workspace, id, node).await?;
        Ok(Gave { values: values.unwrap_or_default(), cut: false })
    }

    /// The input of a node from its edges, by port, as of now.
    ///
    /// # Errors
    /// It is not found where there is no such node; gone with its history.
    pub async fn node_input(
        &self,
        actor: &Actor,
        id: ExecutionId,
        node: &NodeId,
    ) -> Result<Map<String, Value>> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("reading what came into a node")?;
        require_history(&mut conn, actor, id).await?;
        let now = executions::now(&mut conn).await?;
        let snapshot = load_unlocked(&mut conn, actor.workspace, id).await?;
        let snapshot = snapshot.filter(|snapshot| snapshot.nodes.contains_key(node));
        let snapshot = snapshot.ok_or(EngineError::NotFound("step"))?;
        let gone = |error: ExprError| history_gone(error.to_string());
        Ok(snapshot.came_in(node, now).map_err(gone)?)
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
        let mut conn = self.context.pool.acquire().await.doing("reading what was sent")?;
        executions::list_sent_inputs(&mut conn, actor.workspace, id, node, MOST_SENT).await
    }

    /// The calls of tools of an execution, or of one of its nodes in all of its rounds, the newest
    /// first.
    pub async fn tool_calls(
        &self,
        actor: &Actor,
        id: ExecutionId,
        node: Option<&NodeId>,
        asked: &PageRequest,
    ) -> Result<Page<ToolCallView>> {
        self.may_watch(actor, id).await?;
        let page = PageQuery::from_request(asked)?;
        let mut conn = self.context.pool.acquire().await.doing("reading calls of tools")?;
        tool_calls::list(&mut conn, actor.workspace, id, node, page).await
    }

    /// The output of an execution, which its end node collects; none until it completes.
    pub async fn output(&self, actor: &Actor, id: ExecutionId) -> Result<Option<Value>> {
        self.may_watch(actor, id).await?;
        let mut conn = self.context.pool.acquire().await.doing("reading an execution's output")?;
        executions::find_output(&mut conn, actor.workspace, id).await
    }
}
