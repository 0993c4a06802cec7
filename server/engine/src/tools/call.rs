//! All that is looked at before a tool is called.

use model::{
    id::WorkspaceId,
    mcp::{lock::ToolLock, name::ToolName, server::ToolAlias, tool::ToolDefinition},
};
use outside::mcp::hash::definition_hash;
use sqlx::PgPool;
use store::{
    calls::{outages, tool_pace},
    error::{Doing, Result},
};

use super::{
    drift::find_drift,
    locate::locate,
    refusal::{ToolRefusal, Unresolved},
    resolve::{ResolvedServer, resolve},
};
use crate::deps::EngineDeps;

/// The code of a refusal because a tool is no longer as a workflow has pinned it.
pub(super) const CHANGED: &str = "tool_changed";

/// A tool that may be called now.
pub struct CallableTool {
    pub server: ResolvedServer,
    /// What the server says of it now.
    pub definition: ToolDefinition,
    pub hash: String,
    /// The alias by which it is called, if it is.
    pub alias: Option<ToolAlias>,
    /// Whether a call whose answer was lost may be made again without asking a person: both what was
    /// pinned of the tool and what its server says now have to allow it.
    pub may_repeat: bool,
}

impl CallableTool {
    /// Counts a call that leaves now; where the server may not be sent one more, it must not, and the
    /// milliseconds are given after which it may be tried again.
    ///
    /// # Errors
    /// A database failure.
    pub async fn admit(&self, pool: &PgPool, workspace: WorkspaceId) -> Result<Option<u64>> {
        let most = self.server.calls_per_minute;
        if most == 0 {
            return Ok(None);
        }
        let account = outages::tool_account(workspace, self.server.name());
        tool_pace::admit(pool, &account, most).await
    }
}

/// Finds a tool and compares it with what the workflow has pinned. The server is asked for its tools;
/// no connection to the database is held meanwhile.
///
/// # Errors
/// There is no such server or tool, or it is no longer as it was pinned and nobody has accepted that;
/// the server cannot be asked; a database failure.
pub async fn prepare_call(
    deps: &EngineDeps,
    pool: &PgPool,
    workspace: WorkspaceId,
    tool: ToolName<'_>,
    lock: Option<&ToolLock>,
) -> std::result::Result<CallableTool, Unresolved> {
    let mut server = resolve(deps, pool, workspace, tool.server).await?;
    let listing = server.list(deps, pool).await.map_err(Unresolved::Server)?;
    let located = locate(&server, tool.tool, &listing)
        .map(|located| (definition_hash(located.definition), located));
    let found = located.as_ref().ok();
    let differs = |lock: &&ToolLock| found.is_none_or(|(hash, _)| *hash != lock.hash);
    if let Some(lock) = lock.filter(differs) {
        let now = found.map(|(_, located)| located.definition);
        let doing = "comparing a tool with what was pinned";
        let mut conn = pool.acquire().await.doing(doing)?;
        if let Some(drift) = find_drift(&mut conn, workspace, tool, lock, now).await?
            && now.is_some()
        {
            return Err(ToolRefusal::new(CHANGED, drift.sentence()).into());
        }
    }
    let (hash, located) = located?;
    let (definition, alias) = (located.definition.clone(), located.alias.cloned());
    let is_pinned_so = lock.is_some_and(|lock| lock.may_repeat);
    let may_repeat = is_pinned_so && definition.annotations.may_repeat();
    Ok(CallableTool { server, definition, hash, alias, may_repeat })
}
