//! The talks of agents.

use axum::{Json as Answer, extract::State};
use model::{
    access::Permission,
    agent::page::AgentTalkPage,
    id::{ExecutionId, JobId},
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;

use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Path, Query},
    rest::routes::{Access, Routes},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes.mount(
        read.get(
            "/workflows/executions/{id}/agents/{job}/talk",
            "Shows an agent's conversation and its model calls, page by page, newest first.",
        ),
        talk,
    )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Part {
    /// The position before which the part ends, as `next` of the part after it; the end of the talk
    /// where there is none.
    before: Option<u32>,
    /// An earlier try, as `earlier_tries` names it; the latest where there is none.
    generation: Option<i32>,
}

async fn talk(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path((id, job)): Path<(ExecutionId, JobId)>,
    Query(part): Query<Part>,
) -> Result<Answer<AgentTalkPage>> {
    Ok(Answer(services.executions.agent_talk(&actor, id, job, part.before, part.generation).await?))
}
