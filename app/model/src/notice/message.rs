//! The words of notices, the same for mails and webhooks: a heading, a sentence or two, and where it
//! leads. What people named is put on one line here, so that no name can break a header.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{BudgetCrossing, BudgetThreshold};
use crate::{
    access::Role,
    account::is_deceptive,
    agent::approval::ReviewKind,
    budget::Dollars,
    comment::{comment_excerpt, subject::CommentSubject},
    execution::state::ExecutionStatus,
    id::{ExecutionId, WorkspaceId},
};

/// The most characters that a name takes.
const MOST_IN_NAME: usize = 80;
/// The most characters of a text that somebody wrote.
const MOST_IN_TEXT: usize = 1_000;

/// What is told of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeMessage {
    /// What happened, on one line: the subject of a mail.
    pub title: String,
    /// What there is to know besides; may have several lines.
    pub text: String,
    /// The verb of the button that leads there.
    pub action: String,
    /// Where that is, below the server's own address; opening it changes nothing.
    pub path: String,
}

#[derive(Debug, Clone, Copy)]
pub struct NamedExecution<'a> {
    /// Where it belongs.
    pub workspace: WorkspaceId,
    pub workspace_name: &'a str,
    pub id: ExecutionId,
    /// What it is called.
    pub name: &'a str,
    pub number: i64,
}

impl NamedExecution<'_> {
    fn label(&self) -> String {
        format!("{} #{}", one_line(self.name), self.number)
    }

    fn path(&self) -> String {
        format!("/workspace/{}/workflows/executions/{}", self.workspace, self.id)
    }

    fn place(&self) -> String {
        in_workspace(self.workspace_name)
    }
}

#[derive(Debug, Clone, Copy)]
pub struct NamedReview<'a> {
    /// The name of the step that waits.
    pub step: &'a str,
    /// What is decided about.
    pub kind: ReviewKind,
    /// The items; of what they say, only the names of tools are told.
    pub items: &'a [Value],
}

/// A review waits at a step.
pub fn review_waits(execution: NamedExecution<'_>, review: NamedReview<'_>) -> NoticeMessage {
    let step = one_line(review.step);
    let title = match review.kind.request(review.items) {
        Some(request) => format!("{}: “{step}” {}", execution.label(), one_line(&request)),
        None => format!("{} is waiting for your review", execution.label()),
    };
    let then = match review.kind {
        ReviewKind::Content => "continues after a decision",
        ReviewKind::ToolCalls => "continues after the tool call is approved or declined",
        ReviewKind::Limit => "reached its limit. Let it continue, or stop it",
        ReviewKind::HandOver => "is handed over to a person and continues when the work is done",
    };
    NoticeMessage {
        title,
        text: format!("The step “{step}” {then}. {}", execution.place()),
        action: "Open reviews".to_owned(),
        path: format!("/workspace/{}/reviews", execution.workspace),
    }
}

/// An execution is over; `error` says why it failed.
pub fn execution_over(
    execution: NamedExecution<'_>,
    status: ExecutionStatus,
    error: Option<&str>,
) -> NoticeMessage {
    let (word, text) = match status {
        ExecutionStatus::Completed => ("completed", "The results are ready.".to_owned()),
        ExecutionStatus::Failed => {
            let why = error.map(|error| cut(error, MOST_IN_TEXT)).unwrap_or_default();
            ("failed", format!("{why}\nOpen it to see what to do.").trim().to_owned())
        }
        // What runs again since has ended all the same.
        ExecutionStatus::Stopped
        | ExecutionStatus::Pending
        | ExecutionStatus::Running
        | ExecutionStatus::Paused => ("ended", "Its results so far are kept.".to_owned()),
    };
    NoticeMessage {
        title: format!("{} {word}", execution.label()),
        text: format!("{text} {}", execution.place()),
        action: "Open run".to_owned(),
        path: execution.path(),
    }
}

/// A comment that names people.
#[derive(Debug, Clone, Copy)]
pub struct NamedComment<'a> {
    /// The name of whoever wrote it; none once the account is deleted.
    pub author: Option<&'a str>,
    pub subject: &'a CommentSubject,
    /// The execution that it is about, or whose review.
    pub execution: Option<ExecutionId>,
    /// What that is called.
    pub title: &'a str,
    /// What it says, as it was written.
    pub text: &'a str,
}

