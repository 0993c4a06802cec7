//! What a worker reports of one attempt.

mod edited;
mod fitting;
mod restore;

use serde_json::{Map, Value};

pub(super) use edited::Edit;
pub use restore::Restore;

use super::Refused;
use crate::{
    execution::{event::Charge, failure::Failure},
    id::{ArtifactId, DocumentId, ExecutionId, ImageId, JobId, NodeId},
    value::Unrecordable,
};

/// The report of one attempt; counts only while the job is held under `fence`.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The job.
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

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// With an output.
    Done(JobOutput),
    /// Without.
    Failed(Failure),
    /// With another execution under way, whose end is the job's.
    Waits(Launching),
}

impl Refused {
    /// What a person says that a step gives cannot be recorded.
    pub(super) fn unrecordable(why: Unrecordable) -> Self {
        Self::Unfit(format!("The output cannot be recorded: {why}"))
    }
}

/// An execution that a job has launched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launching {
    /// Which.
    pub child: ExecutionId,
    /// What it is called.
    pub name: String,
}

/// What an attempt made; recorded in the transaction that settles it, or not at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JobOutput {
    /// Port → value of this item.
    pub values: Map<String, Value>,
    /// Versioned outputs.
    pub artifacts: Vec<ArtifactOut>,
    /// Documents.
    pub documents: Vec<DocumentOut>,
    /// Images attached to documents.
    pub attachments: Vec<AttachmentOut>,
}

/// An output to record.
#[derive(Debug, Clone, PartialEq)]
pub struct ArtifactOut {
    /// Its id.
    pub id: ArtifactId,
    /// The port it comes out of.
    pub port: String,
    /// What it is.
    pub body: ArtifactOutBody,
    /// What it was made from, the rendered prompt and its like, and what is known of the calls.
    pub inputs: Value,
    /// Who made it.
    pub provider: String,
    /// With which model.
    pub model: String,
    /// True when the sample provider made it.
    pub sample: bool,
}

impl ArtifactOut {
    /// Among its inputs: true when the answer ended at its token limit.
    pub const CUT_OFF: &str = "cut_off";
    /// Among its inputs: what the model thought first.
    pub const REASONING: &str = "reasoning";
    /// Among its inputs: the answer before, which was not what was asked for, and what was wrong with it.
    pub const REPAIRED: &str = "repaired";

    /// Whether it ended at its token limit.
    pub fn is_cut_off(&self) -> bool {
        self.inputs[Self::CUT_OFF] == true
    }
}

/// The body of an output.
#[derive(Debug, Clone, PartialEq)]
pub enum ArtifactOutBody {
    /// Text.
    Text(String),
    /// Structured data.
    Json(Value),
    /// A picture whose bytes are in the blob store.
    Image(ImageOut),
    /// A picture that the library has already.
    Known {
        /// Which.
        image: ImageId,
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
}

/// A picture to put into the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageOut {
    /// Its id.
    pub id: ImageId,
    /// SHA-256 of its bytes, in hex: its name in the blob store.
    pub digest: String,
    /// From its content.
    pub media_type: String,
    /// How many bytes.
    pub bytes: i64,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Alternative text.
    pub alt: String,
}

/// A document to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentOut {
    /// Its id.
    pub id: DocumentId,
    /// Its title.
    pub title: String,
    /// Markdown.
    pub content: String,
    /// `draft`, `in_review` or `published`.
    pub status: String,
    /// True when the sample provider wrote it.
    pub sample: bool,
}

/// An image to attach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentOut {
    /// To this document.
    pub document: DocumentId,
    /// This image.
    pub image: ImageId,
    /// As the one shown first.
    pub primary: bool,
    /// Its place among the document's images, from 0.
    pub order: i32,
}

/// An output together with the job that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedOutput {
    /// The job.
    pub job: JobId,
    /// Its node.
    pub node: NodeId,
    /// Its item.
    pub item: i32,
    /// The versions of its artifacts, in their order.
    pub versions: Vec<i32>,
    /// What it made; its values are the job's.
    pub output: JobOutput,
}
