//! What an input of an agent may be given: all that fits of what comes before, or could.

use super::candidates::{Candidate, given_ports, list_candidates, result};
use crate::{
    agent::definition::AgentInput,
    graph::{Graph, loop_of},
    id::NodeId,
    nodes::{NodeKind, Work},
    ports::{Fit, compatible},
    workflow::{Node, Workflow},
};

/// A value that an input of an agent may be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputSource {
    /// The value.
    pub candidate: Candidate,
    /// Why it may turn out not to fit; none where it fits.
    pub risk: Option<String>,
    /// The node that has to be connected first, and by which port; none where the value is there
    /// before the agent begins as it is drawn.
    pub connect: Option<(NodeId, String)>,
}

/// Every value that fits an input of the agent `node`: what its field may refer to, then what steps
/// give that could be connected to it without going in a circle.
pub fn list_sources(workflow: &Workflow, node: &Node, input: &AgentInput) -> Vec<InputSource> {
    let field = format!("inputs.{}", input.name);
    let there = list_candidates(workflow, node, &field).into_iter();
    let there = there.filter_map(|candidate| fitting(candidate, None, input));
    let others = connectable(workflow, node).into_iter().flat_map(|other| {
        given_ports(workflow, other).filter_map(move |port| {
            let connect = Some((other.id.clone(), port.name.clone()));
            fitting(result(other, port), connect, input)
        })
    });
    there.chain(others).collect()
}

/// The value as one of the input; none where it does not fit.
fn fitting(
    candidate: Candidate,
    connect: Option<(NodeId, String)>,
    input: &AgentInput,
) -> Option<InputSource> {
    let risk = match compatible(candidate.port_type, input.input_type) {
        Fit::Ok => None,
        Fit::Warn(why) => Some(why),
        Fit::Err(_) => return None,
    };
    Some(InputSource { candidate, risk, connect })
}

/// Steps that neither come before this one nor after it, in the same loop.
fn connectable<'a>(workflow: &'a Workflow, node: &Node) -> Vec<&'a Node> {
    let graph = Graph::new(workflow);
    let (before, after) = (graph.ancestors(&node.id), graph.descendants(&node.id));
    let around = loop_of(workflow, &node.id);
    let may_come_before = |other: &&Node| {
        other.id != node.id
            && other.kind() != NodeKind::End
            && other.data.config.work() != Work::None
            && !before.contains(&other.id)
            && !after.contains(&other.id)
            && loop_of(workflow, &other.id) == around
            && around != Some(&other.id)
    };
    workflow.nodes.iter().filter(may_come_before).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;
    use crate::ports::{Kind, PortType};

    fn workflow() -> Workflow {
        let node = |id: &str, kind: &str, config: Value| {
            json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 },
                "data": { "label": id, "config": config } })
        };
        let edge = |id: &str, source: &str, target: &str| json!({ "id": id, "source": source, "target": target });
        Workflow::from_value(&json!({
            "parameters": [{ "name": "topic" }, { "name": "count", "type": "integer" }],
            "nodes": [
                node("start", "start", json!({})),
                node("text", "generate_copy", json!({ "prompt": "x" })),
                node("image", "generate_image", json!({ "prompt": "x" })),
                node("agent", "agent", json!({ "agent": "writer", "prompt": "x" })),
                node("late", "generate_copy", json!({ "prompt": "x" })),
                node("end", "end", json!({})),
            ],
            "edges": [
                edge("1", "start", "text"),
                edge("2", "start", "image"),
                edge("3", "text", "agent"),
                edge("4", "agent", "late"),
                edge("5", "late", "end"),
            ],
        }))
        .unwrap()
    }

    /// The paths that fit an input of this type, those that need a connection with a `+`.
    fn offered(input_type: PortType) -> Vec<String> {
        let workflow = workflow();
        let node = workflow.node(&"agent".into()).unwrap();
        let (name, label, help) = ("it".to_owned(), String::new(), String::new());
        let input = AgentInput { name, label, input_type, required: true, help };
        let sources = list_sources(&workflow, node, &input).into_iter();
        let told = |source: InputSource| {
            format!("{}{}", if source.connect.is_some() { "+" } else { "" }, source.candidate.path)
        };
        sources.map(told).collect()
    }

    #[test]
    fn an_input_is_offered_what_fits_and_comes_before_or_could() {
        let images = offered(PortType::List(Kind::Image));
        assert!(images.contains(&"+nodes.image.images".to_owned()), "{images:?}");
        assert!(!images.iter().any(|path| path.contains("text") || path.contains("late")));

        let texts = offered(PortType::One(Kind::Text));
        for path in ["input.topic", "input.count", "nodes.text.texts", "execution.id"] {
            assert!(texts.contains(&path.to_owned()), "{path}: {texts:?}");
        }
        assert!(!texts.iter().any(|path| path.contains("agent") || path.contains("images")));
    }
}
