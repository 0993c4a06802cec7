//! A workflow as a picture: which ports are worth drawing, and what a step does in a few words.

use std::collections::BTreeSet;

use model::{
    canvas::{
        frame::{corner, drawn_in},
        geometry::Size,
    },
    connect::{self, Ends},
    graph::{Course, Indexed, course, loop_of},
    nodes::{FieldKind, FieldSpec, Level, NodeConfig},
    ports::{ERROR_PORT, Kind, Port, PortType},
    workflow::{Edge, Node, Workflow},
};
use serde_json::{Map, Value};

use super::view::{DiagramEdge, DiagramNode, DiagramPort, PortShape};

/// The steps as they lie on the canvas, each with the ports that are connected, at least one a
/// side.
pub fn diagram_nodes(workflow: &Workflow) -> Vec<DiagramNode> {
    let connections = connections(workflow);
    let courses: Vec<Course> = connections.iter().map(|(edge, _)| course(workflow, edge)).collect();
    let node = |node: &Node| {
        let used = |side: fn(&Edge, &Ends) -> Option<String>| -> BTreeSet<String> {
            // A loop's frame shows no ports to what lies in it.
            let outside = |((edge, _), course): &(&(&Edge, Ends), &Course)| match course {
                Course::Entry => edge.source != node.id,
                Course::Result => edge.target != node.id,
                Course::Plain | Course::Across => true,
            };
            let seen = connections.iter().zip(&courses).filter(outside);
            seen.filter_map(|((edge, ends), _)| side(edge, ends)).collect()
        };
        let key = |port: &str| format!("{}\n{port}", node.id);
        let entered = used(|edge, ends| Some(format!("{}\n{}", edge.target, ends.target.name)));
        let left = used(|edge, ends| Some(format!("{}\n{}", edge.source, ends.source.name)));
        let inputs = used_ports(node.data.config.inputs(), |port| entered.contains(&key(port)));
        let outputs =
            used_ports(connect::outputs(workflow, node), |port| left.contains(&key(port)));
        diagram_node(workflow, node, &inputs, &outputs)
    };
    workflow.nodes.iter().map(node).collect()
}

/// One step as it lies on the canvas, with these ports.
pub fn diagram_node(
    workflow: &Workflow,
    node: &Node,
    inputs: &[Port],
    outputs: &[Port],
) -> DiagramNode {
    let at = corner(workflow, node);
    let (tint, note) = match &node.data.config {
        NodeConfig::Frame(frame) => (Some(frame.color.key()), None),
        NodeConfig::Note(note) => (None, Some(note.text.clone())),
        _ => (None, None),
    };
    DiagramNode {
        id: node.id.to_string(),
        kind: node.data.config.key().to_owned(),
        label: node.title().to_owned(),
        subtitle: subtitle(workflow, node),
        summary: summary(workflow, node),
        pairing: match &node.data.config {
            NodeConfig::AttachToDocument(attach) => Some(attach.strategy),
            _ => None,
        },
        x: at.x,
        y: at.y,
        frame: drawn_in(workflow, node).map(ToString::to_string),
        tint,
        collapsed: false,
        lane: false,
        empty_loop: false,
        disabled: !node.data.enabled,
        note,
        size: node.size.map(|size| Size::new(size.width, size.height)),
        inside: loop_of(workflow, &node.id).map(ToString::to_string),
        inputs: inputs.iter().map(port).collect(),
        outputs: outputs.iter().map(port).collect(),
        run: None,
    }
}

/// Its type; a frame's note, which nothing else shows.
fn subtitle(workflow: &Workflow, node: &Node) -> String {
    let label = node.data.config.spec().label.to_owned();
    let label = if node.data.enabled { label } else { format!("Disabled · {label}") };
    match &node.data.config {
        NodeConfig::Frame(frame) => {
            Some(first_line(workflow, &frame.note)).filter(|line| !line.is_empty()).unwrap_or(label)
        }
        _ => label,
    }
}

/// The connections with the ports they mean.
pub fn diagram_edges(workflow: &Workflow) -> Vec<DiagramEdge> {
    let edge = |(edge, ends): (&Edge, Ends)| DiagramEdge {
        id: edge.id.to_string(),
        source: edge.source.to_string(),
        target: edge.target.to_string(),
        source_port: ends.source.name,
        target_port: ends.target.name,
        label: edge.label.clone(),
        ..DiagramEdge::default()
    };
    connections(workflow).into_iter().map(edge).collect()
}

