//! Merge and diff.

use std::collections::BTreeSet;

use model::{
    edit::{Command, What, apply, diff, merge},
    id::NodeId,
    nodes::NodeKind,
    workflow::{Edge, Node, Position, Workflow},
};
use proptest::prelude::*;

use crate::edit::{
    check::hangs_together,
    drawn::{edge, workflows},
    gestures::{Gesture, gestures},
};

fn changed(base: &Workflow, gestures: &[Gesture]) -> Workflow {
    let mut workflow = base.clone();
    for gesture in gestures {
        if let Ok(edit) = gesture.meant(&workflow) {
            apply(&mut workflow, edit.command).unwrap();
        }
    }
    workflow
}

fn several() -> impl Strategy<Value = Vec<Gesture>> {
    prop::collection::vec(gestures(), 0..6)
}

fn merged(base: &Workflow, mine: &Workflow, theirs: &Workflow) -> Workflow {
    merge(base, mine, theirs, &BTreeSet::new()).workflow
}

proptest! {
    #[test]
    fn one_side_alone_is_taken_as_it_is(base in workflows(6), gestures in several()) {
        let other = changed(&base, &gestures);

        prop_assert_eq!(&merged(&base, &other, &base), &other);
        prop_assert_eq!(&merged(&base, &base, &other), &other);
        prop_assert_eq!(&merged(&base, &other, &other), &other);
    }

    #[test]
    fn both_sides_together_hang_together_whatever_is_chosen(
        base in workflows(5), mine in several(), theirs in several(),
    ) {
        let (mine, theirs) = (changed(&base, &mine), changed(&base, &theirs));

        let first = merge(&base, &mine, &theirs, &BTreeSet::new());
        let ways = first.conflicts.iter().map(|conflict| conflict.way.clone()).collect();
        let second = merge(&base, &mine, &theirs, &ways);

        prop_assert!(hangs_together(&first.workflow));
        prop_assert!(hangs_together(&second.workflow));
    }

    #[test]
    fn changes_of_different_nodes_are_both_there(
        base in workflows(6), label in "[a-z]{1,5}", x in 0..500i32,
    ) {
        let (first, last) = (base.nodes[0].id.clone(), base.nodes.last().unwrap().id.clone());
        let (mut mine, mut theirs) = (base.clone(), base.clone());
        mine.nodes[0].data.label.clone_from(&label);
        let position = Position { x: f64::from(x) + 0.5, y: 1.0 };
        apply(&mut theirs, Command::Move(vec![(last.clone(), position)])).unwrap();

        let found = merge(&base, &mine, &theirs, &BTreeSet::new());

        prop_assert!(found.conflicts.is_empty());
        prop_assert_eq!(&found.workflow.node(&first).unwrap().data.label, &label);
        prop_assert_eq!(found.workflow.node(&last).unwrap().position, position);
    }

    #[test]
    fn the_difference_is_empty_only_between_equals_and_names_what_came_and_went(
        before in workflows(6), gestures in several(),
    ) {
        let after = changed(&before, &gestures);

        let found = diff(&before, &after);

        prop_assert_eq!(found.is_empty(), before == after);
        prop_assert!(diff(&after, &after).is_empty());
        let of = |what: What| -> BTreeSet<NodeId> {
            found.iter().filter(|it| it.what == what).filter_map(|it| it.node.clone()).collect()
        };
        let missing = |in_one: &Workflow, other: &Workflow| -> BTreeSet<NodeId> {
            let nodes = in_one.nodes.iter().filter(|node| other.node(&node.id).is_none());
            nodes.map(|node| node.id.clone()).collect()
        };
        prop_assert_eq!(of(What::Added), missing(&after, &before));
        prop_assert_eq!(of(What::Removed), missing(&before, &after));
        let back = diff(&after, &before);
        prop_assert_eq!(back.len(), found.len());
    }
}

fn two() -> Workflow {
    let node = |id: &str| Node::new(id.into(), id, NodeKind::Merge.default_config());
    Workflow { nodes: vec![node("a"), node("b")], ..Workflow::default() }
}

