//! Which cards and edges are drawn: all, or in a large workflow those near the stage.

use std::collections::{BTreeSet, HashSet};

use leptos::prelude::*;
use model::{
    canvas::detail::next_frame,
    id::{EdgeId, NodeId},
};

use crate::store::{CULL_THRESHOLD, EditorView};

/// When an editor opens zoomed out with more cards than this, the blocks are drawn at once and the
/// cards over the next frames.
const AT_ONCE: usize = 24;

/// What is drawn now; many cards appear or go over several frames.
#[derive(Clone, Copy)]
pub struct VisibleNodes {
    /// The drawn nodes in reading order: all, or those near the stage and the focused one.
    pub nodes: Memo<Vec<NodeId>>,
    /// The drawn edges: all, or those near the stage.
    pub edges: Memo<Vec<EdgeId>>,
    /// Whether many nodes are drawn as one picture of blocks: zoomed out, until all cards are
    /// there; behind the cards while a hand zooms; and when an editor opens.
    pub in_blocks: Memo<bool>,
}

impl VisibleNodes {
    /// Follows what is shown of a document.
    pub fn new(view: EditorView) -> Self {
        let (viewport, canvas_model) = (view.viewport, view.canvas_model);
        let (far, zooming) = (viewport.is_far(), viewport.is_zooming());
        let are_many = move || canvas_model.order.with(|order| order.len() > CULL_THRESHOLD);
        let blocks = Memo::new(move |_| far.get() && are_many());
        let all = Memo::new(move |_| {
            let mut order = canvas_model.order.get();
            canvas_model.changes.track();
            order.retain(|id| !canvas_model.is_hidden(id));
            order
        });
        let wanted = wanted_nodes(view, all, blocks);
        let opens = RwSignal::new(true);
        let haste = move |missing: usize| {
            let few = missing <= AT_ONCE || !(opens.get_untracked() && far.get_untracked());
            few && canvas_model.order.with_untracked(|order| order.len() <= CULL_THRESHOLD)
        };
        let nodes = gradually(all, wanted, haste, move |id| {
            let focused = view.focus.with_untracked(|focus| focus.as_ref() == Some(id));
            if focused { -1.0 } else { distance_from_middle(view, id) }
        });
        let wires = Memo::new(move |_| canvas_model.edges.get());
        let edges = gradually(wires, wanted_edges(view, blocks), haste, move |id| {
            let wire = canvas_model.edge_signals(id).map(|signals| signals.wire.get_untracked());
            wire.map_or(0.0, |wire| distance_from_middle(view, &wire.source))
        });
        let is_short = move || {
            let there: HashSet<NodeId> = nodes.get().into_iter().collect();
            wanted.with(|wanted| wanted.iter().any(|id| !there.contains(id)))
        };
        let in_blocks = Memo::new(move |before| {
            let waits = before == Some(&true) || opens.get() && far.get();
            blocks.get() || zooming.get() && are_many() || waits && is_short()
        });
        Effect::new(move || {
            // Before the stage has a size, nothing is known of what is in view.
            let is_seen = viewport.size.get().width > 0.0;
            if opens.get() && is_seen && !is_short() {
                opens.set(false);
            }
        });
        Self { nodes, edges, in_blocks }
    }
}

/// The nodes to draw in the end.
fn wanted_nodes(view: EditorView, all: Memo<Vec<NodeId>>, blocks: Memo<bool>) -> Memo<Vec<NodeId>> {
    let drawn = view.viewport.render_area();
    Memo::new(move |_| {
        let all = all.get();
        if all.len() <= CULL_THRESHOLD && view.viewport.is_ahead() {
            return all;
        }
        let focus = view.focus.get();
        if blocks.get() {
            return focus.into_iter().collect();
        }
        view.canvas_model.changes.track();
        let area = drawn.get();
        let near: HashSet<NodeId> = view.canvas_model.with_cards(|cards| {
            let near = cards.iter().filter(|card| card.rect.touches(area));
            near.map(|card| card.id.clone()).collect()
        });
        all.into_iter().filter(|id| near.contains(id) || focus.as_ref() == Some(id)).collect()
    })
}

/// The edges to draw in the end.
fn wanted_edges(view: EditorView, blocks: Memo<bool>) -> Memo<Vec<EdgeId>> {
    let drawn = view.viewport.render_area();
    Memo::new(move |_| {
        let edges = view.canvas_model.edges.get();
        if blocks.get() {
            return vec![];
        }
        if edges.len() <= CULL_THRESHOLD && view.viewport.is_ahead() {
            return edges;
        }
        view.canvas_model.changes.track();
        let area = drawn.get();
        view.canvas_model.with_lines(|lines| {
            let near = lines.iter().filter(|line| line.bounding_box().touches(area));
            near.map(|line| line.id.clone()).collect()
        })
    })
}

/// The distance of a card from the middle of the stage, in world units.
fn distance_from_middle(view: EditorView, id: &NodeId) -> f64 {
    let middle = view.viewport.visible_rect().center();
    view.canvas_model.rect(id).map_or(0.0, |card| card.center().distance(middle))
}

/// Follows `wanted`, in the order of `all`: at once where `haste` allows it for the number that is
/// missing, or else frame by frame, the nearest first.
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
            advance(all, wanted, drawn, waits, haste, distance);
        }
    });
    Memo::new(move |_| {
        let there: BTreeSet<T> = drawn.get().into_iter().collect();
        let mut all = all.get();
        all.retain(|one| there.contains(one));
        all
    })
}

/// Draws all that is wanted or a slice of it, and goes on in the next frame as long as anything is
/// missing or left over.
fn advance<T: Ord + Clone + Send + Sync + 'static>(
    all: Memo<Vec<T>>,
    wanted: Memo<Vec<T>>,
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
        request_animation_frame(move || advance(all, wanted, drawn, waits, haste, distance));
    }
}
