//! The border around extracted steps: where the path enters them and where it leaves.

use std::collections::{BTreeMap, BTreeSet};

use super::inputs::uses_input;
use crate::{
    connect::{Ends, ends, outputs},
    edit::{
        Refused,
        actions::{outermost_of, with_inner},
    },
    graph::{Graph, loop_of},
    id::NodeId,
    nodes::{NodeKind, Work, agent},
    ports::ERROR_PORT,
    workflow::{Edge, Node, OnError, Workflow},
};

/// A connection and the two ports it connects.
pub(super) type Wire<'a> = (&'a Edge, Ends);

/// For each node, where the path leads from it and by which of its ports.
type Leads<'a> = BTreeMap<&'a NodeId, Vec<(String, &'a NodeId)>>;

/// For each node, the nodes that are reached from it for certain.
type Reached<'a> = BTreeMap<&'a NodeId, BTreeSet<&'a NodeId>>;

/// The extracted nodes, and the connections between them and the rest.
pub(super) struct Border<'a> {
    pub workflow: &'a Workflow,
    /// All extracted nodes.
    pub inside: BTreeSet<NodeId>,
    /// Those of them that lie in no other extracted node.
    pub roots: BTreeSet<NodeId>,
    /// The edges that lead in; all begin at the same ports.
    pub entries: Vec<Wire<'a>>,
    /// The edges that lead out; all begin at one node.
    pub exits: Vec<Wire<'a>>,
}

impl<'a> Border<'a> {
    /// The border around these nodes, where a workflow can be made of them.
    pub fn new(workflow: &'a Workflow, ids: &BTreeSet<NodeId>) -> Result<Self, Refused> {
        let inside = with_inner(workflow, ids);
        let roots = outermost_of(workflow, &inside);
        let nodes = || workflow.nodes.iter().filter(|node| inside.contains(&node.id));
        if !nodes().any(|node| node.data.config.work() != Work::None) {
            return Err(Refused::Nothing);
        }
        if let Some(node) = nodes().find(|n| [NodeKind::Start, NodeKind::End].contains(&n.kind())) {
            let words = "can't be moved: the new workflow gets its own start and end";
            return Err(no(format!("{} {words}. Select the steps between them.", node.title())));
        }
        let loops: BTreeSet<_> = roots.iter().map(|id| loop_of(workflow, id)).collect();
        if loops.len() > 1 {
            let words = "The selection is partly inside a loop. Select the whole loop, or only \
                         steps inside it.";
            return Err(no(words.to_owned()));
        }
        let mut border = Self { workflow, inside, roots, entries: vec![], exits: vec![] };
        for edge in &workflow.edges {
            let wire = || ends(workflow, edge).map(|ends| (edge, ends)).map_err(no);
            match (border.holds(&edge.source), border.holds(&edge.target)) {
                (false, true) => border.entries.push(wire()?),
                (true, false) => border.exits.push(wire()?),
                _ => {}
            }
        }
        border.begins_once()?;
        border.ends_once()?;
        Ok(border)
    }

    pub fn holds(&self, id: &NodeId) -> bool {
        self.inside.contains(id)
    }

    pub fn title(&self, id: &NodeId) -> String {
        self.workflow.node(id).map_or_else(|| id.to_string(), |node| node.title().to_owned())
    }

    /// Whether the value that an edge brings is used.
    pub fn brings(&self, (edge, ends): &Wire<'_>) -> bool {
        self.workflow.node(&edge.target).is_some_and(|node| uses_input(node, &ends.target.name))
    }

