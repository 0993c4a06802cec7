//! Node types, agent verbs and checks over the API, for editors other than our own.

use axum::Json as Answer;
use model::{
    access::Permission,
    api::check::{CheckAnswer, CheckRequest},
    mcp::{agent::AgentVerb, tool::ToolDefinition},
    nodes::{NodeKind, NodeSpec},
    transfer::file::File,
};

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{error::Result, http::json::Json};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    routes
        .mount(
            read.get(
                "/agents/list",
                "Lists the agent verbs that steps may call, with their schemas.",
            ),
            agents,
        )
        .mount(read.get("/nodes/types", "Lists the node types with their ports and fields."), types)
        .mount(
            read.post(
                "/nodes/validate",
                "Checks a definition, or one node by its own configuration.",
            )
            .takes::<CheckRequest>(),
            validate,
        )
        .mount(
            read.post(
                "/nodes/validate-connections",
                "Checks how nodes are connected, or whether an edge may be drawn.",
            )
            .takes::<CheckRequest>(),
            validate_connections,
        )
}

/// An agent verb.
#[derive(Debug, Serialize, JsonSchema)]
struct AgentListed {
    /// How steps name it, as `agent.analyze`.
    id: String,
    #[serde(flatten)]
    definition: ToolDefinition,
}

async fn agents() -> Answer<List<AgentListed>> {
    let listed = |verb: &AgentVerb| AgentListed { id: verb.key(), definition: verb.definition() };
    List::answer(AgentVerb::ALL.iter().map(listed).collect())
}

async fn types() -> Answer<List<&'static NodeSpec>> {
    List::answer(NodeKind::ALL.iter().map(|kind| kind.spec()).collect())
}

async fn validate(Json(File(body)): Json<File>) -> Result<Answer<CheckAnswer>> {
    Ok(Answer(CheckRequest::read(body)?.check()?))
}

async fn validate_connections(Json(File(body)): Json<File>) -> Result<Answer<CheckAnswer>> {
    Ok(Answer(CheckRequest::read(body)?.check_connections()?))
}
