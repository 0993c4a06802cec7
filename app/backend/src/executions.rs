//! Executions: launched, watched, controlled.

use async_trait::async_trait;
use model::{
    api::{
        history::ExecutionFilter,
        listing::{Page, PageRequest},
    },
    id::{ExecutionId, NodeId},
    mcp::call::ToolCallView,
    pages::{Control, ExecutionRow, Gave, LaunchRequest, Launched, MonitorPage},
    problem::Problem,
};

use crate::actor::Actor;

model::executions_operations!(crate::area::area);

/// Executions: launched, watched, controlled.
#[async_trait]
pub trait Executions: ExecutionOperations {
    /// Everything the monitor shows, as of one event.
    async fn monitor(&self, actor: &Actor, id: ExecutionId) -> Result<MonitorPage, Problem>;

    /// The calls of tools of an execution, or of one of its nodes in all of its rounds, the newest
    /// first.
    async fn tool_calls(
        &self,
        actor: &Actor,
        id: ExecutionId,
        node: Option<&NodeId>,
        asked: &PageRequest,
    ) -> Result<Page<ToolCallView>, Problem>;

    /// The whole output of a node; empty where it has none yet.
    async fn node_values(
        &self,
        actor: &Actor,
        id: ExecutionId,
        node: &NodeId,
    ) -> Result<Gave, Problem>;

    /// Ends an execution, keeping results. One that is over stays as it has ended.
    async fn stop(
        &self,
        actor: &Actor,
        id: ExecutionId,
        reason: Option<&str>,
        key: Option<&str>,
    ) -> Result<(), Problem>;

    /// Pauses, resumes, stops or retries. What is so already is no error.
    async fn control(
        &self,
        actor: &Actor,
        id: ExecutionId,
        control: Control,
    ) -> Result<(), Problem>;

    /// Runs an execution that is over again with what it recorded, as a new one: nobody outside is
    /// called and nothing is paid. Waits are not waited for; documents and images stay the first
    /// ones.
    async fn replay(
        &self,
        actor: &Actor,
        id: ExecutionId,
        key: Option<&str>,
    ) -> Result<Launched, Problem>;

    /// A part of the list of executions that the filter admits, the latest first.
    async fn executions_page(
        &self,
        actor: &Actor,
        filter: &ExecutionFilter,
        asked: &PageRequest,
    ) -> Result<Page<ExecutionRow>, Problem>;

    /// Launches the published version of a template, or its draft where the request names a draft
    /// revision. A repeated idempotency key answers with the first launch.
    async fn launch(&self, actor: &Actor, request: LaunchRequest) -> Result<Launched, Problem>;

    /// Runs what is stale of an execution that is over again, as a new one; everything else is taken
    /// over with the versions that count now.
    async fn rerun_stale(
        &self,
        actor: &Actor,
        id: ExecutionId,
        key: Option<&str>,
    ) -> Result<Launched, Problem>;
}
