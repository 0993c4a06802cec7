//! The talks of agents.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::access::Permission;
use model::{
    agent::page::AgentTalkPage,
    id::{ExecutionId, JobId},
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};

/// A part of the talk of an agent's job, from its end.
#[server(prefix = "/api/fn", endpoint = "agent_talk", input = leptos::server_fn::codec::Json)]
pub async fn load_agent_talk(
    /// In which execution.
    execution: ExecutionId,
    /// Which job.
    job: JobId,
    /// The position before which the part ends; the end of the talk where there is none.
    before: Option<u32>,
) -> Result<AgentTalkPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.executions.agent_talk(actor, execution, job, before).await.map_err(into_api_error)
}
