//! History: everything undone gives the first bytes, everything redone the last.

use model::{
    edit::{Command, History, Joins, LIMIT, Mark},
    nodes::NodeKind,
    workflow::{Node, Position, Workflow},
};
use proptest::{prelude::*, sample::select};

use crate::edit::{commands::commands, drawn::workflows};

fn joins() -> impl Strategy<Value = Joins> {
    let typing = Joins::Typing { node: None, field: "name".to_owned() };
    select(vec![Joins::Nothing, Joins::Drag(1), Joins::Nudge, typing])
}

proptest! {
    #[test]
    fn undone_entirely_it_is_as_before_and_redone_as_after(
        before in workflows(5),
        steps in prop::collection::vec((commands(), joins(), 0..900u32), 0..25),
    ) {
        let (mut workflow, mut history, mut now) = (before.clone(), History::default(), 0.0);
        for (command, joins, rest) in steps {
            now += f64::from(rest);
            let kept = workflow.clone();
            let ran = history.run(&mut workflow, command, Mark::new("x", now).joining(joins));
            prop_assert!(ran.is_ok() || workflow == kept);
        }
        let after = workflow.to_json();

        while history.undo(&mut workflow).is_some() {}
        prop_assert_eq!(workflow.to_json(), before.to_json());
        prop_assert_eq!(history.undo_label(), None);
        while history.redo(&mut workflow).is_some() {}
        prop_assert_eq!(workflow.to_json(), after);
        prop_assert_eq!(history.redo_label(), None);
    }
}

fn one_node() -> Workflow {
    let node = Node::new("a".into(), "", NodeKind::Merge.default_config());
    Workflow { nodes: vec![node], ..Workflow::default() }
}

fn to(x: f64) -> Command {
    Command::Move(vec![("a".into(), Position { x, y: 0.0 })])
}

/// How many entries these moves make.
fn entries(moves: &[(f64, Joins, f64)]) -> usize {
    let (mut workflow, mut history) = (one_node(), History::default());
    for (x, joins, now) in moves {
        let mark = Mark::new("move", *now).joining(joins.clone());
        history.run(&mut workflow, to(*x), mark).unwrap();
    }
    std::iter::from_fn(|| history.undo(&mut workflow)).count()
}

#[test]
fn a_drag_is_one_entry_however_long_it_takes() {
    let drag = |x: f64| (x, Joins::Drag(1), x * 10_000.0);

    assert_eq!(entries(&[drag(1.0), drag(2.0), drag(3.0)]), 1);
    assert_eq!(entries(&[drag(1.0), (2.0, Joins::Drag(2), 0.0)]), 2);
}

#[test]
fn nudges_are_one_entry_until_a_rest_of_600_ms() {
    let nudge = |x: f64, now: f64| (x, Joins::Nudge, now);

    assert_eq!(entries(&[nudge(1.0, 0.0), nudge(2.0, 600.0), nudge(3.0, 1_200.0)]), 1);
    assert_eq!(entries(&[nudge(1.0, 0.0), nudge(2.0, 601.0)]), 2);
}

#[test]
fn typing_is_one_entry_until_the_field_is_left_or_a_rest() {
    let (mut workflow, mut history) = (one_node(), History::default());
    let mut write = |history: &mut History, text: &str, field: &str, now: f64| {
        let joins = Joins::Typing { node: None, field: field.to_owned() };
        let mark = Mark::new(format!("edit {field}"), now).joining(joins);
        history.run(&mut workflow, Command::Name(text.to_owned()), mark).unwrap();
    };
    write(&mut history, "a", "name", 0.0);
    write(&mut history, "ab", "name", 1_500.0);
    history.seal();
    write(&mut history, "abc", "name", 1_600.0);
    write(&mut history, "abcd", "name", 3_101.0);

    let mut names = vec![];
    while history.undo(&mut workflow).is_some() {
        names.push(workflow.name.clone());
    }

    assert_eq!(names, ["abc", "ab", ""]);
}

#[test]
fn the_oldest_entries_go_and_what_changes_nothing_leaves_none() {
    let moves: Vec<_> = (1..=250u32).map(|x| (f64::from(x), Joins::Nothing, 0.0)).collect();

    assert_eq!(entries(&moves), LIMIT);
    assert_eq!(entries(&[(0.0, Joins::Nothing, 0.0)]), 0);
}