fn connections(workflow: &Workflow) -> Vec<(&Edge, Ends)> {
    let nodes = Indexed::new(workflow);
    let edges = workflow.edges.iter();
    edges.filter_map(|edge| Some((edge, connect::ends(&nodes, edge).ok()?))).collect()
}

fn used_ports(all: Vec<Port>, is_used: impl Fn(&str) -> bool) -> Vec<Port> {
    let first = all.iter().find(|port| port.name != ERROR_PORT).cloned();
    let mut kept: Vec<Port> = all.into_iter().filter(|port| is_used(&port.name)).collect();
    if kept.is_empty() {
        kept.extend(first);
    }
    kept
}

fn port(port: &Port) -> DiagramPort {
    let shape = match port.port_type {
        PortType::One(Kind::Flow) => PortShape::Diamond,
        PortType::One(_) => PortShape::Circle,
        PortType::List(_) => PortShape::Square,
    };
    let holds = match port.port_type {
        PortType::One(Kind::Flow) => "order only, no data".to_owned(),
        PortType::One(Kind::Any) => "anything".to_owned(),
        PortType::One(kind) => kind.to_string(),
        PortType::List(Kind::Any) => "a list".to_owned(),
        PortType::List(kind) => format!("a list of {kind}"),
    };
    DiagramPort { id: port.name.clone(), label: port.label.clone(), shape, holds }
}

/// What a step does, in at most two lines.
fn summary(workflow: &Workflow, node: &Node) -> Vec<String> {
    if node.data.config.key() == "start" {
        let names: Vec<&str> = workflow.parameters.iter().map(|one| one.title()).collect();
        return if names.is_empty() { vec![] } else { vec![names.join(", ")] };
    }
    let Value::Object(config) = node.data.config.to_value() else { return vec![] };
    let fields = node.data.config.spec().fields;
    if let Some(headline) = node.data.config.headline() {
        return vec![plain(workflow, &headline)];
    }
    let told = fields.iter().find_map(|field| words(workflow, field, &config));
    let chosen: Vec<String> =
        fields.iter().filter_map(|field| fact(workflow, field, &config)).collect();
    told.into_iter().chain((!chosen.is_empty()).then(|| chosen.join(" · "))).collect()
}

