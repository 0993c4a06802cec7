//! The operations of workspaces.

/// The workspace that one is in.
#[macro_export]
macro_rules! workspaces_operations {
    ($then:path) => {
        $then! { workspaces Workspaces WorkspaceOperations {
            /// Shows the settings of the workspace.
            GET "/workspace" Read load_workspace_settings = workspace_settings()
                -> one $crate::api::workspaces::WorkspaceSettings;
            /// Changes the workspace's name, color or the environment names that launches can set;
            /// absent fields don't change.
            PUT "/workspace" ManageWorkspace change_workspace =
                change_workspace(; change: $crate::api::workspaces::WorkspaceChange) -> done;
            /// Deletes the workspace with everything in it; needs its name as confirmation.
            DELETE "/workspace" DeleteWorkspace delete_workspace =
                delete_workspace(; removal: $crate::api::workspaces::WorkspaceRemoval) -> done;
        } }
    };
}
