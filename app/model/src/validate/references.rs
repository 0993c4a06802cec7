//! What texts and conditions refer to.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    Code, Issue, Severity, UnknownName, context::may_be_brought, reads::texts_with_references,
};
use crate::{
    connect::outputs,
    expr::{ExprError, Expression, Path, RESERVED, Segment, Template},
    graph::{Graph, lies_in, loop_of},
    id::NodeId,
    nodes::{FieldKind, FieldSpec, Items, Work},
    ports::{Fit, Kind, PortType, compatible},
    text::nearest::nearest,
    workflow::{Node, Workflow},
};

/// Looks at every text of every node.
pub(super) fn check(workflow: &Workflow, graph: &Graph<'_>, issues: &mut Vec<Issue>) {
    let names = workflow.names();
    for (place, node) in workflow.nodes.iter().enumerate() {
        let around = Around { workflow, node, graph, before: OnceCell::new(), names: &names };
        if node.data.config.work() == Work::None || !node.data.enabled {
            continue;
        }
        for (field, found) in around.fields() {
            let path = format!("nodes[{place}].data.config.{field}");
            if !is_missing(issues, &path) {
                issues.push(found.issue(node, path).in_field(&field));
            }
        }
        if let Some(condition) = &node.data.condition {
            let path = format!("nodes[{place}].data.if");
            for found in around.expression(condition, around.items("if")) {
                issues.push(found.issue(node, path.clone()).in_field("if"));
            }
        }
    }
}

/// Which of these references in a field of a node lead to nothing it may read.
pub(crate) fn unknown<'a>(
    workflow: &Workflow,
    node: &Node,
    field: &str,
    references: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<String> {
    let (graph, names) = (Graph::new(workflow), workflow.names());
    let around = Around { workflow, node, graph: &graph, before: OnceCell::new(), names: &names };
    let items = around.items(field);
    let is_unknown = |reference: &&str| {
        let paths = Template::parse(reference).map(|text| text.references()).unwrap_or_default();
        let mut faults = paths.iter().filter_map(|path| around.path(path, items));
        faults.any(|fault| fault.severity == Severity::Error || fault.unknown.is_some())
    };
    references.into_iter().filter(is_unknown).map(str::to_owned).collect()
}

/// Whether it was said that nothing is there: that it cannot be read says no more.
fn is_missing(issues: &[Issue], path: &str) -> bool {
    issues.iter().any(|issue| issue.code == Code::MissingParameter && issue.path == path)
}

/// What of items the text or expression at a field's path of a node may read.
pub(crate) fn items_at(workflow: &Workflow, node: &Node, field: &str) -> Items {
    let config = &node.data.config;
    let several = config.spec().fields.iter().any(|spec| spec.name == "quantity");
    match loop_of(workflow, &node.id) {
        Some(_) => Items::Each,
        None if several && field != "quantity" => Items::Places,
        None => config.items(field),
    }
}

/// What is wrong with one reference.
struct ReferenceIssue {
    severity: Severity,
    code: Code,
    message: String,
    fix: Option<String>,
    unknown: Option<UnknownName>,
}

impl ReferenceIssue {
    fn new(code: Code, message: String) -> Self {
        Self { severity: Severity::Error, code, message, fix: None, unknown: None }
    }

    /// The same fault, with what is not there.
    fn with_unknown(self, unknown: UnknownName) -> Self {
        Self { unknown: Some(unknown), ..self }
    }

    /// One that forbids nothing.
    fn warning(code: Code, message: String) -> Self {
        Self { severity: Severity::Warning, ..Self::new(code, message) }
    }

    fn fix(self, words: String) -> Self {
        Self { fix: Some(words), ..self }
    }

    fn issue(self, node: &Node, path: String) -> Issue {
        let message = format!("{}: {}", node.title(), self.message);
        let Self { severity, code, fix, unknown, .. } = self;
        Issue { severity, fix, unknown, ..Issue::error(code, path, message).with_node(&node.id) }
    }
}

impl From<ExprError> for ReferenceIssue {
    fn from(error: ExprError) -> Self {
        Self::new(Code::InvalidExpression, error.to_string())
    }
}

/// A node and what it may refer to.
struct Around<'a> {
    workflow: &'a Workflow,
    node: &'a Node,
    graph: &'a Graph<'a>,
    /// What settles before the node: looked up once something refers to another node.
    before: OnceCell<BTreeSet<NodeId>>,
    names: &'a BTreeMap<String, NodeId>,
}

/// "did you mean" in words, when there is a near one.
fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|near| format!("Did you mean {near}?"))
}

