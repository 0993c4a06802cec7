//! The engineering templates, over the sample server.

use model::{
    execution::{state::ExecutionStatus, view::ExecutionView},
    id::ExecutionId,
    mcp::call::ToolCallState,
    nodes::NodeKind,
    review::{Approval, Decision},
    template::{SystemTemplate, TemplateCategory, example_context, system_templates},
};
use serde_json::{Value, json};
use services::testing::world::{World, none, quick};

use super::{
    calls,
    lost::{Dying, outlived},
};

fn has(template: &SystemTemplate, kind: NodeKind) -> bool {
    template.workflow.nodes.iter().any(|node| node.kind() == kind)
}

fn engineering() -> Vec<SystemTemplate> {
    let mut all = system_templates();
    all.retain(|template| template.category == TemplateCategory::Engineering);
    all.retain(|template| !has(template, NodeKind::Agent));
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn templates_with_agents_loops_and_web_pages_run_to_their_end_offline() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let kinds = [NodeKind::Agent, NodeKind::ForEach, NodeKind::HttpRequest];
    for kind in kinds {
        let template = system_templates().into_iter().find(|template| has(template, kind)).unwrap();
        let template_id = world.template(&template.workflow.name).await;
        let parameters = json!(template.workflow.parameter("seconds").map_or(json!({}), |_| {
            json!({ "seconds": 0, "url": "https://status.example.invalid/" })
        }));
        let context = example_context(&template.workflow);
        let id = world.launch_in(template_id, parameters, context).await;
        let asks = |view: &ExecutionView| view.nodes.iter().any(|node| node.review.is_some());
        let waits = |view: &ExecutionView| view.status.is_over() || asks(view);
        let is_asked = !world.wait(id, waits).await.status.is_over();
        assert_eq!(is_asked, kind != NodeKind::HttpRequest, "{}", template.key);
        if is_asked {
            let open = world.services.reviews.list_open(&world.owner).await.unwrap();
            let card = open.into_iter().find(|card| card.execution_id == id).unwrap();
            let approve = Decision::Approve(Approval::default());
            world.services.reviews.decide(&world.owner, card.id, approve).await.unwrap();
        }
        let view = world.wait_over(id).await;
        assert_eq!(view.status, ExecutionStatus::Completed, "{}: {:?}", template.key, view.error);
        if kind == NodeKind::Agent {
            let sent =
                calls(&world, id).await.into_iter().rev().map(|call| (call.tool, call.arguments));
            let sent: Vec<(String, Value)> =
                sent.map(|(tool, arguments)| (tool, json!(arguments))).collect();
            assert_eq!(sent[0].0, "github.getIssue");
            assert_eq!(sent[1].0, "github.addLabels");
            for (_, arguments) in sent {
                assert_eq!(
                    (&arguments["owner"], &arguments["repo"]),
                    (&json!("acme"), &json!("shop"))
                );
                assert!(arguments["number"] == 43 || arguments["issueNumber"] == 43, "{arguments}");
            }
        }
    }
    worker.stop().await;
    world.assert_sound().await;
}
