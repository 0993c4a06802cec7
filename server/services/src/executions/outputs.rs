//! Inputs, calls and outputs of nodes, talks of agents, events, and the output of an execution.

use backend::actor::Actor;
use model::{
    agent::page::{AgentTalkPage, TalkCall},
    api::{
        executions::{EventsPage, SentRow},
        listing::{Page, PageRequest},
    },
    execution::event::Event,
    expr::ExprError,
    id::{ExecutionId, JobId, NodeId},
    mcp::call::ToolCallView,
    pages::Gave,
};
use serde_json::{Map, Value};
use store::{
    agents::talk::{self, TalkPart},
    calls::tool_calls,
    error::{EngineError, Result},
    executions,
    page_query::PageQuery,
};

use super::{
    Executions,
    history::{history_gone, is_forgotten, require_history},
};
use crate::context::OrNotFound;
use engine::exec::advance::load_unlocked;

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
        let mut conn = self.ctx.connect("reading what a node gave").await?;
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
        let mut conn = self.ctx.connect("reading what a node gave").await?;
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
        let mut conn = self.ctx.read(actor, "reading what came into a node").await?;
        require_history(&mut conn, actor, id).await?;
        let now = executions::now(&mut conn).await?;
        let snapshot = load_unlocked(&mut conn, actor.workspace, id).await?;
        let snapshot = snapshot.filter(|snapshot| snapshot.nodes.contains_key(node));
        let snapshot = snapshot.or_not_found("step")?;
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
        let mut conn = self.ctx.connect("reading what was sent").await?;
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
        let mut conn = self.ctx.connect("reading calls of tools").await?;
        tool_calls::list(&mut conn, actor.workspace, id, node, page).await
    }

    /// The output of an execution, which its end node collects; none until it completes.
    pub async fn output(&self, actor: &Actor, id: ExecutionId) -> Result<Option<Value>> {
        self.may_watch(actor, id).await?;
        let mut conn = self.ctx.connect("reading an execution's output").await?;
        executions::find_output(&mut conn, actor.workspace, id).await
    }
}

const PAGE_OF_EVENTS: i64 = 1_000;

impl Executions {
    /// Events of an execution after number `seq`, in order, at most a page of them.
    pub async fn events(&self, actor: &Actor, id: ExecutionId, seq: i64) -> Result<Vec<Event>> {
        let mut conn = self.ctx.read(actor, "reading events").await?;
        executions::events_after(&mut conn, actor.workspace, id, seq, PAGE_OF_EVENTS).await
    }

    /// Events after number `seq` as [`Executions::events`], with the number to go on from where
    /// there may be more.
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
            let mut conn = self.ctx.connect("looking for an execution").await?;
            if is_forgotten(&mut conn, actor, id).await? {
                let detail = "Its events are no longer kept. Its outputs are.";
                return Err(history_gone(detail).into());
            }
        }
        let full = i64::try_from(items.len()).is_ok_and(|read| read >= PAGE_OF_EVENTS);
        let next_after = items.last().filter(|_| full).map(|event| event.seq);
        Ok(EventsPage { items, next_after })
    }
}

impl Executions {
    /// A part of the talk of an agent's job, from its end: the last one, or the one that ends before
    /// the position `before`; of its latest try or of the one with this generation.
    ///
    /// # Errors
    /// It is not found where the execution has no such job, or that is not an agent's.
    pub async fn agent_talk(
        &self,
        actor: &Actor,
        id: ExecutionId,
        job: JobId,
        before: Option<u32>,
        generation: Option<i32>,
    ) -> Result<AgentTalkPage> {
        self.may_watch(actor, id).await?;
        let workspace = actor.workspace;
        let mut conn = self.ctx.connect("reading the talk of an agent").await?;
        talk::exists(&mut conn, workspace, id, job).await?.or_not_found("item")?;
        let part = TalkPart { workspace, execution: id, job, generation, before };
        let (messages, next) = talk::entries(&mut conn, part).await?;
        let mut calls = talk::calls(&mut conn, workspace, job, generation).await?;
        let shares = talk::shares(&mut conn, workspace, job, generation).await?;
        let earlier_tries = talk::earlier_tries(&mut conn, workspace, job).await?;
        let providers = self.ctx.deps.providers_of(&mut conn, workspace).await?;
        drop(conn);
        let last = calls.last().map(|TalkCall { call, .. }| call);
        let model = last.map(|call| format!("{}/{}", call.provider, call.model));
        let provider = providers.text(model.as_deref()).await;
        let window = provider.context_window(&provider.text_model(model.as_deref()));
        let context_tokens = last.map_or(0, |call| call.input_tokens);
        let turns = messages.first().zip(messages.last()).map(|ends| ends.0.turn..=ends.1.turn);
        calls.retain(|known| turns.as_ref().is_some_and(|turns| turns.contains(&known.call.turn)));
        Ok(AgentTalkPage { messages, calls, next, window, context_tokens, shares, earlier_tries })
    }
}
