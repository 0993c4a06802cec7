//! What pages ask of workspaces beyond their operations.

use backend::actor::{Actor, Origin, Person};
use model::{api::workspaces::NewWorkspace, id::WorkspaceId, workspace::WorkspaceRow};

forward! {
    workspaces::Workspaces {
        fn list(person: Person) -> Vec<WorkspaceRow>;
        fn create_workspace(person: Person, new: NewWorkspace, origin: &Origin) -> WorkspaceId;
        fn switch_workspace(person: Person, id: WorkspaceId, origin: &Origin) -> ();
        fn archive_workspace(actor: &Actor) -> ();
        fn restore_workspace(actor: &Actor) -> ();
    }
}
