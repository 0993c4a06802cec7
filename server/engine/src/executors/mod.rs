//! The executors of node types that have jobs: one module each.
//!
//! An executor reads its node's configuration in the job's scope, makes its calls, and returns what
//! to record. It writes nothing itself but blobs, which are harmless to write twice.
//!
//! Before a call leaves, that fact is committed
//! ([`JobContext::note_call`](crate::job::JobContext::note_call)): a call whose worker is lost is
//! then shown, with what it may have cost.

mod agent;
mod ai_review;
mod attach_to_document;
mod attempt;
mod context_documents;
mod failure;
mod generate_copy;
mod generate_image;
mod http_request;
mod image_store;
mod outage;
mod paid;
mod paid_call_gate;
mod paid_image;
mod replay;
mod storage;
mod sub_workflow;
mod tool;
mod wait;
mod written;

use std::{collections::HashMap, sync::Arc};

use model::nodes::NodeKind;

use crate::deps::EngineDeps;

pub use agent::find_edited_faults;
pub use attempt::{Attempt, Executor};
pub use replay::replay;
pub use tool::preview_answer;

/// The node types that [`Executors::standard`] works on.
pub const SERVED: [NodeKind; 9] = [
    NodeKind::Agent,
    NodeKind::AiReview,
    NodeKind::AttachToDocument,
    NodeKind::GenerateCopy,
    NodeKind::GenerateImage,
    NodeKind::HttpRequest,
    NodeKind::SubWorkflow,
    NodeKind::Tool,
    NodeKind::Wait,
];

/// Executors by node type.
#[derive(Clone, Default)]
pub struct Executors {
    by_kind: HashMap<&'static str, Arc<dyn Executor>>,
}

impl Executors {
    /// The executors of all node types in [`SERVED`].
    pub fn standard(deps: &EngineDeps) -> Self {
        Self::internal()
            .with_executor(NodeKind::Agent, agent::Agent::new(deps))
            .with_executor(NodeKind::AiReview, ai_review::AiReview::new(deps))
            .with_executor(NodeKind::GenerateCopy, generate_copy::GenerateCopy::new(deps))
            .with_executor(NodeKind::GenerateImage, generate_image::GenerateImage::new(deps))
            .with_executor(NodeKind::HttpRequest, http_request::HttpRequest::new(deps))
            .with_executor(NodeKind::SubWorkflow, sub_workflow::SubWorkflow::new(deps))
            .with_executor(NodeKind::Tool, tool::Tool::new(deps))
    }

    /// The executors that make no calls to other systems.
    pub fn internal() -> Self {
        Self::default()
            .with_executor(NodeKind::AttachToDocument, attach_to_document::AttachToDocument)
            .with_executor(NodeKind::SubWorkflow, sub_workflow::SubWorkflow::default())
            .with_executor(NodeKind::Wait, wait::Wait)
    }

    /// Adds or replaces the executor of a node type.
    #[must_use]
    pub fn with_executor(mut self, kind: NodeKind, executor: impl Executor + 'static) -> Self {
        self.by_kind.insert(kind.key(), Arc::new(executor));
        self
    }

    /// The executor of a node type, by its key; none if this set does not serve the type.
    pub fn get(&self, kind: &str) -> Option<&Arc<dyn Executor>> {
        self.by_kind.get(kind)
    }
}
