//! Every template that comes with the product, run with the sample provider and its own examples.

use model::{
    execution::state::{ExecutionStatus, NodeStatus},
    id::{ExecutionId, NodeId},
    nodes::NodeKind,
    review::{Approval, Decision},
    template::{example_context, system_templates},
    workflow::{Node, Workflow},
};
use serde_json::Value;
use services::testing::world::{World, none, quick};

/// Whether a step may be left out: it has a condition.
fn may_be_skipped(workflow: &Workflow, id: &NodeId) -> bool {
    workflow.node(id).is_some_and(|node| node.data.condition.is_some())
}

/// Approves the review at which the execution waits for a person.
async fn approve(world: &World, execution: ExecutionId) {
    let waits = |status: NodeStatus| status == NodeStatus::AwaitingReview;
    world.wait(execution, |view| view.nodes.iter().any(|node| waits(node.status))).await;
    let review = world.services.reviews.list_open(&world.owner).await.unwrap().remove(0).id;
    let approve = Decision::Approve(Approval::default());
    world.services.reviews.decide(&world.owner, review, approve).await.unwrap();
}

#[tokio::test]
async fn every_system_template_completes_with_its_examples() {
    let world = World::new().await;
    let worker = world.worker(quick());

    // Those run in `templates_with_agents_loops_and_web_pages_run_to_their_end_offline`.
    let elsewhere = |node: &Node| matches!(node.kind(), NodeKind::Agent | NodeKind::HttpRequest);
    let here = system_templates().into_iter();
    for template in here.filter(|template| !template.workflow.nodes.iter().any(elsewhere)) {
        let (name, context) = (&template.workflow.name, example_context(&template.workflow));
        let id = world.launch_in(world.template(name).await, none(), context).await;
        if template.workflow.nodes.iter().any(|node| node.kind() == NodeKind::Review) {
            approve(&world, id).await;
        }
        let view = world.wait_over(id).await;

        assert_eq!(view.status, ExecutionStatus::Completed, "{}: {view:#?}", template.key);
        let open = view.nodes.iter().find(|node| match node.status {
            NodeStatus::Skipped => !may_be_skipped(&template.workflow, &node.id),
            status => status != NodeStatus::Completed,
        });
        assert_eq!(open.map(|node| &node.id), None, "{}", template.key);
    }

    worker.stop().await;
    world.assert_sound().await;
}

#[tokio::test]
async fn a_failed_deployment_with_a_known_fix_gets_a_pull_request_and_a_rollback() {
    let world = World::new().await;
    let worker = world.worker(quick());
    let template = system_templates().into_iter().find(|one| one.key == "fix_deploy_failure");
    let workflow = template.unwrap().workflow;
    let template = world.template(&workflow.name).await;

    let id = world.launch_in(template, none(), example_context(&workflow)).await;

    let view = world.wait_over(id).await;
    let skipped = view.nodes.iter().filter(|node| node.status == NodeStatus::Skipped);
    assert_eq!(skipped.map(|node| node.id.as_str()).collect::<Vec<_>>(), ["create_manual_issue"]);
    let sql = "SELECT output FROM workflow_executions WHERE id = $1";
    let output: Value = sqlx::query_scalar(sql).bind(id.0).fetch_one(&world.db.pool).await.unwrap();
    assert_eq!(output["rollback_result"]["status"], "completed", "{output}");
    assert!(output["fix_pr"]["number"].is_u64(), "{output}");
    assert!(output["manual_issue"].is_null(), "{output}");
    worker.stop().await;
    world.assert_sound().await;
}
