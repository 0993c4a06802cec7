//! Many cards that are dragged at once: a copy of them and of the lines between them, as one layer that
//! only the compositor moves. One by one they would be styled and painted anew with every step.

use std::collections::BTreeSet;

use leptos::{html, prelude::*};
use model::{canvas::geometry::Point, id::NodeId};
use web_sys::{Element, HtmlElement, Node};

use super::{desk::Desk, focus::card_id};
use crate::{client::elements, editor::store::Carrying};

/// On what stands still, and unseen, under its copy; `style/editor/canvas.css` hides it.
const LIFTED: &str = "data-lifted";
/// What a copy must not have: there is one of each on a page.
const NAMES: [&str; 2] = ["id", "data-testid"];

/// The copy, for as long as many are dragged.
#[component]
pub fn Lifted(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let (layer, carrying) = (NodeRef::<html::Div>::new(), desk.editor.carrying);
    let nodes = Memo::new(move |_| {
        let lifted = |now: &Option<Carrying>| {
            now.as_ref().filter(|now| now.is_lifted()).map(|now| now.nodes.clone())
        };
        carrying.with(lifted).unwrap_or_default()
    });
    let at = move || {
        let by = carrying.with(|now| now.as_ref().map_or(Point::default(), |now| now.by));
        format!("translate3d({}px,{}px,0px)", by.x, by.y)
    };
    let still = StoredValue::new_local(vec![]);
    Effect::new(move || {
        let nodes = nodes.get();
        let Some(layer) = layer.get() else { return };
        still.update_value(|still: &mut Vec<Element>| {
            show(still);
            layer.replace_children_with_node_0();
            *still = lift(desk, &nodes, &layer);
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

fn show(still: &mut Vec<Element>) {
    for element in still.drain(..) {
        // A card that was deleted meanwhile needs no attribute less.
        let _ = element.remove_attribute(LIFTED);
    }
}

/// Copies cards and the lines between them into the layer; gives what was copied, which is hidden.
fn lift(desk: Desk, nodes: &BTreeSet<NodeId>, layer: &HtmlElement) -> Vec<Element> {
    let mut copied = vec![];
    if nodes.is_empty() {
        return copied;
    }
    let found = layer.parent_element().map(|world| lines_between(desk, nodes, &world));
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

/// The drawing of all lines, and of those between the nodes the paths, words and marks.
fn lines_between(
    desk: Desk,
    nodes: &BTreeSet<NodeId>,
    world: &Element,
) -> (Option<Element>, Vec<Element>) {
    let drawing = desk.editor.drawing;
    let between = drawing.edges.get_untracked().into_iter().filter(|id| {
        drawing.thread(id).is_some_and(|thread| {
            thread.wire.with_untracked(|w| nodes.contains(&w.source) && nodes.contains(&w.target))
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

fn copy(original: Element, into: &Node) -> Option<Element> {
    let copy = original.clone_node_with_deep(true).ok()?;
    into.append_child(&copy).ok()?;
    original.set_attribute(LIFTED, "").ok()?;
    Some(original)
}

fn strip(layer: &HtmlElement) {
    for element in elements::<Element>(layer.query_selector_all("[id], [data-testid]")) {
        for name in NAMES {
            // It is an attribute of the copy alone.
            let _ = element.remove_attribute(name);
        }
    }
}
