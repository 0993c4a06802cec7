//! Executions in lists: the dashboard, the list of executions, and what is active.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TemplateCard;
use crate::{
    comment::mentioned::MentionRow,
    execution::{
        question::QuestionCard,
        queue::Queued,
        state::{Action, ExecutionStatus, PauseReason, offers},
        view::Bill,
        wait::{PauseMessage, Stands, Wait},
    },
    id::{ExecutionId, NodeId, ProjectId, ReviewId, TemplateId, UserId, WorkspaceId},
    person::PersonName,
    time::Timestamp,
};

/// A template by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateName {
    /// The template's id.
    pub id: TemplateId,
    /// The template's name.
    pub name: String,
}

/// An execution in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExecutionRow {
    /// The execution's id.
    pub id: ExecutionId,
    /// Its number, for people.
    pub number: i64,
    /// What it is called.
    pub name: String,
    /// The template it came from; none for an inline definition.
    #[serde(default)]
    pub template: Option<TemplateName>,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// Why it is paused.
    pub pause_reason: Option<PauseReason>,
    /// The cause of the pause in words, where there is more to say than the reason.
    #[serde(default)]
    pub pause_message: Option<String>,
    /// Its place in the queue, while it waits to run.
    #[serde(default)]
    pub queued: Option<Queued>,
    /// What its next step waits for, where no step runs.
    #[serde(default)]
    pub step: Option<Wait>,
    /// What made it fail, in words.
    pub error: Option<String>,
    /// Progress in whole percent, 0 to 100; 100 only when it is completed.
    pub progress_percent: u8,
    /// The node that works now.
    pub current_node: Option<NodeId>,
    /// The title of that node.
    #[serde(default)]
    pub current_step: Option<String>,
    /// When it was launched.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// What its calls used and cost.
    pub bill: Bill,
    /// Who launched it.
    pub launched_by: Option<String>,
    /// Their id; none where nobody did, or their account is gone.
    pub user_id: Option<UserId>,
    /// The workspace that it belongs to.
    pub workspace_id: WorkspaceId,
    /// The project in which it and its results are kept.
    pub project_id: ProjectId,
    /// What launched it: `manual`, `api`, `test`, `rerun`, `replay` or `sub_workflow`.
    pub trigger: String,
    /// The execution that launched it, or none.
    pub parent_id: Option<ExecutionId>,
    /// What the executions it launched, and those they launched, cost so far.
    #[serde(default)]
    pub children_bill: Bill,
    /// Whether it only tries a draft out.
    #[serde(default)]
    pub is_test: bool,
}

impl ExecutionRow {
    /// What it cost so far, with all that it launched.
    pub fn whole_bill(&self) -> Bill {
        self.bill.plus(self.children_bill)
    }

    /// Why it does not go on; none where it does, as far as a list can tell.
    pub fn wait(&self) -> Option<Wait> {
        let pause = self.pause_reason;
        let message = pause
            .zip(self.pause_message.clone())
            .map(|(reason, text)| PauseMessage::from_recorded(reason, text, []));
        let stands = Stands { status: self.status, pause, message };
        stands.wait(self.queued).or_else(|| self.step.clone())
    }

    /// Whether a step of it is held until a person lets it run, and nothing else goes on.
    pub fn is_held(&self) -> bool {
        self.step.as_ref().is_some_and(|step| step.hold.is_some())
    }

    /// Whether this action is possible in its present state.
    pub fn may(&self, action: Action) -> bool {
        offers(self.status, self.pause_reason, action)
    }
}

/// What the dashboard of a workspace shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DashboardPage {
    /// Executions that are not over, latest first.
    pub active: Vec<ExecutionRow>,
    /// Executions that are over, latest first.
    pub recent: Vec<ExecutionRow>,
    /// What waits for a decision that the person may take, the oldest first.
    pub waiting: Vec<WaitingRow>,
    /// Calls whose outcome nobody knows and that the person may answer for.
    pub questions: Vec<QuestionCard>,
    /// Failed executions of the person that nobody has looked after, the latest first.
    #[serde(default)]
    pub failures: Vec<ExecutionRow>,
    /// Templates that the person launches, the most used first.
    #[serde(default)]
    pub templates: Vec<TemplateUse>,
    /// What the workspace did and spent this month.
    #[serde(default)]
    pub month: Spending,
    /// Templates to begin with, while nothing was ever run.
    pub first_steps: Vec<TemplateCard>,
}

