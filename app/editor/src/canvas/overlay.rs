//! What is drawn over the cards during gestures: the selection box, guides, the edge being drawn,
//! and the layer that stands for many dragged cards: a copy of them and of the lines between them,
//! which only the compositor moves. One by one they would be styled and painted anew with every
//! step.

use std::collections::BTreeSet;

use leptos::{html, prelude::*};
use model::{
    canvas::{
        edge_path::{EdgeStyle, edge_path},
        geometry::{Point, Rect},
        ports::port_offset,
        snap::Guide,
    },
    id::NodeId,
};
use web::client::elements;
use web_sys::{Element, HtmlElement, Node};

use super::{
    canvas_state::CanvasState,
    focus::card_id,
    gesture::{
        connect_drag::{ConnectDrag, loose_line},
        palette_drag::GhostCard,
    },
    popup::state::Picking,
    ports::port_position,
};
use crate::store::{Drag, Editor, Purpose, offers::first_way};

/// The selection box, the alignment lines of a drag, the edge being drawn and the preview card.
#[component]
pub fn Overlay(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let (drag, connect_drag) = (canvas.editor.view.drag, canvas.gesture.connect_drag);
    let guides = Memo::new(move |_| drag.with(|drag| drag.as_ref().map(|c| c.guides.clone())));
    let pulled = move || connect_drag.with(|now| now.as_ref().and_then(ConnectDrag::path));
    let drawn = move || pulled().or_else(|| pending_line(canvas));
    let begins = Memo::new(move |_| first_line(canvas.editor));
    view! {
        {move || canvas.gesture.marquee.get().map(marquee)}
        <GhostCard canvas=canvas />
        <svg class="guides" width="1" height="1" aria-hidden="true" focusable="false">
            <path class="guides__begin" d=move || begins.get() />
            <path class="rubber" d=drawn />
            {move || guides.get().unwrap_or_default().into_iter().map(guide).collect_view()}
        </svg>
    }
    .into_any()
}

/// The SVG path of the edge whose loose end waits for a step to be picked.
fn pending_line(canvas: CanvasState) -> Option<String> {
    let picking = canvas.popups.picker.get()?;
    let Picking { at, purpose: Purpose::From(port) } = picking else { return None };
    let start = port_position(canvas.editor.view.canvas_model, &port)?;
    Some(loose_line(port.side, start, at))
}

/// The path from start to end while they are the only nodes: where the first step will go.
fn first_line(editor: Editor) -> Option<String> {
    let canvas_model = editor.view.canvas_model;
    canvas_model.changes.track();
    let (start, end) = first_way(editor.document)?;
    let (from, to) = (canvas_model.rect(&start)?, canvas_model.rect(&end)?);
    let at = |x: f64, rect: Rect| Point::new(x, rect.origin.y + port_offset(0));
    let (from, to) = (at(from.right(), from), at(to.origin.x, to));
    Some(edge_path(from, to, f64::MIN, EdgeStyle::Curved).d)
}

/// The reason, beside the pointer, why the port there refuses the edge.
#[component]
pub fn Refusal(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let connect_drag = canvas.gesture.connect_drag;
    let words = Memo::new(move |_| connect_drag.with(|l| l.as_ref()?.refused.clone()));
    let place = move || {
        let at = connect_drag.with(|l| l.as_ref()?.at).unwrap_or_default();
        let at = canvas.editor.view.viewport.view.get().to_screen(at);
        format!("translate({:.1}px,{:.1}px)", at.x, at.y)
    };
    move || {
        let words = words.get()?;
        // Screen readers hear the reason in a toast when the edge is dropped.
        Some(view! { <p class="refusal" style:transform=place aria-hidden="true">{words}</p> })
    }
}

fn marquee(area: Rect) -> impl IntoView {
    view! {
        <div
            class="band"
            style:left=format!("{}px", area.origin.x)
            style:top=format!("{}px", area.origin.y)
            style:width=format!("{}px", area.size.width)
            style:height=format!("{}px", area.size.height)
        ></div>
    }
}

fn guide(guide: Guide) -> impl IntoView {
    let middle = (guide.from + guide.to) * 0.5;
    let words = guide.gap.map(|gap| {
        view! {
            <text class="guide__gap" x=middle.x y=middle.y - 6.0 text-anchor="middle">
                {format!("{gap:.0}")}
            </text>
        }
    });
    view! {
        <line class="guide" x1=guide.from.x y1=guide.from.y x2=guide.to.x y2=guide.to.y />
        {words}
    }
}

