//! Workspaces: made, gone into, renamed, archived and deleted.

use async_trait::async_trait;
use model::{
    api::workspaces::NewWorkspace, id::WorkspaceId, problem::Problem, workspace::WorkspaceRow,
};

use crate::actor::{Actor, Origin, Person};

model::workspaces_operations!(crate::area::area);

/// Workspaces: made, gone into, renamed, archived and deleted.
#[async_trait]
pub trait Workspaces: WorkspaceOperations {
    /// The workspaces of a person, archived ones last, then by name.
    async fn list(&self, person: Person) -> Result<Vec<WorkspaceRow>, Problem>;

    /// Makes a workspace, which its maker owns, and takes their session into it.
    async fn create_workspace(
        &self,
        person: Person,
        new: NewWorkspace,
        origin: &Origin,
    ) -> Result<WorkspaceId, Problem>;

    /// Takes a session into another workspace of its person.
    async fn switch_workspace(
        &self,
        person: Person,
        id: WorkspaceId,
        origin: &Origin,
    ) -> Result<(), Problem>;

    /// Puts the workspace away: it can be read, and nothing in it changes.
    async fn archive_workspace(&self, actor: &Actor) -> Result<(), Problem>;

    /// Takes the workspace back into use.
    async fn restore_workspace(&self, actor: &Actor) -> Result<(), Problem>;
}
