//! Servers of tools over the API: registered, asked for their tools, searched; and what has changed
//! in tools since workflows pinned them.

use axum::{Json as Answer, extract::State};
use model::{
    access::Permission,
    mcp::{
        drift::ToolDrift,
        server::{ServerView, ToolView},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Services;

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Path, Query},
};

model::tools_operations!(crate::rest::operation::operations);

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    operations(routes)
        .mount(
            read.get(
                "/mcp-servers",
                "Lists tool servers by name: registered ones, the operator's, samples and the \
                 agent verbs, each with the tools it had at the last check.",
            ),
            list_servers,
        )
        .mount(
            read.get(
                "/mcp-servers/{id}",
                "Shows the tool server of this id or name with its tools.",
            ),
            server,
        )
        .mount(
            Access::Needs(Permission::ManageTools).post(
                "/mcp-servers/{id}/check",
                "Loads the tools of the tool server of this id or name now, the operator's too; \
                 the result is in its health.",
            ),
            check,
        )
        .mount(
            read.get("/tools", "Lists the tools of enabled servers; filter by words."),
            list_tools,
        )
        .mount(
            read.get(
                "/tools/drifts",
                "Lists tools that changed since workflows pinned them, until someone accepts the \
                 change.",
            ),
            list_drifts,
        )
}

async fn list_servers(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<ServerView>>> {
    Ok(List::answer(services.tools.list_servers(&actor).await?))
}

async fn server(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Answer<ServerView>> {
    Ok(Answer(services.tools.find_server(&actor, &key).await?))
}

async fn check(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(key): Path<String>,
) -> Result<Answer<ServerView>> {
    Ok(Answer(services.tools.check_server(&actor, &key).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ToolQuery {
    /// Words that the tool's name or what its server says of it has to hold.
    q: Option<String>,
    /// Only tools of the server of this name.
    server: Option<String>,
}

async fn list_tools(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(ToolQuery { q, server }): Query<ToolQuery>,
) -> Result<Answer<List<ToolView>>> {
    let words = q.unwrap_or_default();
    Ok(List::answer(services.tools.list_tools(&actor, &words, server.as_deref()).await?))
}

async fn list_drifts(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<ToolDrift>>> {
    Ok(List::answer(services.tools.list_drifts(&actor).await?))
}
