//! The pages of the settings: one list for their addresses, the settings' menu, the palette and the
//! permission that each needs.

use model::access::Permission;

use crate::page_list::page_list;

page_list! {
    SettingsPage {
        Account = "account", "Your account";
        Members = "members", "Members";
        Workspace = "workspace", "Workspace";
        Tokens = "tokens", "API tokens";
        Secrets = "secrets", "Secrets";
        Providers = "providers", "Providers";
        Agents = "agents", "Agents";
        Tools = "tools", "Tools";
        Notices = "notices", "Notifications";
        Budgets = "budgets", "Budgets";
        Retention = "retention", "Data retention";
        Audit = "audit", "Audit log";
        Storage = "storage", "Storage";
        Stuck = "stuck", "Stuck runs";
    }
}

impl SettingsPage {
    /// The permission that opening the page needs.
    pub fn needed(self) -> Permission {
        match self {
            Self::Account | Self::Tokens => Permission::ManageOwnAccount,
            Self::Members | Self::Agents | Self::Tools => Permission::Read,
            Self::Workspace | Self::Notices | Self::Retention | Self::Storage => {
                Permission::ManageWorkspace
            }
            Self::Secrets => Permission::ManageSecrets,
            Self::Providers => Permission::ManageProviders,
            Self::Budgets => Permission::ManageBudgets,
            Self::Audit | Self::Stuck => Permission::ReadAudit,
        }
    }

    /// The pages that are open to somebody, by what they may do in the workspace as it is.
    pub fn open_to(may: impl Fn(Permission) -> bool) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |page| may(page.needed()))
    }
}

#[cfg(test)]
mod tests {
    use model::access::{Role, can};

    use super::*;

    #[test]
    fn every_page_is_found_by_its_address() {
        for page in SettingsPage::ALL.iter().copied() {
            assert_eq!(SettingsPage::from_slug(page.slug()), Some(page));
        }
        assert_eq!(SettingsPage::from_slug("nothing"), None);
    }

    #[test]
    fn a_viewer_opens_what_is_theirs_and_sees_who_is_there() {
        let open_to = |role| SettingsPage::open_to(move |needed| can(role, needed));
        let pages: Vec<_> = open_to(Role::Viewer).collect();
        assert_eq!(
            pages,
            [
                SettingsPage::Account,
                SettingsPage::Members,
                SettingsPage::Tokens,
                SettingsPage::Agents,
                SettingsPage::Tools
            ]
        );
        assert_eq!(open_to(Role::Admin).count(), SettingsPage::ALL.len());
    }

    #[test]
    fn an_archived_workspace_offers_no_page_that_only_changes_what_is_in_it() {
        let open: Vec<_> = SettingsPage::open_to(Permission::holds_when_archived).collect();
        let shut: Vec<_> =
            SettingsPage::ALL.iter().copied().filter(|page| !open.contains(page)).collect();
        assert_eq!(shut, [SettingsPage::Secrets, SettingsPage::Providers, SettingsPage::Budgets]);
    }
}
