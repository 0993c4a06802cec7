//! What the audit log records: each action with its stored name, what it is about, and the words that
//! people read. A new action is one line of the table here.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::{string_enum::string_enum, unknown_variant::UnknownVariant};

/// What kind of thing an action is about; by it the page of the thing is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditSubject {
    /// A template, by its id.
    Template,
    /// An execution, by its id.
    Execution,
    /// A document, by its id.
    Document,
    /// A project, by its id.
    Project,
    /// The images of the workspace.
    Images,
    /// The members of the workspace, and invitations.
    Members,
    /// The workspace itself.
    Workspace,
    /// API tokens.
    Tokens,
    /// Secrets.
    Secrets,
    /// Providers and prices.
    Providers,
    /// Budgets.
    Budgets,
    /// Servers of tools, and their tools.
    Tools,
    /// An agent of the library, by its id.
    Agent,
    /// Notices and webhooks.
    Notices,
    /// How long history is kept.
    Retention,
    /// The person's own account.
    Account,
    /// Something without a page of its own.
    Other,
}

/// Makes the enum of actions from a table: variant, stored name, what it is about, and the words
/// that follow the person's name and come before the subject's.
macro_rules! audit_actions {
    ($($variant:ident = $name:literal: $about:ident, $words:literal;)+) => {
        string_enum! {
            /// Something that somebody did. Its name is stored, `thing.verb`, and never changes.
            AuditAction ("action") {
                $(#[doc = concat!("Somebody ", $words, ".")] $variant = $name,)+
            }
        }

        impl AuditAction {
            /// What was done, as it follows a person's name; the name of the subject follows it.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)+ }
            }

            /// What kind of thing its subject is.
            pub const fn about(self) -> AuditSubject {
                match self { $(Self::$variant => AuditSubject::$about,)+ }
            }
        }
    };
}

