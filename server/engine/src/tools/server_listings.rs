//! Asks servers for their tools, each once and all side by side.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use model::id::WorkspaceId;
use outside::mcp::port::{Listing, McpError};
use sqlx::PgPool;
use store::error::Result;

use super::{
    refusal::{ToolRefusal, Unresolved},
    resolve::{ResolvedServer, resolve},
};
use crate::deps::EngineDeps;

/// The code of a refusal that may pass by itself: a server could not be asked.
pub const UNREACHABLE: &str = "tool_server_unreachable";

/// A server with what it has listed.
pub(super) struct AskedServer {
    pub server: ResolvedServer,
    pub listing: Listing,
}

/// Why a server says nothing of its tools.
pub(super) struct Unasked {
    pub refusal: ToolRefusal,
    /// It may answer later, without a change of the workflow.
    pub may_pass: bool,
}

pub(super) type ServerListings = BTreeMap<String, Result<AskedServer, Unasked>>;

/// Asks servers for their tools. No connection to the database is held meanwhile.
pub(super) async fn ask_servers(
    deps: &EngineDeps,
    pool: &PgPool,
    workspace: WorkspaceId,
    names: BTreeSet<&str>,
) -> Result<ServerListings> {
    let answers = join_all(names.into_iter().map(|name| async move {
        let unasked = match resolve(deps, pool, workspace, name).await {
            Ok(mut server) => match server.list(deps, pool).await {
                Ok(listing) => Ok(AskedServer { server, listing }),
                Err(error) => Err(unreachable(name, &error)),
            },
            Err(Unresolved::Refused(refusal)) => Err(Unasked { refusal, may_pass: false }),
            Err(Unresolved::Server(error)) => Err(unreachable(name, &error)),
            Err(Unresolved::Ours(error)) => return Err(error),
        };
        Ok((name.to_owned(), unasked))
    }));
    answers.await.into_iter().collect()
}

/// A server with what it has listed.
pub(super) fn asked<'a>(
    listings: &'a ServerListings,
    server: &str,
) -> Result<&'a AskedServer, ToolRefusal> {
    match listings.get(server) {
        Some(Ok(asked)) => Ok(asked),
        Some(Err(unasked)) => Err(unasked.refusal.clone()),
        None => {
            let error = McpError::Unreachable("Try again.".to_owned());
            Err(unreachable(server, &error).refusal)
        }
    }
}

fn unreachable(server: &str, error: &McpError) -> Unasked {
    let words = format!("Couldn't load the tools of the tool server {server}. {error}");
    let is_cured_there =
        matches!(error, McpError::Limited(..) | McpError::Unauthorized(_) | McpError::SignedOut(_));
    let may_pass = error.is_away() || is_cured_there;
    Unasked { refusal: ToolRefusal::new(UNREACHABLE, words), may_pass }
}
