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
    error::{Doing, EngineError, Result},
    executions,
    workspaces::{self, LockedWorkspace},
};

use super::{Workspaces, removal::end_executions};
use crate::services::audit::entry;

impl Workspaces {
    /// What holds for everything in the workspace.
    pub async fn workspace_settings(&self, actor: &Actor) -> Result<WorkspaceSettings> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("reading a workspace's settings")?;
        let found = workspaces::settings(&mut conn, actor.workspace).await?;
        found.ok_or(EngineError::NotFound("workspace"))
    }

    /// Renames the workspace, gives it another colour, or other names that launches may set.
    ///
    /// # Errors
    /// A name that cannot be kept.
    pub async fn change_workspace(&self, actor: &Actor, change: WorkspaceChange) -> Result<()> {
        actor.require(Permission::ManageWorkspace)?;
        let change = change.checked()?;
        let mut tx = store::begin(&self.context.pool).await.doing("changing a workspace")?;
        workspaces::change(&mut tx, actor.workspace, &change).await?;
        let WorkspaceChange { name, colour, launch_env_names } = change;
        let note = entry(actor, AuditAction::WorkspaceChanged, Some(actor.workspace.to_string()));
        let note = note
            .with_detail("name", name)
            .with_detail("colour", colour.map(|colour| colour.as_str()))
            .with_detail("launch_env_names", launch_env_names);
        audit::append(&mut tx, note).await?;
        tx.commit().await.doing("changing a workspace")
    }

    /// Puts the workspace away: it can be read, and nothing in it changes. One that is put away
    /// stays so.
    ///
    /// # Errors
    /// Executions that are not over, with how many.
    pub async fn archive_workspace(&self, actor: &Actor) -> Result<()> {
        actor.require(Permission::DeleteWorkspace)?;
        actor.require_person()?;
        let mut tx = store::begin(&self.context.pool).await.doing("archiving a workspace")?;
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
        let note = entry(actor, AuditAction::WorkspaceArchived, Some(actor.workspace.to_string()));
        audit::append(&mut tx, note).await?;
        tx.commit().await.doing("archiving a workspace")
    }

    /// Takes the workspace back into use. One that is in use stays so.
    pub async fn restore_workspace(&self, actor: &Actor) -> Result<()> {
        actor.require(Permission::DeleteWorkspace)?;
        actor.require_person()?;
        let mut tx = store::begin(&self.context.pool).await.doing("restoring a workspace")?;
        if !lock(&mut tx, actor).await?.archived {
            return Ok(());
        }
        workspaces::set_archived(&mut tx, actor.workspace, false).await?;
        let note = entry(actor, AuditAction::WorkspaceRestored, Some(actor.workspace.to_string()));
        audit::append(&mut tx, note).await?;
        tx.commit().await.doing("restoring a workspace")
    }

    /// Deletes the workspace with all it holds: from now on nobody reaches it, its executions end at
    /// once, and its content goes within minutes.
    ///
    /// # Errors
    /// A typed name that is not the workspace's.
    pub async fn delete_workspace(&self, actor: &Actor, removal: WorkspaceRemoval) -> Result<()> {
        actor.require(Permission::DeleteWorkspace)?;
        actor.require_person()?;
        let mut tx = store::begin(&self.context.pool).await.doing("deleting a workspace")?;
        let LockedWorkspace { name, .. } = lock(&mut tx, actor).await?;
        removal.require_name(&name)?;
        workspaces::mark_deleted(&mut tx, actor.workspace).await?;
        // Its own log goes with it: the line is of no workspace.
        let note = entry(actor, AuditAction::WorkspaceDeleted, Some(actor.workspace.to_string()));
        let note = audit::Entry { workspace: None, ..note.with_detail("name", name) };
        audit::append(&mut tx, note).await?;
        tx.commit().await.doing("deleting a workspace")?;
        end_executions(&self.context, actor.workspace).await;
        Ok(())
    }
}

/// The actor's workspace, locked against other changes of it. Not against what began before: a
/// launch that was let in before the archiving may still come through after it.
async fn lock(conn: &mut PgConnection, actor: &Actor) -> Result<LockedWorkspace> {
    let found = workspaces::lock(conn, actor.workspace).await?;
    found.ok_or(EngineError::NotFound("workspace"))
}