/// Marks an original under its copy; `style/editor/canvas.css` hides it.
const LIFTED: &str = "data-lifted";
/// The attributes that are removed from copies, because they are unique on a page.
const NAMES: [&str; 2] = ["id", "data-testid"];

/// The layer with the copies, while a drag moves its cards as one layer.
#[component]
pub fn DragLayer(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let (layer, drag) = (NodeRef::<html::Div>::new(), canvas.editor.view.drag);
    let nodes = Memo::new(move |_| {
        let layered = |now: &Option<Drag>| {
            now.as_ref().filter(|now| now.is_one_layer()).map(|now| now.nodes.clone())
        };
        drag.with(layered).unwrap_or_default()
    });
    let at = move || {
        let by = drag.with(|now| now.as_ref().map_or(Point::default(), |now| now.by));
        format!("translate3d({}px,{}px,0px)", by.x, by.y)
    };
    let hidden = StoredValue::new_local(vec![]);
    Effect::new(move || {
        let nodes = nodes.get();
        let Some(layer) = layer.get() else { return };
        hidden.update_value(|hidden: &mut Vec<Element>| {
            show(hidden);
            layer.replace_children_with_node_0();
            *hidden = copy_into_layer(canvas, &nodes, &layer);
        });
    });
    view! {
        <div
            node_ref=layer
            class="canvas__lifted"
            aria-hidden="true"
            inert
            hidden=move || nodes.read().is_empty()
            style:transform=at
        ></div>
    }
    .into_any()
}

/// Shows the originals again.
fn show(hidden: &mut Vec<Element>) {
    for element in hidden.drain(..) {
        // A card that was deleted meanwhile may fail; it is not shown anyway.
        let _ = element.remove_attribute(LIFTED);
    }
}

/// Copies cards and the lines between them into the layer; returns the originals, which are hidden.
fn copy_into_layer(
    canvas: CanvasState,
    nodes: &BTreeSet<NodeId>,
    layer: &HtmlElement,
) -> Vec<Element> {
    let mut copied = vec![];
    if nodes.is_empty() {
        return copied;
    }
    let found = layer.parent_element().map(|world| lines_between(canvas, nodes, &world));
    let (svg, lines) = found.unwrap_or_default();
    let paths = svg.and_then(|svg| layer.append_child(&svg.clone_node().ok()?).ok());
    for line in lines {
        let is_path = line.class_list().contains("edge");
        copied.extend(copy(line, paths.as_ref().filter(|_| is_path).unwrap_or(layer)));
    }
    let cards = nodes.iter().filter_map(|id| document().get_element_by_id(&card_id(id)));
    copied.extend(cards.filter_map(|card| copy(card, layer)));
    strip(layer);
    copied
}

/// The SVG element of all lines, and the paths, labels and issue marks of the edges between the
/// nodes.
fn lines_between(
    canvas: CanvasState,
    nodes: &BTreeSet<NodeId>,
    world: &Element,
) -> (Option<Element>, Vec<Element>) {
    let canvas_model = canvas.editor.view.canvas_model;
    let between = canvas_model.edges.get_untracked().into_iter().filter(|id| {
        canvas_model.edge_signals(id).is_some_and(|signals| {
            signals.wire.with_untracked(|w| nodes.contains(&w.source) && nodes.contains(&w.target))
        })
    });
    let names: BTreeSet<String> = between
        .flat_map(|id| ["edge", "edge-label", "edge-fault"].map(|part| format!("{part}-{id}")))
        .collect();
    let is_between = |line: &Element| {
        line.get_attribute("data-testid").is_some_and(|name| names.contains(&name))
    };
    let svg = world.query_selector(".edges").ok().flatten();
    let mut lines: Vec<Element> = elements(world.query_selector_all("[data-testid^='edge-']"));
    lines.retain(is_between);
    (svg, lines)
}

/// Appends a copy of an element and hides the original, which it returns.
fn copy(original: Element, into: &Node) -> Option<Element> {
    let copy = original.clone_node_with_deep(true).ok()?;
    into.append_child(&copy).ok()?;
    original.set_attribute(LIFTED, "").ok()?;
    Some(original)
}

/// Removes the unique attributes from all copies.
fn strip(layer: &HtmlElement) {
    for element in elements::<Element>(layer.query_selector_all("[id], [data-testid]")) {
        for name in NAMES {
            // Only copies are in the layer, so no original loses its name.
            let _ = element.remove_attribute(name);
        }
    }
}
