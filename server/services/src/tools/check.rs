//! Asks servers for their tools, for people to look at.

use std::collections::BTreeSet;

use backend::actor::Actor;
use model::{
    access::Permission,
    id::WorkspaceId,
    mcp::{lock::ToolLock, name::ToolName, server::ServerView},
};
use outside::mcp::port::{Listing, McpError};
use sqlx::PgConnection;
use store::{
    calls::outages::{self, Endpoint},
    error::{EngineError, Result},
    mcp::{
        drifts,
        listings::{self, NewListing},
        servers::{self, ServerRow},
    },
};

use super::Tools;
use engine::tools::{ResolvedServer, ToolRefusal, Unresolved, find_drift, locate, resolve};

impl Tools {
    /// Asks the server of this id or name, the operator's too, for its tools, now.
    ///
    /// # Errors
    /// As [`Tools::check_named`].
    pub async fn check_server(&self, actor: &Actor, key: &str) -> Result<ServerView> {
        let found = self.find_server(actor, key).await?;
        self.check_named(actor, found.name).await?;
        self.find_server(actor, key).await
    }

    /// Asks the server of this name, the operator's too, for its tools, now.
    ///
    /// # Errors
    /// A server that is not there, or that is switched off. That it does not answer is no error: its
    /// health says so.
    pub async fn check_named(&self, actor: &Actor, name: String) -> Result<()> {
        let mut conn = self
            .ctx
            .connect_as(actor, Permission::ManageTools, "looking for a tool server")
            .await?;
        let found = servers::find_named(&mut conn, actor.workspace, &name).await?;
        drop(conn);
        match found {
            Some(row) => self.ask_registered(actor.workspace, &row).await,
            None if self.ctx.deps.operator_servers.get(&name).is_some() => {
                self.ask(actor.workspace, &name).await
            }
            None => Err(EngineError::NotFound("tool server")),
        }
    }

    /// Asks a registered server, unless it is switched off.
    async fn ask_registered(&self, workspace: WorkspaceId, row: &ServerRow) -> Result<()> {
        let name = &row.form.name;
        if !row.form.enabled {
            let detail = "This tool server is switched off. Switch it on first.".to_owned();
            return Err(EngineError::Conflict { code: "tool_server_disabled", detail });
        }
        match self.refresh_api(workspace, row).await? {
            Ok(()) => self.ask(workspace, name).await,
            Err(words) => self.note_failure(workspace, name, &words).await,
        }
    }

    /// Asks a server for its tools, and keeps what it answers for people to look at.
    pub(super) async fn ask(&self, workspace: WorkspaceId, name: &str) -> Result<()> {
        let deps = &self.ctx.deps;
        let resolved = resolve(deps, &self.ctx.pool, workspace, name).await;
        let mut server = match resolved {
            Ok(server) => server,
            Err(Unresolved::Refused(ToolRefusal { words, .. })) => {
                return self.note_failure(workspace, name, &words).await;
            }
            Err(Unresolved::Server(error)) => {
                return self.note_failure(workspace, name, &error.to_string()).await;
            }
            Err(Unresolved::Ours(error)) => return Err(error),
        };
        match server.check(deps, &self.ctx.pool).await {
            Ok(listing) => self.keep_listing(workspace, &server, &listing).await,
            Err((error, said)) => {
                let mut told = advice(&error);
                if !said.is_empty() {
                    // Only the first line is for everybody.
                    told = format!("{told}\nIt said last:\n{said}");
                }
                self.note_failure(workspace, name, &told).await
            }
        }
    }

    async fn note_failure(&self, workspace: WorkspaceId, name: &str, words: &str) -> Result<()> {
        let mut conn = self.ctx.connect("checking a tool server").await?;
        listings::note_failure(&mut conn, workspace, name, words).await
    }

    async fn keep_listing(
        &self,
        workspace: WorkspaceId,
        server: &ResolvedServer,
        listing: &Listing,
    ) -> Result<()> {
        let instructions = listing.instructions.as_deref().map(|said| server.clean_words(said));
        let kept = NewListing {
            protocol: listing.protocol.as_deref(),
            latency: listing.latency,
            instructions: instructions.as_deref(),
            tools: &listing.tools,
            unused: &listing.refused,
        };
        let mut tx = self.ctx.begin("checking a tool server").await?;
        listings::keep(&mut tx, workspace, server.name(), kept).await?;
        compare_pinned(&mut tx, workspace, server, listing).await?;
        let account = outages::tool_account(workspace, server.name());
        outages::note_answered(&mut tx, Endpoint::of_tools(&account, server.name())).await?;
        tx.commit().await
    }
}

/// Notes which tools of a server are no longer as published workflows have pinned them, and forgets
/// what is again as it was.
async fn compare_pinned(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    server: &ResolvedServer,
    listing: &Listing,
) -> Result<()> {
    let pinned = drifts::list_pinned(conn, workspace).await?;
    // Templates that have pinned the same are compared once.
    let pinned: BTreeSet<(String, String)> =
        pinned.into_iter().map(|one| (one.tool, one.hash)).collect();
    for (tool, hash) in pinned {
        let name = ToolName::parse(&tool).filter(|name| name.server == server.name());
        let Some(name) = name else { continue };
        let located = locate(server, name.tool, listing).ok();
        let now = located.map(|located| located.definition);
        let lock = ToolLock { hash, may_repeat: false };
        let drift = find_drift(conn, workspace, name, &lock, now).await?;
        if drift.is_none() {
            drifts::forget(conn, workspace, &tool, &lock.hash).await?;
        }
    }
    Ok(())
}

/// Why a server did not answer, and what to do.
fn advice(error: &McpError) -> String {
    let hint = match error {
        McpError::Unreachable(_)
        | McpError::Lost(_)
        | McpError::Gateway(_)
        | McpError::TimedOut(_) => "Check its address, and that it is running.",
        McpError::Limited(..) => "Try again later.",
        McpError::SignedOut(_) => return error.to_string(),
        McpError::Unauthorized(_) => "Check the secrets that are sent with the call.",
        McpError::Protocol(_) | McpError::Tool(_) | McpError::Question(_) => {
            "Check its address and its kind."
        }
    };
    format!("{error} {hint}")
}
