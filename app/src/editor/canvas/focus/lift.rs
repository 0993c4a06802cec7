//! Moving by keys: a lifted node follows the arrows until it is laid down or put back.

use leptos::prelude::*;
use model::{
    canvas::{
        geometry::{Point, Rect},
        nearby::{self, Direction},
        snap::GRID,
    },
    id::NodeId,
};

use super::focus_card_soon;
use crate::editor::{
    canvas::CanvasState,
    store::{CanvasSelection, Editor, ViewportState},
};

impl CanvasState {
    /// Lifts the focused node, with the selection if it is part of it, or lays down what is lifted.
    pub fn lift(self) {
        let editor = self.editor;
        if editor.drag.with_untracked(Option::is_some) {
            return self.lay_down();
        }
        let Some(id) = editor.focus.get_untracked().filter(|_| editor.editable.get_untracked())
        else {
            return;
        };
        editor.drag_freely(&id, Point::default());
        editor.say(format!(
            "{} lifted. Arrows move it, Enter lays it down, Escape puts it back.",
            editor.title(&id)
        ));
    }

    /// Lays down what is lifted, as one entry of the history, and announces where.
    pub fn lay_down(self) {
        let editor = self.editor;
        let lifted = editor.focus.get_untracked();
        editor.end_drag();
        editor.seal();
        if let Some(id) = lifted {
            editor.say(format!("{} laid down, {}", editor.title(&id), place_words(editor, &id)));
        }
    }

    /// Handles an arrow key: moves what is lifted, or else the focus. Shift makes a lifted node's
    /// step larger, Alt makes it one world unit.
    pub fn arrow(self, direction: Direction, shift: bool, alt: bool) {
        let editor = self.editor;
        let Some(id) = editor.focus.get_untracked() else { return self.focus_first() };
        let Some(drag) = editor.drag.get_untracked() else {
            return self.walk(&id, direction);
        };
        let step = match (shift, alt) {
            (_, true) => 1.0,
            (true, false) => 5.0 * GRID,
            (false, false) => GRID,
        };
        editor.drag_freely(&id, drag.by + direction.unit() * step);
        if let Some(card) = editor.canvas_model.rect(&id) {
            let now = editor.drag.with_untracked(|c| c.as_ref().map(|c| c.by));
            editor.viewport.reveal(card.shifted(now.unwrap_or_default()));
        }
        editor.say(place_words(editor, &id));
    }

    /// Focuses the first card in reading order.
    fn focus_first(self) {
        if let Some(id) =
            self.editor.canvas_model.order.with_untracked(|order| order.first().cloned())
        {
            self.look_at(&id);
        }
    }

    /// Focuses the nearest node that way; to the right rather one that follows this node, to the
    /// left rather one before it.
    fn walk(self, id: &NodeId, direction: Direction) {
        let editor = self.editor;
        let Some(here) = editor.canvas_model.rect(id) else { return };
        let linked: Vec<NodeId> = editor.workflow.with_untracked(|workflow| {
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
        let next = editor.canvas_model.with_cards(|cards| {
            let all = || cards.iter().map(|card| (card.id.clone(), card.rect));
            let near =
                nearby::nearest(here, direction, all().filter(|(at, _)| linked.contains(at)));
            near.or_else(|| nearby::nearest(here, direction, all().filter(|(at, _)| at != id)))
        });
        if let Some(next) = next {
            self.look_at(&next);
        }
    }

    /// Focuses a card and brings it into view. What hides it is opened; where nothing may be
    /// changed, the card that stands for it is focused instead.
    pub fn look_at(self, id: &NodeId) {
        self.go_to(id, ViewportState::reveal);
    }

    fn go_to(self, id: &NodeId, bring: fn(ViewportState, Rect)) {
        let editor = self.editor;
        if editor.canvas_model.is_hidden(id) {
            editor.uncover(id);
        }
        let id = editor.canvas_model.visible_card(id.clone());
        editor.focus.set(Some(id.clone()));
        if let Some(card) = editor.canvas_model.rect(&id) {
            bring(editor.viewport, card);
        }
        focus_card_soon(id);
    }

    /// Selects and focuses a node and brings it into view with its neighbours.
    pub fn find(self, id: &NodeId) {
        self.editor.select(CanvasSelection::from_node(id.clone()));
        self.go_to(id, ViewportState::show);
    }
}

/// Where a node is, for screen readers: "at 320, 64, right of Brief, above Review".
fn place_words(editor: Editor, id: &NodeId) -> String {
    let by = editor.drag.with_untracked(|c| c.as_ref().map(|c| c.by)).unwrap_or_default();
    let Some(here) = editor.canvas_model.rect(id).map(|rect| rect.shifted(by)) else {
        return String::new();
    };
    let neighbour = |direction| {
        editor.canvas_model.with_cards(|cards| {
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
