//! Sentences about decisions and about how people steer.

use model::{
    execution::{
        event::{EventKind, Paused, SkipReason, Stopped},
        question::Way,
        state::PauseReason,
    },
    review::{ApprovalGiven, Reviewer, Verdict},
};

use super::sentence::{Names, Weight, Words};
use crate::ui::{format::money, status::Status};

/// What a person did to a node, or is waited for to do; none for other events.
pub fn people_words(kind: &EventKind, names: &Names<'_>) -> Option<Words> {
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
            let (status, ended) =
                if *failed { (Status::Failed, "failed") } else { (Status::Completed, "is done") };
            (status, Weight::Detail, format!("{}: round {} {ended}", names.node(node), round + 1))
        }
        E::NodeReset { node, .. } => {
            (Status::Queued, Weight::Step, format!("{} is made again", names.node(node)))
        }
        E::NodeEdited { node, fields } => {
            let text = format!("{} was changed: {}", names.node(node), fields.join(", "));
            (Status::Queued, Weight::Step, text)
        }
        kind => return steering_words(kind, names),
    })
}

/// How people steer an execution as a whole, and what else keeps it from going on.
fn steering_words(kind: &EventKind, names: &Names<'_>) -> Option<Words> {
    use EventKind as E;
    let name = |by: &Option<Reviewer>| by.as_ref().map(|by| by.name.clone());
    Some(match kind {
        E::ExecutionPaused(Paused { reason, message, by }) => {
            let weight = match reason {
                PauseReason::User | PauseReason::Breakpoint | PauseReason::Parent => Weight::Step,
                _ => Weight::Alarm,
            };
            let more = message.as_ref().map_or(String::new(), |message| format!(". {message}"));
            let why = reason.words_by(name(by).as_deref());
            (Status::Paused, weight, format!("{why}{more}"))
        }
        E::ExecutionStopped(Stopped { reason, message, by }) => {
            let more = message.as_ref().map_or(String::new(), |message| format!(". {message}"));
            let why = reason.words_by(name(by).as_deref());
            (Status::Stopped, Weight::Step, format!("{why}; results are kept{more}"))
        }
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
        kind => return call_words(kind, names),
    })
}

/// What a person is asked, or said, about a call that nobody knows the end of.
fn call_words(kind: &EventKind, names: &Names<'_>) -> Option<Words> {
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
pub(super) fn completion_words(told: bool, by: Option<&Reviewer>) -> String {
    match by.filter(|_| told) {
        Some(by) => format!(" completed with what {} said", by.name),
        None if told => " completed with what somebody said".to_owned(),
        None => " completed".to_owned(),
    }
}

/// Why a node was skipped, with who went on without it where that is known.
pub(super) fn left_out_words(reason: SkipReason, by: Option<&Reviewer>) -> String {
    match by {
        Some(by) => format!("{} went on without it", by.name),
        None => skip_reason(reason).to_owned(),
    }
}

/// Why a node was skipped, in words.
pub fn skip_reason(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::DeadPath => "the way to it was not taken",
        SkipReason::Disabled => "it is disabled",
        SkipReason::Condition => "its condition was not met",
        SkipReason::User => "a person went on without it",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::monitor::{event_text::sentence::sentence, sample};

    fn sentence_text(event: Value) -> String {
        let events = sample::events(vec![(0, event)]);
        events.iter().map(|event| sentence(event, &Names::default()).text).collect()
    }

    #[test]
    fn who_paused_stopped_or_left_a_step_out_is_named_where_that_is_known() {
        let pause = json!({"kind": "execution.paused", "reason": "user"});
        let stop = json!({"kind": "execution.stopped", "reason": "user"});
        let skip = json!({"kind": "node.skipped", "node": "b", "reason": "user"});
        let told = json!({"kind": "node.completed", "node": "b", "told": true});
        for (mut event, unknown, known) in [
            (pause, "Paused by a person", "Paused by Ada"),
            (stop, "Stopped by a person; results are kept", "Stopped by Ada; results are kept"),
            (skip, "b skipped: a person went on without it", "b skipped: Ada went on without it"),
            (told, "b completed with what somebody said", "b completed with what Ada said"),
        ] {
            assert_eq!(
                sentence_text(event.clone()),
                unknown,
                "as it was recorded before there were names"
            );
            event["by"] = json!({"user": null, "name": "Ada"});
            assert_eq!(sentence_text(event), known);
        }
    }
}