/// Somebody is named in a comment.
pub fn mention(
    comment: NamedComment<'_>,
    workspace: WorkspaceId,
    workspace_name: &str,
) -> NoticeMessage {
    let author = comment.author.map_or_else(|| "Someone".to_owned(), one_line);
    let (page, id) = match (comment.subject, comment.execution) {
        (CommentSubject::Template { id, .. }, _) => (format!("workflows/builder/{id}"), id.0),
        (CommentSubject::Document { id }, _) => (format!("documents/{id}"), id.0),
        (CommentSubject::Execution { id, .. }, _) => (format!("workflows/executions/{id}"), id.0),
        // What was decided is in no inbox any more.
        (CommentSubject::Review { .. }, Some(id)) => (format!("workflows/executions/{id}"), id.0),
        (CommentSubject::Review { id }, None) => ("reviews".to_owned(), id.0),
    };
    let excerpt = cut(&comment_excerpt(comment.text), MOST_IN_TEXT);
    NoticeMessage {
        title: format!("{author} mentioned you in “{}”", one_line(comment.title)),
        text: format!("{excerpt}\n\n{}", in_workspace(workspace_name)),
        action: "Open comment".to_owned(),
        path: format!("/workspace/{workspace}/{page}?comments={id}"),
    }
}

/// A budget is nearly or wholly spent; `template` is the name of the template that it is for.
pub fn budget(
    crossing: &BudgetCrossing,
    template: Option<&str>,
    workspace: WorkspaceId,
    workspace_name: &str,
) -> NoticeMessage {
    let of = match template {
        Some(template) => format!("“{}”", one_line(template)),
        None => format!("the workspace “{}”", one_line(workspace_name)),
    };
    let (word, then) = match crossing.threshold {
        BudgetThreshold::Nearly => ("80% spent", "Runs pause before they exceed it."),
        BudgetThreshold::Wholly => ("used up", "Runs that need more pause until you raise it."),
    };
    NoticeMessage {
        title: format!("The monthly budget of {of} is {word}"),
        text: format!(
            "{} of {} spent this month. {then} {}",
            Dollars(crossing.spent_micros),
            Dollars(crossing.limit_micros),
            in_workspace(workspace_name)
        ),
        action: "Open budgets".to_owned(),
        path: format!("/workspace/{workspace}/settings/budgets"),
    }
}

/// Somebody is invited. What other systems are told of it leads to the members; the link of the
/// mail is put in when it is sent.
pub fn invitation(
    workspace: WorkspaceId,
    workspace_name: &str,
    invited_by: Option<&str>,
    email: &str,
    role: Role,
) -> NoticeMessage {
    // It goes to strangers: what somebody calls themselves must not lead them anywhere.
    let by = invited_by.map_or_else(|| "Someone".to_owned(), |name| without_links(&one_line(name)));
    let place = without_links(&one_line(workspace_name));
    let (email, role) = (one_line(email), role.label().to_lowercase());
    NoticeMessage {
        title: format!("{by} invited {email} to “{place}”"),
        text: format!(
            "In Atelier, teams build and run AI workflows together. {email} will join “{place}” as \
             {role}. The link works once, for seven days, and only for this email."
        ),
        action: "Open invitation".to_owned(),
        path: format!("/workspace/{workspace}/settings/members"),
    }
}

/// A server of tools does not let Atelier in any more.
pub fn tool_sign_in(server: &str, workspace: WorkspaceId, workspace_name: &str) -> NoticeMessage {
    NoticeMessage {
        title: format!("The tool server {} needs a new sign-in", one_line(server)),
        text: format!(
            "Runs that use it wait, and continue when an admin has connected it again. {}",
            in_workspace(workspace_name)
        ),
        action: "Open tool servers".to_owned(),
        path: format!("/workspace/{workspace}/settings/tools"),
    }
}

/// Somebody says that they have forgotten their password; the link is put in when it is sent.
pub fn password_reset() -> NoticeMessage {
    NoticeMessage {
        title: "Choose a new password".to_owned(),
        text:
            "Someone asked to reset the password of your account. If it was you, choose a new one. \
               The link works once, for a day. If it wasn't you, ignore this email: your password \
               stays the same."
                .to_owned(),
        action: "Choose a new password".to_owned(),
        path: "/".to_owned(),
    }
}