#[test]
fn the_same_field_changed_in_two_ways_is_a_conflict_to_choose() {
    let (base, mut mine, mut theirs) = (two(), two(), two());
    mine.nodes[0].data.label = "Mine".to_owned();
    theirs.nodes[0].data.label = "Theirs".to_owned();
    theirs.nodes[0].position.x = 16.0;

    let found = merge(&base, &mine, &theirs, &BTreeSet::new());
    let way = found.conflicts[0].way.clone();
    let chosen = merge(&base, &mine, &theirs, &[way].into());

    assert_eq!(found.conflicts.len(), 1);
    assert_eq!(found.conflicts[0].words, "Mine: Name");
    assert_eq!(found.conflicts[0].theirs, Some("Theirs".into()));
    assert_eq!(found.workflow.nodes[0].data.label, "Mine");
    assert_eq!(found.workflow.nodes[0].position.x, 16.0);
    assert_eq!(chosen.workflow.nodes[0].data.label, "Theirs");
}

#[test]
fn a_node_deleted_here_and_connected_there_is_a_conflict() {
    let (base, mut mine, mut theirs) = (two(), two(), two());
    mine.nodes.pop();
    theirs.edges.push(edge("a_b", &"a".into(), &"b".into()));

    let found = merge(&base, &mine, &theirs, &BTreeSet::new());
    let kept = merge(&base, &mine, &theirs, &[found.conflicts[0].way.clone()].into());

    assert_eq!((found.workflow.nodes.len(), found.workflow.edges.len()), (1, 0));
    assert_eq!((kept.workflow.nodes.len(), kept.workflow.edges.len()), (2, 1));
}

/// a > b > c.
fn three() -> Workflow {
    let mut workflow = two();
    workflow.nodes.push(Node::new("c".into(), "c", NodeKind::Merge.default_config()));
    workflow.edges =
        vec![edge("a_b", &"a".into(), &"b".into()), edge("b_c", &"b".into(), &"c".into())];
    workflow
}

#[test]
fn a_node_that_is_kept_brings_back_the_connections_deleted_with_it() {
    let base = three();
    let (mut gone, mut changed) = (base.clone(), base.clone());
    gone.nodes.remove(1);
    gone.edges.clear();
    changed.nodes[1].data.label = "Changed".to_owned();

    let found = merge(&base, &gone, &changed, &BTreeSet::new());
    let taken = merge(&base, &gone, &changed, &[found.conflicts[0].way.clone()].into());

    assert_eq!((found.conflicts.len(), &found.workflow), (1, &gone));
    assert_eq!(taken.workflow, changed);
    assert_eq!(merged(&base, &changed, &gone), changed);
    let [mine, theirs] = &found.conflicts[0].summaries;
    let theirs = theirs.as_ref().unwrap();
    assert_eq!((mine, theirs.title.as_str()), (&None, "Changed · Merge"));
    let fields: Vec<_> = theirs.fields.iter().map(|it| (it.words.as_str(), &it.after)).collect();
    assert_eq!(fields, [("Changed: Name", &Some("Changed".into()))]);
}

#[test]
fn a_connection_comes_back_only_where_its_other_end_is_and_nobody_else_took_it_away() {
    let base = three();
    let (mut mine, mut theirs) = (base.clone(), base.clone());
    mine.nodes.truncate(1);
    mine.edges.clear();
    theirs.nodes[1].data.label = "Changed".to_owned();
    theirs.edges.remove(0);

    let found = merge(&base, &mine, &theirs, &BTreeSet::new());
    let taken = merge(&base, &mine, &theirs, &[found.conflicts[0].way.clone()].into());

    let ids: Vec<&str> = taken.workflow.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!((ids, taken.workflow.edges), (vec!["a", "b"], vec![]));
}

#[test]
fn a_node_that_is_kept_brings_back_the_loop_it_lies_in_with_all_that_lay_there() {
    let mut base = three();
    let around = NodeKind::ForEach.default_config();
    base.nodes.insert(0, Node::new("loop".into(), "loop", around));
    base.nodes[2].parent_id = Some("loop".into());
    base.nodes[3].parent_id = Some("loop".into());
    let (mut gone, mut changed) = (base.clone(), base.clone());
    gone.nodes.retain(|node| node.id.as_str() == "a");
    gone.edges.clear();
    changed.nodes[2].data.label = "Changed".to_owned();

    let found = merge(&base, &gone, &changed, &BTreeSet::new());
    let taken = merge(&base, &gone, &changed, &[found.conflicts[0].way.clone()].into());

    assert_eq!((found.conflicts.len(), &found.workflow), (1, &gone));
    assert_eq!(taken.workflow, changed);
}

