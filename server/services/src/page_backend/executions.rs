//! What pages ask of executions.

use backend::actor::Actor;
use model::{
    api::{
        history::ExecutionFilter,
        listing::{Page, PageRequest},
    },
    id::{ExecutionId, NodeId},
    mcp::call::ToolCallView,
    pages::{Control, ExecutionRow, Gave, LaunchRequest, Launched, MonitorPage},
};

forward! {
    executions::Executions {
        fn monitor(actor: &Actor, id: ExecutionId) -> MonitorPage;
        fn tool_calls(
            actor: &Actor, id: ExecutionId, node: Option<&NodeId>, asked: &PageRequest
        ) -> Page<ToolCallView>;
        fn node_values(actor: &Actor, id: ExecutionId, node: &NodeId) -> Gave;
        fn stop(actor: &Actor, id: ExecutionId, reason: Option<&str>, key: Option<&str>) -> ();
        fn control(actor: &Actor, id: ExecutionId, control: Control) -> ();
        fn replay(actor: &Actor, id: ExecutionId, key: Option<&str>) -> Launched;
        fn executions_page(
            actor: &Actor, filter: &ExecutionFilter, asked: &PageRequest
        ) -> Page<ExecutionRow>;
        fn launch(actor: &Actor, request: LaunchRequest) -> Launched;
        fn rerun_stale(actor: &Actor, id: ExecutionId, key: Option<&str>) -> Launched;
    }
}