impl Around<'_> {
    /// What is wrong with the node's texts and expressions, field by field.
    fn fields(&self) -> Vec<(String, ReferenceIssue)> {
        let config = &self.node.data.config;
        let mut faults = vec![];
        for (field, text) in texts_with_references(config) {
            let found = self.text(&field, &text).into_iter();
            faults.extend(found.map(|fault| (field.clone(), fault)));
        }
        for (field, source) in config.expressions() {
            let found = self.expression(&source, self.items(&field)).into_iter();
            faults.extend(found.map(|fault| (field.clone(), fault)));
        }
        faults
    }

    fn items(&self, field: &str) -> Items {
        items_at(self.workflow, self.node, field)
    }

    fn text(&self, field: &str, text: &str) -> Vec<ReferenceIssue> {
        let template = match Template::parse(text) {
            Ok(template) => template,
            Err(error) => return vec![error.into()],
        };
        let items = self.items(field);
        let paths = template.references();
        let mut faults: Vec<ReferenceIssue> =
            paths.iter().filter_map(|path| self.path(path, items)).collect();
        if let Some(path) = template.alone().filter(|_| faults.is_empty()) {
            faults.extend(self.kind(field, path));
        }
        faults
    }

    fn expression(&self, source: &str, items: Items) -> Vec<ReferenceIssue> {
        match Expression::parse(source) {
            Ok(expression) => {
                let paths = expression.references();
                paths.iter().filter_map(|path| self.path(path, items)).collect()
            }
            Err(error) => vec![error.into()],
        }
    }

    fn spec(&self, field: &str) -> Option<&'static FieldSpec> {
        self.node.data.config.spec().fields.iter().find(|spec| spec.name == field)
    }

    fn path(&self, path: &Path, items: Items) -> Option<ReferenceIssue> {
        let looped = |segment: &Segment| match segment {
            Segment::Index => !items.has_index(),
            Segment::Item => !items.has_item(),
            _ => false,
        };
        if path.segments().iter().any(looped) {
            return Some(no_item(path));
        }
        match path.name() {
            "input" => self.parameter(path),
            "nodes" => self.port(path),
            "index" | "count" => (!items.has_index()).then(|| no_item(path)),
            "item" => (!items.has_item()).then(|| no_item(path)),
            "execution" if path.key(1) != Some("id") => Some(
                ReferenceIssue::new(Code::UnknownReference, format!("{path} doesn't exist."))
                    .fix("Only ${execution.id} exists.".to_owned()),
            ),
            "env" | "repo" | "execution" | "now" => None,
            name => self.name(name, path),
        }
    }

    fn parameter(&self, path: &Path) -> Option<ReferenceIssue> {
        let name = path.key(1)?;
        if self.workflow.parameter(name).is_some() {
            return None;
        }
        let message = format!("There is no field “{name}”.");
        let known = self.workflow.parameters.iter().map(|parameter| parameter.name.as_str());
        let fix = suggest(name, known).unwrap_or_else(|| format!("Add a field “{name}”."));
        let fault = ReferenceIssue::new(Code::MissingRequiredVariable, message).fix(fix);
        Some(fault.with_unknown(UnknownName::Parameter(name.to_owned())))
    }

    fn port(&self, path: &Path) -> Option<ReferenceIssue> {
        let Some(id) = path.key(1) else {
            let message = "${nodes} needs a step's id, such as ${nodes.headline.texts}.".to_owned();
            return Some(ReferenceIssue::new(Code::UnknownReference, message));
        };
        let Some(node) = self.workflow.node(&id.into()) else {
            let ids = self.workflow.nodes.iter().map(|node| node.id.as_str());
            let message = format!("There is no step “{id}”.");
            let fault = ReferenceIssue::new(Code::UnknownReference, message)
                .with_unknown(UnknownName::Node(id.to_owned()));
            return Some(ReferenceIssue { fix: suggest(id, ids), ..fault });
        };
        self.earlier(node).or_else(|| self.of_ports(node, path.key(2)))
    }

    fn name(&self, name: &str, path: &Path) -> Option<ReferenceIssue> {
        if let Some(node) = self.names.get(name).and_then(|id| self.workflow.node(id)) {
            let ports = outputs(self.workflow, node);
            let whole = ports.iter().any(|port| port.name == "output");
            let port = if whole { None } else { path.key(1) };
            let fault = self.earlier(node).or_else(|| self.of_ports(node, port));
            // The node goes by a name of its own here: no port of it can be guessed.
            return fault.map(|fault| ReferenceIssue { unknown: None, ..fault });
        }
        let unknown = UnknownName::Name(name.to_owned());
        Some(self.stranger(name).with_unknown(unknown))
    }

    /// A name that nothing in the workflow has: a launch may bring it, unless it cannot be a value's.
    fn stranger(&self, name: &str) -> ReferenceIssue {
        let known = self.names.keys().map(String::as_str).chain(RESERVED.iter().copied());
        let near = suggest(name, known);
        if may_be_brought(self.workflow, name) {
            let message =
                format!("{name} doesn't exist in this workflow. Only a launch can set it.");
            let bring = format!("Set {name} at each launch, as context or a variable.");
            let fault = ReferenceIssue::warning(Code::UnknownReference, message);
            return fault.fix(near.unwrap_or(bring));
        }
        let fix = if self.workflow.parameter(name).is_some() {
            Some(format!("Write ${{input.{name}}} for the field."))
        } else if let Some(node) = self.workflow.node(&name.into()) {
            let ports = outputs(self.workflow, node);
            let port = ports.first().map_or("output", |port| port.name.as_str());
            Some(format!("Write ${{nodes.{name}.{port}}} for the step."))
        } else {
            near
        };
        let message = format!("{name} doesn't exist.");
        ReferenceIssue { fix, ..ReferenceIssue::new(Code::UnknownReference, message) }
    }

    /// The node must settle before this one.
    fn earlier(&self, node: &Node) -> Option<ReferenceIssue> {
        if let Some(owner) = loop_of(self.workflow, &node.id)
            && !lies_in(self.workflow, &self.node.id, owner)
        {
            let loop_name = self.workflow.node(owner).map_or(owner.as_str(), Node::title);
            let message = format!("{} has a value only inside {loop_name}.", node.title());
            let fix = format!("Refer to the results: ${{nodes.{owner}.output}}.");
            return Some(ReferenceIssue::new(Code::NotAnAncestor, message).fix(fix));
        }
        let before = self.before.get_or_init(|| self.graph.ancestors(&self.node.id));
        if before.contains(&node.id) {
            return None;
        }
        let message = format!("{} isn't completed before this step.", node.title());
        let fix = format!("Connect {} to it, directly or through other steps.", node.title());
        Some(ReferenceIssue::new(Code::NotAnAncestor, message).fix(fix))
    }

    fn of_ports(&self, node: &Node, port: Option<&str>) -> Option<ReferenceIssue> {
        let (port, ports) = (port?, outputs(self.workflow, node));
        if ports.iter().any(|known| known.name == port) {
            if !node.data.enabled {
                let title = node.title();
                let message = format!("{title} is disabled, so it has no {port}.");
                let fix = format!("Enable {title}, or add a default with ??.");
                return Some(ReferenceIssue::warning(Code::UnknownReference, message).fix(fix));
            }
            let why = node.data.config.empty_port(port)?;
            let message = format!("{} has no {port}: {why}.", node.title());
            return Some(ReferenceIssue::new(Code::UnknownReference, message));
        }
        let names: Vec<&str> = ports.iter().map(|known| known.name.as_str()).collect();
        let message = format!("{} has no {port}. Its outputs: {}.", node.title(), names.join(", "));
        let unknown = UnknownName::Port { node: node.id.0.clone(), port: port.to_owned() };
        let fault = ReferenceIssue::new(Code::UnknownReference, message).with_unknown(unknown);
        Some(ReferenceIssue { fix: suggest(port, names), ..fault })
    }

    /// One reference alone keeps its type, which must fit the field.
    fn kind(&self, field: &str, path: &Path) -> Option<ReferenceIssue> {
        let needed = self.node.data.config.type_needed(field);
        let wanted = needed.or_else(|| self.type_by_spec(field))?;
        match compatible(type_of(self.workflow, path)?, wanted) {
            Fit::Err(why) => {
                let message = format!("Can't use ${{{path}}} here: {why}.");
                Some(ReferenceIssue::new(Code::WrongType, message))
            }
            Fit::Ok | Fit::Warn(_) => None,
        }
    }

    /// The type that the spec of a field asks for.
    fn type_by_spec(&self, field: &str) -> Option<PortType> {
        match self.spec(field)?.kind {
            FieldKind::Integer { .. } | FieldKind::Number { .. } | FieldKind::TemplateVersion => {
                Some(PortType::One(Kind::Number))
            }
            FieldKind::Reference => {
                let inputs = self.node.data.config.spec().inputs;
                inputs.iter().find(|port| port.name == field).map(|port| port.port_type)
            }
            _ => None,
        }
    }
}

/// The type of what a path leads to, where ports and parameters say it.
pub(crate) fn type_of(workflow: &Workflow, path: &Path) -> Option<PortType> {
    let (whole, taken) = match path.name() {
        "input" => (workflow.parameter(path.key(1)?)?.port_type(), 2),
        "nodes" => {
            let node = workflow.node(&path.key(1)?.into())?;
            let ports = outputs(workflow, node);
            (ports.iter().find(|port| Some(port.name.as_str()) == path.key(2))?.port_type, 3)
        }
        "index" | "count" => (PortType::One(Kind::Number), 1),
        _ => return None,
    };
    match (whole, path.segments().get(taken..)?) {
        (whole, []) => Some(whole),
        (PortType::List(kind), [Segment::Place(_) | Segment::Index]) => Some(PortType::One(kind)),
        _ => None,
    }
}

fn no_item(path: &Path) -> ReferenceIssue {
    let message = format!("{path} has no value here, because there are no items.");
    let fix = "Use index and count in steps with several items, and item in loops.".to_owned();
    ReferenceIssue::new(Code::UnknownReference, message).fix(fix)
}