#[test]
fn different_nodes_added_under_one_id_are_both_kept() {
    let base = two();
    let with = |kind: NodeKind| {
        let mut workflow = two();
        workflow.nodes.push(Node::new("new".into(), "New", kind.default_config()));
        workflow.edges.push(edge("a_new", &"a".into(), &"new".into()));
        workflow
    };

    let found = merge(&base, &with(NodeKind::Wait), &with(NodeKind::Merge), &BTreeSet::new());

    assert!(found.conflicts.is_empty());
    let ids: Vec<&str> = found.workflow.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids.len(), 4);
    assert!(ids.contains(&"new") && ids.contains(&"new_2"));
    assert_eq!(found.workflow.edges.len(), 2);
}

/// Two edges that say so, or nothing.
fn said(labels: [Option<&str>; 2]) -> Workflow {
    let mut workflow = two();
    let ends: [(NodeId, NodeId); 2] = [("a".into(), "b".into()), ("b".into(), "a".into())];
    for ((id, label), (source, target)) in ["ab", "ba"].into_iter().zip(labels).zip(ends) {
        workflow.edges.push(Edge { label: label.map(str::to_owned), ..edge(id, &source, &target) });
    }
    workflow
}

fn labels(workflow: &Workflow) -> Vec<Option<&str>> {
    workflow.edges.iter().map(|edge| edge.label.as_deref()).collect()
}

#[test]
fn labels_of_different_edges_are_both_kept_and_those_of_one_are_to_choose() {
    let base = said([None, Some("old")]);
    let (mine, theirs) = (said([Some("mine"), Some("old")]), said([None, Some("theirs")]));

    let both = merge(&base, &mine, &theirs, &BTreeSet::new());

    assert_eq!(both.conflicts, []);
    assert_eq!(labels(&both.workflow), [Some("mine"), Some("theirs")]);

    let (mine, theirs) = (said([None, Some("mine")]), said([Some("new"), None]));
    let clash = merge(&base, &mine, &theirs, &BTreeSet::new());
    let taken = merge(&base, &mine, &theirs, &[clash.conflicts[0].way.clone()].into());

    assert_eq!(clash.conflicts.len(), 1);
    assert_eq!(clash.conflicts[0].words, "connection from b to a: Label");
    assert_eq!(
        (&clash.conflicts[0].mine, &clash.conflicts[0].theirs),
        (&Some("mine".into()), &None)
    );
    assert_eq!(labels(&clash.workflow), [Some("new"), Some("mine")]);
    assert_eq!(labels(&taken.workflow), [Some("new"), None]);
}

#[test]
fn an_edge_laid_elsewhere_in_two_ways_is_one_choice_and_its_ends_stay_together() {
    let base = said([None, None]);
    let (mut mine, mut theirs) = (base.clone(), base.clone());
    mine.edges[0].source = "b".into();
    mine.edges[0].target = "a".into();
    theirs.edges[0].source_handle = Some("first".to_owned());
    theirs.edges[0].label = Some("first".to_owned());

    let found = merge(&base, &mine, &theirs, &BTreeSet::new());
    let taken = merge(&base, &mine, &theirs, &[found.conflicts[0].way.clone()].into());

    assert_eq!(found.conflicts.len(), 1);
    assert_eq!(found.workflow.edges[0], mine.edges[0]);
    assert_eq!(taken.workflow.edges[0], theirs.edges[0]);
}

#[test]
fn a_label_that_differs_is_told_as_the_words_it_was_and_is() {
    let found = diff(&said([None, Some("old")]), &said([Some("new"), Some("old")]));

    assert_eq!(found.len(), 1);
    assert_eq!((found[0].what, &found[0].words), (What::Changed, &"connection from a to b".into()));
    let field = &found[0].fields[0];
    assert_eq!(field.words, "connection from a to b: Label");
    assert_eq!((&field.before, &field.after), (&None, &Some("new".into())));
}
