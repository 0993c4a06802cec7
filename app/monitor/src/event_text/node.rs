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
        Some(by) => format!("{label} completed with what {} said", by.name),
        None if told => format!("{label} completed with what somebody said"),
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
    let why = match by {
        Some(by) => format!("{} went on without it", by.name),
        None => skip_reason(reason).to_owned(),
    };
    step(Status::Skipped, format!("{label} skipped: {why}"))
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

/// A person changed the configuration of a node for this execution.
pub(super) fn edit_words(label: &str, fields: &[String]) -> Words {
    step(Status::Queued, format!("{label} was changed: {}", fields.join(", ")))
}

pub(super) fn reuse_words(label: &str, skipped: Option<SkipReason>) -> Words {
    let status = skipped.map_or(Status::Completed, |_| Status::Skipped);
    step(status, format!("{label} was taken over from an earlier execution"))
}

/// A loop began one of its rounds; `round` counts from 0.
pub(super) fn round_start_words(label: &str, round: usize, total: usize) -> Words {
    detail(Status::Running, format!("{label}: round {} of {total} began", round + 1))
}

/// The end of round `round`, counted from 0, of a loop.
pub(super) fn round_end_words(label: &str, round: usize, failed: bool) -> Words {
    let (status, ended) =
        if failed { (Status::Failed, "failed") } else { (Status::Completed, "is done") };
    detail(status, format!("{label}: round {} {ended}", round + 1))
}
