//! Servers of tools, and what has changed in their tools since workflows pinned them.

use async_trait::async_trait;
use model::{
    id::McpServerId,
    mcp::{
        form::ServerChange,
        page::{DriftAcceptance, ToolsPage},
        server::{ServerForm, ServerView},
    },
    problem::Problem,
};

use crate::actor::Actor;

/// Servers of tools, and what has changed in their tools since workflows pinned them.
#[async_trait]
pub trait Tools: Send + Sync {
    /// The servers with their tools, what has changed in tools, and for admins the secrets that can
    /// be sent along.
    async fn tools_page(&self, actor: &Actor) -> Result<ToolsPage, Problem>;

    /// The servers that are switched on, with those of their tools that the words name; without
    /// words all of them.
    async fn servers_with_tools(
        &self,
        actor: &Actor,
        words: String,
    ) -> Result<Vec<ServerView>, Problem>;

    /// Registers a server, and asks it for its tools.
    async fn register_server(&self, actor: &Actor, form: ServerForm)
    -> Result<ServerView, Problem>;

    /// Changes a server; what is absent stays as it is.
    async fn change_server(
        &self,
        actor: &Actor,
        id: McpServerId,
        change: ServerChange,
    ) -> Result<ServerView, Problem>;

    /// Deletes a server; steps that name it fail from then on.
    async fn delete_server(&self, actor: &Actor, id: McpServerId) -> Result<(), Problem>;

    /// Asks the server of this name, registered or the operator's, for its tools, now.
    async fn check_named(&self, actor: &Actor, name: String) -> Result<(), Problem>;

    /// Accepts that a tool is now as it was shown.
    async fn accept_drift(&self, actor: &Actor, accepted: DriftAcceptance) -> Result<(), Problem>;
}
