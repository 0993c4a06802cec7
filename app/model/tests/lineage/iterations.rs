//! What iterations of a loop, and what follows it, were made from.

use std::collections::BTreeSet;

use model::{
    execution::event::EventKind,
    id::NodeId,
    nodes::NodeKind,
    workflow::{Edge, Node, Workflow},
};
use serde_json::json;

use crate::lineage::{artifact, begun, created, edge, launched, text, told};

/// A list of topics, a loop that writes about each, and what is written from all of that.
fn looped() -> Workflow {
    let mut workflow = Workflow::default();
    let config = NodeKind::ForEach.default_config();
    let changes = json!({ "items": "${nodes.topics.texts}" });
    let each =
        Node::new("each".into(), "", config.with_changes(changes.as_object().unwrap()).unwrap());
    let mut copy = text("copy".into(), "About ${item}");
    copy.parent_id = Some("each".into());
    workflow.nodes =
        vec![text("topics".into(), "List"), each, copy, text("sum".into(), "${nodes.each.output}")];
    let result = Edge { target_handle: Some("result".to_owned()), ..edge("copy", "each") };
    workflow.edges =
        vec![edge("topics", "each"), edge("each", "copy"), result, edge("each", "sum")];
    workflow
}

fn turned(iteration: usize, step: &NodeId) -> EventKind {
    EventKind::RoundStarted {
        node: "each".into(),
        round: iteration,
        total: 2,
        nodes: vec![launched(step)],
        edges: vec![],
        live: vec![],
    }
}

#[test]
fn an_iteration_is_made_from_its_item_and_what_follows_the_loop_from_all_iterations() {
    let iterations: Vec<NodeId> =
        (0..2).map(|iteration| NodeId(format!("copy@each[{iteration}]"))).collect();
    let topics = artifact(&"topics".into(), 0, 1, None);
    let copies: Vec<_> =
        iterations.iter().map(|iteration| artifact(iteration, 0, 1, None)).collect();
    let sum = artifact(&"sum".into(), 0, 1, None);
    let mut events = vec![created(&topics)];
    for (place, iteration) in iterations.iter().enumerate() {
        events.extend([turned(place, iteration), begun(iteration, 0), created(&copies[place])]);
    }
    events.extend([begun(&sum.node, 0), created(&sum)]);

    let lineage = told(&looped(), &events);

    assert_eq!(lineage.made_from()[&copies[1].id], BTreeSet::from([topics.id]));
    let both = copies.iter().map(|copy| copy.id).collect();
    assert_eq!(lineage.made_from()[&sum.id], both);
}

#[test]
fn every_iteration_is_made_from_what_counted_when_the_iterations_were_planned() {
    let steps: Vec<NodeId> =
        (0..2).map(|iteration| NodeId(format!("copy@each[{iteration}]"))).collect();
    let [first, second] = [1, 2].map(|version| artifact(&"topics".into(), 0, version, None));
    let copies: Vec<_> = steps.iter().map(|step| artifact(step, 0, 1, None)).collect();
    let each = NodeId::from("each");
    let planned = EventKind::NodeReady { node: each.clone(), jobs: vec![] };
    let mut events = vec![created(&first), planned, created(&second)];
    events.extend([turned(0, &steps[0]), begun(&steps[0], 0), created(&copies[0])]);
    events.push(EventKind::NodeRetried { node: each, generation: 2, jobs: vec![], edges: vec![] });
    events.extend([turned(1, &steps[1]), begun(&steps[1], 0), created(&copies[1])]);

    let lineage = told(&looped(), &events);

    for copy in &copies {
        assert_eq!(lineage.made_from()[&copy.id], BTreeSet::from([first.id]));
    }
}
