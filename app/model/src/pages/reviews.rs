//! Reviews as people see them, and the decisions that were taken.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    agent::approval::ReviewKind,
    api::{listing::Page, reviews::ReviewScope},
    execution::question::QuestionCard,
    id::{ExecutionId, NodeId, ReviewId, UserId},
    review::{
        Approved, Reviewer, Verdict,
        assignment::{Assignment, Reviewers, Stuck},
        shorten,
    },
    time::Timestamp,
};

/// A review as the inbox and the monitor show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewCard {
    /// The review's id.
    pub id: ReviewId,
    /// The execution that waits for it.
    pub execution_id: ExecutionId,
    /// The name of that execution.
    pub execution_name: String,
    /// The number of that execution in the workspace.
    pub execution_number: i64,
    /// The node that waits for it.
    pub node_id: NodeId,
    /// The title of that node.
    pub step: String,
    /// Who decides.
    pub reviewers: Reviewers,
    /// The people who decide, where people are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<NamedReviewer>,
    /// Whether the person who launched the execution does not decide.
    #[serde(default)]
    pub exclude_author: bool,
    /// Who launched the execution; none where nobody did, or their account is gone.
    #[serde(default)]
    pub author: Option<UserId>,
    /// What kind of thing is decided about.
    #[serde(default)]
    pub kind: ReviewKind,
    /// What the reviewers are asked.
    pub instructions: String,
    /// What is decided about.
    pub items: Vec<Value>,
    /// The places of items that are cut to their beginning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cut: Vec<usize>,
    /// Whether the sample provider, or the sample tools, answered in that execution.
    #[serde(default)]
    pub sample: bool,
    /// How many people must approve.
    pub needed: u32,
    /// Who has approved so far.
    pub approvals: Vec<Approved>,
    /// When it is approved automatically.
    pub until: Option<Timestamp>,
    /// Since when it waits.
    pub opened_at: Timestamp,
    /// How many versions of the same its step has asked about before.
    #[serde(default)]
    pub earlier: u32,
    /// What was asked to be different of the version before it; none where that was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ReviewEnd>,
    /// How it ended; none while it is open.
    pub end: Option<ReviewEnd>,
    /// Whether the person who looks may decide it.
    pub may_decide: bool,
    /// Whether the person who looks may give it to others.
    #[serde(default)]
    pub may_reassign: bool,
    /// Why those who are left in the workspace cannot approve it; none where they can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stuck: Option<Stuck>,
    /// Why nobody can ask for changes; none where they can, or where nobody has looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_changes: Option<String>,
}

impl ReviewCard {
    /// Cuts very long items to their beginning, for a page that loads the rest when asked; the
    /// places of these are then in `cut`.
    #[must_use]
    pub fn truncate_items(mut self) -> Self {
        let items = self.items.iter_mut().enumerate();
        self.cut = items.filter_map(|(place, item)| shorten(item).then_some(place)).collect();
        self
    }

    /// Who decides.
    pub fn assignment(&self) -> Assignment {
        Assignment {
            reviewers: self.reviewers,
            people: self.people.iter().map(|person| person.id).collect(),
            exclude_author: self.exclude_author,
        }
    }

    /// The approval of this person, if they have given one.
    pub fn approval_of(&self, user: UserId) -> Option<&Approved> {
        self.approvals.iter().find(|approval| approval.by.user == Some(user))
    }
}

/// Somebody who is named to decide a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedReviewer {
    /// The person.
    pub id: UserId,
    /// The person's name; none once they have left the workspace.
    pub name: Option<String>,
}

/// How a review ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewEnd {
    /// The outcome of the review.
    pub verdict: Verdict,
    /// The name of who decided.
    pub by: String,
    /// The reason, or words for colleagues.
    pub reason: Option<String>,
    /// When it was decided.
    pub at: Timestamp,
}

/// A decision that was taken, without what it was about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionRow {
    /// The review's id.
    pub review_id: ReviewId,
    /// The execution that waited for it.
    pub execution_id: ExecutionId,
    /// The name of that execution.
    pub execution_name: String,
    /// Its number in the workspace.
    pub execution_number: i64,
    /// The node that waited for it.
    pub node_id: NodeId,
    /// The title of that node.
    pub step: String,
    /// The outcome.
    pub verdict: Verdict,
    /// Who decided, the last one where several approved.
    pub by: Reviewer,
    /// The reason, or words for colleagues.
    pub reason: Option<String>,
    /// Who had approved before.
    pub approvals: Vec<Approved>,
    /// When it was decided.
    pub at: Timestamp,
}

/// What a part of the page of reviews shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum ReviewList {
    /// What waits.
    Open {
        /// For whom it waits.
        scope: ReviewScope,
        /// Reviews, the oldest first.
        cards: Vec<ReviewCard>,
        /// Whether more of them wait.
        more: bool,
        /// Calls that nobody knows the end of; what left first comes first.
        questions: Vec<QuestionCard>,
    },
    /// What was decided, the latest first.
    Decided(Page<DecisionRow>),
}
