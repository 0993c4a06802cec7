//! Servers of tools: the page of the settings, and what the editor offers.

use leptos::prelude::*;
use model::{
    id::McpServerId,
    mcp::{
        form::ServerChange,
        page::{DriftAcceptance, ToolsPage},
        server::{ServerForm, ServerView},
    },
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// The servers with their tools, what has changed in tools, and for admins the secrets that can be
/// sent along.
#[server(prefix = "/api/fn", endpoint = "tools_page", input = leptos::server_fn::codec::Json)]
pub async fn load_tools_page() -> Result<ToolsPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.tools.tools_page(actor).await.map_err(into_api_error)
}

/// The servers that are switched on, with those of their tools that the words name.
#[server(prefix = "/api/fn", endpoint = "list_tools", input = leptos::server_fn::codec::Json)]
pub async fn list_tools(
    /// What is searched; without words every server has all of its tools.
    words: String,
) -> Result<Vec<ServerView>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.tools.servers_with_tools(actor, words).await.map_err(into_api_error)
}

/// Registers a server, and asks it for its tools.
#[server(prefix = "/api/fn", endpoint = "register_tool_server", input = leptos::server_fn::codec::Json)]
pub async fn register_tool_server(
    /// Its name, kind, address, headers and other names of tools.
    form: ServerForm,
) -> Result<ServerView, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageTools)?;
    ctx.backend.tools.register_server(actor, form).await.map_err(into_api_error)
}

/// Changes a server.
#[server(prefix = "/api/fn", endpoint = "change_tool_server", input = leptos::server_fn::codec::Json)]
pub async fn change_tool_server(
    /// The server.
    id: McpServerId,
    /// What is changed of it; what is absent stays.
    change: ServerChange,
) -> Result<ServerView, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageTools)?;
    ctx.backend.tools.change_server(actor, id, change).await.map_err(into_api_error)
}

/// Deletes a server.
#[server(prefix = "/api/fn", endpoint = "delete_tool_server", input = leptos::server_fn::codec::Json)]
pub async fn delete_tool_server(
    /// The server.
    id: McpServerId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageTools)?;
    ctx.backend.tools.delete_server(actor, id).await.map_err(into_api_error)
}

/// Asks a server for its tools, now.
#[server(prefix = "/api/fn", endpoint = "check_tool_server", input = leptos::server_fn::codec::Json)]
pub async fn check_tool_server(
    /// What workflows call the server.
    name: String,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageTools)?;
    ctx.backend.tools.check_named(actor, name).await.map_err(into_api_error)
}

/// Accepts that a tool is now as it was shown.
#[server(prefix = "/api/fn", endpoint = "accept_tool_drift", input = leptos::server_fn::codec::Json)]
pub async fn accept_tool_drift(
    /// The tool, what was pinned of it, and what it is now.
    accepted: DriftAcceptance,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageTools)?;
    ctx.backend.tools.accept_drift(actor, accepted).await.map_err(into_api_error)
}
