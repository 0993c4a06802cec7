//! Notices: what people and other systems are told of by mail and by webhooks.
//!
//! A notice is written in the transaction of what it is about and holds ids; its words are made when
//! it is dispatched to those whom it concerns then. `message` has the words, `webhook` the receivers
//! that a workspace sets up, `delivery` how the sending goes.

pub mod delivery;
pub mod message;
pub mod webhook;

use serde::{Deserialize, Serialize};

use crate::{
    execution::event::{
        EventKind, Stopped,
        groups::{iteration_events, job_events, node_events, output_events},
    },
    id::{CommentId, ExecutionId, InvitationId, McpServerId, ReviewId, TemplateId, UserId},
    preferences::NoticeKind,
    review::assignment::Reassigned,
};

/// What happened, as it is stored until everybody has been told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NoticeContent {
    /// A review is open.
    ReviewWaits {
        review: ReviewId,
    },
    /// Somebody names people in a comment.
    Mention {
        comment: CommentId,
        /// Those who were not named in it before.
        people: Vec<UserId>,
    },
    /// An execution is completed, or was stopped.
    ExecutionEnded {
        execution: ExecutionId,
        /// Who stopped it, and so knows; none where nobody did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
    },
    ExecutionFailed {
        execution: ExecutionId,
    },
    /// A budget of a month is nearly or wholly spent.
    Budget(BudgetCrossing),
    /// Somebody is invited into a workspace.
    Invitation {
        invitation: InvitationId,
    },
    /// A server of tools does not let Atelier in any more.
    ToolSignIn {
        server: McpServerId,
    },
    /// Somebody says that they have forgotten the password of an account.
    PasswordReset {
        /// The address that they wrote; there may be no account of it.
        email: String,
    },
}

/// How much of a budget is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetThreshold {
    /// Four fifths.
    Nearly,
    /// All of it, or so much that the next call does not fit.
    Wholly,
}

impl BudgetThreshold {
    /// The threshold that is reached when so much is spent and the next call costs so much more.
    pub fn reached(limit_micros: i64, spent_micros: i64, more_micros: i64) -> Option<Self> {
        let (limit, spent) = (i128::from(limit_micros), i128::from(spent_micros));
        if spent >= limit || spent + i128::from(more_micros) > limit {
            return Some(Self::Wholly);
        }
        (spent * 5 >= limit * 4).then_some(Self::Nearly)
    }

    /// The part in percent.
    pub fn percent(self) -> u8 {
        match self {
            Self::Nearly => 80,
            Self::Wholly => 100,
        }
    }
}

/// A budget of a month that has reached a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetCrossing {
    /// The template whose budget it is; none for the workspace's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateId>,
    /// How much of it is spent.
    pub threshold: BudgetThreshold,
    /// The budget, in millionths of a dollar.
    pub limit_micros: i64,
    /// What is spent of it, in millionths of a dollar.
    pub spent_micros: i64,
}

impl NoticeContent {
    /// What people choose by whether they want to hear of it; none for what everybody is sent who
    /// asked for it.
    pub fn kind(&self) -> Option<NoticeKind> {
        match self {
            Self::ReviewWaits { .. } => Some(NoticeKind::ReviewWaits),
            Self::Mention { .. } => Some(NoticeKind::Mention),
            Self::ExecutionEnded { .. } => Some(NoticeKind::ExecutionEnded),
            Self::ExecutionFailed { .. } => Some(NoticeKind::ExecutionFailed),
            Self::Budget(_) => Some(NoticeKind::Budget),
            Self::Invitation { .. } => Some(NoticeKind::Invitation),
            Self::ToolSignIn { .. } => Some(NoticeKind::ToolSignIn),
            Self::PasswordReset { .. } => None,
        }
    }

    /// The name of its kind in the database.
    pub fn key(&self) -> &'static str {
        self.kind().map_or("password_reset", NoticeKind::key)
    }
}

/// What an event of an execution is told of; none for most events.
pub fn notice_of(execution: ExecutionId, event: &EventKind) -> Option<NoticeContent> {
    use EventKind as E;
    match event {
        E::ExecutionCompleted => Some(NoticeContent::ExecutionEnded { execution, by: None }),
        E::ExecutionStopped(Stopped { by, .. }) => {
            let by = by.as_ref().and_then(|by| by.user);
            Some(NoticeContent::ExecutionEnded { execution, by })
        }
        E::ExecutionFailed { .. } => Some(NoticeContent::ExecutionFailed { execution }),
        E::NodeAwaitingReview { review, .. } => {
            Some(NoticeContent::ReviewWaits { review: *review })
        }
        // It waits for others from now on.
        E::ReviewReassigned(Reassigned { review, .. }) => {
            Some(NoticeContent::ReviewWaits { review: *review })
        }
        E::ExecutionLaunched { .. }
        | E::ExecutionQueued(_)
        | E::ExecutionStarted
        | E::ExecutionPaused(_)
        | E::ExecutionResumed
        | E::ExecutionAutoRun { .. }
        | E::ExecutionBreakpoints { .. }
        | E::ExecutionBudget { .. }
        | E::ExecutionClockBack(_)
        | E::ReviewApproved(_)
        | E::ReviewDecided { .. }
        | iteration_events!()
        | node_events!()
        | job_events!()
        | output_events!() => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_ends_and_reviews_of_an_execution_are_told_of() {
        let id = ExecutionId(Uuid::from_u128(7));
        let event = |value| serde_json::from_value::<EventKind>(value).unwrap();
        let review = event(json!({
            "kind": "node.awaiting_review", "node": "check", "review": Uuid::nil(), "needed": 1
        }));

        let ended = NoticeContent::ExecutionEnded { execution: id, by: None };
        assert_eq!(notice_of(id, &EventKind::ExecutionCompleted), Some(ended));
        let waits = NoticeContent::ReviewWaits { review: ReviewId(Uuid::nil()) };
        assert_eq!(notice_of(id, &review), Some(waits));
        assert_eq!(notice_of(id, &EventKind::ExecutionStarted), None);
        assert_eq!(notice_of(id, &event(json!({ "kind": "node.started", "node": "a" }))), None);
    }

    #[test]
    fn a_budget_is_told_of_at_four_fifths_and_when_nothing_more_fits() {
        let reached = BudgetThreshold::reached;

        assert_eq!(reached(100, 79, 0), None);
        assert_eq!(reached(100, 80, 0), Some(BudgetThreshold::Nearly));
        assert_eq!(reached(100, 100, 0), Some(BudgetThreshold::Wholly));
        assert_eq!(reached(100, 50, 51), Some(BudgetThreshold::Wholly));
        assert_eq!(reached(0, 0, 0), Some(BudgetThreshold::Wholly));
        assert_eq!(reached(i64::MAX, i64::MAX - 1, i64::MAX), Some(BudgetThreshold::Wholly));
    }

    #[test]
    fn what_is_stored_is_read_again_under_the_name_of_its_kind() {
        let all = [
            NoticeContent::ReviewWaits { review: ReviewId(Uuid::nil()) },
            NoticeContent::ExecutionFailed { execution: ExecutionId(Uuid::nil()) },
            NoticeContent::PasswordReset { email: "ada@example.org".to_owned() },
            NoticeContent::Budget(BudgetCrossing {
                template: None,
                threshold: BudgetThreshold::Nearly,
                limit_micros: 5,
                spent_micros: 4,
            }),
        ];
        for content in all {
            let stored = serde_json::to_value(&content).unwrap();
            assert_eq!(stored["kind"], content.key());
            assert_eq!(serde_json::from_value::<NoticeContent>(stored).unwrap(), content);
        }
    }
}