/// The text that says best what a step is about: its first prompt, or the names in it.
fn words(workflow: &Workflow, field: &FieldSpec, config: &Map<String, Value>) -> Option<String> {
    let value = config.get(field.name)?;
    let text = match field.kind {
        FieldKind::Prompt | FieldKind::Text => first_line(workflow, value.as_str()?),
        FieldKind::Lanes | FieldKind::Branches | FieldKind::Results => {
            let name = |item: &Value| {
                Some(item.get("label").or_else(|| item.get("name"))?.as_str()?.to_owned())
            };
            value.as_array()?.iter().filter_map(name).collect::<Vec<_>>().join(", ")
        }
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn first_line(workflow: &Workflow, prompt: &str) -> String {
    let line = prompt.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    plain(workflow, line.trim_end().trim_end_matches(':'))
}

/// How many, and what was chosen.
fn fact(workflow: &Workflow, field: &FieldSpec, config: &Map<String, Value>) -> Option<String> {
    let value = config.get(field.name)?;
    match field.kind {
        FieldKind::Integer { .. } if field.name == "quantity" => match value {
            Value::String(reference) => {
                Some(format!("quantity from {}", parameter(workflow, reference)))
            }
            value => value.as_u64().filter(|many| *many > 1).map(|many| format!("{many} times")),
        },
        FieldKind::Choice { options } if field.level == Level::Novice => {
            let value = value.as_str().filter(|value| *value != "none")?;
            options.iter().find(|option| option.value == value).map(|o| o.label.to_owned())
        }
        _ => None,
    }
}

/// `${input.copies}` as the words the launch form has for it.
fn parameter(workflow: &Workflow, reference: &str) -> String {
    match workflow.parameter(reference.trim_start_matches("${input.").trim_end_matches('}')) {
        Some(parameter) => format!("“{}”", parameter.title()),
        None => plain(workflow, reference),
    }
}

/// A prompt in one line, its references as words: `${input.key_benefit}` is ‹Key benefit› where the
/// launch form says so, else ‹key benefit›.
fn plain(workflow: &Workflow, text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        words.push_str(before);
        let Some((reference, tail)) = after.split_once('}') else {
            rest = after;
            break;
        };
        words.push_str(&format!("‹{}›", reference_name(workflow, reference)));
        rest = tail;
    }
    words.push_str(rest);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A reference in words: `input.product` is what the launch form calls it, else "product",
/// `nodes.copy.texts[index]` "copy texts".
pub fn reference_name(workflow: &Workflow, reference: &str) -> String {
    let path = reference.split(['[', '?']).next().unwrap_or_default().trim();
    let words = |path: &str| path.replace(['.', '_'], " ");
    let Some(input) = path.strip_prefix("input.") else {
        return words(path.strip_prefix("nodes.").unwrap_or(path));
    };
    let (name, part) = input.split_at(input.find('.').unwrap_or(input.len()));
    let label = workflow.parameter(name).map(|parameter| parameter.label.trim().to_owned());
    let label = label.filter(|label| !label.is_empty()).unwrap_or_else(|| words(name));
    format!("{label}{}", words(part))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn workflow() -> Workflow {
        serde_json::from_value(json!({
            "name": "Ad",
            "parameters": [{ "name": "topic", "label": "Topic" }, { "name": "copies", "label": "Ads" }],
            "nodes": [
                { "id": "start", "type": "start", "position": { "x": 0, "y": 0 }, "data": {} },
                { "id": "copy", "type": "generate_copy", "position": { "x": 300, "y": 0 }, "data": {
                    "label": "Copy",
                    "config": { "prompt": "\nOn ${input.topic}.\nMore", "quantity": "${input.copies}" }
                }}
            ],
            "edges": [{ "id": "e", "source": "start", "target": "copy" }]
        }))
        .unwrap()
    }

    #[test]
    fn a_start_with_many_parameters_shows_the_one_port_that_is_connected() {
        let nodes = diagram_nodes(&workflow());

        assert_eq!(nodes[0].outputs.len(), 1);
        assert_eq!(nodes[0].summary, ["Topic, Ads"]);
        assert_eq!(diagram_edges(&workflow())[0].source_port, nodes[0].outputs[0].id);
    }

    #[test]
    fn a_step_says_what_it_writes_and_how_often() {
        let nodes = diagram_nodes(&workflow());

        assert_eq!(nodes[1].subtitle, "Generate copy");
        assert_eq!(nodes[1].summary, ["On ‹Topic›.", "quantity from “Ads”"]);
    }

    #[test]
    fn a_step_without_a_prompt_says_what_it_does() {
        let node = |id: &str, kind: &str, config: serde_json::Value| json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 }, "data": { "config": config } });
        let picked =
            json!([{ "op": "pick", "path": "title" }, { "op": "join", "separator": "\n" }]);
        let url = "https://api.example.com/v1/${input.topic}?key=1";
        let workflow = json!({ "name": "Steps", "nodes": [
            node("shape", "transform", json!({ "operations": picked })),
            node("call", "http_request", json!({ "method": "POST", "url": url })),
            node("remark", "note", json!({ "text": "\nAsk Ada.\nSoon." })),
        ]});

        let nodes = diagram_nodes(&serde_json::from_value(workflow).unwrap());

        assert_eq!(nodes[0].summary, ["pick title, join with lines"]);
        assert_eq!(nodes[1].summary, ["POST api.example.com/v1/‹topic›"]);
        assert_eq!(nodes[2].summary, ["Ask Ada."]);
        assert!(nodes[2].inputs.is_empty() && nodes[2].outputs.is_empty());
    }

    #[test]
    fn references_read_as_words_even_when_unfinished() {
        let plain = |text: &str| plain(&workflow(), text);

        assert_eq!(
            plain("A ${nodes.head_line.texts[index]}, ${input.x_y ?? 1}"),
            "A ‹head line texts›, ‹x y›"
        );
        assert_eq!(plain("${input.topic.first_line}"), "‹Topic first line›");
        assert_eq!(plain("open ${input.x"), "open input.x");
    }
}
