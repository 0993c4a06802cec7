//! Sentences about decisions and about how people steer.

use model::{
    execution::{
        event::{EventKind, SkipReason},
        question::Way,
    },
    review::{ApprovalGiven, Verdict},
};

use super::sentence::{Names, Weight, Words};
use crate::ui::{format::money, status::Status};

/// What a person did to a node, or is waited for to do; none for other events.
pub fn of_people(kind: &EventKind, names: &Names<'_>) -> Option<Words> {
    use EventKind as E;
    Some(match kind {
        E::NodeAwaitingReview { node, needed, .. } => {
            let who = match needed {
                0 | 1 => "a decision".to_owned(),
                several => format!("{several} approvals"),
            };
            (Status::AwaitingReview, Weight::Alarm, format!("{} waits for {who}", names.node(node)))
        }
        E::ReviewApproved(ApprovalGiven { node, by, comment, changed, .. }) => {
            let changed = if *changed { " with changes" } else { "" };
            let said = comment.as_ref().map_or(String::new(), |comment| format!(": {comment}"));
            let node = names.node(node);
            let text = format!("{} approved {node}{changed}, more are needed{said}", by.name);
            (Status::AwaitingReview, Weight::Step, text)
        }
        E::ReviewDecided { node, verdict, by, reason, .. } => {
            let why = reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
            let (status, did) = match verdict {
                Verdict::Approved => (Status::Completed, "approved"),
                Verdict::Changes => (Status::Queued, "asked for changes in"),
                Verdict::Rejected => (Status::Failed, "rejected"),
                Verdict::Cancelled => (Status::Stopped, "dropped the review of"),
            };
            (status, Weight::Step, format!("{} {did} {}{why}", by.name, names.node(node)))
        }
        E::RoundStarted { node, round, total, .. } => {
            let text = format!("{}: round {} of {total} began", names.node(node), round + 1);
            (Status::Running, Weight::Detail, text)
        }
        E::RoundEnded { node, round, failed, .. } => {
            let (status, ended) = match failed {
                true => (Status::Failed, "failed"),
                false => (Status::Completed, "is done"),
            };
            (status, Weight::Detail, format!("{}: round {} {ended}", names.node(node), round + 1))
        }
        E::NodeReset { node, .. } => {
            (Status::Queued, Weight::Step, format!("{} is made again", names.node(node)))
        }
        E::NodeEdited { node, fields } => {
            let text = format!("{} was changed: {}", names.node(node), fields.join(", "));
            (Status::Queued, Weight::Step, text)
        }
        kind => return of_steering(kind, names),
    })
}

/// How people steer an execution as a whole.
fn of_steering(kind: &EventKind, names: &Names<'_>) -> Option<Words> {
    use EventKind as E;
    Some(match kind {
        E::ExecutionAutoRun { on: true } => {
            (Status::Running, Weight::Step, "Steps run by themselves".to_owned())
        }
        E::ExecutionAutoRun { on: false } => {
            (Status::Queued, Weight::Step, "Each step waits for a word".to_owned())
        }
        E::ExecutionBreakpoints { nodes } => {
            let names: Vec<String> = nodes.iter().map(|node| names.node(node)).collect();
            let text = match names.len() {
                0 => "No breakpoints".to_owned(),
                _ => format!("Breakpoints before {}", names.join(", ")),
            };
            (Status::Queued, Weight::Detail, text)
        }
        E::ExecutionClockBack(_) => {
            (Status::Queued, Weight::Detail, "The server's clock was set back".to_owned())
        }
        E::ExecutionBudget { micros } => {
            let text = micros.map_or("No budget of its own".to_owned(), |micros| {
                format!("May cost {}", money(micros))
            });
            (Status::Queued, Weight::Step, text)
        }
        kind => return of_calls(kind, names),
    })
}

/// What a person is asked, or said, about a call that nobody knows the end of.
fn of_calls(kind: &EventKind, names: &Names<'_>) -> Option<Words> {
    use EventKind as E;
    Some(match kind {
        E::JobAsks(asked) => {
            let text =
                format!("{} waits for your word: {}", names.job(&asked.job), asked.failure.message);
            (Status::AwaitingReview, Weight::Alarm, text)
        }
        E::JobAnswered(answered) => {
            let (by, job) = (&answered.by.name, names.job(&answered.job));
            let text = match answered.answer {
                Way::Again => format!("{by} lets {job} call again"),
                Way::Done => format!("{by} says that the call of {job} was carried out"),
                Way::Skip => format!("{by} goes on without {job}"),
            };
            (Status::Queued, Weight::Step, text)
        }
        _ => return None,
    })
}

/// How a step, by its name, completed: by itself, or with what a person said that it gives.
pub(super) const fn completed(told: bool) -> &'static str {
    if told { " completed with what somebody said" } else { " completed" }
}

/// Why a node was not needed.
pub fn skipped(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::DeadPath => "the way to it was not taken",
        SkipReason::Disabled => "it is disabled",
        SkipReason::Condition => "its condition was not met",
        SkipReason::User => "a person went on without it",
    }
}