/// A review in a list of what waits, without what is decided about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaitingRow {
    /// The review's id.
    pub id: ReviewId,
    /// The execution that waits for it.
    pub execution_id: ExecutionId,
    /// The name of that execution.
    pub execution_name: String,
    /// Its number in the workspace.
    pub execution_number: i64,
    /// The node that waits for it.
    pub node_id: NodeId,
    /// The title of that node.
    pub step: String,
    /// When it is approved automatically.
    pub until: Option<Timestamp>,
    /// Since when it waits.
    pub opened_at: Timestamp,
}

/// A template that a person launches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateUse {
    /// The template that was launched.
    pub template: TemplateName,
    /// How often the person launched it recently.
    pub uses: i64,
    /// When the person launched it last.
    pub last_at: Timestamp,
}

/// What a workspace did and spent in a calendar month (UTC). What the sample provider answers is
/// counted and costs nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Spending {
    /// Executions launched, tests left out.
    pub executions: i64,
    /// Those of them that are over.
    pub ended: i64,
    /// Those of them that completed.
    pub completed: i64,
    /// What calls of a known price cost, in millionths of a dollar.
    pub cost_micros: i64,
    /// Calls whose price nobody knows.
    pub unpriced_calls: i64,
    /// Calls that the sample provider answered.
    pub sample_calls: i64,
    /// What the workspace may spend in the month; none is no cap.
    pub budget_micros: Option<i64>,
}

/// The choices by which the list of executions can be filtered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "HistoryChoices")]
pub struct ExecutionChoices {
    /// Its templates, from A to Z.
    pub templates: Vec<TemplateName>,
    /// Its members, from A to Z.
    pub people: Vec<PersonName>,
}

/// An execution that ended lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndedRow {
    /// The execution's id.
    pub id: ExecutionId,
    /// Its number, for people.
    pub number: i64,
    /// What it is called.
    pub name: String,
    /// How it ended.
    pub status: ExecutionStatus,
    /// When it ended, by the database's clock.
    pub ended_at: Timestamp,
}

/// What needs a person's attention anywhere in a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attention {
    /// Decisions and calls that wait for their word.
    pub waiting: i64,
    /// The latest of those decisions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<WaitingRow>,
    /// Executions that are not over.
    pub active: i64,
    /// Executions of the person that have just ended, the latest first.
    pub ended: Vec<EndedRow>,
    /// Comments that name the person and that they have not seen.
    #[serde(default)]
    pub mentions: i64,
    /// The latest of those comments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mention: Option<MentionRow>,
    /// How often comments of the workspace have changed: whoever knows another number reads them
    /// again.
    #[serde(default)]
    pub comment_revision: i64,
    /// Whether the database's disk is full: what was done by now waits until it can be written.
    #[serde(default)]
    pub without_room: bool,
}

/// A change in a workspace as a whole, as streams send it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceNews {
    /// Executions that changed since the last message; none where it is not known which did.
    pub executions: Vec<ExecutionId>,
    /// What needs the reader's attention now; none where these executions only made progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attention: Option<Attention>,
}

impl WorkspaceNews {
    /// Whether a list of these executions may be out of date.
    pub fn concerns(&self, listed: impl IntoIterator<Item = ExecutionId>) -> bool {
        self.attention.is_some() || listed.into_iter().any(|id| self.executions.contains(&id))
    }
}

/// What is active in a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "UnderWayPage")]
pub struct ActivityPage {
    /// Executions that are not over, the latest first.
    pub active: Vec<ExecutionRow>,
    /// Decisions that the person may take, the oldest first.
    pub waiting: Vec<WaitingRow>,
    /// Executions that ended within the last minutes, the latest first.
    pub ended: Vec<EndedRow>,
    /// Comments that name the person and that they have not seen, the latest first.
    #[serde(default)]
    pub mentions: Vec<MentionRow>,
}
