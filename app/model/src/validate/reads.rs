//! What a step reads, and which inputs a part of a workflow asks for.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    connect,
    expr::{Expression, Path, Template},
    graph::outermost,
    id::NodeId,
    nodes::{NodeConfig, NodeKind, start},
    workflow::{Node, Workflow},
};

/// The texts of a configuration that hold references in `${…}`, without the fields that are a bare
/// expression: the field's path, the text.
pub(crate) fn texts_with_references(config: &NodeConfig) -> Vec<(String, String)> {
    let bare = config.expressions();
    let mut texts = config.texts();
    texts.retain(|(field, _)| bare.iter().all(|(other, _)| other != field));
    texts
}

/// What the texts and expressions of a step refer to.
pub(crate) fn paths_read(node: &Node) -> Vec<Path> {
    let config = &node.data.config;
    let bare = config.expressions();
    let texts = texts_with_references(config).into_iter();
    let in_texts = texts.filter_map(|(_, text)| Some(Template::parse(&text).ok()?.references()));
    let in_bare =
        bare.iter().filter_map(|(_, source)| Some(Expression::parse(source).ok()?.references()));
    in_texts.chain(in_bare).flatten().collect()
}

/// Whether a step reads what an edge brings into this port: what has a prompt or arguments reads
/// what those refer to, an agent also what an input takes, and where a field of the port's name says
/// what to read the edge only orders.
pub(crate) fn takes(node: &Node, port: &str) -> bool {
    let config = &node.data.config;
    if config.kind() == NodeKind::Agent {
        return config.reads_port(port);
    }
    if port == "input" && (config.has_prompt() || config.kind() == NodeKind::Tool) {
        return false;
    }
    config.texts().iter().all(|(field, _)| field != port)
}

/// The part of a workflow in which only these steps run, with what lies in them, as it asks for
/// values: an input that none of them reads may stay empty.
pub fn asking(workflow: &Workflow, runs: &BTreeSet<NodeId>) -> Workflow {
    let mut part = workflow.clone();
    part.nodes.retain(|node| runs.contains(outermost(workflow, &node.id)));
    let names = workflow.names();
    let read: BTreeSet<String> =
        part.nodes.iter().flat_map(|node| inputs_read(workflow, &names, node)).collect();
    let all = read.contains(start::ALL.name);
    for parameter in &mut part.parameters {
        parameter.required &= all || read.contains(&parameter.name);
    }
    part
}

/// The inputs a step reads, by the names of the start's ports; `names` are those of the workflow.
pub(crate) fn inputs_read(
    workflow: &Workflow,
    names: &BTreeMap<String, NodeId>,
    node: &Node,
) -> Vec<String> {
    let is_start = |id: &NodeId| workflow.node(id).is_some_and(|n| n.kind() == NodeKind::Start);
    let port = |path: &Path| {
        let place = match path.name() {
            "input" => 1,
            "nodes" if is_start(&path.key(1)?.into()) => 2,
            name if names.get(name).is_some_and(is_start) => 1,
            _ => return None,
        };
        Some(path.key(place).unwrap_or(start::ALL.name).to_owned())
    };
    let condition = node.data.condition.as_deref();
    let condition = condition.and_then(|source| Expression::parse(source).ok());
    let condition = condition.map(|source| source.references()).unwrap_or_default();
    let paths = paths_read(node);
    let mut read: Vec<String> = paths.iter().chain(&condition).filter_map(port).collect();
    let into = connect::incoming(workflow, &node.id).into_iter();
    let into = into.filter(|(edge, ends)| is_start(&edge.source) && takes(node, &ends.target.name));
    read.extend(into.map(|(_, ends)| ends.source.name));
    read
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;

    /// Which of three inputs are asked for where this node behind the start runs alone.
    fn asked(kind: &str, mut data: Value) -> Vec<String> {
        let node = |id: &str, kind: &str, data: Value| json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 }, "data": data });
        let input = |name: &str| json!({ "name": name, "type": "text", "required": true });
        let inputs = ["topic", "tone", "count"].map(input);
        let other = json!({ "label": "", "config": { "prompt": "${input}" } });
        data["label"] = "".into();
        let workflow = json!({
            "parameters": inputs,
            "nodes": [
                node("start", "start", json!({ "label": "", "config": {} })),
                node("a", kind, data),
                node("b", "generate_copy", other),
            ],
            "edges": [{ "id": "e", "source": "start", "target": "a" }],
        });
        let workflow = Workflow::from_value(&workflow).unwrap();
        let part = asking(&workflow, &BTreeSet::from(["a".into()]));
        assert_eq!(part.nodes.len(), 1);
        let required = part.parameters.into_iter().filter(|parameter| parameter.required);
        required.map(|parameter| parameter.name).collect()
    }

    #[test]
    fn a_part_asks_only_for_what_its_steps_read() {
        let copy = |prompt: &str| json!({ "config": { "prompt": prompt } });
        let all = ["topic", "tone", "count"];

        assert_eq!(asked("generate_copy", copy("Write a line")), Vec::<String>::new());
        assert_eq!(asked("generate_copy", copy("About ${input.topic}")), ["topic"]);
        assert_eq!(asked("generate_copy", copy("${nodes.start.tone}")), ["tone"]);
        assert_eq!(asked("generate_copy", copy("${input}")), all);
        let only_if = json!({ "config": { "prompt": "x" }, "if": "input.tone == \"warm\"" });
        assert_eq!(asked("generate_copy", only_if), ["tone"]);
        // What has no text of its own works on what its edge brings: all of them.
        assert_eq!(asked("transform", json!({ "config": { "operations": [] } })), all);
    }
}
