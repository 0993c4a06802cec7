//! Executions in lists: the dashboard, the history, what is under way.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TemplateCard;
use crate::{
    execution::{
        question::QuestionCard,
        queue::Queued,
        state::{Action, ExecutionStatus, PauseReason, offers},
        view::Bill,
        wait::{Stands, Wait},
    },
    id::{ExecutionId, NodeId, ReviewId, TemplateId, UserId},
    time::Timestamp,
};

/// A template by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateName {
    /// Its id.
    pub id: TemplateId,
    /// What it is called.
    pub name: String,
}

/// A member by their name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonName {
    /// Their id.
    pub id: UserId,
    /// What they are called.
    pub name: String,
}

/// An execution in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExecutionRow {
    /// Its id.
    pub id: ExecutionId,
    /// Its number, for people.
    pub number: i64,
    /// What it is called.
    pub name: String,
    /// The template it came from; none for a definition of its own.
    #[serde(default)]
    pub template: Option<TemplateName>,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// Why it is paused.
    pub pause_reason: Option<PauseReason>,
    /// That in its own words, where there is more to say than the reason.
    #[serde(default)]
    pub pause_message: Option<String>,
    /// Its place among those that wait to run.
    #[serde(default)]
    pub queued: Option<Queued>,
    /// The wait of the step that it waits for, where nothing of it works.
    #[serde(default)]
    pub step: Option<Wait>,
    /// What made it fail, in words.
    pub error: Option<String>,
    /// Whole percent.
    pub progress_percent: u8,
    /// The node that works now.
    pub current_node: Option<NodeId>,
    /// What that is called, as drawn.
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

    /// Why it does not go on; none where it does, as far as a list knows.
    pub fn wait(&self) -> Option<Wait> {
        let (pause, message) = (self.pause_reason, self.pause_message.clone());
        let stands = Stands { status: self.status, pause, message };
        stands.wait(self.queued).or_else(|| self.step.clone())
    }

    /// Whether a step of it is held until a person lets it run, and nothing else goes on.
    pub fn is_held(&self) -> bool {
        self.step.as_ref().is_some_and(|step| step.hold.is_some())
    }

    /// Whether this may be done to it as it stands.
    pub fn may(&self, action: Action) -> bool {
        offers(self.status, self.pause_reason, action)
    }
}

/// The dashboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DashboardPage {
    /// Executions that are not over, latest first.
    pub active: Vec<ExecutionRow>,
    /// Executions that are over, latest first.
    pub recent: Vec<ExecutionRow>,
    /// What waits for a decision that the person may take, the oldest first.
    pub waiting: Vec<WaitingRow>,
    /// Calls that nobody knows the end of and that the person may answer about.
    pub questions: Vec<QuestionCard>,
    /// What the person launched that failed and that nobody has looked after, the latest first.
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
    /// Which.
    pub id: ReviewId,
    /// Of which execution.
    pub execution_id: ExecutionId,
    /// What that is called.
    pub execution_name: String,
    /// Its number in the workspace.
    pub execution_number: i64,
    /// Of which node.
    pub node_id: NodeId,
    /// What that is called.
    pub step: String,
    /// When it is approved by itself.
    pub until: Option<Timestamp>,
    /// Since when it waits.
    pub opened_at: Timestamp,
}

/// A template that a person launches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TemplateUse {
    /// Which.
    pub template: TemplateName,
    /// How often, of late.
    pub uses: i64,
    /// When last.
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

/// What the executions of a workspace can be narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryChoices {
    /// Its templates, from A to Z.
    pub templates: Vec<TemplateName>,
    /// Its members, from A to Z.
    pub people: Vec<PersonName>,
}

/// An execution that ended lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndedRow {
    /// Its id.
    pub id: ExecutionId,
    /// Its number, for people.
    pub number: i64,
    /// What it is called.
    pub name: String,
    /// How it ended.
    pub status: ExecutionStatus,
    /// When.
    pub ended_at: Timestamp,
}

/// What a person wants to know wherever they are in a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attention {
    /// Decisions and calls that wait for their word.
    pub waiting: i64,
    /// The latest of those decisions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<WaitingRow>,
    /// Executions that are not over.
    pub active: i64,
    /// What they launched and has just ended, the latest first.
    pub ended: Vec<EndedRow>,
    /// The database's disk is full: what was done by now waits until it can be written.
    #[serde(default)]
    pub without_room: bool,
}

/// What streams tell of a workspace as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceNews {
    /// Executions that went on since the last news; none where it is not known which did.
    pub executions: Vec<ExecutionId>,
    /// What wants the reader's attention now; none where these executions only made progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attention: Option<Attention>,
}

impl WorkspaceNews {
    /// Whether a list of these executions may say something else by now.
    pub fn concerns(&self, listed: impl IntoIterator<Item = ExecutionId>) -> bool {
        self.attention.is_some() || listed.into_iter().any(|id| self.executions.contains(&id))
    }
}

/// What is under way in a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnderWayPage {
    /// Executions that are not over, the latest first.
    pub active: Vec<ExecutionRow>,
    /// Decisions that the person may take, the oldest first.
    pub waiting: Vec<WaitingRow>,
    /// Executions that ended within the last minutes, the latest first.
    pub ended: Vec<EndedRow>,
}
