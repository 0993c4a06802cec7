//! A workflow's definition as a picture: what each card says before anything has run.

use model::{
    nodes::{FieldKind, FieldSpec},
    ports::{Kind, Port, PortType},
    workflow::{Node, Workflow},
};
use serde_json::Value;

use super::view::{DiagramEdge, DiagramNode, DiagramPort, PortShape};

const SUMMARY_CHARS: usize = 90;

/// The nodes of a workflow, without a state.
pub fn diagram_nodes(workflow: &Workflow) -> Vec<DiagramNode> {
    workflow.nodes.iter().map(|node| diagram_node(node, workflow)).collect()
}

/// The edges of a workflow, idle.
pub fn diagram_edges(workflow: &Workflow) -> Vec<DiagramEdge> {
    let edge = |edge: &model::workflow::Edge| DiagramEdge {
        id: edge.id.to_string(),
        source: edge.source.to_string(),
        target: edge.target.to_string(),
        source_port: edge.source_handle.clone().unwrap_or_default(),
        target_port: edge.target_handle.clone().unwrap_or_default(),
        ..DiagramEdge::default()
    };
    workflow.edges.iter().map(edge).collect()
}

fn diagram_node(node: &Node, workflow: &Workflow) -> DiagramNode {
    let config = node.data.config.to_value();
    let spec = node.data.config.spec();
    let model = config.get("model").and_then(Value::as_str).filter(|model| !model.is_empty());
    let subtitle = match model {
        Some(model) => format!("{} · {model}", spec.label),
        None => spec.label.to_owned(),
    };
    let ports = |ports: Vec<Port>| ports.iter().map(port).collect();
    DiagramNode {
        id: node.id.to_string(),
        kind: node.data.config.key().to_owned(),
        label: node.title().to_owned(),
        subtitle,
        summary: summary(spec.fields, &config),
        x: node.position.x,
        y: node.position.y,
        inputs: ports(node.data.config.inputs()),
        outputs: ports(node.data.config.outputs(workflow)),
        run: None,
    }
}

fn port(port: &Port) -> DiagramPort {
    let shape = match port.port_type {
        PortType::List(_) => PortShape::Square,
        PortType::One(Kind::Flow) => PortShape::Diamond,
        PortType::One(_) => PortShape::Circle,
    };
    DiagramPort { id: port.name.clone(), label: port.label.clone(), shape }
}

/// How many, then what: the first choice or the beginning of the first prompt.
fn summary(fields: &[FieldSpec], config: &Value) -> Vec<String> {
    let quantity = config.get("quantity").and_then(|value| match value {
        Value::Number(number) if number.as_u64() == Some(1) => None,
        Value::Number(number) => Some(format!("{number} at a time")),
        Value::String(reference) => Some(format!("As many as {}", plain(reference))),
        _ => None,
    });
    let what = fields.iter().find_map(|field| saying(field, config.get(field.name)?));
    quantity.into_iter().chain(what).collect()
}

fn saying(field: &FieldSpec, value: &Value) -> Option<String> {
    let written = value.as_str().filter(|text| !text.trim().is_empty())?;
    match field.kind {
        FieldKind::Prompt => Some(shortened(&plain(written))),
        FieldKind::Choice { options } => {
            options.iter().find(|choice| choice.value == written).map(|c| c.label.to_owned())
        }
        _ => None,
    }
}

/// `${input.product}` as ‹product›, all in one line.
pub fn plain(text: &str) -> String {
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        words.push_str(before);
        let Some((reference, tail)) = after.split_once('}') else {
            words.push_str(after);
            return one_line(&words);
        };
        words.push_str(&format!("‹{}›", reference_name(reference)));
        rest = tail;
    }
    words.push_str(rest);
    one_line(&words)
}

/// A reference in a word: `input.product` is "product", `nodes.copy.texts` "copy texts".
pub fn reference_name(reference: &str) -> String {
    let path = reference.split("??").next().unwrap_or(reference).trim();
    let path = path.strip_prefix("input.").or_else(|| path.strip_prefix("nodes.")).unwrap_or(path);
    path.replace(['.', '_'], " ")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SUMMARY_CHARS) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn workflow(nodes: &str) -> Workflow {
        let text = format!(
            r#"{{"nodes": [{nodes}], "edges": [{{"id": "e", "source": "copy", "target": "x"}}]}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_card_says_how_many_and_what() {
        let workflow = workflow(
            r#"{"id": "copy", "type": "generate_copy", "position": {"x": 3, "y": 4},
                "data": {"label": "Write", "config": {"quantity": "${input.copies}",
                "prompt": "Headline for ${input.product_name}:\nshort", "model": "small"}}}"#,
        );

        let node = diagram_nodes(&workflow).remove(0);

        assert_eq!((node.x, node.y, node.label.as_str()), (3.0, 4.0, "Write"));
        assert_eq!(node.subtitle, "Generate copy · small");
        assert_eq!(node.summary, ["As many as ‹copies›", "Headline for ‹product name›: short"]);
        assert!(!node.inputs.is_empty() && !node.outputs.is_empty());
    }

    #[test]
    fn an_edge_keeps_its_ends() {
        let edge = diagram_edges(&workflow("")).remove(0);

        assert_eq!((edge.source.as_str(), edge.target.as_str()), ("copy", "x"));
        assert_eq!(edge.source_port, "");
    }

    #[test]
    fn references_read_as_words_even_when_unfinished() {
        assert_eq!(plain("A ${nodes.copy.texts ?? \"x\"} b"), "A ‹copy texts› b");
        assert_eq!(plain("A ${input."), "A input.");
    }
}
