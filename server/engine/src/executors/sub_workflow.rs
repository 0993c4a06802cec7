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
    job::JobContext,
    launch::child::{self, Refusal},
};

/// Works on `sub_workflow` jobs.
pub struct SubWorkflow;

#[async_trait]
impl Executor for SubWorkflow {
    fn time_limit(&self) -> Duration {
        Duration::from_secs(30)
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let Some(NodeConfig::SubWorkflow(config)) = context.node().map(|node| &node.data.config)
        else {
            return Attempt::from_failure(Failure::permanent(
                "wrong_node",
                "This node runs no workflow.",
            ));
        };
        match child::launch(context, config).await {
            Ok(launched) => Attempt { outcome: Outcome::Waits(launched), charges: vec![] },
            Err(Refusal::Overtaken) => Attempt::from_failure(overtaken_failure()),
            Err(Refusal::Unfit(failure)) => Attempt::from_failure(failure),
            Err(Refusal::Ours(error)) => Attempt::from_failure(internal_failure(error)),
        }
    }
}
