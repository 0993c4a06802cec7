//! Moving with keys: a lifted node follows the arrows until it is laid down or goes back.

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
    canvas::Desk,
    store::{Chosen, Editor, Lens},
};

impl Desk {
    /// Lifts the focused node with the selection it belongs to, or lays it down.
    pub fn lift(self) {
        let editor = self.editor;
        if editor.carrying.with_untracked(Option::is_some) {
            return self.lay_down();
        }
        let Some(id) = editor.focus.get_untracked().filter(|_| editor.editable.get_untracked())
        else {
            return;
        };
        editor.carry_freely(&id, Point::default());
        editor.say(format!(
            "{} lifted. Arrows move it, Enter lays it down, Escape puts it back.",
            editor.title(&id)
        ));
    }

    /// Lays down what is lifted.
    pub fn lay_down(self) {
        let editor = self.editor;
        let lifted = editor.focus.get_untracked();
        editor.put_down();
        editor.seal();
        if let Some(id) = lifted {
            editor.say(format!("{} laid down, {}", editor.title(&id), place_words(editor, &id)));
        }
    }

    /// An arrow key: moves what is lifted, else the focus.
    pub fn arrow(self, direction: Direction, shift: bool, alt: bool) {
        let editor = self.editor;
        let Some(id) = editor.focus.get_untracked() else { return self.first() };
        let Some(carrying) = editor.carrying.get_untracked() else {
            return self.walk(&id, direction);
        };
        let step = match (shift, alt) {
            (_, true) => 1.0,
            (true, false) => 5.0 * GRID,
            (false, false) => GRID,
        };
        editor.carry_freely(&id, carrying.by + direction.unit() * step);
        if let Some(card) = editor.drawing.rect(&id) {
            let now = editor.carrying.with_untracked(|c| c.as_ref().map(|c| c.by));
            editor.lens.reveal(card.shifted(now.unwrap_or_default()));
        }
        editor.say(place_words(editor, &id));
    }

    fn first(self) {
        if let Some(id) = self.editor.drawing.order.with_untracked(|order| order.first().cloned()) {
            self.look_at(&id);
        }
    }

    /// To the nearest node that way: right rather to one that follows, left to one it follows.
    fn walk(self, id: &NodeId, direction: Direction) {
        let editor = self.editor;
        let Some(here) = editor.drawing.rect(id) else { return };
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
        let next = editor.drawing.with_cards(|cards| {
            let all = || cards.iter().map(|card| (card.id.clone(), card.rect));
            let near =
                nearby::nearest(here, direction, all().filter(|(at, _)| linked.contains(at)));
            near.or_else(|| nearby::nearest(here, direction, all().filter(|(at, _)| at != id)))
        });
        if let Some(next) = next {
            self.look_at(&next);
        }
    }

    /// Moves the focus to a card and shows it. What hides it opens, or has the focus in its place
    /// where nothing may be changed.
    pub fn look_at(self, id: &NodeId) {
        self.go_to(id, Lens::reveal);
    }

    fn go_to(self, id: &NodeId, bring: fn(Lens, Rect)) {
        let editor = self.editor;
        if editor.drawing.is_hidden(id) {
            editor.uncover(id);
        }
        let id = editor.drawing.in_place_of(id.clone());
        editor.focus.set(Some(id.clone()));
        if let Some(card) = editor.drawing.rect(&id) {
            bring(editor.lens, card);
        }
        focus_card_soon(id);
    }

    /// Selects a node and goes to it.
    pub fn find(self, id: &NodeId) {
        self.editor.choose(Chosen::node(id.clone()));
        self.go_to(id, Lens::show);
    }
}

/// "at 320, 64, right of Brief, above Review".
fn place_words(editor: Editor, id: &NodeId) -> String {
    let by = editor.carrying.with_untracked(|c| c.as_ref().map(|c| c.by)).unwrap_or_default();
    let Some(here) = editor.drawing.rect(id).map(|rect| rect.shifted(by)) else {
        return String::new();
    };
    let beside = |direction| {
        editor.drawing.with_cards(|cards| {
            let others = cards.iter().filter(|card| card.id != *id);
            nearby::nearest(here, direction, others.map(|card| (card.id.clone(), card.rect)))
        })
    };
    let words =
        [(Direction::Left, "right of"), (Direction::Down, "above"), (Direction::Up, "below")];
    let words = words.into_iter().filter_map(|(direction, word)| {
        Some(format!("{word} {}", editor.title(&beside(direction)?)))
    });
    let at = position(here);
    std::iter::once(at).chain(words.take(2)).collect::<Vec<_>>().join(", ")
}

fn position(rect: Rect) -> String {
    format!("at {:.0}, {:.0}", rect.origin.x, rect.origin.y)
}
