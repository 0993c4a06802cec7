//! The layer that stands for many dragged cards: a copy of them and of the lines between them,
//! which only the compositor moves. One by one they would be styled and painted anew with every
//! step.

use std::collections::BTreeSet;

use leptos::{html, prelude::*};
use model::{canvas::geometry::Point, id::NodeId};
use web::client::elements;
use web_sys::{Element, HtmlElement, Node};

use super::{canvas_state::CanvasState, focus::card_id};
use crate::store::Drag;

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
