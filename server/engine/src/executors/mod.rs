//! What does the work of node types that have jobs: one module each.
//!
//! An executor reads its node's configuration in the job's scope, calls whom it must, and returns
//! what to record. It writes nothing itself but blobs, which are harmless to write twice.

mod ai_review;
mod attach_to_document;
mod context_documents;
mod generate_copy;
mod generate_image;
mod http_request;
mod leave;
mod outage;
mod paid;
mod paid_image;
mod pictures;
mod replay;
mod storage;
mod sub_workflow;
mod wait;
mod written;

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use model::{
    decide::{JobOutput, Outcome},
    execution::{
        event::Charge,
        failure::{Failure, HoldReason},
    },
    expr::ExprError,
    nodes::NodeKind,
};

use crate::{
    error::{Doing, EngineError, Result},
    job::JobContext,
    parts::{Parts, SEALED_KEY},
    providers::Providers,
};

pub use replay::replay;

/// How soon a database that is away is asked again.
const AWAY_MS: u64 = 1_000;

/// How an attempt ended, and what was paid for it.
#[derive(Debug)]
pub struct Attempt {
    /// With an output, or a failure.
    pub outcome: Outcome,
    /// Calls that were answered.
    pub charges: Vec<Charge>,
}

impl Attempt {
    /// A failure that cost nothing.
    pub fn failed(failure: Failure) -> Self {
        Self { outcome: Outcome::Failed(failure), charges: vec![] }
    }

    /// An output that cost nothing.
    pub fn done(output: JobOutput) -> Self {
        Self { outcome: Outcome::Done(output), charges: vec![] }
    }
}

/// Works on the jobs of one node type.
#[async_trait]
pub trait Executor: Send + Sync {
    /// How long one attempt may take unless its node says otherwise.
    fn time_limit(&self) -> Duration;

    /// Works on one attempt. May be dropped at any await when the job is cancelled.
    async fn run(&self, context: &JobContext) -> Attempt;
}

/// The node types that [`Executors::standard`] works on.
pub const SERVED: [NodeKind; 7] = [
    NodeKind::AiReview,
    NodeKind::AttachToDocument,
    NodeKind::GenerateCopy,
    NodeKind::GenerateImage,
    NodeKind::HttpRequest,
    NodeKind::SubWorkflow,
    NodeKind::Wait,
];

/// Executors by node type.
#[derive(Clone, Default)]
pub struct Executors {
    by_kind: HashMap<&'static str, Arc<dyn Executor>>,
}

impl Executors {
    /// Those of the product.
    pub fn standard(parts: &Parts) -> Self {
        Self::inside()
            .with(NodeKind::AiReview, ai_review::AiReview::new(parts))
            .with(NodeKind::GenerateCopy, generate_copy::GenerateCopy::new(parts))
            .with(NodeKind::GenerateImage, generate_image::GenerateImage::new(parts))
            .with(NodeKind::HttpRequest, http_request::HttpRequest::new(parts))
    }

    /// Those that call nobody.
    pub fn inside() -> Self {
        Self::default()
            .with(NodeKind::AttachToDocument, attach_to_document::AttachToDocument)
            .with(NodeKind::SubWorkflow, sub_workflow::SubWorkflow)
            .with(NodeKind::Wait, wait::Wait)
    }

    /// The same, with another executor for a node type.
    #[must_use]
    pub fn with(mut self, kind: NodeKind, executor: impl Executor + 'static) -> Self {
        self.by_kind.insert(kind.key(), Arc::new(executor));
        self
    }

    /// Who works on nodes of a type.
    pub fn get(&self, kind: &str) -> Option<&Arc<dyn Executor>> {
        self.by_kind.get(kind)
    }
}

/// Who answers the prompts of a job's workspace.
async fn providers(context: &JobContext, parts: &Parts) -> Result<Providers, Failure> {
    let pool = context.pool();
    let mut conn = pool.acquire().await.doing("looking for a provider").map_err(ours)?;
    match parts.providers_of(&mut conn, context.workspace).await {
        // Nothing was called yet: the job waits until the key is entered again.
        Err(EngineError::Conflict { code: SEALED_KEY, detail }) => {
            Err(Failure::hold(HoldReason::Provider, SEALED_KEY, detail))
        }
        found => found.map_err(ours),
    }
}

/// The execution's inputs do not give what the node's configuration asks for.
fn unfit(error: &ExprError) -> Failure {
    Failure::permanent("expression", error.to_string())
}

/// Our own side failed on the way; it may work a moment later. That the database is away is nothing
/// the step did: it counts as no attempt.
fn ours(error: EngineError) -> Failure {
    tracing::warn!(error = &error as &dyn std::error::Error, "an attempt failed on our side");
    if error.may_pass() {
        let words = "The server's database is away for the moment; goes on when it is back";
        return Failure::limited(AWAY_MS, "database_unavailable", words);
    }
    let words = "The server could not read or write its own data; its log has the details.";
    Failure::transient("internal", words)
}

/// Does what follows a call that was paid, again and again while the database is away: what was
/// answered would be lost. Ends at the latest when the job is taken over.
async fn patiently<T, F: Future<Output = Result<T>>>(what: impl Fn() -> F) -> Result<T> {
    loop {
        match what().await {
            Err(error) if error.may_pass() => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "an answer waits for the database"
                );
            }
            done => return done,
        }
        tokio::time::sleep(Duration::from_millis(AWAY_MS)).await;
    }
}

/// The attempt was overtaken: whatever it reports will be refused.
fn overtaken() -> Failure {
    Failure::permanent("overtaken", "Another worker has taken this job over.")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

    use model::execution::failure::FailureClass;

    use super::*;

    #[test]
    fn rel_e4_a_database_that_is_away_costs_no_attempt() {
        let away = EngineError::Database { doing: "reading", source: sqlx::Error::PoolTimedOut };
        let broken = EngineError::internal("reading", "no such column");

        assert!(matches!(ours(away).class, FailureClass::Limited { .. }));
        assert!(matches!(ours(broken).class, FailureClass::Transient { .. }));
    }

    #[tokio::test]
    async fn rel_e4_an_answer_waits_until_the_database_is_back() {
        let back = AtomicBool::new(false);

        let away = || EngineError::Database { doing: "writing", source: sqlx::Error::PoolClosed };
        let kept =
            patiently(async || if back.swap(true, SeqCst) { Ok("kept") } else { Err(away()) });

        assert_eq!(kept.await.ok(), Some("kept"));
    }
}
