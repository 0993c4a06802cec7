//! Which ports an edge connects, and what comes in by a port.

use serde_json::{Map, Value};

use crate::{
    expr::Scope,
    graph::{self, Course, Nodes},
    id::NodeId,
    nodes::{NodeInputs, NodeKind, Work, for_each},
    ports::{ERROR_PORT, Fit, Kind, Port, PortType, compatible},
    workflow::{Edge, Node, OnError, Workflow},
};

/// The two ports an edge connects, and whether it may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ends {
    /// The port it leaves.
    pub source: Port,
    /// The port it enters.
    pub target: Port,
    /// Whether the types of the two ports fit.
    pub fit: Fit,
}

/// The ports edges may leave a node by, `error` last; none where the node is no step.
pub fn outputs(workflow: &Workflow, node: &Node) -> Vec<Port> {
    if node.data.config.work() == Work::None {
        return vec![];
    }
    let error = Port::new(ERROR_PORT, "Error", PortType::One(Kind::Json));
    let mut ports = node.data.config.outputs(&workflow.parameters);
    ports.push(error);
    ports
}

/// Why a node cannot have given this, port by port, in words; none when it can.
pub fn misfit(workflow: &Workflow, node: &Node, given: &Map<String, Value>) -> Option<String> {
    let mut ports = node.data.config.outputs(&workflow.parameters);
    // What a loop gives to what lies in it is another matter each iteration.
    ports.retain(|port| node.kind() != NodeKind::ForEach || port.name != for_each::ITEM);
    given.iter().find_map(|(name, value)| match ports.iter().find(|port| port.name == *name) {
        Some(port) => {
            let why = port.port_type.misfit(value)?;
            Some(format!("{}: {name} {why}.", node.title()))
        }
        None => {
            let names: Vec<&str> = ports.iter().map(|port| port.name.as_str()).collect();
            let known = names.join(", ");
            Some(format!("{} has no output {name}. Its outputs: {known}.", node.title()))
        }
    })
}

/// The ports a card shows edges to leave by. A start shows its parameters' ports only when they are
/// connected: data is read by name, so that one edge is enough. The port for failures shows when it
/// is used. Nothing leaves an end.
pub fn shown_outputs(
    workflow: &Workflow,
    node: &Node,
    is_connected: impl Fn(&str) -> bool,
) -> Vec<Port> {
    let all = outputs(workflow, node);
    let first = all.first().map(|port| port.name.clone());
    let (is_start, is_end) = (node.kind() == NodeKind::Start, node.kind() == NodeKind::End);
    let shown = |port: &Port| {
        is_connected(&port.name)
            || match port.name.as_str() {
                ERROR_PORT => node.data.on_error == OnError::Branch,
                name => !is_end && (!is_start || Some(name) == first.as_deref()),
            }
    };
    all.into_iter().filter(shown).collect()
}

/// Which of its source's ports an edge leaves by, counted from the top; the first where it names
/// none.
pub fn row(workflow: &Workflow, edge: &Edge) -> usize {
    let ports = workflow.node(&edge.source).map(|source| outputs(workflow, source));
    let named = |port: &Port| Some(port.name.as_str()) == edge.source_handle.as_deref();
    ports.and_then(|ports| ports.iter().position(named)).unwrap_or(0)
}

/// The ports an edge connects; a missing handle, or one an importer wrote for "any", is the first
/// that fits.
///
/// # Errors
/// Which node or port does not exist, in words.
pub fn ends(nodes: &impl Nodes, edge: &Edge) -> Result<Ends, String> {
    let (source, target) = (find(nodes, &edge.source)?, find(nodes, &edge.target)?);
    let mut leaving = outputs(nodes.workflow(), source);
    let mut entering = target.data.config.inputs();
    let course = graph::course(nodes, edge);
    if course == Course::Across {
        let message = "only the loop itself can connect to the steps inside it";
        return Err(format!("{} and {}: {message}.", source.title(), target.title()));
    }
    // A loop has two faces: one to the rest of the workflow, one to what lies in it.
    if source.kind() == NodeKind::ForEach {
        leaving.retain(|port| (port.name == for_each::ITEM) == (course == Course::Entry));
    }
    if target.kind() == NodeKind::ForEach {
        entering.retain(|port| (port.name == for_each::RESULT) == (course == Course::Result));
    }
    let sources = choose(source, leaving, edge.source_handle.as_deref(), "output")?;
    let targets = choose(target, entering, edge.target_handle.as_deref(), "input")?;
    let mut all = vec![];
    for source in &sources {
        for target in &targets {
            let fit = compatible(source.port_type, target.port_type);
            all.push(Ends { source: source.clone(), target: target.clone(), fit });
        }
    }
    let best = all.into_iter().min_by_key(|ends| match ends.fit {
        Fit::Ok => 0,
        Fit::Warn(_) => 1,
        Fit::Err(_) => 2,
    });
    best.ok_or_else(|| format!("{} and {} can't be connected.", source.title(), target.title()))
}

fn find<'a>(nodes: &'a impl Nodes, id: &NodeId) -> Result<&'a Node, String> {
    nodes.node(id).ok_or_else(|| format!("There is no step {id}."))
}

/// The ports a handle may mean.
fn choose(
    node: &Node,
    mut ports: Vec<Port>,
    handle: Option<&str>,
    open: &str,
) -> Result<Vec<Port>, String> {
    if let Some(handle) = handle {
        if let Some(port) = ports.iter().find(|port| port.name == handle) {
            return Ok(vec![port.clone()]);
        }
        if handle != open {
            let names: Vec<&str> = ports.iter().map(|port| port.name.as_str()).collect();
            let known = names.join(", ");
            return Err(format!("{} has no {open} {handle}. Use {known}.", node.title()));
        }
    }
    ports.retain(|port| port.name != ERROR_PORT);
    Ok(ports)
}

/// The edges that enter a node, in the order of the workflow, each with its ports.
pub fn incoming<'a>(workflow: &'a Workflow, node: &'a NodeId) -> Vec<(&'a Edge, Ends)> {
    let into = workflow.edges.iter().filter(|edge| edge.target == *node);
    into.filter_map(|edge| Some((edge, ends(workflow, edge).ok()?))).collect()
}

/// What a node reads: the scope, and what each edge brought that has brought a value.
pub fn node_inputs<'a>(workflow: &Workflow, node: &NodeId, scope: &'a Scope) -> NodeInputs<'a> {
    let mut edges = vec![];
    for (edge, ends) in incoming(workflow, node) {
        let given = scope.nodes.get(&edge.source);
        if let Some(value) = given.and_then(|given| given.get(&ends.source.name)) {
            edges.push((ends.target.name, value));
        }
    }
    NodeInputs { scope, edges }
}

/// What comes in by a port: the value of its edge, or the list of those of several edges, lists
/// among them opened; nothing where no edge brought a value.
pub fn input(workflow: &Workflow, node: &NodeId, port: &str, scope: &Scope) -> Option<Value> {
    node_inputs(workflow, node, scope).value(port)
}
