//! Servers of tools over the API: registered, asked for their tools, searched; and what has changed
//! in tools since workflows pinned them.

use axum::{
    Json as Answer,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::services::Services;
use model::{
    access::Permission,
    id::McpServerId,
    mcp::{
        drift::ToolDrift,
        form::ServerChange,
        page::DriftAcceptance,
        server::{ServerForm, ServerView, ToolView},
    },
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    listing::List,
    routes::{Access, Routes},
};
use crate::{
    auth::caller::Caller,
    error::Result,
    http::json::{Json, Path, Query},
};

pub(super) fn mount(routes: Routes) -> Routes {
    let read = Access::Needs(Permission::Read);
    let admin = Access::Needs(Permission::ManageTools);
    let one = "/mcp-servers/{id}";
    let routes = routes
        .mount(
            read.get(
                "/mcp-servers",
                "Lists tool servers by name: registered ones, the operator's, samples and the \
                 agent verbs, each with the tools it had at the last check.",
            ),
            list_servers,
        )
        .mount(
            admin
                .post("/mcp-servers", "Registers a tool server and loads its tools.")
                .gives::<ServerView>(StatusCode::CREATED),
            register,
        )
        .mount(read.get(one, "Shows a registered tool server with its tools."), server)
        .mount(admin.patch(one, "Changes a tool server; absent fields don't change."), change)
        .mount(admin.delete(one, "Deletes a tool server; steps that use it will fail."), delete)
        .mount(
            admin.post(
                "/mcp-servers/{id}/check",
                "Loads the tools of a tool server now; the result is in its health.",
            ),
            check,
        );
    mount_tools(routes, read, admin)
}

fn mount_tools(routes: Routes, read: Access, admin: Access) -> Routes {
    routes
        .mount(
            read.get(
                "/tools",
                "Lists the tools of enabled servers; filter by words.",
            ),
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
        .mount(
            admin
                .post(
                    "/tools/drifts/accept",
                    "Accepts a tool's change: workflows that pinned the old version can call it again.",
                )
                .gives_nothing(),
            accept,
        )
}

async fn list_servers(
    State(services): State<Services>,
    Caller(actor): Caller,
) -> Result<Answer<List<ServerView>>> {
    Ok(List::answer(services.tools.list_servers(&actor).await?))
}

async fn register(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(form): Json<ServerForm>,
) -> Result<Response> {
    let server = services.tools.register_server(&actor, form).await?;
    Ok((StatusCode::CREATED, Answer(server)).into_response())
}

async fn server(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<McpServerId>,
) -> Result<Answer<ServerView>> {
    Ok(Answer(services.tools.server(&actor, id).await?))
}

async fn change(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<McpServerId>,
    Json(change): Json<ServerChange>,
) -> Result<Answer<ServerView>> {
    Ok(Answer(services.tools.change_server(&actor, id, change).await?))
}

async fn delete(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<McpServerId>,
) -> Result<StatusCode> {
    services.tools.delete_server(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn check(
    State(services): State<Services>,
    Caller(actor): Caller,
    Path(id): Path<McpServerId>,
) -> Result<Answer<ServerView>> {
    Ok(Answer(services.tools.check_server(&actor, id).await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Words that the tool's name or what its server says of it has to hold.
    q: Option<String>,
    /// Only tools of the server of this name.
    server: Option<String>,
}

async fn list_tools(
    State(services): State<Services>,
    Caller(actor): Caller,
    Query(Asked { q, server }): Query<Asked>,
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

async fn accept(
    State(services): State<Services>,
    Caller(actor): Caller,
    Json(accepted): Json<DriftAcceptance>,
) -> Result<StatusCode> {
    services.tools.accept_drift(&actor, accepted).await?;
    Ok(StatusCode::NO_CONTENT)
}
