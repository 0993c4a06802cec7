//! The executors of node types that have jobs: one module each.
//!
//! An executor reads its node's configuration in the job's scope, makes its calls, and returns what
//! to record. It writes nothing itself but blobs, which are harmless to write twice.

mod ai_review;
mod attach_to_document;
mod context_documents;
mod generate_copy;
mod generate_image;
mod http_request;
mod outage;
mod paid;
mod paid_call_gate;
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
    deps::{EngineDeps, SEALED_KEY},
    error::{Doing, EngineError, Result},
    job::JobContext,
    providers::Providers,
};

pub use replay::replay;

/// The pause before a database that is away is tried again.
const AWAY_MS: u64 = 1_000;

/// How an attempt ended, and what its calls cost.
#[derive(Debug)]
pub struct Attempt {
    /// The output, the failure, or the child that the job waits for.
    pub outcome: Outcome,
    /// One charge for each paid call that was answered, also if the attempt failed after it.
    pub charges: Vec<Charge>,
}

impl Attempt {
    /// A failed attempt that cost nothing.
    pub fn from_failure(failure: Failure) -> Self {
        Self { outcome: Outcome::Failed(failure), charges: vec![] }
    }

    /// A successful attempt that cost nothing.
    pub fn from_output(output: JobOutput) -> Self {
        Self { outcome: Outcome::Done(output), charges: vec![] }
    }
}

/// Works on the jobs of one node type.
#[async_trait]
pub trait Executor: Send + Sync {
    /// How long one attempt may take unless its node sets another limit.
    fn time_limit(&self) -> Duration;

    /// Runs one attempt. It may be dropped at any await when the job is cancelled.
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
    /// The executors of all node types in [`SERVED`].
    pub fn standard(deps: &EngineDeps) -> Self {
        Self::internal()
            .with_executor(NodeKind::AiReview, ai_review::AiReview::new(deps))
            .with_executor(NodeKind::GenerateCopy, generate_copy::GenerateCopy::new(deps))
            .with_executor(NodeKind::GenerateImage, generate_image::GenerateImage::new(deps))
            .with_executor(NodeKind::HttpRequest, http_request::HttpRequest::new(deps))
    }

    /// The executors that make no calls to other systems.
    pub fn internal() -> Self {
        Self::default()
            .with_executor(NodeKind::AttachToDocument, attach_to_document::AttachToDocument)
            .with_executor(NodeKind::SubWorkflow, sub_workflow::SubWorkflow)
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

/// The providers that answer the prompts of a job's workspace.
async fn providers(context: &JobContext, deps: &EngineDeps) -> Result<Providers, Failure> {
    let pool = context.pool();
    let mut conn = pool.acquire().await.doing("looking for a provider").map_err(ours)?;
    match deps.providers_of(&mut conn, context.workspace).await {
        // No call was made yet: the job waits until the key is entered again.
        Err(EngineError::Conflict { code: SEALED_KEY, detail }) => {
            Err(Failure::hold(HoldReason::Provider, SEALED_KEY, detail))
        }
        found => found.map_err(ours),
    }
}

/// The failure of an expression in the node's configuration.
fn unfit(error: &ExprError) -> Failure {
    Failure::permanent("expression", error.to_string())
}

/// The failure of an attempt because the server or its database failed; a later attempt may work.
/// One that failed because the database is away does not count as an attempt.
fn ours(error: EngineError) -> Failure {
    tracing::warn!(error = &error as &dyn std::error::Error, "an attempt failed on our side");
    if error.may_pass() {
        let words = "The server's database is away for the moment; goes on when it is back";
        return Failure::for_limit(AWAY_MS, "database_unavailable", words);
    }
    let words = "The server could not read or write its own data; its log has the details.";
    Failure::transient("internal", words)
}

/// Repeats `what` while the database is away: the answer of a paid call would be lost otherwise.
/// The attempt is dropped at the latest when the job is taken over.
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

/// The failure of an attempt whose job was taken over; its report will be refused anyway.
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
