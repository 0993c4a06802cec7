//! Selecting by clicks, by a box and by keys.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    canvas::{
        geometry::Rect,
        hit::{Card, Hit},
        marquee::Cover,
        tool::Choose,
    },
    id::{EdgeId, NodeId},
    workflow::Workflow,
};
use ui::format::pluralize;

use crate::{
    canvas::{
        canvas_state::CanvasState,
        focus::{focus_canvas, focus_card},
    },
    store::{CanvasSelection, Editor},
};

/// Selects what was clicked, and focuses it if it is a card.
pub fn select_hit(canvas: CanvasState, hit: &Hit, how: Choose) {
    let view = canvas.editor.view;
    view.select(view.selection_after_click(hit, how));
    if let Hit::Card(id) = hit {
        canvas.selection.clicked.set((how == Choose::Only).then(|| id.clone()));
        focus_card(id);
    }
}

/// Handles a click on the empty canvas: it ends an armed edge, or else the selection.
pub fn clear_selection(canvas: CanvasState) {
    let connect_drag = canvas.gesture.connect_drag;
    if connect_drag.with_untracked(Option::is_some) {
        return connect_drag.set(None);
    }
    canvas.editor.view.select(CanvasSelection::default());
    focus_canvas();
}

/// Selects the cards in a finished selection box.
pub fn select_covered(editor: Editor, area: Rect, cover: Cover, how: Choose) {
    let Editor { document, view, .. } = editor;
    let covered: BTreeSet<NodeId> = view.canvas_model.with_cards(|cards| {
        // A box drawn inside a frame selects the cards there, not the frame itself.
        let is_covered = |card: &&Card| {
            if card.is_frame { area.holds(card.rect) } else { cover.chooses(area, card.rect) }
        };
        let covered = cards.iter().filter(is_covered);
        covered.map(|card| card.id.clone()).collect()
    });
    let covered = view.canvas_model.expand_lanes(covered);
    let selected = |now: &Workflow| CanvasSelection::from_nodes(covered, now);
    let found = document.workflow.with_untracked(selected);
    let count = found.nodes.len() as u64;
    editor.notices.say(format!("{} selected", pluralize(count, "step", "steps")));
    view.select(view.selection.get_untracked().combine(found, how));
}

/// Adds the focused node to the selection, or with [`Choose::Toggle`] takes it out again.
pub fn select_focused(editor: Editor, how: Choose) {
    let view = editor.view;
    let Some(id) = view.focus.get_untracked() else { return };
    view.select(view.selection_after_click(&Hit::Card(id), how));
}

/// Selects the edge of the focused node that comes `step` after the selected one, going round.
pub fn select_next_edge(editor: Editor, step: isize) {
    let Editor { document, view, .. } = editor;
    let Some(id) = view.focus.get_untracked() else { return };
    let edges: Vec<EdgeId> = document.workflow.with_untracked(|workflow| {
        let own = workflow.edges.iter().filter(|edge| edge.source == id || edge.target == id);
        own.map(|edge| edge.id.clone()).collect()
    });
    let now = view.selection.with_untracked(|c| edges.iter().position(|e| c.edges.contains(e)));
    let next = match now {
        Some(at) => at.checked_add_signed(step).unwrap_or(edges.len() - 1) % edges.len(),
        None => 0,
    };
    let Some(edge) = edges.get(next) else { return };
    view.select(CanvasSelection { edges: [edge.clone()].into(), ..CanvasSelection::default() });
    if let Some(signals) = view.canvas_model.edge_signals(edge) {
        let wire = signals.wire.get_untracked();
        editor.notices.say(format!(
            "Connection {} of {}, from {} to {}{}",
            next + 1,
            edges.len(),
            editor.title(&wire.source),
            editor.title(&wire.target),
            wire.label.map(|label| format!(", {label}")).unwrap_or_default()
        ));
    }
}
