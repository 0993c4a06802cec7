//! Reports of workers: how an attempt ended and what it made.

pub(super) mod artifacts;
pub(super) mod edited;
pub(super) mod fitting;
pub(super) mod restore;

use serde_json::{Map, Value};

use crate::{
    agent::{
        approval::ReviewKind,
        limits::{LimitAction, LimitKind},
        talk::Message,
        turn::AnsweredCall,
    },
    execution::{artifact::CUT_OFF, event::Charge, failure::Failure},
    external_ref::ExternalRef,
    id::{ArtifactId, DocumentId, ExecutionId, ImageId, JobId, NodeId},
};

/// The report of one attempt; counts only while the job is held under `fence`.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The job that was attempted.
    pub job: JobId,
    /// The claim it was worked on under.
    pub fence: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// Calls that were paid, also by an attempt that failed afterwards.
    pub charges: Vec<Charge>,
    /// A number in [0, 1) for the jitter of a retry.
    pub jitter: f64,
}

impl Report {
    /// Whether a call has left whose answer never came: what it was is read from the rows then.
    pub fn is_unsure(&self) -> bool {
        match &self.outcome {
            Outcome::Failed(failure) => failure.unanswered,
            Outcome::Stepped(step) => {
                matches!(&step.next, NextStep::Fail(failure) if failure.unanswered)
            }
            Outcome::Done(_) | Outcome::Waits(_) => false,
        }
    }
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Done(JobOutput),
    /// Without one, for this reason.
    Failed(Failure),
    /// It launched another execution and waits for that to end.
    Waits(Launching),
    /// It took a step of an agent's loop.
    Stepped(Box<AgentStep>),
}

/// What one attempt of an agent's job adds to its talk, and how it goes on. All of it is recorded in
/// one transaction with the charges of the attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentStep {
    /// Messages to append, in their order.
    pub messages: Vec<Message>,
    /// The model call whose answer is among them; none for a step that called tools.
    pub call: Option<AnsweredCall>,
    /// A limit that was reached, and what was done about it.
    pub limit: Option<(LimitKind, LimitAction)>,
    /// How it goes on.
    pub next: NextStep,
}

/// How an agent goes on after a step.
#[derive(Debug, Clone, PartialEq)]
pub enum NextStep {
    /// With another step, at once.
    GoOn,
    /// Once a person has decided.
    Ask(AgentQuestion),
    /// Once the workflow that it has launched as a tool is over.
    Wait(Launching),
    /// Not at all: it has an output, which says by which port the path goes on.
    End(Box<JobOutput>),
    /// Not at all: the step failed, and what it made before is kept.
    Fail(Failure),
}

/// A question of an agent to a person.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentQuestion {
    pub kind: ReviewKind,
    /// What the reviewers are asked, in words.
    pub instructions: String,
    /// The items, each of the type that `kind` says.
    pub items: Vec<Value>,
}

/// An execution that a job has launched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launching {
    pub child: ExecutionId,
    /// The name of that execution.
    pub name: String,
}

/// What an attempt made; recorded in the transaction that settles it, or not at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JobOutput {
    /// Port → value of this item.
    pub values: Map<String, Value>,
    /// Texts, data and images to record as versions.
    pub artifacts: Vec<ArtifactOut>,
    /// Documents to insert.
    pub documents: Vec<DocumentOut>,
    /// Images attached to documents.
    pub attachments: Vec<AttachmentOut>,
}

/// An output to record.
#[derive(Debug, Clone, PartialEq)]
pub struct ArtifactOut {
    /// The id of its row, chosen by the worker.
    pub id: ArtifactId,
    /// The port it comes out of.
    pub port: String,
    pub body: ArtifactOutBody,
    /// What it was made from, the rendered prompt and its like, and what is known of the calls.
    pub inputs: Value,
    pub provider: String,
    pub model: String,
    /// True when the sample provider made it.
    pub sample: bool,
}

impl ArtifactOut {
    /// Whether it ended at its token limit.
    pub fn is_cut_off(&self) -> bool {
        self.inputs[CUT_OFF] == true
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum ArtifactOutBody {
    /// Plain text or Markdown.
    Text(String),
    /// Any JSON that is no text.
    Json(Value),
    /// An image whose bytes are in the blob store.
    Image(ImageOut),
    /// An image that the library has already.
    Known {
        /// The id of the image in the library.
        image: ImageId,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
}

/// An image to put into the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageOut {
    /// The id of its row, chosen by the worker.
    pub id: ImageId,
    /// SHA-256 of its bytes, in hex: its name in the blob store.
    pub digest: String,
    /// The media type, as its bytes show it.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes: i64,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Alternative text, for people who do not see it.
    pub alt: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentOut {
    /// The id of its row, chosen by the worker.
    pub id: DocumentId,
    /// The title that lists show.
    pub title: String,
    /// The text, in Markdown.
    pub content: String,
    /// `draft`, `in_review` or `published`.
    pub status: String,
    /// True when the sample provider wrote it.
    pub sample: bool,
}

/// An image to attach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentOut {
    /// The document it is attached to.
    pub document: DocumentId,
    /// The image to attach.
    pub image: ImageId,
    /// Whether it becomes the primary image, which is shown first.
    pub primary: bool,
    /// Its place among the document's images, from 0.
    pub order: i32,
}

/// An output together with the job that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedOutput {
    /// The job that made it, or the review in its place.
    pub job: JobId,
    /// The node of the job.
    pub node: NodeId,
    /// The item of the node, from 0.
    pub item: i32,
    /// The versions of its artifacts, in their order.
    pub versions: Vec<i32>,
    /// What it made; its values are the job's.
    pub output: JobOutput,
    /// What the execution is linked to in other systems by it.
    pub external_refs: Vec<ExternalRef>,
}

/// A node's output: what its items gave, port by port, in the order of the items.
pub fn collect<'a>(items: impl Iterator<Item = &'a Map<String, Value>>) -> Map<String, Value> {
    let mut output = Map::new();
    for (port, value) in items.flatten() {
        match (output.get_mut(port), value) {
            (Some(Value::Array(all)), Value::Array(items)) => all.extend(items.iter().cloned()),
            _ => {
                output.insert(port.clone(), value.clone());
            }
        }
    }
    output
}
