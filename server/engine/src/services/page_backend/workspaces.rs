//! What pages ask of workspaces.

use backend::actor::{Actor, Origin, Person};
use model::{
    api::workspaces::{NewWorkspace, WorkspaceChange, WorkspaceRemoval, WorkspaceSettings},
    id::WorkspaceId,
    workspace::WorkspaceRow,
};

forward! {
    workspaces::Workspaces {
        fn list(person: Person) -> Vec<WorkspaceRow>;
        fn create_workspace(person: Person, new: NewWorkspace, origin: &Origin) -> WorkspaceId;
        fn switch_workspace(person: Person, id: WorkspaceId, origin: &Origin) -> ();
        fn workspace_settings(actor: &Actor) -> WorkspaceSettings;
        fn change_workspace(actor: &Actor, change: WorkspaceChange) -> ();
        fn archive_workspace(actor: &Actor) -> ();
        fn restore_workspace(actor: &Actor) -> ();
        fn delete_workspace(actor: &Actor, removal: WorkspaceRemoval) -> ();
    }
}
