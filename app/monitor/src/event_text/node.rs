//! Sentences about nodes and about the rounds of loops, by the label of the node.

use model::{
    execution::{event::SkipReason, failure::Failure},
    review::Reviewer,
};
use ui::status::Status;

use super::weight::{Words, alarm, detail, step};

pub(super) fn ready_words(label: &str, jobs: usize) -> Words {
    let text = match jobs {
        0 | 1 => format!("{label} is ready"),
        several => format!("{label} is ready: {several} items"),
    };
    detail(Status::Queued, text)
}

/// A node completed: by itself, or with what a person said that it gives.
pub(super) fn completion_words(label: &str, told: bool, by: Option<&Reviewer>) -> Words {
    let text = match by.filter(|_| told) {
        Some(by) => format!("{label} completed with the answer of {}", by.name),
        None if told => format!("{label} completed with a person's answer"),
        None => format!("{label} completed"),
    };
    step(Status::Completed, text)
}

/// A node failed for good.
pub(super) fn failure_words(label: &str, failure: &Failure) -> Words {
    alarm(Status::Failed, format!("{label} failed: {}", failure.message))
}

/// A node was skipped, with who went on without it where that is known.
pub(super) fn skip_words(label: &str, reason: SkipReason, by: Option<&Reviewer>) -> Words {
    let text = match (by, reason) {
        (Some(by), _) => format!("{label} skipped by {}", by.name),
        (None, SkipReason::User) => format!("{label} {}", skip_reason(reason)),
        (None, SkipReason::DeadPath | SkipReason::Disabled | SkipReason::Condition) => {
            format!("{label} skipped: {}", skip_reason(reason))
        }
    };
    step(Status::Skipped, text)
}

/// Why a node was skipped, in words.
pub fn skip_reason(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::DeadPath => "its branch wasn't taken",
        SkipReason::Disabled => "it's disabled",
        SkipReason::Condition => "its condition wasn't met",
        SkipReason::User => "skipped by a person",
    }
}

/// A person changed the configuration of a node for this execution.
pub(super) fn edit_words(label: &str, fields: &[String]) -> Words {
    step(Status::Queued, format!("{label} edited: {}", fields.join(", ")))
}

pub(super) fn reuse_words(label: &str, skipped: Option<SkipReason>) -> Words {
    let status = skipped.map_or(Status::Completed, |_| Status::Skipped);
    step(status, format!("{label} reused from an earlier run"))
}

/// A loop began one of its rounds; `round` counts from 0.
pub(super) fn round_start_words(label: &str, round: usize, total: usize) -> Words {
    detail(Status::Running, format!("{label}: round {} of {total} started", round + 1))
}

/// The end of round `round`, counted from 0, of a loop.
pub(super) fn round_end_words(label: &str, round: usize, failed: bool) -> Words {
    let (status, ended) =
        if failed { (Status::Failed, "failed") } else { (Status::Completed, "completed") };
    detail(status, format!("{label}: round {} {ended}", round + 1))
}
