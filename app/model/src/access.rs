//! Who may do what in a workspace: one question, `can`, with default deny.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::{string_enum::string_enum, unknown_variant::UnknownVariant};

/// What a member is in a workspace; each role may do all that the ones before it may.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads and comments.
    Viewer,
    /// Also launches published templates, controls executions, decides reviews open to them.
    Runner,
    /// Also edits and publishes templates and documents, decides and reassigns reviews.
    Editor,
    /// Also providers, secrets, members, tokens, triggers, tool servers, budgets, audit.
    Admin,
    /// Also transfers or deletes the workspace.
    Owner,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 5] = [Self::Viewer, Self::Runner, Self::Editor, Self::Admin, Self::Owner];

    /// The role's name in the database and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Runner => "runner",
            Self::Editor => "editor",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role's name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Runner => "Runner",
            Self::Editor => "Editor",
            Self::Admin => "Admin",
            Self::Owner => "Owner",
        }
    }

    /// What somebody of this role may do, in a sentence of the screen.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Viewer => "Can read and comment.",
            Self::Runner => {
                "Can also launch published workflows and decide reviews open to runners."
            }
            Self::Editor => "Can also build and publish workflows, and reassign reviews.",
            Self::Admin => "Can also manage members, providers, secrets and budgets.",
            Self::Owner => "Can also transfer or delete the workspace.",
        }
    }

    /// The roles that somebody of this role may give to others, the least first: none above it.
    pub fn grantable(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |role| *role <= self)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Error: the text names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” isn't a role. Use owner, admin, editor, runner or viewer.")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == word)
            .ok_or_else(|| UnknownRole(word.to_owned()))
    }
}

string_enum! {
    /// What an API token is for; each scope may do all that the ones before it may. A role says who
    /// somebody is, a scope what one of their programs needs of that.
    #[derive(Default)]
    TokenScope ("token scope") {
        /// Reads, and changes nothing.
        Read = "read",
        /// Also launches: it decides no review, controls no execution, and edits nothing.
        Launch = "launch",
        /// Everything that the role of the token may do.
        #[default]
        Full = "full",
    }
}

impl TokenScope {
    /// The scope's name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Read => "Read only",
            Self::Launch => "Launch and read",
            Self::Full => "Everything the role allows",
        }
    }
}

/// A verb of the product; every command of a service names the one it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See what the workspace holds.
    Read,
    /// Comment on documents and reviews.
    Comment,
    /// Make tokens for oneself, see and revoke one's own sessions and tokens, change one's own
    /// password.
    ManageOwnAccount,
    /// Launch a published template.
    LaunchTemplate,
    /// Save, change and delete presets of launch forms.
    EditPreset,
    /// Pause, resume, stop, retry, skip and trigger.
    ControlExecution,
    /// Decide a review that is open to the actor.
    DecideOwnReview,
    /// Decide reviews that are open to editors, and give reviews to others.
    DecideAnyReview,
    /// Launch a definition that is not a published template.
    LaunchInline,
    /// Change, import, clone and archive templates.
    EditTemplate,
    /// Publish a version of a template.
    PublishTemplate,
    /// Change documents, images and their attachments.
    EditDocument,
    /// Make and change projects.
    EditProject,
    /// Change providers and model prices.
    ManageProviders,
    /// Change secrets (nobody reads them back).
    ManageSecrets,
    /// Invite, remove and change members.
    ManageMembers,
    /// Delete comments of others.
    ModerateComments,
    /// See and revoke the tokens of others.
    ManageTokens,
    /// Change what starts executions by itself.
    ManageTriggers,
    /// Register tool servers and allow their tools.
    ManageTools,
    /// Change budgets and limits.
    ManageBudgets,
    /// Rename the workspace, choose its colour, and how long it keeps its history.
    ManageWorkspace,
    /// End or hand over executions that do not go on by themselves, decide reviews that are open to
    /// admins only, and let people decide about what they launched.
    RepairExecution,
    /// Read the audit log.
    ReadAudit,
    /// Hand the workspace to another owner.
    TransferWorkspace,
    /// Delete the workspace and all it holds.
    DeleteWorkspace,
}

impl Permission {
    /// All permissions, in the order of the enum.
    pub const ALL: [Self; 26] = [
        Self::Read,
        Self::Comment,
        Self::ManageOwnAccount,
        Self::LaunchTemplate,
        Self::EditPreset,
        Self::ControlExecution,
        Self::DecideOwnReview,
        Self::DecideAnyReview,
        Self::LaunchInline,
        Self::EditTemplate,
        Self::PublishTemplate,
        Self::EditDocument,
        Self::EditProject,
        Self::ManageProviders,
        Self::ManageSecrets,
        Self::ManageMembers,
        Self::ModerateComments,
        Self::ManageTokens,
        Self::ManageTriggers,
        Self::ManageTools,
        Self::ManageBudgets,
        Self::ManageWorkspace,
        Self::RepairExecution,
        Self::ReadAudit,
        Self::TransferWorkspace,
        Self::DeleteWorkspace,
    ];

