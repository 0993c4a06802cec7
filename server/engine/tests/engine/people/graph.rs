//! Nodes, executors that answer with what they were asked, launches and decisions.

use engine::executors::Executors;
use model::{
    execution::{
        state::{NodeStatus, PauseReason},
        view::ExecutionView,
    },
    id::{ExecutionId, NodeId},
    nodes::{NodeConfig, NodeKind},
    review::Decision,
    workflow::Workflow,
};
use serde_json::{Value, json};
use services::testing::{
    play::{Answering, failed, graph, inside, with_artifact, wrote},
    world::{World, none},
};
use store::error::EngineError;

/// A text node's configuration.
pub(crate) fn text(prompt: &str) -> Value {
    json!({ "prompt": prompt })
}

/// start → each (write) → end, with a loop that is set up so.
pub(crate) fn writing_each(each: Value, prompt: &str) -> Workflow {
    let nodes = [("each", "for_each", each), ("write", "generate_copy", text(prompt))];
    let edges = [
        ("start", "each"),
        ("each.item", "write"),
        ("write.texts", "each"),
        ("each.output", "end"),
    ];
    inside(graph(&nodes, &edges), "each", &["write"])
}

/// The executors of the product, but text nodes answer with their own prompt and what a reviewer
/// asked; a prompt with "fail" in it fails, and one that refers to nothing.
pub(crate) fn echoing() -> Executors {
    let echo = Answering(|context: &engine::job::JobContext| {
        let node = context.node().unwrap();
        let NodeConfig::GenerateCopy(config) = &node.data.config else { panic!("a text node") };
        let prompt = match config.prompt.render(&context.scope) {
            Ok(prompt) if !prompt.contains("fail") => prompt,
            Ok(prompt) => return failed(&prompt),
            Err(error) => return failed(&error.to_string()),
        };
        let feedback = context.feedback.as_deref().map(|words| format!(" [{words}]"));
        let told = format!("{prompt}{}", feedback.unwrap_or_default());
        with_artifact(wrote(&told), &told)
    });
    Executors::internal().with_executor(NodeKind::GenerateCopy, echo)
}

pub(crate) async fn launch(world: &World, workflow: &Workflow) -> ExecutionId {
    world.launch(world.publish(workflow).await, none()).await
}

/// Decides about the one review that is open once an execution waits for that; what was decided about.
pub(crate) async fn decide(
    world: &World,
    execution: ExecutionId,
    decision: Decision,
) -> Result<Vec<Value>, EngineError> {
    let waits = |view: &ExecutionView| view.pause_reason == Some(PauseReason::Review);
    world.wait(execution, waits).await;
    let [card] = &world.services.reviews.list_open(&world.owner).await.unwrap()[..] else {
        panic!("one")
    };
    world.services.reviews.decide(&world.owner, card.id, decision).await?;
    Ok(card.items.clone())
}

/// A node by its id.
pub(crate) fn id(node: &str) -> NodeId {
    node.into()
}

/// Where a node stands.
pub(crate) fn status(view: &ExecutionView, node: &str) -> NodeStatus {
    view.node(&id(node)).unwrap().status
}