/// That a webhook works.
pub fn webhook_test(workspace: WorkspaceId) -> NoticeMessage {
    NoticeMessage {
        title: "Test notification from Atelier".to_owned(),
        text: "This webhook works. Notifications from your workspace arrive here.".to_owned(),
        action: "Open settings".to_owned(),
        path: format!("/workspace/{workspace}/settings/notices"),
    }
}

fn in_workspace(name: &str) -> String {
    format!("Workspace: {}.", one_line(name))
}

/// A name on one line, without what is not seen, cut where it is very long.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if is_deceptive(c) { ' ' } else { c }).collect();
    cut(&plain.split_whitespace().collect::<Vec<_>>().join(" "), MOST_IN_NAME)
}

/// A name in which mail programs find no address to turn into a link.
fn without_links(name: &str) -> String {
    let mut text = String::new();
    let mut left = name.chars().peekable();
    while let Some(c) = left.next() {
        text.push(c);
        let next = left.peek().copied();
        let leads_on = match c {
            '.' | '。' | '．' | '｡' | '@' => next.is_some_and(char::is_alphabetic),
            '/' => next == Some('/'),
            _ => false,
        };
        if leads_on {
            text.push(' ');
        }
    }
    text
}

fn cut(text: &str, most: usize) -> String {
    let seen = |c: &char| *c == '\n' || !is_deceptive(*c);
    let mut left = text.trim().chars().filter(seen);
    let short: String = left.by_ref().take(most).collect();
    if left.next().is_some() { format!("{}…", short.trim_end()) } else { short }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn named(name: &str) -> NamedExecution<'_> {
        NamedExecution {
            workspace: WorkspaceId(Uuid::nil()),
            workspace_name: "Studio",
            id: ExecutionId(Uuid::nil()),
            name,
            number: 7,
        }
    }

    #[test]
    fn a_name_breaks_no_line_and_hides_nothing() {
        let name = "Ads\r\nBcc: eve@example.org\u{202E}x";
        let message = execution_over(named(name), ExecutionStatus::Completed, None);

        assert_eq!(message.title, "Ads Bcc: eve@example.org x #7 completed");
        assert!(!message.text.chars().any(is_deceptive), "{message:?}");
    }

    #[test]
    fn a_name_in_an_invitation_is_no_link() {
        let invite = |name| {
            let workspace = WorkspaceId(Uuid::nil());
            invitation(workspace, "shop.example", Some(name), "ben@example.org", Role::Viewer).title
        };

        let lure = invite("Win <b>now</b> https://evil.example/x mail@evil.example");
        assert_eq!(
            lure,
            "Win <b>now</b> https:/ /evil. example/x mail@ evil. example invited ben@example.org to \
             “shop. example”"
        );
        assert!(invite("J. R. Ewing, v2.0 (he/him)").starts_with("J. R. Ewing, v2.0 (he/him) "));
    }

    #[test]
    fn a_failure_says_why_and_a_long_name_is_cut() {
        let long = "long ".repeat(100);
        let message = execution_over(named(&long), ExecutionStatus::Failed, Some("No key."));

        assert!(message.title.ends_with("… #7 failed") && message.title.len() < 120);
        assert!(message.text.starts_with("No key.\nOpen it"), "{}", message.text);
    }

    #[test]
    fn an_agent_that_asks_is_told_of_by_the_tool_and_never_by_its_arguments() {
        let items = [json!({"tool": "github.createIssue", "arguments": {"body": "secret"}})];
        let review = |kind| NamedReview { step: "Triage", kind, items: &items };

        let asks = review_waits(named("Bugs"), review(ReviewKind::ToolCalls));
        assert_eq!(asks.title, "Bugs #7: “Triage” wants to use github.createIssue");
        assert!(
            asks.text.starts_with("The step “Triage” continues after the tool call is approved")
        );
        assert!(!format!("{asks:?}").contains("secret"));

        let content = review_waits(named("Bugs"), review(ReviewKind::Content));
        assert_eq!(content.title, "Bugs #7 is waiting for your review");
    }

    #[test]
    fn a_budget_says_what_is_spent_of_it() {
        let crossing = BudgetCrossing {
            template: None,
            threshold: BudgetThreshold::Nearly,
            limit_micros: 5_000_000,
            spent_micros: 4_000_000,
        };
        let message = budget(&crossing, None, WorkspaceId(Uuid::nil()), "Studio");

        assert_eq!(message.title, "The monthly budget of the workspace “Studio” is 80% spent");
        assert!(message.text.starts_with("$4.00 of $5.00 spent"), "{}", message.text);
    }
}