    /// The node at which the path leaves.
    pub fn last(&self) -> Option<&'a NodeId> {
        self.exits.first().map(|(edge, _)| &edge.source)
    }

    /// Checks that all edges lead in from the same ports, so that the new node waits for what its
    /// nodes waited for.
    fn begins_once(&self) -> Result<(), Refused> {
        let mut sources: BTreeMap<&NodeId, BTreeSet<(&NodeId, &str)>> = BTreeMap::new();
        for (edge, ends) in &self.entries {
            let from = (&edge.source, ends.source.name.as_str());
            sources.entry(&edge.target).or_default().insert(from);
        }
        let Some((first, from)) = sources.first_key_value() else {
            return Err(no(
                "The selection has no incoming connection. Connect it first.".to_owned()
            ));
        };
        if let Some((other, _)) = sources.iter().find(|(_, other)| *other != from) {
            let (first, other) = (self.title(first), self.title(other));
            let words = "are connected to different steps, but a workflow has one start";
            return Err(no(format!(
                "{first} and {other} {words}. Select the steps before them too."
            )));
        }
        let several = from.len() > 1;
        let taking = self.entries.iter().find(|wire| self.brings(wire));
        if let (true, Some((edge, _))) = (several, taking) {
            let words = "collects several connections. Select the steps before it too";
            return Err(no(format!("{} {words}.", self.title(&edge.target))));
        }
        Ok(())
    }

    /// Checks that the path leaves by one node, which is certainly reached.
    fn ends_once(&self) -> Result<(), Refused> {
        let Some(last) = self.last() else {
            let words = "The selection has no outgoing connection, so its result would go nowhere.";
            return Err(no(words.to_owned()));
        };
        if let Some((other, _)) = self.exits.iter().find(|(edge, _)| edge.source != *last) {
            let (last, other) = (self.title(last), self.title(&other.source));
            let words = "both connect to steps outside the selection, but a workflow has one end";
            return Err(no(format!(
                "{last} and {other} {words}. Select up to the step where they meet."
            )));
        }
        let node = self.workflow.node(last).ok_or_else(|| Refused::NoNode(last.clone()))?;
        let always = self.outcomes(node);
        let by =
            |port: &str| matches!(always.as_slice(), [ports] if ports.iter().any(|p| p == port));
        if let Some((_, ends)) = self.exits.iter().find(|(_, ends)| !by(&ends.source.name)) {
            let (title, port) = (node.title(), &ends.source.label);
            let words = "connects to a step outside the selection. Select that step too";
            return Err(no(format!("Only one output of {title}, {port}, {words}.")));
        }
        if self.is_sure(last)? {
            return Ok(());
        }
        let title = node.title();
        let words = "doesn't run on every path through the selection, so the next steps wouldn't \
                     always run";
        Err(no(format!("{title} {words}. Select up to the step where the paths meet.")))
    }

    /// The sets of ports by which the path may go on from a node; which of them is not known
    /// before. An agent fails where the way that it takes is not connected.
    fn outcomes(&self, node: &Node) -> Vec<Vec<String>> {
        let fails = |port: &String| {
            let leaves = |edge: &Edge| {
                edge.source == node.id && edge.source_handle.as_deref() == Some(port.as_str())
            };
            node.kind() == NodeKind::Agent
                && port != agent::DONE
                && !self.workflow.edges.iter().any(leaves)
        };
        let ports = outputs(self.workflow, node).into_iter().map(|port| port.name);
        let plain: Vec<String> = ports.filter(|port| port != ERROR_PORT && !fails(port)).collect();
        let mut outcomes = match node.kind().exclusive_ports() {
            Some(_) => plain.into_iter().map(|port| vec![port]).collect(),
            None => vec![plain],
        };
        match node.data.on_error {
            OnError::Fail => {}
            OnError::Continue => outcomes.push(vec![]),
            OnError::Branch => outcomes.push(vec![ERROR_PORT.to_owned()]),
        }
        outcomes
    }

    /// Whether a node is reached whatever happens once the path has entered.
    fn is_sure(&self, id: &NodeId) -> Result<bool, Refused> {
        let mut order = Graph::new(self.workflow).order().map_err(Refused::Cycle)?;
        order.retain(|id| self.holds(id));
        let mut wires = Leads::new();
        for edge in
            self.workflow.edges.iter().filter(|e| self.holds(&e.source) && self.holds(&e.target))
        {
            let found = ends(self.workflow, edge).map_err(no)?;
            wires.entry(&edge.source).or_default().push((found.source.name, &edge.target));
        }
        let mut sure = Reached::new();
        for (place, from) in order.iter().enumerate().rev() {
            let found = self.find_reached([from].into(), &order[place..], &wires, &sure);
            sure.insert(from, found);
        }
        let begin = self.entries.iter().map(|(edge, _)| &edge.target).collect();
        Ok(self.find_reached(begin, &order, &wires, &sure).contains(id))
    }

    /// Extends `found` by what is reached for certain once these are.
    fn find_reached<'b>(
        &self,
        mut found: BTreeSet<&'b NodeId>,
        order: &'b [NodeId],
        wires: &Leads<'_>,
        sure: &Reached<'_>,
    ) -> BTreeSet<&'b NodeId> {
        for id in order {
            let leads =
                |to: &NodeId| to == id || sure.get(to).is_some_and(|sure| sure.contains(id));
            let by = |from: &NodeId, ports: &[String]| {
                let mut wires = wires.get(from).into_iter().flatten();
                wires.any(|(port, to)| ports.contains(port) && leads(to))
            };
            let always = |from: &&&NodeId| {
                let node = self.workflow.node(from);
                node.is_some_and(|node| self.outcomes(node).iter().all(|ports| by(from, ports)))
            };
            if found.iter().find(always).is_some() {
                found.insert(id);
            }
        }
        found
    }
}

pub(super) fn no(words: String) -> Refused {
    Refused::NoFit(words)
}
