//! Trying out an agent as it is described, saved or not.

use backend::actor::Actor;
use model::{access::Permission, agent_library::trial::AgentTrial, pages::Launched};
use store::error::Result;

use super::Agents;

impl Agents {
    /// Asks an agent as it is described: an execution of nothing but it, which counts for no workflow.
    ///
    /// # Errors
    /// Everything that is wrong with the message or the agent; everything that a launch refuses.
    pub async fn try_agent(&self, actor: &Actor, trial: AgentTrial) -> Result<Launched> {
        actor.require(Permission::LaunchInline)?;
        self.executions.launch(actor, trial.launch()?).await
    }
}
