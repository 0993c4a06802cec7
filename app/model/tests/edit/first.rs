//! The first step of a workflow that only starts and ends.

use model::{
    edit::{History, Mark, Refused, add_first, first_way, last_way},
    nodes::NodeKind,
    template::blank_workflow,
    validate::{Code, validate},
    workflow::Workflow,
};

fn wires(workflow: &Workflow) -> Vec<String> {
    workflow.edges.iter().map(|edge| format!("{}-{}", edge.source, edge.target)).collect()
}

fn begun(mut workflow: Workflow, kind: NodeKind) -> Workflow {
    let edit = add_first(&workflow, kind).unwrap();
    History::default().run(&mut workflow, edit.command, Mark::new(edit.label, 0.0)).unwrap();
    workflow
}

fn left(workflow: &Workflow) -> Vec<f64> {
    workflow.nodes.iter().map(|node| node.position.x).collect()
}

#[test]
fn the_first_step_stands_between_start_and_end_and_is_connected_with_both() {
    let workflow = begun(blank_workflow("New"), NodeKind::GenerateCopy);

    assert_eq!(wires(&workflow), ["start-generate_copy", "generate_copy-end"]);
    assert_eq!(left(&workflow), [96.0, 768.0, 432.0]);
    assert!(workflow.nodes.iter().all(|node| (node.position.y - 192.0).abs() < 0.1));
    let loose = |code: Code| matches!(code, Code::Unreachable | Code::NoEnd);
    assert!(!validate(&workflow).iter().any(|issue| loose(issue.code)));
}

#[test]
fn where_there_is_no_room_the_end_makes_it() {
    let mut near = blank_workflow("New");
    near.nodes[1].position.x = 300.0;
    let mut far = blank_workflow("New");
    far.nodes[1].position.x = 1_440.0;

    assert_eq!(left(&begun(near, NodeKind::Review)), [96.0, 768.0, 432.0]);
    assert_eq!(left(&begun(far, NodeKind::Review)), [96.0, 1_440.0, 768.0]);
}

#[test]
fn every_step_is_connected_as_far_as_its_ports_allow_and_all_is_one_change() {
    for kind in NodeKind::ALL.iter().copied().filter(|kind| *kind != NodeKind::Start) {
        let before = blank_workflow("New");
        let config = kind.default_config();
        let (mut workflow, mut history) = (before.clone(), History::default());
        let edit = add_first(&workflow, kind).unwrap();
        history.run(&mut workflow, edit.command, Mark::new(edit.label, 0.0)).unwrap();

        let comes = usize::from(!config.inputs().is_empty());
        let goes =
            usize::from(kind != NodeKind::End && !config.outputs(&before.parameters).is_empty());
        assert_eq!(workflow.edges.len(), comes + goes, "{kind:?}: {:?}", wires(&workflow));
        history.undo(&mut workflow);
        assert_eq!(workflow, before, "{kind:?}");
    }
}

#[test]
fn there_is_a_first_step_only_while_there_is_nothing_else() {
    let blank = blank_workflow("New");
    let begun = begun(blank.clone(), NodeKind::Transform);
    let mut endless = blank.clone();
    endless.nodes.pop();

    assert!(first_way(&blank).is_some() && first_way(&endless).is_none());
    assert_eq!(add_first(&begun, NodeKind::Transform), Err(Refused::Nothing));
    assert_eq!(last_way(&begun, &"start".into()), None);
    assert_eq!(last_way(&begun, &"transform".into()), Some(&begun.edges[1].id));
}
