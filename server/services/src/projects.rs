//! Projects: folders of documents, images and executions.
//!
//! A project only says where things are kept: one that is archived takes nothing in.

use std::sync::Arc;

use backend::actor::Actor;
use model::{
    access::Permission,
    api::projects::{NewProject, ProjectChange, checked_name},
    audit::AuditAction,
    id::ProjectId,
    library::{ProjectPage, ProjectRow},
    problem::{FieldProblem, Problem},
};
use sqlx::PgConnection;
use store::{
    accounts,
    error::{EngineError, Result},
    library::projects,
};
use uuid::Uuid;

use super::context::ServiceContext;
use crate::context::{Change, OrNotFound};

/// Executions on a project's page.
const EXECUTIONS: i64 = 100;

/// The projects of workspaces.
#[derive(Clone)]
pub struct Projects {
    pub(super) ctx: Arc<ServiceContext>,
}

impl Projects {
    /// The projects of the workspace with how much they hold, the oldest first.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<ProjectRow>> {
        let mut conn = self.ctx.read(actor, "listing projects").await?;
        projects::list(&mut conn, actor.workspace).await
    }

    /// A project with its latest executions and the workflows they ran.
    ///
    /// # Errors
    /// An unknown project.
    pub async fn project(&self, actor: &Actor, id: ProjectId) -> Result<ProjectPage> {
        let mut conn = self.ctx.read(actor, "opening a project").await?;
        let project = projects::find(&mut conn, actor.workspace, id).await?;
        let project = project.or_not_found("project")?;
        let executions = projects::executions(&mut conn, actor.workspace, id, EXECUTIONS).await?;
        let workflows = projects::workflows(&mut conn, actor.workspace, id).await?;
        Ok(ProjectPage { project, executions, workflows })
    }

    /// Makes a project.
    ///
    /// # Errors
    /// A name that cannot be kept, with what is allowed.
    pub async fn create_project(&self, actor: &Actor, new: NewProject) -> Result<ProjectRow> {
        let mut tx = self.ctx.change(actor, Permission::EditProject, "making a project").await?;
        let name = checked_name(&new.name)?;
        let id = ProjectId(Uuid::now_v7());
        accounts::insert_project(&mut tx, actor.workspace, id, &name).await?;
        let made = record_change(&mut tx, actor, id, AuditAction::ProjectCreated).await?;
        tx.commit_with(made).await
    }

    /// Names a project, puts it away or takes it back, or changes what its launches begin with.
    ///
    /// # Errors
    /// A name or launch defaults that cannot be kept; an unknown project; the last one that things can go into.
    pub async fn change_project(
        &self,
        actor: &Actor,
        id: ProjectId,
        change: ProjectChange,
    ) -> Result<ProjectRow> {
        let mut tx = self.ctx.change(actor, Permission::EditProject, "changing a project").await?;
        let name = change.name.as_deref().map(checked_name).transpose()?;
        projects::lock(&mut tx, actor.workspace).await?;
        if change.archived == Some(true) {
            require_another(&projects::list(&mut tx, actor.workspace).await?, id)?;
        }
        let allowed = projects::launch_settings(&mut tx, actor.workspace, id).await?.env_names;
        let defaults = change.checked_defaults(&allowed)?;
        let archived = change.archived;
        projects::change(&mut tx, actor.workspace, id, name.as_deref(), archived, defaults).await?;
        let changed = record_change(&mut tx, actor, id, AuditAction::ProjectChanged).await?;
        tx.commit_with(changed).await
    }

    /// Deletes a project that holds nothing.
    ///
    /// # Errors
    /// An unknown project; one that holds something, with how much; the last one.
    pub async fn delete_project(&self, actor: &Actor, id: ProjectId) -> Result<()> {
        let mut tx = self.ctx.change(actor, Permission::EditProject, "deleting a project").await?;
        projects::lock(&mut tx, actor.workspace).await?;
        let all = projects::list(&mut tx, actor.workspace).await?;
        let project = all.iter().find(|project| project.id == id);
        let project = project.or_not_found("project")?;
        require_another(&all, id)?;
        if !projects::delete_empty(&mut tx, actor.workspace, id).await? {
            return Err(not_empty(project).into());
        }
        tx.record(actor, AuditAction::ProjectDeleted, id).await?;
        tx.commit().await
    }
}

/// Writes a line of the audit log about a project, and returns the project as it is now.
async fn record_change(
    tx: &mut Change,
    actor: &Actor,
    id: ProjectId,
    action: AuditAction,
) -> Result<ProjectRow> {
    let found = projects::find(tx, actor.workspace, id).await?.or_not_found("project")?;
    tx.record(actor, action, id).await?;
    Ok(found)
}

/// The project that was asked for, or the workspace's default one.
///
/// # Errors
/// Not found where the workspace has no such project, or it is archived.
pub(super) async fn project_or_default(
    conn: &mut PgConnection,
    actor: &Actor,
    asked: Option<ProjectId>,
) -> Result<ProjectId> {
    let Some(asked) = asked else {
        return accounts::default_project(conn, actor.workspace).await;
    };
    if accounts::has_project(conn, actor.workspace, asked).await? {
        Ok(asked)
    } else {
        Err(EngineError::NotFound("project"))
    }
}

/// Refuses where no other project of the workspace is in use: new documents and executions need
/// one.
fn require_another(all: &[ProjectRow], id: ProjectId) -> Result<(), Problem> {
    if all.iter().any(|project| project.id != id && !project.archived) {
        Ok(())
    } else {
        let words = "This is the only active project of the workspace. Create another one first.";
        Err(Problem::conflict("last_project", words))
    }
}

fn not_empty(project: &ProjectRow) -> Problem {
    let held = [
        ("documents", project.documents, "Delete them, or move them to another project."),
        ("images", project.images, "Delete them from the library."),
        ("executions", project.executions, "Runs can't be moved. Archive the project instead."),
    ];
    let errors = held.into_iter().filter(|(_, count, _)| *count > 0).map(|(what, count, fix)| {
        let word = if what == "executions" { "runs" } else { what };
        let message = format!("It contains {word}: {count}.");
        let problem = FieldProblem::field("project_not_empty", what, message);
        FieldProblem { fix: Some(fix.to_owned()), ..problem }
    });
    let detail = "The project isn't empty, so it was not deleted.";
    Problem { errors: errors.collect(), ..Problem::conflict("project_not_empty", detail) }
}