    /// The least role that holds this permission.
    pub fn least_role(self) -> Role {
        match self {
            Self::Read | Self::Comment | Self::ManageOwnAccount => Role::Viewer,
            Self::LaunchTemplate
            | Self::EditPreset
            | Self::ControlExecution
            | Self::DecideOwnReview => Role::Runner,
            Self::DecideAnyReview
            | Self::LaunchInline
            | Self::EditTemplate
            | Self::PublishTemplate
            | Self::EditDocument
            | Self::EditProject => Role::Editor,
            Self::ManageProviders
            | Self::ManageSecrets
            | Self::ManageMembers
            | Self::ModerateComments
            | Self::ManageTokens
            | Self::ManageTriggers
            | Self::ManageTools
            | Self::ManageBudgets
            | Self::ManageWorkspace
            | Self::RepairExecution
            | Self::ReadAudit => Role::Admin,
            Self::TransferWorkspace | Self::DeleteWorkspace => Role::Owner,
        }
    }

    /// The least scope of a token that holds this permission.
    pub fn least_scope(self) -> TokenScope {
        match self {
            Self::Read | Self::ReadAudit => TokenScope::Read,
            Self::LaunchTemplate | Self::LaunchInline => TokenScope::Launch,
            Self::Comment
            | Self::ManageOwnAccount
            | Self::EditPreset
            | Self::ControlExecution
            | Self::DecideOwnReview
            | Self::DecideAnyReview
            | Self::EditTemplate
            | Self::PublishTemplate
            | Self::EditDocument
            | Self::EditProject
            | Self::ManageProviders
            | Self::ManageSecrets
            | Self::ManageMembers
            | Self::ModerateComments
            | Self::ManageTokens
            | Self::ManageTriggers
            | Self::ManageTools
            | Self::ManageBudgets
            | Self::ManageWorkspace
            | Self::RepairExecution
            | Self::TransferWorkspace
            | Self::DeleteWorkspace => TokenScope::Full,
        }
    }

    /// Whether it holds in an archived workspace too: what is in it stays as it is; who has it, and
    /// how it is called, may change.
    pub fn holds_when_archived(self) -> bool {
        match self {
            Self::Read
            | Self::ManageOwnAccount
            | Self::ManageMembers
            | Self::ManageTokens
            | Self::ManageWorkspace
            | Self::ReadAudit
            | Self::TransferWorkspace
            | Self::DeleteWorkspace => true,
            Self::Comment
            | Self::ModerateComments
            | Self::LaunchTemplate
            | Self::EditPreset
            | Self::ControlExecution
            | Self::DecideOwnReview
            | Self::DecideAnyReview
            | Self::LaunchInline
            | Self::EditTemplate
            | Self::PublishTemplate
            | Self::EditDocument
            | Self::EditProject
            | Self::ManageProviders
            | Self::ManageSecrets
            | Self::ManageTriggers
            | Self::ManageTools
            | Self::ManageBudgets
            | Self::RepairExecution => false,
        }
    }
}

/// Whether a role holds a permission.
pub fn can(role: Role, permission: Permission) -> bool {
    role >= permission.least_role()
}

/// Error: the caller's role does not hold a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("You need the {} role for this, and yours is {role}. Ask an admin.", needed.least_role())]
pub struct Lacks {
    /// The permission that the command needs.
    pub needed: Permission,
    /// The role that the caller has.
    pub role: Role,
}

/// Refuses a role that does not hold a permission.
///
/// # Errors
/// What is lacking.
pub fn require(role: Role, needed: Permission) -> Result<(), Lacks> {
    if can(role, needed) { Ok(()) } else { Err(Lacks { needed, role }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held_by(role: Role) -> usize {
        Permission::ALL.into_iter().filter(|permission| can(role, *permission)).count()
    }

    #[test]
    fn each_role_adds_its_verbs_to_those_of_the_role_before() {
        assert_eq!(Role::ALL.map(held_by), [3, 7, 13, 24, 26]);
    }

    #[test]
    fn a_viewer_changes_nothing_but_their_own_account() {
        assert!(can(Role::Viewer, Permission::ManageOwnAccount));
        assert!(!can(Role::Viewer, Permission::LaunchTemplate));
        assert!(!can(Role::Viewer, Permission::EditDocument));
    }

    #[test]
    fn only_the_owner_deletes_the_workspace() {
        assert!(can(Role::Owner, Permission::DeleteWorkspace));
        assert!(!can(Role::Admin, Permission::DeleteWorkspace));
    }

    #[test]
    fn nobody_gives_a_role_above_their_own() {
        let given: Vec<Role> = Role::Admin.grantable().collect();
        assert_eq!(given, [Role::Viewer, Role::Runner, Role::Editor, Role::Admin]);
        assert_eq!(Role::Owner.grantable().count(), Role::ALL.len());
    }

    #[test]
    fn a_token_that_launches_neither_decides_nor_controls() {
        let held = |scope: TokenScope| {
            Permission::ALL.into_iter().filter(move |held| held.least_scope() <= scope)
        };
        let launching: Vec<Permission> = held(TokenScope::Launch).collect();

        assert_eq!(
            launching,
            [
                Permission::Read,
                Permission::LaunchTemplate,
                Permission::LaunchInline,
                Permission::ReadAudit
            ]
        );
        assert_eq!(held(TokenScope::Read).count(), 2);
        assert_eq!(held(TokenScope::Full).count(), Permission::ALL.len());
        for scope in TokenScope::ALL {
            assert_eq!(scope.as_str().parse::<TokenScope>().ok(), Some(*scope));
        }
    }

    #[test]
    fn an_unknown_word_is_no_role() {
        assert_eq!("editor".parse::<Role>(), Ok(Role::Editor));
        assert_eq!("Owner".parse::<Role>(), Err(UnknownRole("Owner".to_owned())));
    }
}
