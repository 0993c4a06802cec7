//! The pages of those who keep a workspace in order, as the account's menu and the palette list
//! them.

use model::{
    access::{Permission, Role, can},
    id::WorkspaceId,
};
use ui::icon::Icon;
use web::routes;

/// A page that only people with some permission see.
pub(super) struct AdminPage {
    needed: Permission,
    /// The name in menus.
    pub(super) label: &'static str,
    /// The icon before the name.
    pub(super) icon: Icon,
    /// The address of the page in a workspace.
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

/// The pages that somebody of this role may open.
pub(super) fn admin_pages(role: Role) -> impl Iterator<Item = AdminPage> {
    ALL.into_iter().filter(move |page| can(role, page.needed))
}
