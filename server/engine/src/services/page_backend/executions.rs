//! What pages ask of executions.

use backend::actor::Actor;
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
};

forward! {
    executions::Executions {
        fn monitor(actor: &Actor, id: ExecutionId) -> MonitorPage;
        fn pulse(actor: &Actor, id: ExecutionId) -> ExecutionPulse;
        fn events(actor: &Actor, id: ExecutionId, seq: i64) -> Vec<Event>;
        fn sent_inputs(actor: &Actor, id: ExecutionId, node: &NodeId) -> Vec<SentRow>;
        fn tool_calls(
            actor: &Actor, id: ExecutionId, node: Option<&NodeId>, asked: &PageRequest
        ) -> Page<ToolCallView>;
        fn agent_talk(
            actor: &Actor, id: ExecutionId, job: JobId, before: Option<u32>
        ) -> AgentTalkPage;
        fn node_values(actor: &Actor, id: ExecutionId, node: &NodeId) -> Gave;
        fn stop(actor: &Actor, id: ExecutionId, reason: Option<&str>, key: Option<&str>) -> ();
        fn control(actor: &Actor, id: ExecutionId, control: Control) -> ();
        fn rerun(actor: &Actor, id: ExecutionId, request: RerunRequest) -> Launched;
        fn replay(actor: &Actor, id: ExecutionId, key: Option<&str>) -> Launched;
        fn executions_page(
            actor: &Actor, filter: &ExecutionFilter, asked: &PageRequest
        ) -> Page<ExecutionRow>;
        fn history_choices(actor: &Actor) -> ExecutionChoices;
        fn control_several(actor: &Actor, request: &SeveralRequest) -> Vec<SeveralAnswer>;
        fn launch(actor: &Actor, request: LaunchRequest) -> Launched;
        fn rerun_stale(actor: &Actor, id: ExecutionId, key: Option<&str>) -> Launched;
    }
}
