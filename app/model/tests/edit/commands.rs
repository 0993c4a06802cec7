//! Commands: the inverse restores the bytes, a refusal changes nothing, nothing is left dangling.

use model::{
    edit::{Command, Placed, Refused, apply},
    id::NodeId,
    nodes::NodeKind,
    workflow::{Node, Position, Settings, Size, Workflow},
};
use proptest::{option, prelude::*, sample::select};

use crate::edit::{
    check::hangs_together,
    drawn::{edge, kinds, workflows},
};

/// Ids that random workflows have, and some they do not.
fn ids() -> impl Strategy<Value = NodeId> {
    let drawn = (0..8usize).prop_map(|place| NodeId::from(format!("n{place}").as_str()));
    let odd = select(vec!["start", "end", "new", "", "a@b[0]"]).prop_map(NodeId::from);
    prop_oneof![4 => drawn, 1 => odd]
}

fn positions() -> impl Strategy<Value = Position> {
    let numbers = || prop_oneof![9 => -1e6..1e6, 1 => select(vec![f64::NAN, f64::INFINITY, 0.1])];
    (numbers(), numbers()).prop_map(|(x, y)| Position { x, y })
}

fn nodes() -> impl Strategy<Value = Placed<Node>> {
    (ids(), kinds(), positions(), option::weighted(0.3, ids()), 0..12usize).prop_map(
        |(id, kind, position, parent_id, place)| {
            let node = Node { position, parent_id, ..Node::new(id, "N", kind.default_config()) };
            Placed { place, item: node }
        },
    )
}

fn single() -> impl Strategy<Value = Command> {
    let edges = || (0..12usize, ids(), ids());
    let drawn = |(place, from, to): (usize, NodeId, NodeId)| edge(&format!("e{place}"), &from, &to);
    let some_ids = prop::collection::vec(ids(), 0..3);
    let edge_ids = prop::collection::vec(0..12usize, 0..4);
    prop_oneof![
        prop::collection::vec(nodes(), 0..3).prop_map(Command::AddNodes),
        some_ids.prop_map(Command::RemoveNodes),
        (edges(), 0..9usize).prop_map(move |(it, place)| Command::AddEdges(vec![Placed {
            place,
            item: drawn(it)
        }])),
        edge_ids.prop_map(|ids| {
            let id = |place: usize| format!("e{place}").as_str().into();
            Command::RemoveEdges(ids.into_iter().map(id).collect())
        }),
        edges().prop_map(move |it| Command::Reconnect(Box::new(drawn(it)))),
        prop::collection::vec((ids(), positions()), 0..4).prop_map(Command::Move),
        (ids(), option::of(positions())).prop_map(|(id, size)| {
            Command::Resize(id, size.map(|p| Size { width: p.x, height: p.y }))
        }),
        (ids(), option::of(ids()), positions())
            .prop_map(|(node, parent, position)| Command::Nest { node, parent, position }),
        (ids(), kinds(), "[a-z]{0,4}").prop_map(|(id, kind, label)| {
            let data = Node::new(id.clone(), &label, kind.default_config()).data;
            Command::Change(id, Box::new(data))
        }),
        "[a-z]{0,4}".prop_map(Command::Name),
        "[a-z]{0,4}".prop_map(Command::Description),
        Just(Command::Parameters(vec![])),
        Just(Command::Presets(vec![])),
        (1..20u32).prop_map(|concurrency| {
            Command::Settings(Settings { concurrency, ..Settings::default() })
        }),
        workflows(3).prop_map(|workflow| Command::Replace(Box::new(workflow))),
    ]
}

/// Any command; what hangs at a node goes with it often enough that something is removed.
pub(crate) fn commands() -> impl Strategy<Value = Command> {
    let several = prop::collection::vec(single(), 0..4).prop_map(Command::Many);
    prop_oneof![4 => single(), 1 => several]
}

