//! An execution as programs outside poll it, with its jobs and what it made.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    execution::{
        event::{ArtifactBody, Event, Restored},
        failure::Failure,
        queue::Queued,
        state::{EndReason, ExecutionStatus, JobStatus, PauseReason},
        view::Bill,
        wait::Wait,
    },
    id::{
        ArtifactId, DocumentId, ExecutionId, ImageId, JobId, NodeId, ProjectId, UserId, WorkerId,
        WorkspaceId,
    },
    library::Upload,
    nodes::ai_review::{Judgement, Verdict},
    time::Timestamp,
    workflow::Node,
};

/// What somebody who polls wants to know, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExecutionPulse {
    /// The execution that was asked about.
    pub id: ExecutionId,
    /// The id of who launched it; none where nobody did, or their account is gone.
    pub user_id: Option<UserId>,
    /// The workspace that it belongs to.
    pub workspace_id: WorkspaceId,
    /// The project in which it and its results are kept.
    pub project_id: ProjectId,
    /// What launched it: `manual`, `api`, `test`, `rerun`, `replay` or `sub_workflow`.
    pub trigger: String,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// Why it is paused.
    pub pause_reason: Option<PauseReason>,
    /// Its place in the queue, while it waits to run.
    pub queued: Option<Queued>,
    /// Why it was stopped.
    pub end_reason: Option<EndReason>,
    /// Progress in whole percent, 0 to 100; 100 only when it is completed.
    pub progress_percent: u8,
    /// The node that works now.
    pub current_node: Option<NodeId>,
    /// What made it fail, in words.
    pub error: Option<String>,
    /// The number of its last event; it grows with each change.
    pub event_seq: i64,
    /// What its own calls cost so far, in millionths of a dollar.
    pub cost_micros: i64,
    /// What the executions it launched, and those they launched, cost so far, in the same.
    #[serde(default)]
    pub children_cost_micros: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What one attempt of a job sent out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SentRow {
    /// The job whose attempt it was.
    pub job_id: JobId,
    /// Its place among the node's jobs, from 0.
    pub item: i32,
    /// Which of the job's attempts this is, from 1.
    pub attempt: u32,
    /// The input of the call, with references filled in.
    pub input: Value,
}

/// A job of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobRow {
    /// The job's id.
    pub id: JobId,
    /// The node it belongs to.
    pub node_id: NodeId,
    /// Its place among the node's jobs, from 0.
    pub item: i32,
    /// The node's type.
    pub job_type: String,
    /// Where it stands.
    pub status: JobStatus,
    /// Which attempt this is, 1 for the first; 0 before it.
    pub attempt: i32,
    /// The input of its last call.
    pub input: Option<Value>,
    /// What it produced, by port.
    pub output: Option<Value>,
    /// Why its last attempt failed.
    pub failure: Option<Failure>,
    /// The provider that answered its last call.
    pub provider: Option<String>,
    /// The model that answered its last call.
    pub model: Option<String>,
    /// What its calls used and cost.
    pub bill: Bill,
    /// What the executions it launched, and those they launched, cost so far.
    #[serde(default)]
    pub children_bill: Bill,
    /// Why it does not run yet, and what ends that; none unless it is pending.
    pub wait: Option<Wait>,
    /// When its first attempt began.
    pub started_at: Option<Timestamp>,
    /// When it settled, whether it was completed or not.
    pub ended_at: Option<Timestamp>,
    /// Every time a worker took it, in order; none once the history is no longer kept.
    pub attempts: Vec<AttemptRow>,
}

/// One time that a worker took a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttemptRow {
    /// Which attempt it was that counts, 1 for the first.
    pub attempt: i32,
    /// The worker process that took the job.
    pub worker_id: WorkerId,
    /// `running`, `completed`, `failed`, `lost`, `handed_back`, `cancelled`, or `stepped` where an agent
    /// goes on with another step.
    pub status: String,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// A version of an output, without what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ArtifactRow {
    /// The id of this version.
    pub id: ArtifactId,
    /// The node that made it.
    pub node_id: NodeId,
    /// Its place among the node's items, from 0.
    pub item: i32,
    /// The port it came out of.
    pub port: String,
    /// The number of the version, from 1, for the same node, item and port.
    pub version: i32,
    /// True for the version that counts.
    pub is_latest: bool,
    /// The image in the library, when it is one.
    pub image_id: Option<ImageId>,
    /// The provider that answered.
    pub provider: String,
    /// The model that answered.
    pub model: String,
    /// True when the sample provider made it.
    pub sample: bool,
    /// True when it ended at its token limit: there would be more.
    #[serde(default)]
    pub cut_off: bool,
    /// The job that made it.
    pub job_id: JobId,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// Since when somebody keeps it: no retention removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_at: Option<Timestamp>,
}

