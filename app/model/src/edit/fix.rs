//! Repairs of issues where it is certain what was meant.

use super::{
    Command, EdgeEnd, Edit, Selection, Spot, add, add_connected, connect, rewrite::rewritten,
};
use crate::{
    connect::outputs,
    expr::{RESERVED, Renaming},
    graph::{Graph, loop_of},
    id::NodeId,
    nodes::{NodeConfig, NodeKind, Work},
    text::{name::is_name, nearest::nearest},
    validate::{Code, Issue, UnknownName},
    workflow::{Node, NodeData, OnError, Position, Settings, Workflow},
};

/// How far a node that is added lies from its neighbour, corner to corner, in pixels.
const STEP: f64 = 336.0;

/// The edit that repairs an issue of this workflow; none where several things may be meant.
pub fn fix(workflow: &Workflow, issue: &Issue) -> Option<Edit> {
    match issue.code {
        Code::MissingRequiredVariable | Code::UnknownReference => reference(workflow, issue),
        Code::InvalidConnection => connection(workflow, issue),
        Code::NoEnd => end(workflow),
        Code::StartCount => start(workflow),
        Code::NoEffect => errors(workflow, issue),
        Code::UnknownNodeType => kind(workflow, issue),
        Code::ValueOutOfRange => settings(workflow, issue),
        Code::CycleDetected
        | Code::MissingParameter
        | Code::MissingContext
        | Code::NotAnAncestor
        | Code::InvalidExpression
        | Code::DuplicateId
        | Code::InvalidName
        | Code::Unreachable
        | Code::LimitExceeded
        | Code::WrongType
        | Code::RiskyConnection
        | Code::Unavailable => None,
    }
}

fn change(workflow: &Workflow, node: &Node, data: NodeData, label: String) -> Option<Edit> {
    let command = Command::Change(node.id.clone(), Box::new(data));
    Edit::new(workflow, command, label, Selection::from_nodes([node.id.clone()])).ok()
}

/// Repairs a slip in a reference: the nearest name, or the path to what has this name.
fn reference(workflow: &Workflow, issue: &Issue) -> Option<Edit> {
    let node = workflow.node(issue.node_id.as_ref()?)?;
    let slip = slip(workflow, issue.unknown.as_ref()?)?;
    let data = rewritten(&node.data, &slip.renaming);
    if data == node.data {
        return None;
    }
    change(workflow, node, data, format!("replace {} with {}", slip.old, slip.new))
}

struct Slip {
    old: String,
    new: String,
    renaming: Renaming,
}

fn slip(workflow: &Workflow, unknown: &UnknownName) -> Option<Slip> {
    let (old, new, renaming) = match unknown {
        UnknownName::Parameter(old) => {
            let known = workflow.parameters.iter().map(|parameter| parameter.name.as_str());
            let new = nearest(old, known)?.to_owned();
            let parameters = [(old.clone(), new.clone())].into();
            (old, new, Renaming { parameters, ..Renaming::default() })
        }
        UnknownName::Node(old) => {
            let known = workflow.nodes.iter().map(|node| node.id.as_str());
            let new = nearest(old, known)?.to_owned();
            let nodes = [(old.clone(), new.clone())].into();
            (old, new, Renaming { nodes, ..Renaming::default() })
        }
        UnknownName::Port { node, port: old } => {
            let ports = outputs(workflow, workflow.node(&node.as_str().into())?);
            let new = nearest(old, ports.iter().map(|port| port.name.as_str()))?.to_owned();
            let ports = [((node.clone(), old.clone()), new.clone())].into();
            (old, new, Renaming { ports, ..Renaming::default() })
        }
        UnknownName::Name(old) => {
            let new = guess_reference(workflow, old)?;
            let names = [(old.clone(), new.clone())].into();
            (old, new, Renaming { names, ..Renaming::default() })
        }
    };
    Some(Slip { old: old.clone(), new, renaming })
}

/// The path that a name on its own was meant to be.
fn guess_reference(workflow: &Workflow, name: &str) -> Option<String> {
    if workflow.parameter(name).is_some() {
        return Some(format!("input.{name}"));
    }
    if let Some(node) = workflow.node(&name.into()).filter(|_| is_name(name)) {
        let ports = outputs(workflow, node);
        return Some(format!("nodes.{name}.{}", ports.first()?.name));
    }
    let names = workflow.names();
    let known = names.keys().map(String::as_str).chain(RESERVED.iter().copied());
    nearest(name, known).map(str::to_owned)
}

