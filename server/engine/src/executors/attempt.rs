//! One attempt of a job: who makes it, and how it ended.

use std::time::Duration;

use async_trait::async_trait;
use model::{
    decide::{JobOutput, Outcome},
    execution::{event::Charge, failure::Failure},
};

use crate::job::JobContext;

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
