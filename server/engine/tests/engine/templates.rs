//! Every template that comes with the product, run with the sample provider and its own examples.

use engine::testing::world::{World, none, quick};
use model::{
    execution::state::{ExecutionStatus, NodeStatus},
    template::system_templates,
};

#[tokio::test]
async fn every_system_template_completes_with_its_examples() {
    let world = World::new().await;
    let worker = world.worker(quick());

    for template in system_templates() {
        let id = world.launch(world.template(&template.workflow.name).await, none()).await;
        let view = world.wait_over(id).await;

        assert_eq!(view.status, ExecutionStatus::Completed, "{}: {view:#?}", template.key);
        let open = view.nodes.iter().find(|node| node.status != NodeStatus::Completed);
        assert_eq!(open.map(|node| &node.id), None, "{}", template.key);
    }

    worker.stop().await;
    world.assert_sound().await;
}
