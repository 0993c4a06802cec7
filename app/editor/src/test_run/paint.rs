//! Shows the states of a test run on the cards and lines of the canvas.

use std::collections::HashMap;

use diagram::view::{DiagramEdge, EdgeState, NodeRun};
use leptos::prelude::*;
use model::{
    canvas::frame::with_lane_cards,
    edit::with_inner,
    id::{EdgeId, NodeId},
    nodes::NodeKind,
    workflow::{Node, Workflow},
};
use monitor::{ExecutionStore, edge_state, gather_rounds, run_on_card};
use ui::status::Status;

use crate::store::{Editor, Wire};

/// Keeps the cards and lines up to date with the test run that is shown.
pub fn paint_runs(editor: Editor) {
    let (document, canvas_model) = (editor.document, editor.view.canvas_model);
    Effect::new(move || {
        let shown = editor.test_run.shown.get();
        // New lines need a state, too, and so do newly collapsed cards.
        canvas_model.edges.track();
        document.past.track();
        let mut runs = shown.map(runs).unwrap_or_default();
        document.workflow.with_untracked(|workflow| {
            let (folded, _) = with_lane_cards(workflow);
            add_frames(&folded, &mut runs);
        });
        let state = |id: &EdgeId, wire: &Wire| match shown {
            Some(store) => store.view.with(|view| edge_state(&diagram_edge(id, wire), view)),
            None => EdgeState::Idle,
        };
        document.workflow.with_untracked(|workflow| canvas_model.paint(workflow, runs, state));
    });
}

fn runs(store: ExecutionStore) -> HashMap<NodeId, NodeRun> {
    let (view, texts) = (store.view.read(), store.texts.read());
    let workflow = store.workflow.read();
    let ahead = store.ahead.get().unwrap_or(0);
    let drawn = view.nodes.iter().filter(|node| node.id.round().is_empty());
    let run =
        |node| run_on_card(&workflow, &view, node, &gather_rounds(&view, node), &texts, ahead);
    drawn.map(|node| (node.id.clone(), run(node))).collect()
}

/// Gives frames and collapsed loops the worst state of the nodes in them.
fn add_frames(workflow: &Workflow, runs: &mut HashMap<NodeId, NodeRun>) {
    let speaks = |node: &&Node| node.kind() == NodeKind::Frame || node.data.config.is_collapsed();
    for frame in workflow.nodes.iter().filter(speaks) {
        let inner = with_inner(workflow, &[frame.id.clone()].into());
        let states = inner.iter().filter_map(|id| runs.get(id)).map(|run| run.status);
        if let Some(status) = states.max_by_key(|status| badness(*status)) {
            runs.entry(frame.id.clone()).or_default().status = status;
        }
    }
}

/// How much a state needs attention; the highest is shown.
fn badness(status: Status) -> u8 {
    match status {
        Status::Skipped => 0,
        Status::Completed => 1,
        Status::Pending => 2,
        Status::Queued | Status::Waiting => 3,
        Status::Running => 4,
        Status::Stopped => 5,
        Status::Paused => 6,
        Status::AwaitingReview => 7,
        Status::Failed => 8,
    }
}

/// An edge as the monitor's diagram has it.
fn diagram_edge(id: &EdgeId, wire: &Wire) -> DiagramEdge {
    DiagramEdge {
        id: id.to_string(),
        source: wire.source.to_string(),
        target: wire.target.to_string(),
        ..DiagramEdge::default()
    }
}

#[cfg(test)]
mod tests {
    use model::{
        canvas::geometry::Rect,
        edit::{apply, collapse, group},
    };

    use super::*;

    #[test]
    fn a_frame_is_in_the_worst_state_of_what_lies_in_it() {
        let node = |id: &str| Node::new(id.into(), id, NodeKind::Transform.default_config());
        let mut workflow = Workflow { nodes: vec![node("a"), node("b")], ..Workflow::default() };
        let at = |id: &str| (id.into(), Rect::new(0.0, 0.0, 240.0, 56.0));
        let framed = group(&workflow, &[at("a"), at("b")]).map(|edit| edit.command);
        assert!(framed.and_then(|command| apply(&mut workflow, command)).is_ok());
        let run = |id: &str, status| (id.into(), NodeRun { status, ..NodeRun::default() });
        let runs = [run("a", Status::Failed), run("b", Status::Completed)];
        let mut runs: HashMap<NodeId, NodeRun> = runs.into();

        add_frames(&workflow, &mut runs);

        assert_eq!(runs.get(&NodeId::from("frame")).map(|run| run.status), Some(Status::Failed));
    }

    #[test]
    fn a_loop_that_is_one_card_is_in_the_worst_state_of_its_rounds() {
        let each = Node::new("each".into(), "", NodeKind::ForEach.default_config());
        let body = Node::new("a".into(), "", NodeKind::Review.default_config());
        let body = Node { parent_id: Some("each".into()), ..body };
        let mut workflow = Workflow { nodes: vec![each, body], ..Workflow::default() };
        let run = |id: &str, status| {
            (NodeId::from(id), NodeRun { status, progress: Some((1, 3)), ..NodeRun::default() })
        };
        let runs: HashMap<NodeId, NodeRun> =
            [run("each", Status::Running), run("a", Status::AwaitingReview)].into();
        let shown = |workflow: &Workflow| {
            let mut runs = runs.clone();
            add_frames(workflow, &mut runs);
            runs.get(&NodeId::from("each")).map(|run| (run.status, run.progress))
        };

        let open = shown(&workflow);
        let closed = collapse(&workflow, &["each".into()].into()).map(|edit| edit.command);
        assert!(closed.and_then(|command| apply(&mut workflow, command)).is_ok());

        assert_eq!(open, Some((Status::Running, Some((1, 3)))));
        assert_eq!(shown(&workflow), Some((Status::AwaitingReview, Some((1, 3)))));
    }
}