#[test]
fn it_names_what_comes_next_and_a_new_change_forgets_what_was_undone() {
    let (mut workflow, mut history) = (one_node(), History::default());
    let run = |history: &mut History, workflow: &mut Workflow, x: f64, label: &str| {
        history.run(workflow, to(x), Mark::new(label, 0.0)).unwrap()
    };
    run(&mut history, &mut workflow, 1.0, "first");
    run(&mut history, &mut workflow, 2.0, "second");

    let done = history.undo(&mut workflow).unwrap();

    assert_eq!((done.label.as_str(), done.touched.nodes.len()), ("second", 1));
    assert_eq!((history.undo_label(), history.redo_label()), (Some("first"), Some("second")));
    run(&mut history, &mut workflow, 3.0, "third");
    assert_eq!((history.undo_label(), history.redo_label()), (Some("third"), None));
    assert!(history.redo(&mut workflow).is_none());
}

fn two_nodes() -> Workflow {
    let mut workflow = one_node();
    workflow.nodes.push(Node::new("b".into(), "", NodeKind::Merge.default_config()));
    workflow
}

/// I have moved the first node and renamed the workflow, somebody else has moved the second.
fn merged() -> (Workflow, History) {
    let (mut workflow, mut history) = (two_nodes(), History::default());
    history.run(&mut workflow, to(1.0), Mark::new("move", 0.0)).unwrap();
    history.run(&mut workflow, Command::Name("Mine".into()), Mark::new("rename", 1.0)).unwrap();
    let mut taken = workflow.clone();
    taken.nodes[1].position.x = 7.0;
    history.adopt(&mut workflow, taken);
    (workflow, history)
}

/// Where both nodes lie, and the name.
fn seen(workflow: &Workflow) -> (f64, f64, &str) {
    let [a, b] = [0, 1].map(|at: usize| workflow.nodes[at].position.x);
    (a, b, workflow.name.as_str())
}

#[test]
fn what_others_changed_is_neither_taken_back_nor_done_again() {
    let (mut workflow, mut history) = merged();
    assert_eq!((history.undo_label(), seen(&workflow)), (Some("rename"), (1.0, 7.0, "Mine")));
    history.run(&mut workflow, Command::Name("Then".into()), Mark::new("again", 2.0)).unwrap();

    for expected in [(1.0, 7.0, "Mine"), (1.0, 7.0, ""), (0.0, 7.0, "")] {
        assert!(history.undo(&mut workflow).is_some());
        assert_eq!(seen(&workflow), expected);
    }
    assert!(history.undo(&mut workflow).is_none());
    for expected in [(1.0, 7.0, ""), (1.0, 7.0, "Mine"), (1.0, 7.0, "Then")] {
        assert!(history.redo(&mut workflow).is_some());
        assert_eq!(seen(&workflow), expected);
    }
    assert!(history.redo(&mut workflow).is_none());
}

#[test]
fn others_may_change_something_again_and_again() {
    let (mut workflow, mut history) = merged();
    history.undo(&mut workflow).unwrap();
    let mut taken = workflow.clone();
    taken.nodes[1].position.x = 8.0;
    history.adopt(&mut workflow, taken);

    assert_eq!(history.redo_label(), None);
    assert!(history.undo(&mut workflow).is_some());
    assert_eq!(seen(&workflow), (0.0, 8.0, ""));
}

#[test]
fn what_others_changed_too_stays_as_they_made_it_and_older_changes_are_still_taken_back() {
    let (mut workflow, mut history) = merged();
    let taken = Workflow { name: "Theirs".into(), ..workflow.clone() };
    history.adopt(&mut workflow, taken);

    assert_eq!(history.undo(&mut workflow), None);
    assert_eq!(seen(&workflow), (1.0, 7.0, "Theirs"));
    assert_eq!(history.undo(&mut workflow).map(|done| done.label).as_deref(), Some("move"));
    assert_eq!(seen(&workflow), (0.0, 7.0, "Theirs"));
}

#[test]
fn a_node_that_was_deleted_and_that_others_kept_does_not_come_back_twice() {
    let (mut workflow, mut history) = (two_nodes(), History::default());
    let delete = Command::RemoveNodes(vec!["b".into()]);
    history.run(&mut workflow, delete, Mark::new("delete", 0.0)).unwrap();
    let mut taken = two_nodes();
    taken.nodes[1].position.x = 7.0;
    history.adopt(&mut workflow, taken.clone());

    assert_eq!(history.undo(&mut workflow), None);
    assert_eq!(workflow, taken);
}
