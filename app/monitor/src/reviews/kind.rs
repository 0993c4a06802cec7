//! What the decision of each kind of review is called.

use model::{agent::approval::ReviewKind, review::Verdict};

/// The words of the decision of a kind of review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KindWords {
    /// On the button that approves.
    pub(super) approve: &'static str,
    /// On the button that rejects.
    pub(super) reject: &'static str,
    /// Below the field of the comment or reason.
    pub(super) help: &'static str,
    /// Once it is approved.
    approved: &'static str,
    /// Once it is rejected.
    rejected: &'static str,
    /// The reason of a rejection without one; where one has to be given, what asks for it.
    pub(super) reason_unsaid: Result<&'static str, &'static str>,
}

impl KindWords {
    pub(super) const fn for_kind(kind: ReviewKind) -> Self {
        match kind {
            ReviewKind::Content => Self {
                approve: "Approve",
                reject: "Reject",
                help: "Required to ask for changes or reject.",
                approved: Verdict::Approved.words(),
                rejected: Verdict::Rejected.words(),
                reason_unsaid: Err(
                    "Say what to change, or why you reject it. It stays in the history.",
                ),
            },
            ReviewKind::ToolCalls => Self {
                approve: "Approve and run",
                reject: "Decline",
                help: "Required to decline. The agent reads it and continues without the call.",
                approved: "Approved",
                rejected: "Declined",
                reason_unsaid: Err(
                    "Enter a reason. The agent reads it and continues without the call.",
                ),
            },
            ReviewKind::Limit => Self {
                approve: "Let it continue",
                reject: "Stop here",
                help: "Optional. Stays in the history.",
                approved: "Continued",
                rejected: "Stopped",
                reason_unsaid: Ok("Stop here."),
            },
            ReviewKind::HandOver => Self {
                approve: "Use this result",
                reject: "Stop here",
                help: "Optional. Stays in the history.",
                approved: "Result used",
                rejected: "Stopped",
                reason_unsaid: Ok("Stop here."),
            },
        }
    }

    /// Once it is decided so.
    pub(super) const fn decided(self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Approved => self.approved,
            Verdict::Rejected => self.rejected,
            Verdict::Changes | Verdict::Cancelled => verdict.words(),
        }
    }
}

/// How many of several items are picked, and what becomes of the others.
pub(super) fn picked_words(kind: ReviewKind, kept: usize, all: usize) -> String {
    match kind {
        ReviewKind::ToolCalls if kept < all => {
            format!(
                "{kept} of {all} calls will run. The agent is told that the others were declined."
            )
        }
        ReviewKind::ToolCalls => format!("All {all} calls will run."),
        ReviewKind::Content | ReviewKind::Limit | ReviewKind::HandOver => {
            if kept < all {
                format!("{kept} of {all} kept. Only kept items continue.")
            } else {
                format!("All {all} kept. Clear the ones you don't want.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_many_are_kept_and_that_one_has_to_be() {
        let content = |kept| picked_words(ReviewKind::Content, kept, 5);
        assert_eq!(content(2), "2 of 5 kept. Only kept items continue.");
        assert_eq!(content(5), "All 5 kept. Clear the ones you don't want.");
        let calls = picked_words(ReviewKind::ToolCalls, 1, 2);
        assert_eq!(
            calls,
            "1 of 2 calls will run. The agent is told that the others were declined."
        );
    }

    #[test]
    fn a_decision_is_called_as_its_button_says_and_needs_a_reason_only_where_somebody_reads_it() {
        let limit = KindWords::for_kind(ReviewKind::Limit);
        assert_eq!(
            [limit.approve, limit.decided(Verdict::Approved)],
            ["Let it continue", "Continued"]
        );

        let unsaid = |kind| KindWords::for_kind(kind).reason_unsaid;
        assert!(unsaid(ReviewKind::Limit).is_ok() && unsaid(ReviewKind::HandOver).is_ok());
        assert!(unsaid(ReviewKind::ToolCalls).is_err() && unsaid(ReviewKind::Content).is_err());
    }
}
