//! What a field of a node may refer to, as completion candidates.

use crate::{
    connect::outputs,
    expr::{Path, Segment},
    graph::{Graph, lies_in, loop_of},
    nodes::NodeConfig,
    ports::{ERROR_PORT, Kind, Port, PortType},
    text::name::is_name,
    validate::items_at,
    workflow::{Node, Workflow},
};

/// A value that a field may refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The path between `${` and `}`.
    pub path: String,
    /// Its name for people.
    pub label: String,
    /// The title of the node it comes from, or a heading such as “Inputs”.
    pub from: String,
    /// The type of the value.
    pub port_type: PortType,
}

impl Candidate {
    /// How a text refers to it.
    pub fn reference(&self) -> String {
        format!("${{{}}}", self.path)
    }
}

/// Everything a field may refer to: the inputs, the item where there is one, the outputs of the
/// nodes before this one in the order of the workflow, and what every execution has.
pub fn list_candidates(workflow: &Workflow, node: &Node, field: &str) -> Vec<Candidate> {
    let before = Graph::new(workflow).ancestors(&node.id);
    let mut found: Vec<Candidate> = workflow.parameters.iter().map(parameter).collect();
    found.extend(items(workflow, node, field));
    for other in workflow.nodes.iter().filter(|other| before.contains(&other.id)) {
        let inside = loop_of(workflow, &other.id);
        if inside.is_none_or(|owner| lies_in(workflow, &node.id, owner)) {
            found.extend(results(workflow, other));
        }
    }
    found.push(always("now", "Current time", Kind::Text));
    found.push(always("execution.id", "Run ID", Kind::Text));
    found
}

fn parameter(parameter: &crate::parameter::Parameter) -> Candidate {
    let path = Path::root("input").then(Segment::Key(parameter.name.clone()));
    Candidate {
        path: path.to_string(),
        label: parameter.title().to_owned(),
        from: "Fields".to_owned(),
        port_type: parameter.port_type(),
    }
}

fn always(path: &str, label: &str, kind: Kind) -> Candidate {
    Candidate {
        path: path.to_owned(),
        label: label.to_owned(),
        from: "This run".to_owned(),
        port_type: PortType::One(kind),
    }
}

fn items(workflow: &Workflow, node: &Node, field: &str) -> Vec<Candidate> {
    let items = items_at(workflow, node, field);
    let one = |path: &str, label: &str, kind: Kind| Candidate {
        path: path.to_owned(),
        label: label.to_owned(),
        from: "This item".to_owned(),
        port_type: PortType::One(kind),
    };
    let item = items.has_item().then(|| one("item", "Item", Kind::Any));
    let index = items.has_index().then(|| one("index", "Item number, from 0", Kind::Number));
    let count = items.has_index().then(|| one("count", "Number of items", Kind::Number));
    item.into_iter().chain(index).chain(count).collect()
}

/// The outputs of a node, by the name assigned to it where it has one.
fn results(workflow: &Workflow, node: &Node) -> Vec<Candidate> {
    given_ports(workflow, node).map(|port| result(node, port)).collect()
}

/// The ports by which a node gives something, but for its failure.
pub(super) fn given_ports(workflow: &Workflow, node: &Node) -> impl Iterator<Item = Port> {
    outputs(workflow, node).into_iter().filter(move |port| {
        port.name != ERROR_PORT && node.data.config.empty_port(&port.name).is_none()
    })
}

pub(super) fn result(node: &Node, port: Port) -> Candidate {
    Candidate {
        path: path_of(node, &port.name),
        label: port.label,
        from: node.title().to_owned(),
        port_type: port.port_type,
    }
}

fn path_of(node: &Node, port: &str) -> String {
    match node.data.assign.as_deref().filter(|name| is_name(name)) {
        Some(name) if port == "output" => Path::root(name).to_string(),
        Some(name) if !has_whole_output(&node.data.config) => {
            Path::root(name).then(Segment::Key(port.to_owned())).to_string()
        }
        _ => Path::output(node.id.as_str(), port).to_string(),
    }
}

/// Whether the node has a port `output`: an assigned name then stands for that value.
fn has_whole_output(config: &NodeConfig) -> bool {
    config.spec().outputs.iter().any(|port| port.name == "output")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::{expr::Template, template::system_templates, validate::validate};

    #[test]
    fn every_offered_reference_may_be_written_where_it_is_offered() {
        for template in system_templates() {
            let workflow = template.workflow;
            for node in &workflow.nodes {
                for field in node.data.config.spec().fields {
                    for candidate in list_candidates(&workflow, node, field.name) {
                        let text = candidate.reference();
                        assert!(Template::parse(&text).unwrap().is_reference(), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_offered_to_a_prompt_is_valid_in_it() {
        let mut workflow = system_templates().remove(0).workflow;
        let place = workflow.nodes.iter().position(|node| node.data.label == "Generate images");
        let place = place.or_else(|| {
            workflow
                .nodes
                .iter()
                .position(|node| node.kind() == crate::nodes::NodeKind::GenerateImage)
        });
        let place = place.unwrap();
        let node = workflow.nodes[place].clone();
        let all = list_candidates(&workflow, &node, "prompt");
        let text: String =
            all.iter().map(|candidate| format!("${{{}}} ", candidate.path)).collect();
        let config = super::super::with_field(&node.data.config, "prompt", text.into()).unwrap();
        workflow.nodes[place].data.config = config;

        let about = |issue: &crate::validate::Issue| issue.field.as_deref() == Some("prompt");

        assert!(all.iter().any(|candidate| candidate.from == "Fields"));
        assert!(all.iter().any(|candidate| candidate.path == "index"));
        assert!(!validate(&workflow).iter().any(about), "{:?}", validate(&workflow));
    }
}
