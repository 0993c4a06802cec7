//! The pages of the settings: one list for their addresses, the settings' menu, the palette and the
//! permission that each needs.

use model::access::Permission;

/// A page of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SettingsPage {
    /// The own account of whoever is signed in.
    Account,
    /// Who works in the workspace.
    Members,
    /// The workspace itself: name, colour, end.
    Workspace,
    /// API tokens.
    Tokens,
    /// Secrets and the hosts they are for.
    Secrets,
    /// Who answers prompts.
    Providers,
    /// The library of agents.
    Agents,
    /// The servers whose tools steps call.
    Tools,
    /// What mails and other systems tell of.
    Notices,
    /// What may be spent.
    Budgets,
    /// How long history is kept.
    Retention,
    /// Who did what.
    Audit,
    /// What takes up room.
    Storage,
    /// Executions that do not go on by themselves.
    Stuck,
}

impl SettingsPage {
    /// All pages, in the order of the menu.
    pub const ALL: [Self; 14] = [
        Self::Account,
        Self::Members,
        Self::Workspace,
        Self::Tokens,
        Self::Secrets,
        Self::Providers,
        Self::Agents,
        Self::Tools,
        Self::Notices,
        Self::Budgets,
        Self::Retention,
        Self::Audit,
        Self::Storage,
        Self::Stuck,
    ];

    /// The last part of the page's address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Members => "members",
            Self::Workspace => "workspace",
            Self::Tokens => "tokens",
            Self::Secrets => "secrets",
            Self::Providers => "providers",
            Self::Agents => "agents",
            Self::Tools => "tools",
            Self::Notices => "notices",
            Self::Budgets => "budgets",
            Self::Retention => "retention",
            Self::Audit => "audit",
            Self::Storage => "storage",
            Self::Stuck => "stuck",
        }
    }

    /// The page's name in menus and as its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Account => "Your account",
            Self::Members => "Members",
            Self::Workspace => "Workspace",
            Self::Tokens => "API tokens",
            Self::Secrets => "Secrets",
            Self::Providers => "Providers",
            Self::Agents => "Agents",
            Self::Tools => "Tools",
            Self::Notices => "Notifications",
            Self::Budgets => "Budgets",
            Self::Retention => "Data retention",
            Self::Audit => "Audit log",
            Self::Storage => "Storage",
            Self::Stuck => "Stuck runs",
        }
    }

    /// The permission that whoever opens the page needs.
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

    /// The page at an address.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.slug() == slug)
    }

    /// The pages that are open to somebody, by what they may do in the workspace as it is.
    pub fn open_to(may: impl Fn(Permission) -> bool) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |page| may(page.needed()))
    }
}

#[cfg(test)]
mod tests {
    use model::access::{Role, can};

    use super::*;

    #[test]
    fn every_page_is_found_by_its_address() {
        for page in SettingsPage::ALL {
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
            SettingsPage::ALL.into_iter().filter(|page| !open.contains(page)).collect();
        assert_eq!(shut, [SettingsPage::Secrets, SettingsPage::Providers, SettingsPage::Budgets]);
    }
}
