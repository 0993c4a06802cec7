//! The states of a run on the cards and lines of the canvas.

use std::collections::HashMap;

use leptos::prelude::*;
use model::id::{EdgeId, NodeId};

use crate::{
    diagram::view::{DiagramEdge, EdgeState, NodeRun},
    editor::store::{Editor, Wire},
    monitor::{ExecutionStore, edge_state, run_on_card},
};

/// Keeps what the cards and lines say of the run that is shown up to date.
pub fn paint_runs(editor: Editor) {
    Effect::new(move || {
        let shown = editor.testing.shown.get();
        // A line that is new has a state too.
        editor.drawing.edges.track();
        let runs = shown.map(runs).unwrap_or_default();
        let state = |id: &EdgeId, wire: &Wire| match shown {
            Some(store) => store.view.with(|view| edge_state(&drawn(id, wire), view)),
            None => EdgeState::Idle,
        };
        editor.workflow.with_untracked(|workflow| editor.drawing.paint(workflow, runs, state));
    });
}

fn runs(store: ExecutionStore) -> HashMap<NodeId, NodeRun> {
    let (view, texts) = (store.view.read(), store.texts.read());
    let ahead = store.ahead.get().unwrap_or(0);
    let drawn = view.nodes.iter().filter(|node| node.id.round().is_empty());
    drawn.map(|node| (node.id.clone(), run_on_card(&view, node, &texts, ahead))).collect()
}

fn drawn(id: &EdgeId, wire: &Wire) -> DiagramEdge {
    DiagramEdge {
        id: id.to_string(),
        source: wire.source.to_string(),
        target: wire.target.to_string(),
        ..DiagramEdge::default()
    }
}
