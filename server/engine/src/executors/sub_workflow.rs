//! `sub_workflow`: launches an execution of another template; the job then waits for it without a
//! worker.

use std::time::Duration;

use async_trait::async_trait;
use model::{decide::Outcome, execution::failure::Failure, nodes::NodeConfig};

use super::{
    attempt::{Attempt, Executor},
    failure::{internal_failure, overtaken_failure},
};
use crate::{
    deps::EngineDeps,
    job::JobContext,
    launch::child::{self, Refusal},
};

/// Works on `sub_workflow` jobs.
#[derive(Default)]
pub struct SubWorkflow {
    /// By which the servers of a child's tools are asked; without them no child that calls tools is
    /// launched.
    deps: Option<EngineDeps>,
}

impl SubWorkflow {
    /// Asks the servers of tools through the client of `deps`.
    pub fn new(deps: &EngineDeps) -> Self {
        Self { deps: Some(deps.clone()) }
    }
}

#[async_trait]
impl Executor for SubWorkflow {
    fn time_limit(&self) -> Duration {
        // Servers of tools may take half a minute to list them.
        Duration::from_secs(60)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let Some(NodeConfig::SubWorkflow(config)) = context.node().map(|node| &node.data.config)
        else {
            return Attempt::from_failure(Failure::permanent(
                "wrong_node",
                "This isn't a sub-workflow step.",
            ));
        };
        match child::launch(self.deps.as_ref(), context, config).await {
            Ok(launched) => Attempt { outcome: Outcome::Waits(launched), charges: vec![] },
            Err(Refusal::Overtaken) => Attempt::from_failure(overtaken_failure()),
            Err(Refusal::Unfit(failure)) => Attempt::from_failure(failure),
            Err(Refusal::Ours(error)) => Attempt::from_failure(internal_failure(error)),
        }
    }
}
