//! What of the workflow is drawn on the stage.

use std::collections::{BTreeSet, HashSet};

use leptos::prelude::*;
use model::{
    canvas::detail::next_frame,
    id::{EdgeId, NodeId},
};

use crate::editor::store::{CULLED, Editor};

/// More cards than this are not waited for when an editor opens far away: the picture of blocks is
/// there at once, and they come over the next frames.
const AT_ONCE: usize = 24;

/// What is drawn now; much that comes or goes does so over several frames.
#[derive(Clone, Copy)]
pub struct Shown {
    /// In reading order: all, or when there are many those near the stage, and the focused one.
    pub nodes: Memo<Vec<NodeId>>,
    /// All, or those near the stage.
    pub edges: Memo<Vec<EdgeId>>,
    /// Whether many are drawn as one picture of blocks: far away, until all cards are there, and
    /// behind the cards while a hand goes nearer or farther; and when an editor opens.
    pub in_blocks: Memo<bool>,
}

impl Shown {
    /// What an editor shows.
    pub fn of(editor: Editor) -> Self {
        let (lens, drawing) = (editor.lens, editor.drawing);
        let (far, turned) = (lens.is_far(), lens.is_turned());
        let are_many = move || drawing.order.with(|order| order.len() > CULLED);
        let blocks = Memo::new(move |_| far.get() && are_many());
        let all = Memo::new(move |_| {
            let mut order = drawing.order.get();
            drawing.changes.track();
            order.retain(|id| !drawing.is_hidden(id));
            order
        });
        let wanted = wanted_nodes(editor, all, blocks);
        let opens = RwSignal::new(true);
        let haste = move |missing: usize| {
            let few = missing <= AT_ONCE || !(opens.get_untracked() && far.get_untracked());
            few && drawing.order.with_untracked(|order| order.len() <= CULLED)
        };
        let nodes = gradually(all, wanted, haste, move |id| {
            let focused = editor.focus.with_untracked(|focus| focus.as_ref() == Some(id));
            if focused { -1.0 } else { from_middle(editor, id) }
        });
        let wires = Memo::new(move |_| drawing.edges.get());
        let edges = gradually(wires, wanted_edges(editor, blocks), haste, move |id| {
            let wire = drawing.thread(id).map(|thread| thread.wire.get_untracked());
            wire.map_or(0.0, |wire| from_middle(editor, &wire.source))
        });
        let is_short = move || {
            let there: HashSet<NodeId> = nodes.get().into_iter().collect();
            wanted.with(|wanted| wanted.iter().any(|id| !there.contains(id)))
        };
        let in_blocks = Memo::new(move |before| {
            let waits = before == Some(&true) || opens.get() && far.get();
            blocks.get() || turned.get() && are_many() || waits && is_short()
        });
        Effect::new(move || {
            // Before the stage has a size, nothing is known of what is in view.
            let is_seen = lens.size.get().width > 0.0;
            if opens.get() && is_seen && !is_short() {
                opens.set(false);
            }
        });
        Self { nodes, edges, in_blocks }
    }
}

fn wanted_nodes(editor: Editor, all: Memo<Vec<NodeId>>, blocks: Memo<bool>) -> Memo<Vec<NodeId>> {
    let drawn = editor.lens.drawn();
    Memo::new(move |_| {
        let all = all.get();
        if all.len() <= CULLED && editor.lens.is_ahead() {
            return all;
        }
        let focus = editor.focus.get();
        if blocks.get() {
            return focus.into_iter().collect();
        }
        editor.drawing.changes.track();
        let area = drawn.get();
        let near: HashSet<NodeId> = editor.drawing.with_cards(|cards| {
            let near = cards.iter().filter(|card| card.rect.touches(area));
            near.map(|card| card.id.clone()).collect()
        });
        all.into_iter().filter(|id| near.contains(id) || focus.as_ref() == Some(id)).collect()
    })
}

fn wanted_edges(editor: Editor, blocks: Memo<bool>) -> Memo<Vec<EdgeId>> {
    let drawn = editor.lens.drawn();
    Memo::new(move |_| {
        let edges = editor.drawing.edges.get();
        if blocks.get() {
            return vec![];
        }
        if edges.len() <= CULLED && editor.lens.is_ahead() {
            return edges;
        }
        editor.drawing.changes.track();
        let area = drawn.get();
        editor.drawing.with_lines(|lines| {
            let near = lines.iter().filter(|line| line.around().touches(area));
            near.map(|line| line.id.clone()).collect()
        })
    })
}

/// How far a card is from the middle of the stage, in world units.
fn from_middle(editor: Editor, id: &NodeId) -> f64 {
    let middle = editor.lens.seen().center();
    editor.drawing.rect(id).map_or(0.0, |card| card.center().distance(middle))
}

/// What is wanted of all: at once where there is `haste` for so many that are missing, else frame by
/// frame.
fn gradually<T: Ord + Clone + Send + Sync + 'static>(
    all: Memo<Vec<T>>,
    wanted: Memo<Vec<T>>,
    haste: impl Fn(usize) -> bool + Copy + Send + Sync + 'static,
    distance: impl Fn(&T) -> f64 + Copy + Send + Sync + 'static,
) -> Memo<Vec<T>> {
    let drawn = RwSignal::new(wanted.get_untracked());
    let waits = StoredValue::new(false);
    Effect::new(move || {
        wanted.track();
        if !waits.get_value() {
            advance([all, wanted], drawn, waits, haste, distance);
        }
    });
    Memo::new(move |_| {
        let there: BTreeSet<T> = drawn.get().into_iter().collect();
        let mut all = all.get();
        all.retain(|one| there.contains(one));
        all
    })
}

/// Draws what is wanted or a slice more of it, and goes on in the next frame as long as anything is
/// missing or left over.
fn advance<T: Ord + Clone + Send + Sync + 'static>(
    [all, wanted]: [Memo<Vec<T>>; 2],
    drawn: RwSignal<Vec<T>>,
    waits: StoredValue<bool>,
    haste: impl Fn(usize) -> bool + Copy + Send + Sync + 'static,
    distance: impl Fn(&T) -> f64 + Copy + Send + Sync + 'static,
) {
    // The page may have been left meanwhile.
    let now = (all.try_get_untracked(), wanted.try_get_untracked(), drawn.try_get_untracked());
    let (Some(everything), Some(goal), Some(before)) = now else { return };
    let next = if haste(goal.len().saturating_sub(before.len())) {
        goal
    } else {
        next_frame(&everything, &before, &goal, distance)
    };
    let goes_on = next != before;
    waits.set_value(goes_on);
    if goes_on {
        drawn.set(next);
        request_animation_frame(move || advance([all, wanted], drawn, waits, haste, distance));
    }
}
