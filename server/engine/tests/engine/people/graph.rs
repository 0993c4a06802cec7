//! Workflows of any nodes, and executors that answer with what they were asked.

use engine::{
    executors::{Attempt, Executors},
    testing::play::{Answering, wrote},
};
use model::{
    decide::{ArtifactOut, ArtifactOutBody, Outcome},
    id::{ArtifactId, NodeId},
    nodes::{NodeConfig, NodeKind},
    workflow::Workflow,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// A workflow of nodes (id, type, configuration) and connections (`node` or `node.port`, node),
/// with a `start` and an `end`.
pub(crate) fn graph(nodes: &[(&str, &str, Value)], edges: &[(&str, &str)]) -> Workflow {
    let node = |id: &str, kind: &str, config: &Value| {
        json!({"id": id, "type": kind, "position": {"x": 0, "y": 0},
               "data": {"label": id, "config": config}})
    };
    let ends = [node("start", "start", &json!({})), node("end", "end", &json!({}))];
    let nodes = nodes.iter().map(|(id, kind, config)| node(id, kind, config)).chain(ends);
    let edges = edges.iter().map(|(from, target)| {
        let (source, port) = from.split_once('.').unwrap_or((from, ""));
        let mut edge =
            json!({"id": format!("{from}-{target}"), "source": source, "target": target});
        if !port.is_empty() {
            edge["sourceHandle"] = port.into();
        }
        edge
    });
    let (nodes, edges): (Vec<_>, Vec<_>) = (nodes.collect(), edges.collect());
    serde_json::from_value(json!({"name": "Graph", "nodes": nodes, "edges": edges})).unwrap()
}

/// A text node's configuration.
pub(crate) fn text(prompt: &str) -> Value {
    json!({ "prompt": prompt })
}

/// The executors of the product, but text nodes answer with their own prompt and what a reviewer
/// asked; a prompt with "fail" in it fails.
pub(crate) fn echoing() -> Executors {
    let echo = Answering(|context: &engine::job::JobContext| {
        let node = context.node().unwrap();
        let NodeConfig::GenerateCopy(config) = &node.data.config else { panic!("a text node") };
        let prompt = config.prompt.render(&context.scope).unwrap();
        if prompt.contains("fail") {
            return engine::testing::play::failed(&prompt);
        }
        let feedback = context.feedback.as_deref().map(|words| format!(" [{words}]"));
        let told = format!("{prompt}{}", feedback.unwrap_or_default());
        with_artifact(wrote(&told), &told)
    });
    Executors::inside().with(NodeKind::GenerateCopy, echo)
}

fn with_artifact(mut attempt: Attempt, told: &str) -> Attempt {
    if let Outcome::Done(output) = &mut attempt.outcome {
        output.artifacts.push(ArtifactOut {
            id: ArtifactId(Uuid::now_v7()),
            port: "texts".to_owned(),
            body: ArtifactOutBody::Text(told.to_owned()),
            inputs: json!({}),
            provider: "sample".to_owned(),
            model: "echo".to_owned(),
            sample: true,
        });
    }
    attempt
}

/// A node by its id.
pub(crate) fn id(node: &str) -> NodeId {
    node.into()
}
