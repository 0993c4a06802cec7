//! Changes of the workspace that the actor is in: its name and colour, put away and taken back,
//! deleted.

use backend::actor::Actor;
use model::{
    access::Permission,
    api::workspaces::{WorkspaceChange, WorkspaceRemoval, WorkspaceSettings},
    audit::AuditAction,
    problem::Problem,
};
use sqlx::PgConnection;
use store::{
    audit,
    error::Result,
    executions,
    workspaces::{self, LockedWorkspace},
};

use super::{Workspaces, removal::end_executions};
use crate::{audit::entry, context::OrNotFound};
use serde_json::json;

impl Workspaces {
    /// What holds for everything in the workspace.
    pub async fn workspace_settings(&self, actor: &Actor) -> Result<WorkspaceSettings> {
        let mut conn = self.ctx.read(actor, "reading a workspace's settings").await?;
        workspaces::settings(&mut conn, actor.workspace).await?.or_not_found("workspace")
    }

    /// Renames the workspace, gives it another colour, or other names that launches may set.
    ///
    /// # Errors
    /// A name that cannot be kept.
    pub async fn change_workspace(&self, actor: &Actor, change: WorkspaceChange) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::ManageWorkspace, "changing a workspace").await?;
        let change = change.checked()?;
        workspaces::change(&mut tx, actor.workspace, &change).await?;
        let WorkspaceChange { name, colour, launch_env_names } = change;
        let colour = colour.map(|colour| colour.as_str());
        let detail =
            json!({ "name": name, "colour": colour, "launch_env_names": launch_env_names });
        tx.record_with(actor, AuditAction::WorkspaceChanged, actor.workspace, detail).await?;
        tx.commit().await
    }

    /// Puts the workspace away: it can be read, and nothing in it changes. One that is put away
    /// stays so.
    ///
    /// # Errors
    /// Executions that are not over, with how many.
    pub async fn archive_workspace(&self, actor: &Actor) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::DeleteWorkspace, "archiving a workspace").await?;
        actor.require_person()?;
        if lock(&mut tx, actor).await?.archived {
            return Ok(());
        }
        let active = executions::count_active(&mut tx, actor.workspace).await?;
        if active > 0 {
            let words = format!(
                "The workspace was not archived. Runs still active: {active}. Stop them, or wait \
                 for them to end."
            );
            return Err(Problem::conflict("executions_under_way", words).into());
        }
        workspaces::set_archived(&mut tx, actor.workspace, true).await?;
        tx.record(actor, AuditAction::WorkspaceArchived, actor.workspace).await?;
        tx.commit().await
    }

    /// Takes the workspace back into use. One that is in use stays so.
    pub async fn restore_workspace(&self, actor: &Actor) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::DeleteWorkspace, "restoring a workspace").await?;
        actor.require_person()?;
        if !lock(&mut tx, actor).await?.archived {
            return Ok(());
        }
        workspaces::set_archived(&mut tx, actor.workspace, false).await?;
        tx.record(actor, AuditAction::WorkspaceRestored, actor.workspace).await?;
        tx.commit().await
    }

    /// Deletes the workspace with all it holds: from now on nobody reaches it, its executions end at
    /// once, and its content goes within minutes.
    ///
    /// # Errors
    /// A typed name that is not the workspace's.
    pub async fn delete_workspace(&self, actor: &Actor, removal: WorkspaceRemoval) -> Result<()> {
        let mut tx =
            self.ctx.change(actor, Permission::DeleteWorkspace, "deleting a workspace").await?;
        actor.require_person()?;
        let LockedWorkspace { name, .. } = lock(&mut tx, actor).await?;
        removal.require_name(&name)?;
        workspaces::mark_deleted(&mut tx, actor.workspace).await?;
        // Its own log goes with it: the line is of no workspace.
        let note = entry(actor, AuditAction::WorkspaceDeleted, Some(actor.workspace.to_string()));
        let note = audit::Entry { workspace: None, ..note.with_detail("name", name) };
        audit::append(&mut tx, note).await?;
        tx.commit().await?;
        end_executions(&self.ctx, actor.workspace).await;
        Ok(())
    }
}

/// The actor's workspace, locked against other changes of it. Not against what began before: a
/// launch that was let in before the archiving may still come through after it.
async fn lock(conn: &mut PgConnection, actor: &Actor) -> Result<LockedWorkspace> {
    workspaces::lock(conn, actor.workspace).await?.or_not_found("workspace")
}