proptest! {
    #[test]
    fn the_inverse_restores_the_bytes_and_a_refusal_changes_nothing(
        before in workflows(6), command in commands(),
    ) {
        let mut workflow = before.clone();

        match apply(&mut workflow, command.clone()) {
            Err(_) => prop_assert_eq!(&workflow, &before),
            Ok(inverse) => {
                prop_assert!(hangs_together(&workflow));
                let after = workflow.to_json();
                let again = apply(&mut workflow, inverse);
                prop_assert_eq!(workflow.to_json(), before.to_json());
                prop_assert!(apply(&mut workflow, again.unwrap()).is_ok());
                prop_assert_eq!(workflow.to_json(), after);
            }
        }
    }

    #[test]
    fn what_a_command_does_not_touch_stays(before in workflows(6), command in commands()) {
        let mut workflow = before.clone();

        if let Ok(inverse) = apply(&mut workflow, command.clone()) {
            let touched = command.touched();
            prop_assert_eq!(&touched, &inverse.touched());
            if !touched.all {
                let changed = |node: &&Node| workflow.node(&node.id) != Some(*node);
                let mut nodes = before.nodes.iter().filter(changed);
                prop_assert!(nodes.all(|node| touched.nodes.contains(&node.id)));
                let changed = |edge: &&_| !before.edges.contains(edge);
                let mut edges = workflow.edges.iter().filter(changed);
                prop_assert!(edges.all(|edge| touched.edges.contains(&edge.id)));
                let came = before.nodes.len() != workflow.nodes.len();
                prop_assert!(touched.lists || !came);
                prop_assert!(touched.document || before.parameters == workflow.parameters);
            }
        }
    }
}

#[test]
fn the_second_of_two_nodes_of_one_id_survives_taking_back() {
    let node = |label: &str| Node::new("a".into(), label, NodeKind::Merge.default_config());
    let mut workflow = Workflow { nodes: vec![node("one"), node("two")], ..Workflow::default() };
    let before = workflow.to_json();

    let back = apply(&mut workflow, Command::RemoveNodes(vec!["a".into()])).unwrap();

    assert_eq!(workflow.nodes, [node("two")]);
    let refused = apply(&mut workflow, Command::add_node(node("three"))).unwrap_err();
    assert_eq!(refused.to_string(), "The step a already exists.");
    assert_eq!(workflow.nodes, [node("two")]);
    assert!(matches!(back, Command::AddNodes(_)));
    assert_ne!(workflow.to_json(), before);
}

#[test]
fn a_node_that_edges_lead_to_stays_unless_they_go_with_it() {
    let node = |id: &str| Node::new(id.into(), "", NodeKind::Merge.default_config());
    let mut workflow = Workflow { nodes: vec![node("a"), node("b")], ..Workflow::default() };
    workflow.edges.push(edge("a_b", &"a".into(), &"b".into()));

    let alone = apply(&mut workflow, Command::RemoveNodes(vec!["b".into()]));
    let both = Command::Many(vec![
        Command::RemoveNodes(vec!["b".into()]),
        Command::RemoveEdges(vec!["a_b".into()]),
    ]);

    let words = "The connection a_b would start or end at a missing step.".to_owned();
    assert_eq!(alone, Err(Refused::Broken(words)));
    assert!(apply(&mut workflow, both).is_ok());
    assert_eq!((workflow.nodes.len(), workflow.edges.len()), (1, 0));
}

#[test]
fn one_id_for_two_nodes_between_the_steps_of_a_command_is_refused() {
    let node = |label: &str| Node::new("a".into(), label, NodeKind::Merge.default_config());
    let mut workflow = Workflow { nodes: vec![node("one")], ..Workflow::default() };
    let (add, remove) = (Command::add_node(node("two")), Command::RemoveNodes(vec!["a".into()]));

    let astray = apply(&mut workflow, Command::Many(vec![add.clone(), remove.clone()]));
    let back = apply(&mut workflow.clone(), Command::Many(vec![remove, add]));

    assert!(astray.is_err() && back.is_ok());
    assert_eq!(workflow.nodes, [node("one")]);
}
