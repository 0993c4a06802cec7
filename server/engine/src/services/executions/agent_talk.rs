//! The talks of agents, as people read them.

use backend::actor::Actor;
use model::{
    agent::page::{AgentTalkPage, TalkCall},
    id::{ExecutionId, JobId},
};
use store::{
    agents::talk::{self, TalkPart},
    error::{Doing, EngineError, Result},
};

use super::Executions;

impl Executions {
    /// A part of the talk of an agent's job, from its end: the last one, or the one that ends before
    /// the position `before`.
    ///
    /// # Errors
    /// It is not found where the execution has no such job, or that is not an agent's.
    pub async fn agent_talk(
        &self,
        actor: &Actor,
        id: ExecutionId,
        job: JobId,
        before: Option<u32>,
    ) -> Result<AgentTalkPage> {
        self.may_watch(actor, id).await?;
        let workspace = actor.workspace;
        let mut conn = self.context.pool.acquire().await.doing("reading the talk of an agent")?;
        if !talk::exists(&mut conn, workspace, id, job).await? {
            return Err(EngineError::NotFound("item"));
        }
        let part = TalkPart { workspace, execution: id, job, before };
        let (messages, next) = talk::entries(&mut conn, part).await?;
        let mut calls = talk::calls(&mut conn, workspace, job).await?;
        let shares = talk::shares(&mut conn, workspace, job).await?;
        let providers = self.context.deps.providers_of(&mut conn, workspace).await?;
        drop(conn);
        let last = calls.last().map(|TalkCall { call, .. }| call);
        let model = last.map(|call| format!("{}/{}", call.provider, call.model));
        let provider = providers.text(model.as_deref()).await;
        let window = provider.context_window(&provider.text_model(model.as_deref()));
        let context_tokens = last.map_or(0, |call| call.input_tokens);
        let turns = messages.first().zip(messages.last()).map(|ends| ends.0.turn..=ends.1.turn);
        calls.retain(|known| turns.as_ref().is_some_and(|turns| turns.contains(&known.call.turn)));
        Ok(AgentTalkPage { messages, calls, next, window, context_tokens, shares })
    }
}
