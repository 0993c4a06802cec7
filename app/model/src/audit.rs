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
    WorkspaceCreated = "workspace.created": Workspace, "made the workspace";
    WorkspaceChanged = "workspace.changed": Workspace, "changed the workspace";
    WorkspaceArchived = "workspace.archived": Workspace, "archived the workspace";
    WorkspaceRestored = "workspace.restored": Workspace, "took back into use the workspace";
    WorkspaceDeleted = "workspace.deleted": Workspace, "deleted the workspace";
    WorkspaceTransferred = "workspace.transferred": Members, "handed the workspace over to";
    InvitationCreated = "invitation.created": Members, "invited";
    InvitationRevoked = "invitation.revoked": Members, "revoked the invitation of";
    MemberJoined = "member.joined": Members, "joined the workspace";
    MemberRoleChanged = "member.role_changed": Members, "changed the role of";
    MemberRemoved = "member.removed": Members, "removed the member";
    MemberLeft = "member.left": Members, "left the workspace";
    SessionOpened = "session.opened": Account, "signed in";
    SessionEnded = "session.ended": Account, "signed out";
    SessionRevoked = "session.revoked": Account, "ended a session in another browser";
    SessionMoved = "session.moved": Account, "came from another workspace";
    PasswordChanged = "password.changed": Account, "changed their password";
    PasswordReset = "password.reset": Account, "got a new password without the old one";
    PasswordLinkCreated = "password_link.created": Members, "made a link to a new password for";
    SessionOthersRevoked = "session.others_revoked": Account, "ended their sessions in all other browsers";
    AccountRenamed = "account.renamed": Account, "changed their name";
    AccountAddressChanged = "account.address_changed": Account, "changed the address they sign in with";
    AccountLinked = "account.linked": Account, "signed in with the provider for the first time";
    AccountDeleted = "account.deleted": Account, "deleted their account";
    TokenCreated = "token.created": Tokens, "made the API token";
    TokenRevoked = "token.revoked": Tokens, "revoked the API token";
    ProviderChanged = "provider.changed": Providers, "set the access to the provider";
    ProviderDeleted = "provider.deleted": Providers, "removed the access to the provider";
    ProvidersChosen = "provider.chosen": Providers, "chose who writes texts and who makes pictures";
    PriceSet = "price.set": Providers, "set the price of the model";
    PriceRemoved = "price.removed": Providers, "went back to the list price of the model";
    SecretCreated = "secret.created": Secrets, "added the secret";
    SecretReplaced = "secret.replaced": Secrets, "replaced the secret";
    SecretHostsChanged = "secret.hosts_changed": Secrets, "changed the hosts of the secret";
    SecretDeleted = "secret.deleted": Secrets, "deleted the secret";
    BudgetSet = "budget.set": Budgets, "set a monthly budget";
    BudgetRemoved = "budget.removed": Budgets, "removed a monthly budget";
    WebhookCreated = "webhook.created": Notices, "set up the webhook";
    WebhookChanged = "webhook.changed": Notices, "changed the webhook";
    WebhookDeleted = "webhook.deleted": Notices, "deleted the webhook";
    ToolServerCreated = "tool_server.created": Tools, "connected the tool server";
    ToolServerChanged = "tool_server.changed": Tools, "changed the tool server";
    ToolServerDeleted = "tool_server.deleted": Tools, "deleted the tool server";
    ToolDriftAccepted = "tool_drift.accepted": Tools, "accepted what has changed in the tool";
    AgentCreated = "agent.created": Agent, "made the agent";
    AgentCopied = "agent.copied": Agent, "copied an agent to";
    AgentSaved = "agent.saved": Agent, "changed the agent";
    AgentRestored = "agent.restored": Agent, "went back to an earlier version of the agent";
    AgentPublished = "agent.published": Agent, "published a version of the agent";
    AgentArchived = "agent.archived": Agent, "archived the agent";
    AgentUnarchived = "agent.unarchived": Agent, "took back into use the agent";
    HistoryKept = "history.kept": Retention, "set how long history is kept";
    TemplateCreated = "template.created": Template, "created the template";
    TemplateCloned = "template.cloned": Template, "copied a template to";
    TemplateSaved = "template.saved": Template, "changed the template";
    TemplatePublished = "template.published": Template, "published a version of the template";
    TemplateDisabled = "template.disabled": Template, "switched off the template";
    TemplateEnabled = "template.enabled": Template, "switched on the template";
    TemplateArchived = "template.archived": Template, "archived the template";
    TemplateDeleted = "template.deleted": Template, "deleted the template";
    PresetCreated = "preset.created": Other, "made the preset";
    PresetChanged = "preset.changed": Other, "changed the preset";
    PresetDeleted = "preset.deleted": Other, "deleted the preset";
    ProjectCreated = "project.created": Project, "made the project";
    ProjectChanged = "project.changed": Project, "changed the project";
    ProjectDeleted = "project.deleted": Project, "deleted the project";
    DocumentCreated = "document.created": Document, "made the document";
    DocumentDeleted = "document.deleted": Document, "deleted the document";
    DocumentMoved = "document.moved": Document, "moved the document";
    DocumentRestored = "document.restored": Document, "restored a version of the document";
    DocumentFileAdded = "document.file_added": Document, "added a file to the document";
    DocumentFileRemoved = "document.file_removed": Document, "removed a file from the document";
    DocumentAttach = "document.attach": Document, "attached images to the document";
    DocumentDetach = "document.detach": Document, "took an image off the document";
    DocumentMakePrimary = "document.make_primary": Document, "chose the primary image of the document";
    DocumentOrder = "document.order": Document, "ordered the images of the document";
    DocumentCaption = "document.caption": Document, "wrote a caption in the document";
    ImageDescribed = "image.described": Images, "described the image";
    ImageDeleted = "image.deleted": Images, "deleted the image";
    ExecutionPause = "execution.pause": Execution, "paused the execution";
    ExecutionResume = "execution.resume": Execution, "resumed the execution";
    ExecutionStop = "execution.stop": Execution, "stopped the execution";
    ExecutionRetryNode = "execution.retry_node": Execution, "retried a step of the execution";
    ExecutionSkipNode = "execution.skip_node": Execution, "skipped a step of the execution";
    ExecutionTriggerNode = "execution.trigger_node": Execution, "started a step of the execution";
    ExecutionEditNode = "execution.edit_node": Execution, "changed a step of the execution";
    ExecutionAutoRun = "execution.auto_run": Execution, "set whether steps start by themselves in the execution";
    ExecutionBreakpoints = "execution.breakpoints": Execution, "changed breakpoints of the execution";
    ExecutionBudget = "execution.budget": Execution, "changed the budget of the execution";
    ExecutionAnswer = "execution.answer": Execution, "said what became of a call of the execution";
    ExecutionRerun = "execution.rerun": Execution, "ran again the execution";
    ExecutionRerunStale = "execution.rerun_stale": Execution, "ran again what was stale of the execution";
    ExecutionReplay = "execution.replay": Execution, "replayed the execution";
    ExecutionRefAdded = "execution.ref_added": Execution, "linked something outside to the execution";
    ExecutionRefRemoved = "execution.ref_removed": Execution, "took a link to something outside off the execution";
    ExecutionRepair = "execution.repair": Execution, "repaired the execution";
    ArtifactKeep = "artifact.keep": Execution, "kept a version of an output of the execution";
    ArtifactLetGo = "artifact.let_go": Execution, "no longer keeps a version of an output of the execution";
    ArtifactRestore = "artifact.restore": Execution, "went back to an earlier output of the execution";
    ReviewDecide = "review.decide": Execution, "decided a review of the execution";
    ReviewReassign = "review.reassign": Execution, "reassigned a review of the execution";
    ReviewLinkCreated = "review_link.created": Other, "made a link to a review";
    ReviewLinkRevoked = "review_link.revoked": Other, "took back a link to a review";
    CommentCreated = "comment.created": Other, "commented on";
    CommentChanged = "comment.changed": Other, "changed a comment on";
    CommentDeleted = "comment.deleted": Other, "deleted a comment on";
    CommentResolved = "comment.resolved": Other, "resolved comments on";
    CommentReopened = "comment.reopened": Other, "opened resolved comments again on";
    BlobRepair = "blob.repair": Other, "deleted a file that nothing needed";
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
        assert_eq!(AuditAction::TokenCreated.label(), "Made the API token");
    }
}