audit_actions! {
    WorkspaceCreated = "workspace.created": Workspace, "created the workspace";
    WorkspaceChanged = "workspace.changed": Workspace, "changed the workspace";
    WorkspaceArchived = "workspace.archived": Workspace, "archived the workspace";
    WorkspaceRestored = "workspace.restored": Workspace, "restored the workspace";
    WorkspaceDeleted = "workspace.deleted": Workspace, "deleted the workspace";
    WorkspaceTransferred = "workspace.transferred": Members, "transferred the workspace to";
    InvitationCreated = "invitation.created": Members, "invited";
    InvitationRevoked = "invitation.revoked": Members, "revoked the invitation of";
    MemberJoined = "member.joined": Members, "joined the workspace";
    MemberRoleChanged = "member.role_changed": Members, "changed the role of";
    MemberRemoved = "member.removed": Members, "removed the member";
    MemberLeft = "member.left": Members, "left the workspace";
    SessionOpened = "session.opened": Account, "signed in";
    SessionEnded = "session.ended": Account, "signed out";
    SessionRevoked = "session.revoked": Account, "ended one of their sessions";
    SessionMoved = "session.moved": Account, "switched from another workspace";
    PasswordChanged = "password.changed": Account, "changed their password";
    PasswordReset = "password.reset": Account, "reset their password";
    PasswordLinkCreated = "password_link.created": Members, "created a password link for";
    SessionOthersRevoked = "session.others_revoked": Account, "ended all their other sessions";
    AccountRenamed = "account.renamed": Account, "changed their name";
    AccountAddressChanged = "account.address_changed": Account, "changed their email address";
    AccountLinked = "account.linked": Account, "linked their account with the sign-in provider";
    AccountShutOut = "account.shut_out": Account, "lost their sessions and tokens, without a role at the sign-in provider";
    AccountDeleted = "account.deleted": Account, "deleted their account";
    TokenCreated = "token.created": Tokens, "created the API token";
    TokenRevoked = "token.revoked": Tokens, "revoked the API token";
    ProviderChanged = "provider.changed": Providers, "set up the provider";
    ProviderDeleted = "provider.deleted": Providers, "removed the provider";
    ProvidersChosen = "provider.chosen": Providers, "changed the default providers";
    PriceSet = "price.set": Providers, "set the price of the model";
    PriceRemoved = "price.removed": Providers, "reset the price of the model";
    SecretCreated = "secret.created": Secrets, "added the secret";
    SecretReplaced = "secret.replaced": Secrets, "replaced the secret";
    SecretHostsChanged = "secret.hosts_changed": Secrets, "changed the allowed hosts of the secret";
    SecretDeleted = "secret.deleted": Secrets, "deleted the secret";
    BudgetSet = "budget.set": Budgets, "set a monthly budget";
    BudgetRemoved = "budget.removed": Budgets, "removed a monthly budget";
    WebhookCreated = "webhook.created": Notices, "added the webhook";
    WebhookChanged = "webhook.changed": Notices, "changed the webhook";
    WebhookDeleted = "webhook.deleted": Notices, "deleted the webhook";
    ToolServerCreated = "tool_server.created": Tools, "connected the tool server";
    ToolServerChanged = "tool_server.changed": Tools, "changed the tool server";
    ToolServerSignedIn = "tool_server.signed_in": Tools, "signed in to the tool server";
    ToolServerDeleted = "tool_server.deleted": Tools, "deleted the tool server";
    ToolTried = "tool.tried": Tools, "tried the tool";
    ToolDriftAccepted = "tool_drift.accepted": Tools, "accepted changes to the tool";
    AgentCreated = "agent.created": Agent, "created the agent";
    AgentCopied = "agent.copied": Agent, "copied an agent to";
    AgentSaved = "agent.saved": Agent, "changed the agent";
    AgentRestored = "agent.restored": Agent, "restored a version of the agent";
    AgentPublished = "agent.published": Agent, "published a version of the agent";
    AgentArchived = "agent.archived": Agent, "archived the agent";
    AgentUnarchived = "agent.unarchived": Agent, "restored the agent";
    HistoryKept = "history.kept": Retention, "changed the data retention";
    TemplateCreated = "template.created": Template, "created the workflow";
    TemplateCloned = "template.cloned": Template, "copied a workflow to";
    TemplateSaved = "template.saved": Template, "changed the workflow";
    TemplatePublished = "template.published": Template, "published a version of the workflow";
    TemplateDisabled = "template.disabled": Template, "switched off the workflow";
    TemplateEnabled = "template.enabled": Template, "switched on the workflow";
    TemplateArchived = "template.archived": Template, "archived the workflow";
    TemplateUnarchived = "template.unarchived": Template, "restored the workflow";
    TemplateDeleted = "template.deleted": Template, "deleted the workflow";
    PresetCreated = "preset.created": Other, "created the preset";
    PresetChanged = "preset.changed": Other, "changed the preset";
    PresetDeleted = "preset.deleted": Other, "deleted the preset";
    ProjectCreated = "project.created": Project, "created the project";
    ProjectChanged = "project.changed": Project, "changed the project";
    ProjectDeleted = "project.deleted": Project, "deleted the project";
    DocumentCreated = "document.created": Document, "created the document";
    DocumentDeleted = "document.deleted": Document, "deleted the document";
    DocumentMoved = "document.moved": Document, "moved the document";
    DocumentRestored = "document.restored": Document, "restored a version of the document";
    DocumentFileAdded = "document.file_added": Document, "added a file to the document";
    DocumentFileRemoved = "document.file_removed": Document, "removed a file from the document";
    DocumentAttach = "document.attach": Document, "attached images to the document";
    DocumentDetach = "document.detach": Document, "detached an image from the document";
    DocumentMakePrimary = "document.make_primary": Document, "chose the primary image of the document";
    DocumentOrder = "document.order": Document, "reordered the images of the document";
    DocumentCaption = "document.caption": Document, "changed a caption in the document";
    ImageDescribed = "image.described": Images, "changed the description of the image";
    ImageDeleted = "image.deleted": Images, "deleted the image";
    ExecutionPause = "execution.pause": Execution, "paused the run";
    ExecutionResume = "execution.resume": Execution, "resumed the run";
    ExecutionStop = "execution.stop": Execution, "stopped the run";
    ExecutionRetryNode = "execution.retry_node": Execution, "retried a step of the run";
    ExecutionSkipNode = "execution.skip_node": Execution, "skipped a step of the run";
    ExecutionTriggerNode = "execution.trigger_node": Execution, "started a step of the run";
    ExecutionEditNode = "execution.edit_node": Execution, "changed a step of the run";
    ExecutionAutoRun = "execution.auto_run": Execution, "changed whether steps start automatically in the run";
    ExecutionBreakpoints = "execution.breakpoints": Execution, "changed the breakpoints of the run";
    ExecutionBudget = "execution.budget": Execution, "changed the budget of the run";
    ExecutionAnswer = "execution.answer": Execution, "resolved an unanswered call of the run";
    ExecutionRerun = "execution.rerun": Execution, "reran the run";
    ExecutionRerunStale = "execution.rerun_stale": Execution, "reran the stale steps of the run";
    ExecutionReplay = "execution.replay": Execution, "replayed the run";
    ExecutionRefAdded = "execution.ref_added": Execution, "added an external link to the run";
    ExecutionRefRemoved = "execution.ref_removed": Execution, "removed an external link from the run";
    ExecutionRepair = "execution.repair": Execution, "repaired the run";
    ArtifactKeep = "artifact.keep": Execution, "kept a version of an output of the run";
    ArtifactLetGo = "artifact.let_go": Execution, "stopped keeping a version of an output of the run";
    ArtifactRestore = "artifact.restore": Execution, "restored an earlier output of the run";
    ReviewDecide = "review.decide": Execution, "decided a review of the run";
    ReviewReassign = "review.reassign": Execution, "reassigned a review of the run";
    ReviewLinkCreated = "review_link.created": Other, "created a review link";
    ReviewLinkRevoked = "review_link.revoked": Other, "revoked a review link";
    CommentCreated = "comment.created": Other, "commented on";
    CommentChanged = "comment.changed": Other, "edited a comment on";
    CommentDeleted = "comment.deleted": Other, "deleted a comment on";
    CommentResolved = "comment.resolved": Other, "resolved comments on";
    CommentReopened = "comment.reopened": Other, "reopened comments on";
    BlobRepair = "blob.repair": Other, "deleted an unused file";
}

string_enum! {
    /// How somebody was known who did something.
    AuditCredential ("credential") {
        /// By the session of a browser.
        Session = "session",
        /// By an API token.
        Token = "token",
        /// By a link to a review, which acts for who made it.
        Link = "link",
        /// At the machine's own command line.
        CommandLine = "command_line",
    }
}

impl AuditAction {
    /// What was done as a choice in a list: `Made the API token`.
    pub fn label(self) -> String {
        let mut letters = self.words().chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_action_has_words_of_its_own_and_a_name_that_the_database_takes() {
        let words: BTreeSet<_> = AuditAction::ALL.iter().map(|action| action.words()).collect();

        assert_eq!(words.len(), AuditAction::ALL.len());
        for action in AuditAction::ALL {
            let (thing, verb) = action.as_str().split_once('.').unwrap();
            let plain = |word: &str| {
                !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
            };
            assert!(plain(thing) && plain(verb), "{action}");
            assert_eq!(action.as_str().parse::<AuditAction>().unwrap(), *action);
        }
        assert!("token.eaten".parse::<AuditAction>().is_err());
        assert_eq!(AuditAction::TokenCreated.label(), "Created the API token");
    }
}
