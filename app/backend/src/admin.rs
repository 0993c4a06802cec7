//! Maintenance: executions that do not go on by themselves.

use async_trait::async_trait;
use model::{api::executions::StuckExecution, id::ExecutionId, problem::Problem};

use crate::actor::Actor;

/// Maintenance: executions that do not go on by themselves.
#[async_trait]
pub trait Admin: Send + Sync {
    /// The executions of the actor's workspace that do not go on by themselves.
    async fn stuck_executions(&self, actor: &Actor) -> Result<Vec<StuckExecution>, Problem>;

    /// Does what helps an execution that does not go on by itself.
    async fn repair_stuck(&self, actor: &Actor, id: ExecutionId) -> Result<(), Problem>;
}
