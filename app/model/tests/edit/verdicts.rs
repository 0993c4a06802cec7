//! The verdict on what was drawn here is the one on its text, as the server reads it.

use std::time::Instant;

use model::{
    edit::apply,
    nodes::NodeKind,
    validate::validate,
    workflow::{Node, Workflow},
};
use proptest::prelude::*;

use crate::edit::{
    drawn::{edge, workflows},
    gestures::gestures,
};

proptest! {
    #[test]
    fn the_verdict_on_a_drawn_graph_is_the_one_on_its_text(
        mut drawn in workflows(8), gesture in gestures(),
    ) {
        if let Ok(edit) = gesture.meant(&drawn) {
            apply(&mut drawn, edit.command).unwrap();
        }

        let read = Workflow::parse(&drawn.to_json()).unwrap();

        prop_assert_eq!(validate(&drawn), validate(&read));
    }
}

/// Figures for whoever reads the output; a machine under load must not fail it.
#[test]
fn validation_of_100_nodes_and_200_edges_is_measured() {
    let id = |place: usize| format!("n{place}");
    let kind = |place: usize| match place {
        0 => NodeKind::Start,
        99 => NodeKind::End,
        _ => NodeKind::GenerateCopy,
    };
    let node =
        |place: usize| Node::new(id(place).as_str().into(), "", kind(place).default_config());
    let near = (0..99).map(|place| (place, place + 1));
    let far = (0..101).map(|place| (place % 90, place % 90 + 2 + place / 90));
    let edges = near.chain(far).map(|(from, to)| {
        let (source, target) = (id(from).as_str().into(), id(to).as_str().into());
        edge(&format!("{from}_{to}"), &source, &target)
    });
    let nodes = (0..100).map(node).collect();
    let workflow = Workflow { nodes, edges: edges.collect(), ..Workflow::default() };
    assert_eq!((workflow.nodes.len(), workflow.edges.len()), (100, 200));

    let started = Instant::now();
    let issues = validate(&workflow);
    println!("validate: {} issues in {:?}", issues.len(), started.elapsed());

    assert!(issues.iter().all(|issue| issue.node_id.is_some()), "{issues:?}");
}
