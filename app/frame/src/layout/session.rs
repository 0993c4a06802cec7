//! Who is signed in, for every page of a workspace.

use leptos::prelude::*;
use model::{
    access::{Permission, can},
    account::SessionView,
    id::WorkspaceId,
};

/// The signed-in person in their workspace. Pages below the frame get it with [`use_session`].
#[derive(Debug, Clone, Copy)]
pub struct Session(StoredValue<SessionView>);

impl Session {
    /// The workspace of the page.
    pub fn workspace(self) -> WorkspaceId {
        self.0.with_value(|view| view.workspace_id)
    }

    /// Everything known of the person and the workspace.
    pub fn view(self) -> SessionView {
        self.0.get_value()
    }

    /// Whether the person's role holds a permission. For hiding controls only: the server decides.
    pub fn may(self, permission: Permission) -> bool {
        self.0.with_value(|view| can(view.role, permission))
    }
}

/// Makes the session available to the pages below.
pub fn provide_session(view: SessionView) -> Session {
    let session = Session(StoredValue::new(view));
    provide_context(session);
    session
}

/// The signed-in person; nothing outside a workspace's frame.
pub fn use_session() -> Option<Session> {
    use_context()
}
