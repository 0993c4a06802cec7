//! One's own workspaces: which there are, another one, and going from one into another.

use backend::actor::{Credential, Origin, Person};
use model::{
    api::workspaces::{MOST_OWNED, NewWorkspace},
    audit::AuditAction,
    id::WorkspaceId,
    problem::Problem,
    workspace::WorkspaceRow,
};
use serde_json::json;
use store::{
    audit,
    error::{Doing, EngineError, Result},
    sessions, workspaces,
};

use super::{Workspaces, insertion::insert_with_owner};

impl Workspaces {
    /// The workspaces of a person, archived ones last, then by name.
    pub async fn list(&self, person: Person) -> Result<Vec<WorkspaceRow>> {
        let mut conn = self.context.pool.acquire().await.doing("listing workspaces")?;
        workspaces::list(&mut conn, person.user, Some(person.session)).await
    }

    /// Makes a workspace, which its maker owns, and takes their session into it.
    ///
    /// # Errors
    /// A name that cannot be kept; a person who owns as many as one may.
    pub async fn create_workspace(
        &self,
        person: Person,
        new: NewWorkspace,
        origin: &Origin,
    ) -> Result<WorkspaceId> {
        let new = new.checked()?;
        let mut tx = store::begin(&self.context.pool).await.doing("making a workspace")?;
        if workspaces::count_owned(&mut tx, person.user).await? >= MOST_OWNED {
            let words = format!(
                "You own {MOST_OWNED} workspaces, the maximum. Delete one, or hand it over to \
                 another owner."
            );
            return Err(Problem::conflict("too_many_workspaces", words).into());
        }
        let id = insert_with_owner(&mut tx, &new.name, person.user).await?;
        if !sessions::enter(&mut tx, person.session, person.user, id).await? {
            return Err(Problem::signed_out().into());
        }
        let note = entry(person, origin, id, AuditAction::WorkspaceCreated);
        let note = audit::Entry { subject: Some(id.to_string()), ..note };
        audit::append(&mut tx, note.with_detail("name", new.name)).await?;
        tx.commit().await.doing("making a workspace")?;
        Ok(id)
    }

    /// Takes a session into another workspace of its person.
    ///
    /// # Errors
    /// Not found where the person is no member of it.
    pub async fn switch_workspace(
        &self,
        person: Person,
        id: WorkspaceId,
        origin: &Origin,
    ) -> Result<()> {
        let mut tx = store::begin(&self.context.pool).await.doing("switching the workspace")?;
        if !sessions::enter(&mut tx, person.session, person.user, id).await? {
            return Err(EngineError::NotFound("workspace"));
        }
        let note = entry(person, origin, id, AuditAction::SessionMoved);
        audit::append(&mut tx, note).await?;
        tx.commit().await.doing("switching the workspace")
    }
}

/// A line of the log of the workspace that a person goes into.
fn entry(
    person: Person,
    origin: &Origin,
    workspace: WorkspaceId,
    action: AuditAction,
) -> audit::Entry {
    audit::Entry {
        workspace: Some(workspace),
        user: Some(person.user),
        action,
        subject: None,
        detail: json!({}),
        source: audit::Source {
            credential: Some(Credential::Session(person.session)),
            ..origin.into()
        },
    }
}
