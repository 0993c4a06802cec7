//! The engineering templates, over the sample server.

use model::{
    execution::state::ExecutionStatus,
    id::ExecutionId,
    mcp::call::ToolCallState,
    nodes::NodeKind,
    template::{SystemTemplate, TemplateCategory, example_context, system_templates},
};
use services::testing::world::{World, none, quick};

use super::{
    calls,
    lost::{Dying, outlived},
};

fn engineering() -> Vec<SystemTemplate> {
    let mut all = system_templates();
    all.retain(|template| template.category == TemplateCategory::Engineering);
    assert_eq!(all.len(), 6);
    all
}

async fn launch(world: &World, template: &SystemTemplate) -> ExecutionId {
    let id = world.template(&template.workflow.name).await;
    world.launch_in(id, none(), example_context(&template.workflow)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_engineering_template_runs_to_its_end_offline() {
    let world = World::new().await;
    let worker = world.worker(quick());
    for template in engineering() {
        let id = launch(&world, &template).await;
        let view = world.wait_over(id).await;

        let key = template.key;
        assert_eq!(view.status, ExecutionStatus::Completed, "{key}: {:?}", view.error);
        let calls = calls(&world, id).await;
        let steps = template.workflow.nodes.iter().filter(|node| node.kind() == NodeKind::Tool);
        assert!(!calls.is_empty() && calls.len() <= steps.count(), "{key}: {calls:#?}");
        for call in calls {
            assert_eq!(call.state, ToolCallState::Answered, "{key}: {call:#?}");
            assert!(call.sample, "{key}: {call:#?}");
        }
    }
    worker.stop().await;
    world.assert_sound().await;
}

/// Each step's process is lost right after its tool has answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rel_e1_no_tool_of_an_engineering_template_that_has_answered_is_called_twice() {
    const TWICE: &str = "SELECT count(*) FROM (
        SELECT FROM mcp_tool_calls WHERE state = 'answered' AND tool NOT LIKE 'agent.%'
         GROUP BY job_id HAVING count(*) > 1) twice";
    let world = World::new().await;
    for template in engineering() {
        let (executors, died) = Dying::executors(&world, NodeKind::Tool, 1);
        let id = launch(&world, &template).await;
        let view = outlived(&world, id, &executors, &died).await;

        let key = template.key;
        assert_eq!(view.status, ExecutionStatus::Completed, "{key}: {:?}", view.error);
        assert_eq!(world.count(TWICE).await, 0, "{key}");
    }
    world.assert_sound().await;
}