/// Removes an edge that cannot exist.
fn connection(workflow: &Workflow, issue: &Issue) -> Option<Edit> {
    let place: usize = issue.path.strip_prefix("edges[")?.strip_suffix(']')?.parse().ok()?;
    let id = &workflow.edges.get(place)?.id;
    // Of two with one id only the first could be named.
    if workflow.edges.iter().filter(|edge| edge.id == *id).count() > 1 {
        return None;
    }
    let command = Command::RemoveEdges(vec![id.clone()]);
    Edit::new(workflow, command, "remove the connection", Selection::default()).ok()
}

/// Connects the one step that nothing follows with the end.
fn end(workflow: &Workflow) -> Option<Edit> {
    let of_kind = |kind: NodeKind| workflow.nodes.iter().filter(move |node| node.kind() == kind);
    let graph = Graph::new(workflow);
    let reached = graph.reachable_from(&of_kind(NodeKind::Start).next()?.id);
    let leads_on = |id: &NodeId| workflow.edges.iter().any(|edge| edge.source == *id);
    let mut last = workflow.nodes.iter().filter(|node| {
        reached.contains(&node.id)
            && node.data.config.work() != Work::None
            && loop_of(workflow, &node.id).is_none()
            && !leads_on(&node.id)
    });
    let (Some(last), None) = (last.next(), last.next()) else { return None };
    let mut ends = of_kind(NodeKind::End);
    match (ends.next(), ends.next()) {
        (None, _) => {
            let position = Position { x: last.position.x + STEP, ..last.position };
            let spot = Spot { parent: None, position };
            add_connected(workflow, NodeKind::End, spot, &last.id, None, EdgeEnd::Source).ok()
        }
        (Some(end), None) => {
            let link = super::Link {
                source: last.id.clone(),
                source_handle: None,
                target: end.id.clone(),
                target_handle: None,
            };
            connect(workflow, &link).ok()
        }
        _ => None,
    }
}

fn start(workflow: &Workflow) -> Option<Edit> {
    let left = workflow.nodes.iter().map(|node| node.position).min_by(|a, b| a.x.total_cmp(&b.x));
    let position = left.map_or_else(Position::default, |at| Position { x: at.x - STEP, ..at });
    add(workflow, NodeKind::Start, Spot { parent: None, position }).ok()
}

/// Sets the error handling of a node to match the edge at its error port.
fn errors(workflow: &Workflow, issue: &Issue) -> Option<Edit> {
    let node = workflow.node(issue.node_id.as_ref()?)?;
    if !issue.path.ends_with("data.onError") {
        return None;
    }
    let (on_error, label) = match node.data.on_error {
        OnError::Branch => (OnError::Fail, "turn off the error output"),
        OnError::Fail | OnError::Continue => (OnError::Branch, "turn on the error output"),
    };
    change(workflow, node, NodeData { on_error, ..node.data.clone() }, label.to_owned())
}

/// Repairs a slip in the name of a node's type, where its configuration can be read as that of the
/// type meant.
fn kind(workflow: &Workflow, issue: &Issue) -> Option<Edit> {
    let node = workflow.node(issue.node_id.as_ref()?)?;
    let NodeConfig::Unknown(placeholder) = &node.data.config else { return None };
    let key = nearest(&placeholder.key, NodeKind::ALL.iter().map(|kind| kind.key()))?;
    let kind = NodeKind::from_key(key);
    let config = NodeConfig::from_value(kind, placeholder.config.clone().into()).ok()?;
    let label = format!("change it to {}", kind.spec().label);
    change(workflow, node, NodeData { config, ..node.data.clone() }, label)
}

/// Sets a setting to the nearest allowed value.
fn settings(workflow: &Workflow, issue: &Issue) -> Option<Edit> {
    let name = issue.path.strip_prefix("settings.")?;
    let mut settings = workflow.settings.clone();
    match name {
        "timeoutMs" => {
            let range = (Settings::MIN_TIMEOUT_MS, Settings::MAX_TIMEOUT_MS);
            settings.timeout_ms = settings.timeout_ms.clamp(range.0, range.1);
        }
        "maxRetries" => settings.max_retries = settings.max_retries.min(Settings::MAX_RETRIES),
        "concurrency" => {
            settings.concurrency = settings.concurrency.clamp(1, Settings::MAX_CONCURRENCY);
        }
        _ => return None,
    }
    let label = format!("set {name} to an allowed value");
    Edit::new(workflow, Command::Settings(settings), label, Selection::default()).ok()
}
