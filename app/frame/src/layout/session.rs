//! Who is signed in, for every page of a workspace.

use leptos::prelude::*;
use model::{
    access::{Permission, can},
    account::SessionView,
    id::WorkspaceId,
    workspace::WorkspaceRow,
};

/// The signed-in person in their workspace. Pages below the frame get it with [`use_session`].
#[derive(Debug, Clone, Copy)]
pub struct Session(RwSignal<SessionView>);

impl Session {
    /// The workspace of the page.
    pub fn workspace(self) -> WorkspaceId {
        self.0.with_untracked(|view| view.workspace_id)
    }

    /// Everything known of the person and the workspace.
    pub fn view(self) -> SessionView {
        self.0.get_untracked()
    }

    /// Something of the person or the workspace as it is now, without a copy of all the rest.
    pub fn read<T>(self, read: impl FnOnce(&SessionView) -> T) -> T {
        self.0.with_untracked(read)
    }

    /// Something of the person or the workspace, which may change while the page is shown.
    pub fn watch<T>(self, read: impl FnOnce(&SessionView) -> T) -> T {
        self.0.with(read)
    }

    /// The workspaces of the person but for that of the page, archived ones last, then by name.
    pub fn other_workspaces(self) -> Vec<WorkspaceRow> {
        self.read(|view| {
            let others = view.workspaces.iter().filter(|row| row.id != view.workspace_id);
            others.cloned().collect()
        })
    }

    /// Notes what has changed of the person or the workspace.
    pub fn update(self, change: impl FnOnce(&mut SessionView)) {
        self.0.try_update(change);
    }

    /// Whether the person's role holds a permission, and it holds in the workspace as it is. For
    /// hiding controls only: the server decides.
    pub fn may(self, permission: Permission) -> bool {
        self.0.with_untracked(|view| {
            can(view.role, permission) && (!view.archived || permission.holds_when_archived())
        })
    }
}

/// Makes the session available to the pages below.
pub fn provide_session(view: SessionView) -> Session {
    let session = Session(RwSignal::new(view));
    provide_context(session);
    session
}

/// The signed-in person; nothing outside a workspace's frame.
pub fn use_session() -> Option<Session> {
    use_context()
}
