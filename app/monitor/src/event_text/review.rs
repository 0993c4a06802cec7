//! Sentences about decisions.

use model::review::{
    ApprovalGiven, Reviewer, Verdict,
    assignment::{Reassigned, Reviewers},
};
use ui::status::Status;

use super::weight::{Words, alarm, step};
use crate::reviews::words::{join, who};

/// A node waits until so many people approve.
pub(super) fn wait_words(label: &str, needed: u32) -> Words {
    let who = match needed {
        0 | 1 => "a decision".to_owned(),
        several => format!("{several} approvals"),
    };
    alarm(Status::AwaitingReview, format!("{label} is waiting for {who}"))
}

/// A person approved, and more are needed.
pub(super) fn approval_words(label: &str, approval: &ApprovalGiven) -> Words {
    let ApprovalGiven { by, comment, changed, .. } = approval;
    let changed = if *changed { " with changes" } else { "" };
    let said = comment.as_ref().map_or(String::new(), |comment| format!(": {comment}"));
    let text = format!("{} approved {label}{changed}, more approvals needed{said}", by.name);
    step(Status::AwaitingReview, text)
}

/// A person gave the review to others.
pub(super) fn reassignment_words(label: &str, given: &Reassigned) -> Words {
    let to = match given.to.reviewers {
        Reviewers::People => join(&given.names, "and"),
        Reviewers::Runners | Reviewers::Editors | Reviewers::Admins => who(&given.to),
    };
    let why = given.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    let text = format!("{} reassigned {label} to {to}{why}", given.by.name);
    step(Status::AwaitingReview, text)
}

pub(super) fn decision_words(
    label: &str,
    verdict: Verdict,
    by: &Reviewer,
    reason: Option<&str>,
) -> Words {
    let why = reason.map_or(String::new(), |reason| format!(": {reason}"));
    let (status, did) = match verdict {
        Verdict::Approved => (Status::Completed, "approved"),
        Verdict::Changes => (Status::Queued, "asked for changes in"),
        Verdict::Rejected => (Status::Failed, "rejected"),
        Verdict::Cancelled => (Status::Stopped, "canceled the review of"),
    };
    step(status, format!("{} {did} {label}{why}", by.name))
}
