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
use store::{audit, error::Result, sessions, workspaces};

use super::{Workspaces, insertion::insert_with_owner};
use crate::context::OrNotFound;

impl Workspaces {
    /// The workspaces of a person, archived ones last, then by name.
    pub async fn list(&self, person: Person) -> Result<Vec<WorkspaceRow>> {
        let mut conn = self.ctx.connect("listing workspaces").await?;
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
        let mut tx = self.ctx.begin("making a workspace").await?;
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
        tx.commit_with(id).await
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
        let mut tx = self.ctx.begin("switching the workspace").await?;
        sessions::enter(&mut tx, person.session, person.user, id)
            .await?
            .or_not_found("workspace")?;
        let note = entry(person, origin, id, AuditAction::SessionMoved);
        audit::append(&mut tx, note).await?;
        tx.commit().await
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
