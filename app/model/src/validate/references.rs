//! What texts and conditions refer to.

use std::collections::{BTreeMap, BTreeSet};

use super::{Code, Issue};
use crate::{
    connect::outputs,
    expr::{Condition, ExprError, Path, RESERVED, Segment, Template},
    graph::Graph,
    id::NodeId,
    nearest::nearest,
    nodes::{FieldKind, FieldSpec},
    ports::{Fit, Kind, PortType, compatible},
    workflow::{Node, Workflow},
};

/// Looks at every text of every node.
pub(super) fn check(workflow: &Workflow, graph: &Graph<'_>, issues: &mut Vec<Issue>) {
    let names = workflow.names();
    for (place, node) in workflow.nodes.iter().enumerate() {
        let before = graph.ancestors(&node.id);
        let around = Around { workflow, node, before: &before, names: &names };
        for (field, text) in node.data.config.texts() {
            let path = format!("nodes[{place}].data.config.{field}");
            for found in around.text(&field, &text) {
                issues.push(found.issue(node, path.clone()).in_field(&field));
            }
        }
        let own = node.data.condition.iter().map(|source| ("if".to_owned(), source.clone()));
        let of_config = node.data.config.conditions().into_iter();
        let of_config = of_config.map(|(field, source)| (format!("config.{field}"), source));
        for (field, condition) in own.chain(of_config) {
            let path = format!("nodes[{place}].data.{field}");
            let field = field.trim_start_matches("config.");
            for found in around.condition(&condition) {
                issues.push(found.issue(node, path.clone()).in_field(field));
            }
        }
    }
}

/// What is wrong with one reference.
struct Fault {
    code: Code,
    message: String,
    fix: Option<String>,
}

impl Fault {
    fn new(code: Code, message: String) -> Self {
        Self { code, message, fix: None }
    }

    fn fix(self, words: String) -> Self {
        Self { fix: Some(words), ..self }
    }

    fn issue(self, node: &Node, path: String) -> Issue {
        let message = format!("{}: {}", node.title(), self.message);
        Issue { fix: self.fix, ..Issue::error(self.code, path, message).at(&node.id) }
    }
}

impl From<ExprError> for Fault {
    fn from(error: ExprError) -> Self {
        Self::new(Code::InvalidExpression, error.to_string())
    }
}

/// A node and what it may refer to.
struct Around<'a> {
    workflow: &'a Workflow,
    node: &'a Node,
    before: &'a BTreeSet<NodeId>,
    names: &'a BTreeMap<String, NodeId>,
}

/// "did you mean" in words, when there is a near one.
fn near<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|near| format!("Did you mean {near}?"))
}

