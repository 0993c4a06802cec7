//! Which ports an edge may lead to, and why not to the others: asked once when it is pulled out, so
//! that each of them can say so while it is dragged.

use std::collections::{BTreeSet, HashMap};

use model::{
    canvas::{hit::PortAt, ports::PortSide},
    connect,
    id::{EdgeId, NodeId},
    ports::Fit,
    workflow::{Edge, Workflow},
};

/// The verdict on each port by node and handle; only ports of the other side are in it.
pub type Offers = HashMap<(NodeId, String), Result<(), String>>;

/// The verdict on every port of `candidates` for an edge with one end at `from`; `moved` is the edge
/// whose other end is taken off, which then counts for nothing.
pub fn offers(
    workflow: &Workflow,
    from: &PortAt,
    candidates: &[PortAt],
    moved: Option<&EdgeId>,
) -> Offers {
    let circle = reached(workflow, from, moved);
    let verdict = |port: &PortAt| {
        if port.node == from.node {
            return Err("A node cannot lead to itself.".to_owned());
        }
        let edge = edge_between(from, port);
        let known = |other: &&Edge| moved != Some(&other.id) && same_ends(workflow, other, &edge);
        if workflow.edges.iter().any(|other| known(&other)) {
            return Err("These two are connected already.".to_owned());
        }
        let ends = connect::ends(workflow, &edge)?;
        if let Fit::Err(why) = ends.fit {
            return Err(why);
        }
        let inner = model::graph::course(workflow, &edge) == model::graph::Course::Result;
        if circle.contains(&port.node) && !inner {
            return Err("This would close a circle.".to_owned());
        }
        Ok(())
    };
    let other_side = candidates.iter().filter(|port| port.side != from.side);
    other_side.map(|port| ((port.node.clone(), port.port.clone()), verdict(port))).collect()
}

/// The edge between two ports of different sides, without an id yet.
pub fn edge_between(a: &PortAt, b: &PortAt) -> Edge {
    let (source, target) = if a.side == PortSide::Output { (a, b) } else { (b, a) };
    Edge {
        id: EdgeId(String::new()),
        source: source.node.clone(),
        source_handle: Some(source.port.clone()),
        target: target.node.clone(),
        target_handle: Some(target.port.clone()),
    }
}

fn same_ends(workflow: &Workflow, a: &Edge, b: &Edge) -> bool {
    if a.source != b.source || a.target != b.target {
        return false;
    }
    let names = |edge: &Edge| {
        let ends = connect::ends(workflow, edge).ok()?;
        Some((ends.source.name, ends.target.name))
    };
    names(a) == names(b)
}

/// The nodes an edge from here must not lead to: those that lead here, or for an input those that
/// follow.
fn reached(workflow: &Workflow, from: &PortAt, moved: Option<&EdgeId>) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::from([from.node.clone()]);
    loop {
        let edges = workflow.edges.iter().filter(|edge| moved != Some(&edge.id));
        let steps = edges.map(|edge| match from.side {
            PortSide::Output => (&edge.target, &edge.source),
            PortSide::Input => (&edge.source, &edge.target),
        });
        let new: Vec<NodeId> = steps
            .filter(|(at, next)| found.contains(*at) && !found.contains(*next))
            .map(|(_, next)| next.clone())
            .collect();
        if new.is_empty() {
            return found;
        }
        found.extend(new);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn port(node: &str, side: PortSide, port: &str) -> PortAt {
        PortAt { node: node.into(), side, port: port.to_owned() }
    }

    #[test]
    fn each_port_says_why_an_edge_may_not_lead_there() {
        let node = |id: &str, kind: &str| json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 }, "data": {} });
        let workflow: Workflow = serde_json::from_value(json!({ "name": "A", "nodes": [
            node("a", "transform"), node("b", "transform"), node("c", "transform"),
            node("picture", "generate_image"), node("attach", "attach_to_document"),
        ], "edges": [
            { "id": "1", "source": "a", "target": "b" }, { "id": "2", "source": "b", "target": "c" },
        ]}))
        .unwrap();
        let inputs: Vec<PortAt> = workflow
            .nodes
            .iter()
            .flat_map(|node| {
                let ports = node.data.config.inputs();
                ports.into_iter().map(|p| port(node.id.as_str(), PortSide::Input, &p.name))
            })
            .collect();
        let why = |from: &PortAt, node: &str, name: &str| {
            let offers = offers(&workflow, from, &inputs, None);
            offers[&(node.into(), name.to_owned())].clone().err().unwrap_or_default()
        };
        let c = port("c", PortSide::Output, "output");
        let images = port("picture", PortSide::Output, "images");

        assert_eq!(why(&c, "a", "input"), "This would close a circle.");
        assert_eq!(why(&c, "c", "input"), "A node cannot lead to itself.");
        let a = port("a", PortSide::Output, "output");
        assert_eq!(why(&a, "b", "input"), "These two are connected already.");
        assert_eq!(why(&a, "c", "input"), "");
        assert!(why(&images, "attach", "documents").contains("does not fit"));
        assert_eq!(why(&images, "attach", "images"), "");
    }
}
