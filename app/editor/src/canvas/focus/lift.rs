//! Moving by keys: a lifted node follows the arrows until it is laid down or put back. And where
//! the focus goes when its card is deleted.

use std::collections::BTreeSet;

use leptos::prelude::*;
use model::{
    canvas::{
        geometry::{Point, Rect},
        nearby::{self, Direction},
        snap::GRID,
    },
    id::NodeId,
};

use super::{focus_canvas, focus_card_soon, is_canvas_focused};
use crate::store::{
    CanvasSelection, Editor, EditorDocument, EditorView, ViewportState,
    actions::delete_selection,
    drag_nodes::{drag_freely, end_drag},
    grouping::uncover,
};

/// Lifts the focused node, with the selection if it is part of it, or lays down what is lifted.
pub fn lift(editor: Editor) {
    if editor.view.drag.with_untracked(Option::is_some) {
        return lay_down(editor);
    }
    let focused = editor.view.focus.get_untracked();
    let Some(id) = focused.filter(|_| editor.document.editable.get_untracked()) else { return };
    drag_freely(editor, &id, Point::default());
    editor.notices.say(format!(
        "{} picked up. Arrow keys move it, Enter drops it, Escape puts it back.",
        editor.title(&id)
    ));
}

/// Lays down what is lifted, as one entry of the history, and announces where.
pub fn lay_down(editor: Editor) {
    let lifted = editor.view.focus.get_untracked();
    end_drag(editor);
    editor.document.seal();
    if let Some(id) = lifted {
        let (title, place) = (editor.title(&id), place_words(editor, &id));
        editor.notices.say(format!("{title} dropped, {place}"));
    }
}

/// Handles an arrow key: moves what is lifted, or else the focus. Shift makes a lifted node's step
/// larger, Alt makes it one world unit.
pub fn arrow(editor: Editor, direction: Direction, shift: bool, alt: bool) {
    let view = editor.view;
    let Some(id) = view.focus.get_untracked() else { return focus_first(editor) };
    let Some(drag) = view.drag.get_untracked() else {
        return walk(editor, &id, direction);
    };
    let step = match (shift, alt) {
        (_, true) => 1.0,
        (true, false) => 5.0 * GRID,
        (false, false) => GRID,
    };
    drag_freely(editor, &id, drag.by + direction.unit() * step);
    if let Some(card) = view.canvas_model.rect(&id) {
        view.viewport.reveal(card.shifted(dragged_by(view)));
    }
    editor.notices.say(place_words(editor, &id));
}

/// Focuses the first card in reading order.
fn focus_first(editor: Editor) {
    let order = editor.view.canvas_model.order;
    if let Some(id) = order.with_untracked(|order| order.first().cloned()) {
        look_at(editor, &id);
    }
}

/// Focuses the nearest node that way; to the right rather one that follows this node, to the left
/// rather one before it.
fn walk(editor: Editor, id: &NodeId, direction: Direction) {
    let Editor { document, view, .. } = editor;
    let Some(here) = view.canvas_model.rect(id) else { return };
    let linked: Vec<NodeId> = document.workflow.with_untracked(|workflow| {
        let edges = workflow.edges.iter();
        match direction {
            Direction::Right => {
                edges.filter(|e| e.source == *id).map(|e| e.target.clone()).collect()
            }
            Direction::Left => {
                edges.filter(|e| e.target == *id).map(|e| e.source.clone()).collect()
            }
            Direction::Up | Direction::Down => vec![],
        }
    });
    let next = view.canvas_model.with_cards(|cards| {
        let all = || cards.iter().map(|card| (card.id.clone(), card.rect));
        let near = nearby::nearest(here, direction, all().filter(|(at, _)| linked.contains(at)));
        near.or_else(|| nearby::nearest(here, direction, all().filter(|(at, _)| at != id)))
    });
    if let Some(next) = next {
        look_at(editor, &next);
    }
}

/// Focuses a card and brings it into view. What hides it is opened; where nothing may be changed,
/// the card that stands for it is focused instead.
pub fn look_at(editor: Editor, id: &NodeId) {
    go_to(editor, id, ViewportState::reveal);
}

