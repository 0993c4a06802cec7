//! Frames: they group what lies in them and change nothing else.

use std::collections::BTreeSet;

use model::{
    canvas::{frame::corner, geometry::Rect},
    edit::{Refused, Spot, apply, group, make_room, nest, ungroup},
    graph::{loop_of, order},
    id::NodeId,
    nodes::NodeKind,
    validate::validate,
    workflow::{Node, Workflow},
};
use proptest::prelude::*;

use crate::edit::drawn::workflows;

fn boxes(workflow: &Workflow, ids: &[&str]) -> Vec<(NodeId, Rect)> {
    let at = |id: &&str| {
        let id = NodeId::from(*id);
        let corner = corner(workflow, workflow.node(&id).unwrap());
        (id, Rect::new(corner.x, corner.y, 240.0, 80.0))
    };
    ids.iter().map(at).collect()
}

fn corners(workflow: &Workflow) -> Vec<(NodeId, String)> {
    let steps = workflow.nodes.iter().filter(|node| node.kind() != NodeKind::Frame);
    let place = |node: &Node| {
        let at = corner(workflow, node);
        (node.id.clone(), format!("{:.1} {:.1}", at.x, at.y))
    };
    steps.map(place).collect()
}

/// A loop with `a` and `b` in it, and `c` beside it.
fn looped() -> Workflow {
    let node = |id: &str, kind: NodeKind, parent: Option<&str>| Node {
        parent_id: parent.map(Into::into),
        ..Node::new(id.into(), id, kind.default_config())
    };
    let nodes = vec![
        node("start", NodeKind::Start, None),
        node("each", NodeKind::ForEach, None),
        node("a", NodeKind::Transform, Some("each")),
        node("b", NodeKind::Transform, Some("each")),
        node("c", NodeKind::Transform, None),
    ];
    Workflow { nodes, ..Workflow::default() }
}

#[test]
fn a_frame_in_a_loop_leaves_its_nodes_in_the_loop() {
    let mut workflow = looped();

    let edit = group(&workflow, &boxes(&workflow, &["a", "b"])).unwrap();
    apply(&mut workflow, edit.command).unwrap();

    let frame = workflow.nodes.last().unwrap();
    assert_eq!((frame.kind(), frame.parent_id.as_ref()), (NodeKind::Frame, Some(&"each".into())));
    assert_eq!(workflow.node(&"a".into()).unwrap().parent_id.as_ref(), Some(&frame.id));
    assert_eq!(loop_of(&workflow, &"a".into()), Some(&"each".into()));
}

#[test]
fn what_lies_in_different_places_cannot_share_a_frame() {
    let workflow = looped();

    let refused = group(&workflow, &boxes(&workflow, &["a", "c"]));

    assert!(matches!(refused, Err(Refused::NoFit(_))), "{refused:?}");
}

#[test]
fn a_start_may_lie_in_a_frame_but_not_in_a_frame_in_a_loop() {
    let mut workflow = looped();
    let framed = group(&workflow, &boxes(&workflow, &["start"])).unwrap();
    apply(&mut workflow, framed.command).unwrap();

    let into = Spot { parent: Some("each".into()), ..Spot::default() };
    let refused = nest(&workflow, &[(workflow.nodes.last().unwrap().id.clone(), into)]);

    assert!(matches!(refused, Err(Refused::NoFit(_))), "{refused:?}");
}

#[test]
fn what_a_frame_would_cover_gives_way_to_it_and_all_behind_that_goes_along() {
    let mut workflow = looped();
    let (was, now) = (Rect::new(0.0, 0.0, 240.0, 80.0), Rect::new(0.0, 0.0, 700.0, 300.0));
    let ids: Vec<NodeId> = workflow.nodes.iter().map(|node| node.id.clone()).take(3).collect();
    let at = |x: f64, y: f64| Rect::new(x, y, 240.0, 80.0);
    let places = [at(300.0, 0.0), at(900.0, 40.0), at(-300.0, 0.0)];
    let boxes = |places: [Rect; 3]| ids.iter().cloned().zip(places).collect::<Vec<_>>();
    let x = |workflow: &Workflow| -> Vec<f64> {
        ids.iter().map(|id| workflow.node(id).unwrap().position.x).collect()
    };
    let before = x(&workflow);

    let edit = make_room(&workflow, was, now, &boxes(places)).unwrap();
    apply(&mut workflow, edit.command).unwrap();

    let by: Vec<f64> = x(&workflow).iter().zip(&before).map(|(now, was)| now - was).collect();
    assert_eq!(by, [460.0, 460.0, 0.0]);
    let far = [at(800.0, 0.0), at(900.0, 40.0), at(-300.0, 0.0)];
    assert_eq!(make_room(&workflow, was, now, &boxes(far)).err(), Some(Refused::Nothing));
}

proptest! {
    #[test]
    fn a_frame_moves_nothing_and_ungrouping_leaves_all_where_it_is(
        before in workflows(8), chosen in prop::collection::btree_set(0..8usize, 1..4),
    ) {
        let ids: Vec<String> = chosen.iter().map(|place| format!("n{place}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str)
            .filter(|id| before.node(&NodeId::from(*id)).is_some()).collect();
        let Ok(edit) = group(&before, &boxes(&before, &ids)) else { return Ok(()) };
        let frames: BTreeSet<NodeId> = edit.select.nodes.clone();

        let mut framed = before.clone();
        apply(&mut framed, edit.command).unwrap();
        prop_assert_eq!(corners(&framed), corners(&before));
        prop_assert_eq!(order(&framed).ok(), order(&before).ok());
        prop_assert_eq!(verdict(&framed), verdict(&before));

        let mut freed = framed.clone();
        apply(&mut freed, ungroup(&framed, &frames).unwrap().command).unwrap();
        prop_assert_eq!(corners(&freed), corners(&before));
        prop_assert_eq!(freed.nodes.len(), before.nodes.len());
    }
}

fn verdict(workflow: &Workflow) -> Vec<String> {
    validate(workflow).into_iter().map(|issue| issue.message).collect()
}
