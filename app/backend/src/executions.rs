//! Executions: launched, watched, controlled.

use async_trait::async_trait;
use model::{
    agent::page::AgentTalkPage,
    api::{
        executions::{ExecutionPulse, SentRow},
        history::{ExecutionFilter, SeveralAnswer, SeveralRequest},
        listing::{Page, PageRequest},
    },
    execution::event::Event,
    id::{ExecutionId, JobId, NodeId},
    mcp::call::ToolCallView,
    pages::{
        Control, ExecutionChoices, ExecutionRow, Gave, LaunchRequest, Launched, MonitorPage,
        RerunRequest,
    },
    problem::Problem,
};

use crate::actor::Actor;

/// Executions: launched, watched, controlled.
#[async_trait]
pub trait Executions: Send + Sync {
    /// Everything the monitor shows, as of one event.
    async fn monitor(&self, actor: &Actor, id: ExecutionId) -> Result<MonitorPage, Problem>;

    /// The status of an execution for clients that poll it, without any events.
    async fn pulse(&self, actor: &Actor, id: ExecutionId) -> Result<ExecutionPulse, Problem>;

    /// Events of an execution after number `seq`, in order, at most a page of them.
    async fn events(&self, actor: &Actor, id: ExecutionId, seq: i64)
    -> Result<Vec<Event>, Problem>;

    /// The inputs that the attempts of a node sent out, with its references resolved; the first
    /// 200, if there are more.
    async fn sent_inputs(
        &self,
        actor: &Actor,
        id: ExecutionId,
        node: &NodeId,
    ) -> Result<Vec<SentRow>, Problem>;

    /// The calls of tools of an execution, or of one of its nodes in all of its rounds, the newest
    /// first.
    async fn tool_calls(
        &self,
        actor: &Actor,
        id: ExecutionId,
        node: Option<&NodeId>,
        asked: &PageRequest,
    ) -> Result<Page<ToolCallView>, Problem>;

    /// A part of the talk of an agent's job, from its end: the last one, or the one that ends before
    /// the position `before`.
    async fn agent_talk(
        &self,
        actor: &Actor,
        id: ExecutionId,
        job: JobId,
        before: Option<u32>,
    ) -> Result<AgentTalkPage, Problem>;

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

    /// Runs an execution that is over again, as a new one. What does not depend on the named node
    /// is taken over with what it gave; without a node everything runs.
    async fn rerun(
        &self,
        actor: &Actor,
        id: ExecutionId,
        request: RerunRequest,
    ) -> Result<Launched, Problem>;

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

    /// The templates and people that the list can be filtered by.
    async fn history_choices(&self, actor: &Actor) -> Result<ExecutionChoices, Problem>;

    /// Asks the same of several executions, one after the other; what one refuses keeps no other
    /// back.
    async fn control_several(
        &self,
        actor: &Actor,
        request: &SeveralRequest,
    ) -> Result<Vec<SeveralAnswer>, Problem>;

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
