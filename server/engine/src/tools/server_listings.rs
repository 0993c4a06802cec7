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
    let mut asked = ServerListings::new();
    if names.is_empty() {
        return Ok(asked);
    }
    let mut found = vec![];
    for name in names {
        match resolve(deps, pool, workspace, name).await {
            Ok(server) => found.push(server),
            Err(Unresolved::Refused(refusal)) => {
                let unasked = Unasked { refusal, may_pass: false };
                asked.insert(name.to_owned(), Err(unasked));
            }
            Err(Unresolved::Server(error)) => {
                asked.insert(name.to_owned(), Err(unreachable(name, &error)));
            }
            Err(Unresolved::Ours(error)) => return Err(error),
        }
    }
    let answers = join_all(found.into_iter().map(|mut server| async move {
        let mut answer = deps.mcp.list_tools(&server.address).await;
        match server.renewed_after(deps, pool, answer.as_ref().err()).await {
            Ok(Some(renewed)) => {
                server = renewed;
                answer = deps.mcp.list_tools(&server.address).await;
            }
            Ok(None) => {}
            Err(error) => answer = Err(error),
        }
        let name = server.name().to_owned();
        let answer = answer.map_err(|error| unreachable(&name, &server.clean(error)));
        let answer = answer.map(|listing| listing.limited_to(&server.allowed));
        (name, answer.map(|listing| AskedServer { server, listing }))
    }));
    asked.extend(answers.await);
    Ok(asked)
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