fn go_to(editor: Editor, id: &NodeId, bring: fn(ViewportState, Rect)) {
    let view = editor.view;
    if view.canvas_model.is_hidden(id) {
        uncover(editor, id);
    }
    let id = view.canvas_model.visible_card(id.clone());
    view.focus.set(Some(id.clone()));
    if let Some(card) = view.canvas_model.rect(&id) {
        bring(view.viewport, card);
    }
    focus_card_soon(id);
}

/// Selects and focuses a node and brings it into view with its neighbours.
pub fn show_node(editor: Editor, id: &NodeId) {
    editor.view.select(CanvasSelection::from_node(id.clone()));
    go_to(editor, id, ViewportState::show);
}

/// How far the drag that is under way has moved its nodes, in world units.
fn dragged_by(view: EditorView) -> Point {
    view.drag.with_untracked(|drag| drag.as_ref().map(|drag| drag.by)).unwrap_or_default()
}

/// Where a node is, for screen readers: "at 320, 64, right of Brief, above Review".
fn place_words(editor: Editor, id: &NodeId) -> String {
    let view = editor.view;
    let Some(card) = view.canvas_model.rect(id) else { return String::new() };
    let here = card.shifted(dragged_by(view));
    let neighbour = |direction| {
        view.canvas_model.with_cards(|cards| {
            let others = cards.iter().filter(|card| card.id != *id);
            nearby::nearest(here, direction, others.map(|card| (card.id.clone(), card.rect)))
        })
    };
    let words =
        [(Direction::Left, "right of"), (Direction::Down, "above"), (Direction::Up, "below")];
    let words = words.into_iter().filter_map(|(direction, word)| {
        Some(format!("{word} {}", editor.title(&neighbour(direction)?)))
    });
    let at = position(here);
    std::iter::once(at).chain(words.take(2)).collect::<Vec<_>>().join(", ")
}

fn position(rect: Rect) -> String {
    format!("at {:.0}, {:.0}", rect.origin.x, rect.origin.y)
}

/// Deletes the selection, or the focused card where nothing is selected; the focus moves to a
/// neighbour.
pub fn delete(editor: Editor) {
    let Editor { document, view, .. } = editor;
    if view.selection.with_untracked(CanvasSelection::is_empty)
        && let Some(id) = view.focus.get_untracked()
    {
        view.select(CanvasSelection::from_node(id));
    }
    let next = focus_candidates(document, &view.selected_nodes());
    if delete_selection(editor) {
        move_focus(view, next.into_iter().next());
    }
}

/// Undoes or redoes; where that removes the focused card, the focus moves to a neighbour.
pub fn step_history(editor: Editor, step: fn(Editor)) {
    let view = editor.view;
    let focused: BTreeSet<NodeId> = view.focus.get_untracked().into_iter().collect();
    let next = focus_candidates(editor.document, &focused);
    step(editor);
    let is_gone = |id: &NodeId| view.canvas_model.node_signals(id).is_none();
    // Whoever presses the button in the toolbar keeps the focus there.
    if focused.iter().any(is_gone) && is_canvas_focused() {
        move_focus(view, next.into_iter().find(|id| !is_gone(id)));
    }
}

/// The nodes that may take the focus when these are deleted: first those before them, then those
/// after them.
fn focus_candidates(document: EditorDocument, gone: &BTreeSet<NodeId>) -> Vec<NodeId> {
    document.workflow.with_untracked(|workflow| {
        let edges = || workflow.edges.iter();
        let before = edges().filter(|edge| gone.contains(&edge.target)).map(|e| &e.source);
        let after = edges().filter(|edge| gone.contains(&edge.source)).map(|e| &e.target);
        before.chain(after).filter(|id| !gone.contains(*id)).cloned().collect()
    })
}

/// Focuses a card, or the canvas where there is none.
fn move_focus(view: EditorView, next: Option<NodeId>) {
    match next {
        Some(next) => {
            view.focus.set(Some(next.clone()));
            focus_card_soon(next);
        }
        None => focus_canvas(),
    }
}