impl Around<'_> {
    fn text(&self, field: &str, text: &str) -> Vec<Fault> {
        let template = match Template::parse(text) {
            Ok(template) => template,
            Err(error) => return vec![error.into()],
        };
        let many = self.spec("quantity").is_some() && field != "quantity";
        let paths = template.references();
        let mut faults: Vec<Fault> =
            paths.iter().filter_map(|path| self.path(path, many)).collect();
        if let (true, [path]) = (template.is_reference() && faults.is_empty(), paths.as_slice()) {
            faults.extend(self.kind(field, path));
        }
        faults
    }

    fn condition(&self, source: &str) -> Vec<Fault> {
        match Condition::parse(source) {
            Ok(condition) => {
                let paths = condition.references();
                paths.iter().filter_map(|path| self.path(path, false)).collect()
            }
            Err(error) => vec![error.into()],
        }
    }

    fn spec(&self, field: &str) -> Option<&'static FieldSpec> {
        self.node.data.config.spec().fields.iter().find(|spec| spec.name == field)
    }

    /// `many` is true where the node works item by item, so that there is an index.
    fn path(&self, path: &Path, many: bool) -> Option<Fault> {
        let looped = |segment: &Segment| match segment {
            Segment::Index => !many,
            Segment::Item => true,
            _ => false,
        };
        if path.segments().iter().any(looped) {
            return Some(no_item(path));
        }
        match path.name() {
            "input" => self.parameter(path),
            "nodes" => self.port(path),
            "index" | "count" => (!many).then(|| no_item(path)),
            "item" => Some(no_item(path)),
            "execution" if path.key(1) != Some("id") => Some(
                Fault::new(Code::UnknownReference, format!("There is no {path}."))
                    .fix("Only ${execution.id} is known.".to_owned()),
            ),
            "env" | "repo" | "execution" | "now" => None,
            name => self.name(name, path),
        }
    }

    fn parameter(&self, path: &Path) -> Option<Fault> {
        let name = path.key(1)?;
        if self.workflow.parameter(name).is_some() {
            return None;
        }
        let message = format!("There is no parameter {name}.");
        let known = self.workflow.parameters.iter().map(|parameter| parameter.name.as_str());
        let fix = near(name, known).unwrap_or_else(|| format!("Add a parameter {name}."));
        Some(Fault::new(Code::MissingRequiredVariable, message).fix(fix))
    }

    fn port(&self, path: &Path) -> Option<Fault> {
        let Some(id) = path.key(1) else {
            let message = "${nodes} needs a node's id, as in ${nodes.headline.texts}.".to_owned();
            return Some(Fault::new(Code::UnknownReference, message));
        };
        let Some(node) = self.workflow.node(&id.into()) else {
            let ids = self.workflow.nodes.iter().map(|node| node.id.as_str());
            let message = format!("There is no node {id}.");
            let fault = Fault::new(Code::UnknownReference, message);
            return Some(Fault { fix: near(id, ids), ..fault });
        };
        self.earlier(node).or_else(|| self.of_ports(node, path.key(2)))
    }

    fn name(&self, name: &str, path: &Path) -> Option<Fault> {
        if let Some(node) = self.names.get(name).and_then(|id| self.workflow.node(id)) {
            let ports = outputs(self.workflow, node);
            let whole = ports.iter().any(|port| port.name == "output");
            let port = if whole { None } else { path.key(1) };
            return self.earlier(node).or_else(|| self.of_ports(node, port));
        }
        let message = format!("There is nothing called {name}.");
        let fault = Fault::new(Code::UnknownReference, message);
        let fix = if self.workflow.parameter(name).is_some() {
            Some(format!("Write ${{input.{name}}} for the parameter."))
        } else if let Some(node) = self.workflow.node(&name.into()) {
            let ports = outputs(self.workflow, node);
            let port = ports.first().map_or("output", |port| port.name.as_str());
            Some(format!("Write ${{nodes.{name}.{port}}} for the node."))
        } else {
            let known = self.names.keys().map(String::as_str).chain(RESERVED.iter().copied());
            near(name, known)
        };
        Some(Fault { fix, ..fault })
    }

    /// The node must settle before this one.
    fn earlier(&self, node: &Node) -> Option<Fault> {
        if self.before.contains(&node.id) {
            return None;
        }
        let message = format!("{} is not finished before this node.", node.title());
        let fix = format!("Connect {} to it, directly or through others.", node.title());
        Some(Fault::new(Code::NotAnAncestor, message).fix(fix))
    }

    fn of_ports(&self, node: &Node, port: Option<&str>) -> Option<Fault> {
        let (port, ports) = (port?, outputs(self.workflow, node));
        if ports.iter().any(|known| known.name == port) {
            let why = node.data.config.empty_port(port)?;
            let message = format!("{} gives no {port}: {why}.", node.title());
            return Some(Fault::new(Code::UnknownReference, message));
        }
        let names: Vec<&str> = ports.iter().map(|known| known.name.as_str()).collect();
        let message = format!("{} gives no {port}; it gives {}.", node.title(), names.join(", "));
        Some(Fault { fix: near(port, names), ..Fault::new(Code::UnknownReference, message) })
    }

    /// One reference alone keeps its type, which must fit the field.
    fn kind(&self, field: &str, path: &Path) -> Option<Fault> {
        let wanted = match self.spec(field)?.kind {
            FieldKind::Integer { .. } | FieldKind::Number { .. } => PortType::One(Kind::Number),
            FieldKind::Reference => {
                let inputs = self.node.data.config.spec().inputs;
                inputs.iter().find(|port| port.name == field)?.port_type
            }
            _ => return None,
        };
        match compatible(self.type_of(path)?, wanted) {
            Fit::Err(why) => {
                let message = format!("${{{path}}} cannot be used here: {why}.");
                Some(Fault::new(Code::WrongType, message))
            }
            Fit::Ok | Fit::Warn(_) => None,
        }
    }

    /// The type of what a path leads to, where ports and parameters say it.
    fn type_of(&self, path: &Path) -> Option<PortType> {
        let (whole, taken) = match path.name() {
            "input" => (self.workflow.parameter(path.key(1)?)?.port_type(), 2),
            "nodes" => {
                let node = self.workflow.node(&path.key(1)?.into())?;
                let ports = outputs(self.workflow, node);
                (ports.iter().find(|port| Some(port.name.as_str()) == path.key(2))?.port_type, 3)
            }
            "index" | "count" => (PortType::One(Kind::Number), 1),
            _ => return None,
        };
        match (whole, path.segments().get(taken..)?) {
            (whole, []) => Some(whole),
            (PortType::List(kind), [Segment::Place(_) | Segment::Index]) => {
                Some(PortType::One(kind))
            }
            _ => None,
        }
    }
}

fn no_item(path: &Path) -> Fault {
    let message = format!("{path} has no value here: there are no items at this place.");
    let fix = "index and count exist where a node makes several, item in loops.".to_owned();
    Fault::new(Code::UnknownReference, message).fix(fix)
}
