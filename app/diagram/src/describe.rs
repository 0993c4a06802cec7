//! A node in words, for people who do not see it, and the order in which nodes are read and focused.

use std::collections::BTreeMap;

use model::{
    canvas::{geometry::Point, order},
    nodes::NodeKind,
};
use ui::format;
use web::client::clock::Zone;

use crate::view::{DiagramEdge, DiagramNode};

/// The place of a node among the others, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Its place among the steps and how many there are; none for what is no step.
    pub step: Option<(usize, usize)>,
    /// The titles of what leads to it.
    pub before: Vec<String>,
    /// The titles of what follows it.
    pub after: Vec<String>,
}

/// Finds the place of a node among the others of its picture.
pub(super) fn surroundings(
    id: &str,
    order: &[String],
    nodes: &[DiagramNode],
    edges: &[DiagramEdge],
) -> Surroundings {
    let for_readers = [NodeKind::Note.key(), NodeKind::Frame.key()];
    let is_note =
        |id: &&String| nodes.iter().any(|n| n.id == **id && for_readers.contains(&n.kind.as_str()));
    let steps: Vec<&String> = order.iter().filter(|id| !is_note(id)).collect();
    let title = |id: &str, edge: &DiagramEdge| {
        let node = nodes.iter().find(|node| node.id == id)?;
        Some(title_with_label(&node.label, edge.label.as_deref()))
    };
    let before = edges.iter().filter(|e| e.target == id).filter_map(|e| title(&e.source, e));
    let after = edges.iter().filter(|e| e.source == id).filter_map(|e| title(&e.target, e));
    Surroundings {
        step: steps.iter().position(|step| *step == id).map(|at| (at + 1, steps.len())),
        before: before.collect(),
        after: after.collect(),
    }
}

/// The title of a neighbour with the label of the connection to it: "Attach (if long)".
pub fn title_with_label(title: &str, label: Option<&str>) -> String {
    label.map_or_else(|| title.to_owned(), |label| format!("{title} ({label})"))
}

/// "Make creatives, Generate image, step 3 of 6, running 3 of 5, from Brief, to Attach".
pub fn describe(node: &DiagramNode, around: &Surroundings, zone: Zone) -> String {
    let mut words = vec![node.label.clone()];
    if !node.subtitle.is_empty() {
        words.push(node.subtitle.replace(" · ", ", "));
    }
    words.extend(around.step.map(|(at, of)| format!("step {at} of {of}")));
    if let Some(run) = &node.run {
        let progress = run.progress.map_or(String::new(), |(n, m)| format!(" {n} of {m}"));
        words.push(format!("{}{progress}", run.status.word().to_lowercase()));
        words.extend(run.note.clone().filter(|note| !note.is_empty()));
        words.extend(run.until.map(|at| format!("until {}", format::minute(at, zone))));
        words.extend(run.stale.then(|| "stale".to_owned()));
        words.extend(run.breakpoint.then(|| "breakpoint before it".to_owned()));
    }
    words.extend(join_labels("from", around.before.clone()));
    words.extend(join_labels("to", around.after.clone()));
    words.join(", ")
}

/// "from Brief, Tone and Copy"; none without labels.
fn join_labels(preposition: &str, mut labels: Vec<String>) -> Option<String> {
    let last = labels.pop()?;
    Some(if labels.is_empty() {
        format!("{preposition} {last}")
    } else {
        format!("{preposition} {} and {last}", labels.join(", "))
    })
}

/// The nodes' ids so that every node comes after its predecessors, and right after a loop or frame
/// all that is drawn in it; among equals from left to right, then from top to bottom.
pub fn reading_order(nodes: &[DiagramNode], edges: &[DiagramEdge]) -> Vec<String> {
    let corners: Vec<Point> = nodes.iter().map(|node| Point::new(node.x, node.y)).collect();
    let places: BTreeMap<&str, usize> =
        nodes.iter().enumerate().map(|(place, node)| (node.id.as_str(), place)).collect();
    let ends = |edge: &DiagramEdge| {
        Some((*places.get(edge.source.as_str())?, *places.get(edge.target.as_str())?))
    };
    let links: Vec<(usize, usize)> = edges.iter().filter_map(ends).collect();
    let around = |node: &DiagramNode| places.get(node.frame.as_deref()?).copied();
    let around: Vec<Option<usize>> = nodes.iter().map(around).collect();
    let order = order::reading_order(&corners, &links, &around);
    order.into_iter().map(|place| nodes[place].id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use ui::status::Status;

    use super::*;
    use crate::view::NodeRun;

    fn node(label: &str) -> DiagramNode {
        DiagramNode { id: label.to_lowercase(), label: label.to_owned(), ..DiagramNode::default() }
    }

    fn edge(source: &str, target: &str) -> DiagramEdge {
        DiagramEdge {
            source: source.to_owned(),
            target: target.to_owned(),
            ..DiagramEdge::default()
        }
    }

    #[test]
    fn a_running_node_says_where_it_stands() {
        let run = NodeRun { status: Status::Running, progress: Some((3, 5)), ..NodeRun::default() };
        let copy = DiagramNode {
            subtitle: "Generate copy · Sample".to_owned(),
            run: Some(run),
            ..node("Copy")
        };
        let nodes = [node("Brief"), node("Tone"), copy.clone(), node("Attach")];
        let said = DiagramEdge { label: Some("if long".to_owned()), ..edge("copy", "attach") };
        let edges = [edge("brief", "copy"), edge("tone", "copy"), said];
        let order: Vec<String> = nodes.iter().map(|node| node.id.clone()).collect();

        assert_eq!(
            describe(&copy, &surroundings("copy", &order, &nodes, &edges), Zone::Utc),
            "Copy, Generate copy, Sample, step 3 of 4, running 3 of 5, from Brief and Tone, \
             to Attach (if long)"
        );
    }

    #[test]
    fn a_note_is_no_step() {
        let remark = DiagramNode { kind: "note".to_owned(), ..node("Remark") };
        let nodes = [remark.clone(), node("Brief"), node("Copy")];
        let order: Vec<String> = nodes.iter().map(|node| node.id.clone()).collect();

        let words = |node: &DiagramNode| {
            describe(node, &surroundings(&node.id, &order, &nodes, &[]), Zone::Utc)
        };
        assert_eq!(words(&remark), "Remark");
        assert_eq!(words(&nodes[2]), "Copy, step 2 of 2");
    }
}

#[cfg(test)]
mod order_tests {
    use super::*;

    #[test]
    fn predecessors_come_first_and_edges_to_nowhere_count_for_nothing() {
        let node =
            |id: &str, x: f64| DiagramNode { id: id.to_owned(), x, ..DiagramNode::default() };
        let edge = |source: &str, target: &str| DiagramEdge {
            source: source.to_owned(),
            target: target.to_owned(),
            ..DiagramEdge::default()
        };
        let nodes = [node("late", 0.0), node("early", 900.0)];

        let order = reading_order(&nodes, &[edge("early", "late"), edge("gone", "early")]);

        assert_eq!(order, ["early", "late"]);
    }

    #[test]
    fn what_is_drawn_in_a_frame_follows_it() {
        let node =
            |id: &str, x: f64| DiagramNode { id: id.to_owned(), x, ..DiagramNode::default() };
        let inner = DiagramNode { frame: Some("group".to_owned()), ..node("a", 0.0) };
        let nodes = [inner, node("b", 10.0), node("group", 20.0)];

        assert_eq!(reading_order(&nodes, &[]), ["b", "group", "a"]);
    }
}
