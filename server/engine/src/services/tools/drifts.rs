//! Tools that are no longer as workflows have pinned them: listed, and accepted by admins.

use std::collections::BTreeSet;

use backend::actor::Actor;
use model::{
    access::Permission,
    audit::AuditAction,
    mcp::{drift::ToolDrift, page::DriftAcceptance, server::ToolView},
    problem::Problem,
};
use sqlx::PgConnection;
use store::{
    audit,
    error::{Doing, Result},
    mcp::{
        definitions,
        drifts::{self, DriftRow},
    },
};

use super::Tools;
use crate::services::audit::entry;

impl Tools {
    /// The tools that were found other than workflows have pinned them, and that nobody has accepted.
    pub async fn list_drifts(&self, actor: &Actor) -> Result<Vec<ToolDrift>> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("listing changed tools")?;
        load_drifts(&mut conn, actor).await
    }

    /// Accepts that a tool is now as it was shown: what has pinned it as it was may call it.
    ///
    /// # Errors
    /// A change that nobody has noticed, or that is accepted already.
    pub async fn accept_drift(&self, actor: &Actor, accepted: DriftAcceptance) -> Result<()> {
        actor.require(Permission::ManageTools)?;
        let mut tx = store::begin(&self.context.pool).await.doing("accepting a changed tool")?;
        let DriftAcceptance { tool, pinned_hash, now_hash } = accepted;
        let drift = DriftRow { tool, from_hash: pinned_hash, to_hash: Some(now_hash) };
        if !drifts::accept(&mut tx, actor.workspace, &drift, actor.user).await? {
            let words = "This change no longer exists. Reload the page.";
            return Err(Problem::conflict("unknown_drift", words).into());
        }
        let line = entry(actor, AuditAction::ToolDriftAccepted, Some(drift.tool.clone()));
        let line = line.with_detail("name", drift.tool);
        let line = line.with_detail("from", drift.from_hash);
        audit::append(&mut tx, line.with_detail("to", drift.to_hash)).await?;
        tx.commit().await.doing("accepting a changed tool")
    }
}

/// The drifts of the actor's workspace with what has changed, and the workflows that they concern.
pub(super) async fn load_drifts(conn: &mut PgConnection, actor: &Actor) -> Result<Vec<ToolDrift>> {
    let rows = drifts::list_open(conn, actor.workspace).await?;
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let hashes = rows.iter().flat_map(|row| row.to_hash.iter().chain([&row.from_hash]));
    let hashes: BTreeSet<String> = hashes.cloned().collect();
    let hashes: Vec<String> = hashes.into_iter().collect();
    let known = definitions::find(conn, actor.workspace, &hashes).await?;
    let pinned = drifts::list_pinned(conn, actor.workspace).await?;
    let drift = rows.into_iter().map(|row| {
        let DriftRow { tool, from_hash, to_hash } = row;
        let concerned = pinned.iter().filter(|one| one.tool == tool && one.hash == from_hash);
        let workflows = concerned.map(|one| one.name.clone()).collect();
        let now = to_hash.and_then(|hash| {
            let definition = known.get(&hash)?.clone();
            Some(ToolView { key: tool.clone(), definition, hash })
        });
        let before = known.get(&from_hash).cloned();
        ToolDrift { workflows, ..ToolDrift::new(tool, from_hash, before, now) }
    });
    // Nobody can do anything about a tool that is gone and that no workflow names any more.
    let concerns = |drift: &ToolDrift| drift.now_hash.is_some() || !drift.workflows.is_empty();
    Ok(drift.filter(concerns).collect())
}
