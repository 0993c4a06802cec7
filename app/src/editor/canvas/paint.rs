//! Far away a card is a coloured block: with many of them, one picture instead of an element each.

use std::{cell::RefCell, collections::HashMap};

use leptos::{html, prelude::*};
use model::{canvas::viewport::Viewport, id::NodeId};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::{desk::Desk, minimap::context};

thread_local! {
    /// Colours of node types as the style sheet has them now.
    static COLOURS: RefCell<HashMap<String, String>> = RefCell::new(HashMap::new());
}

/// Forgets the colours, because the theme changed.
pub fn forget_colours() {
    COLOURS.with_borrow_mut(HashMap::clear);
}

/// The colour of a node's type in the present theme.
pub fn kind_colour(desk: Desk, id: &NodeId) -> String {
    let kind =
        desk.editor.drawing.spot(id).map(|spot| spot.card.with_untracked(|c| c.kind.clone()));
    let kind = kind.unwrap_or_default();
    if let Some(known) = COLOURS.with_borrow(|colours| colours.get(&kind).cloned()) {
        return known;
    }
    let found = probe(&kind).unwrap_or_else(|| "gray".to_owned());
    COLOURS.with_borrow_mut(|colours| colours.insert(kind, found.clone()));
    found
}

/// Asks the style sheet by an element that is there for a moment.
fn probe(kind: &str) -> Option<String> {
    let element = document().create_element("span").ok()?;
    element.set_attribute("data-kind", kind).ok()?;
    element.set_class_name("kind-probe");
    let body = document().body()?;
    body.append_child(&element).ok()?;
    let colour = window().get_computed_style(&element).ok()??.get_property_value("color").ok();
    element.remove();
    colour.filter(|colour| !colour.is_empty())
}

/// All cards and lines as one picture.
#[component]
pub fn Blocks(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let node_ref = NodeRef::<html::Canvas>::new();
    let lens = desk.editor.lens;
    Effect::new(move || {
        let (view, size) = (lens.view.get(), lens.size.get());
        desk.editor.drawing.changes.track();
        desk.editor.chosen.track();
        desk.editor.carrying.track();
        let Some(canvas) = node_ref.get() else { return };
        let scale = window().device_pixel_ratio();
        resize(&canvas, size.width * scale, size.height * scale);
        if let Some(context) = context(&canvas) {
            paint(&context, desk, view, scale);
        }
    });
    view! { <canvas node_ref=node_ref class="canvas__blocks" aria-hidden="true"></canvas> }
}

fn resize(canvas: &HtmlCanvasElement, width: f64, height: f64) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a stage is a few thousand pixels wide, never negative"
    )]
    let (width, height) = (width.round() as u32, height.round() as u32);
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
}

fn paint(context: &CanvasRenderingContext2d, desk: Desk, view: Viewport, scale: f64) {
    // Drawing into a canvas that was lost changes nothing.
    let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    let size = desk.editor.lens.size.get_untracked();
    context.clear_rect(0.0, 0.0, size.width * scale, size.height * scale);
    let (zoom, pan) = (view.zoom * scale, view.pan * scale);
    let _ = context.set_transform(zoom, 0.0, 0.0, zoom, pan.x, pan.y);
    let seen = desk.editor.lens.seen();
    lines(context, desk, seen);
    let chosen = desk.editor.chosen.get_untracked().nodes;
    desk.editor.drawing.with_cards(|cards| {
        for card in cards.iter().filter(|card| card.rect.touches(seen)) {
            let shift = desk.editor.drawing.spot(&card.id).map(|s| s.shift.get_untracked());
            let rect = card.rect.shifted(shift.unwrap_or_default());
            let (at, size) = (rect.origin, rect.size);
            context.set_global_alpha(match (card.is_frame, chosen.contains(&card.id)) {
                (true, _) => 0.16,
                (false, true) => 1.0,
                (false, false) => 0.62,
            });
            context.set_fill_style_str(&kind_colour(desk, &card.id));
            context.fill_rect(at.x, at.y, size.width, size.height);
        }
    });
    context.set_global_alpha(1.0);
}

fn lines(context: &CanvasRenderingContext2d, desk: Desk, seen: model::canvas::geometry::Rect) {
    context.set_stroke_style_str("rgb(116 130 163)");
    context.set_global_alpha(0.7);
    context.set_line_width(3.0);
    context.begin_path();
    desk.editor.drawing.with_lines(|all| {
        for line in all.iter().filter(|line| line.around().touches(seen)) {
            if let (Some(from), Some(to)) = (line.points.first(), line.points.last()) {
                context.move_to(from.x, from.y);
                context.line_to(to.x, to.y);
            }
        }
    });
    context.stroke();
}