/// What happened in an execution after an event, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventsPage {
    /// The events, at most as many as one answer holds.
    pub items: Vec<Event>,
    /// What to give as `after` for those that follow; none where there were no more.
    pub next_after: Option<i64>,
}

/// What an execution was launched with beside its values; what is gone since is not among it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct BroughtAlong {
    /// Documents that texts are written with in mind, in the order chosen.
    pub documents: Vec<BroughtDocument>,
    /// Files, in the order chosen.
    pub files: Vec<Upload>,
}

/// A document that an execution was launched with, or that a step of it chooses to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BroughtDocument {
    /// The document's id; it may name a document that is deleted by now.
    pub id: DocumentId,
    /// Its title now, or the last one.
    pub title: String,
    /// Whether it was deleted since.
    #[serde(default)]
    pub gone: bool,
}

impl BroughtDocument {
    /// Those of `known` that a step chooses to read with its prompt, in the order chosen.
    pub fn chosen_by(node: &Node, known: &[Self]) -> Vec<Self> {
        let named = |id: &DocumentId| known.iter().find(|document| document.id == *id).cloned();
        node.context_documents().iter().filter_map(named).collect()
    }
}

/// A version of an output that somebody keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeptVersion {
    /// What the list says of it.
    pub row: ArtifactRow,
    /// How it begins, or the image.
    pub body: ArtifactBody,
    /// Who keeps it; none when they have left.
    pub by: Option<String>,
}

/// A version of an output with all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Artifact {
    /// What the list says of it.
    #[serde(flatten)]
    pub row: ArtifactRow,
    /// All of it: a text, structured data, or what names an image.
    pub content: Value,
    /// What it was made from.
    pub inputs: Value,
}

/// A version of an output, with how it came to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VersionRow {
    /// What the list says of it.
    #[serde(flatten)]
    pub row: ArtifactRow,
    /// The attempt that made it, 1 for the first; none when only the output is kept of its job.
    pub attempt: Option<i32>,
    /// What a reviewer asked to be different, where that is why it was made.
    pub feedback: Option<String>,
    /// Set when a person made an older version current again.
    pub restored: Option<Restored>,
}

impl VersionRow {
    /// The version that a job made and that this one is or repeats.
    pub fn made_as(&self) -> i32 {
        self.restored.as_ref().map_or(self.row.version, |restored| restored.version)
    }
}

impl Artifact {
    /// What it says, for reading: a text as it is, anything else as indented JSON.
    pub fn text(&self) -> String {
        match &self.content {
            Value::String(text) => text.clone(),
            other => serde_json::to_string_pretty(other).unwrap_or_default(),
        }
    }

    /// What an AI review said; none when it is anything else.
    pub fn judgement(&self) -> Option<Judgement> {
        let verdict = Verdict::from_value(&self.content)?;
        let threshold = self.inputs.get("threshold").and_then(Value::as_f64);
        Some(Judgement { verdict, threshold })
    }
}

/// How long a workspace keeps the history of executions that are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HistorySettings {
    /// Days, 1 to 3650. Summaries, documents, images, the latest outputs and versions that
    /// somebody keeps are not removed.
    pub days: u32,
}

/// An execution that does not go on by itself, or that looks damaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StuckExecution {
    /// The execution that does not go on.
    pub execution_id: ExecutionId,
    /// Its number, for people.
    pub number: i64,
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// What is wrong, in words.
    pub wrong: String,
    /// What an operator can do about it.
    pub advice: String,
    /// What Atelier can do about it when asked; none where only an operator can help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<StuckRepair>,
}

/// What Atelier can do about an execution that does not go on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StuckRepair {
    /// End it; what it has made stays.
    End,
    /// Let another worker take its jobs over.
    TakeOver,
}
