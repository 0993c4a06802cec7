//! The pages of those who keep a workspace in order, as the account's menu and the palette list them.

use model::{
    access::{Permission, Role, can},
    id::WorkspaceId,
};

use crate::{routes, ui::icon::Icon};

/// A page that is not for everybody.
pub(super) struct AdminPage {
    needed: Permission,
    /// What it is called.
    pub(super) label: &'static str,
    /// Its sign.
    pub(super) icon: Icon,
    /// Where it is.
    pub(super) path: fn(WorkspaceId) -> String,
}

const ALL: [AdminPage; 2] = [
    AdminPage {
        needed: Permission::ManageProviders,
        label: "Providers",
        icon: Icon::KeyRound,
        path: routes::providers,
    },
    AdminPage {
        needed: Permission::ReadAudit,
        label: "Stuck executions",
        icon: Icon::TriangleAlert,
        path: routes::stuck,
    },
];

/// Those that are for somebody of this role.
pub(super) fn admin_pages(role: Role) -> impl Iterator<Item = AdminPage> {
    ALL.into_iter().filter(move |page| can(role, page.needed))
}
