//! `agent`: lets a model work on a task turn by turn and call tools on the way.
//!
//! One attempt is one step: it reads the talk of its job from rows, lets the model answer once or
//! makes the calls that the model asked for, and reports what was said. Whoever takes the job over
//! goes on from there: what was answered is in the talk and is not asked again.

mod choose;
mod limited;
mod opening;
mod output;
mod partial;
mod run;
mod step;
mod tally;
mod think;
mod tools;
mod window;

use std::time::Duration;

use async_trait::async_trait;
use model::{
    execution::failure::Failure,
    nodes::{NodeConfig, agent::Config},
};

pub use self::tools::find_edited_faults;

use self::run::AgentRun;
use super::{
    attempt::{Attempt, Executor},
    tool,
};
use crate::{deps::EngineDeps, job::JobContext};

/// Works on `agent` jobs.
pub struct Agent {
    deps: EngineDeps,
}

impl Agent {
    /// Asks the providers of `deps`, and calls tools through its client.
    pub fn new(deps: &EngineDeps) -> Self {
        Self { deps: deps.clone() }
    }

    async fn attempt(&self, context: &JobContext, config: &Config) -> Result<Attempt, Failure> {
        let frozen = config.frozen.as_deref().ok_or_else(|| {
            let words = "This run was launched without a fixed version of the step's agent. Launch \
                         the workflow again.";
            Failure::permanent("agent_not_fixed", words)
        })?;
        let run = AgentRun::load(&self.deps, context, config, frozen).await?;
        step::take(&run).await
    }
}

#[async_trait]
impl Executor for Agent {
    fn time_limit(&self) -> Duration {
        // The calls of its tools end as those of steps do.
        tool::TIME_LIMIT
    }

    async fn run(&self, context: &JobContext) -> Attempt {
        let Some(NodeConfig::Agent(config)) = context.node().map(|node| &node.data.config) else {
            return Attempt::from_failure(Failure::permanent(
                "wrong_node",
                "This step has no agent.",
            ));
        };
        self.attempt(context, config).await.unwrap_or_else(Attempt::from_failure)
    }
}
