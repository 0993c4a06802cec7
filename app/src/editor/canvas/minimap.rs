//! The whole drawing in a corner, and what part of it is seen.

use leptos::{ev, html, prelude::*};
use model::canvas::{
    geometry::{Point, Rect, Size},
    minimap::Minimap,
};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};

use super::{desk::Desk, paint::kind_colour};
use crate::client::{pointer::local, wheel::read_wheel};

const SIZE: Size = Size::new(200.0, 132.0);
const MARGIN: f64 = 10.0;

/// The map; the outline is its form in words.
#[component]
pub fn Map(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let lens = desk.editor.lens;
    let node_ref = NodeRef::<html::Canvas>::new();
    let (watched, held) = (lens.watched(), RwSignal::new(false));
    let map = Memo::new(move |_| {
        desk.editor.drawing.changes.track();
        Minimap::new(desk.editor.drawing.bounds().grown(80.0), SIZE, MARGIN)
    });
    Effect::new(move || {
        desk.editor.drawing.changes.track();
        // The view itself comes first.
        if let Some(canvas) = node_ref.get().filter(|_| lens.is_ahead()) {
            paint(&canvas, desk, map.get());
        }
    });
    let frame = move || map.get().rect(watched.get());
    let go =
        move |event: &ev::PointerEvent| lens.center(map.get_untracked().to_canvas(local(event)));
    let press = move |event: ev::PointerEvent| {
        if let Some(canvas) =
            event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok())
        {
            // A pointer that is already gone cannot be captured, and need not be.
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
        held.set(true);
        go(&event);
    };
    let wheel = move |event: ev::WheelEvent| {
        event.prevent_default();
        if let Some(map) = event.current_target().and_then(|t| t.dyn_into::<HtmlElement>().ok()) {
            lens.zoom_by(&read_wheel(&event, &map));
        }
    };
    view! {
        <div
            class="minimap"
            data-testid="minimap"
            aria-hidden="true"
            on:pointerdown=press
            on:pointermove=move |event| {
                if held.get_untracked() {
                    go(&event);
                }
            }
            on:pointerup=move |_| held.set(false)
            on:pointercancel=move |_| held.set(false)
            on:mousedown=move |event| event.prevent_default()
            on:wheel=wheel
        >
            <canvas node_ref=node_ref class="minimap__picture" width="400" height="264"></canvas>
            <span
                class="minimap__frame"
                style:transform=move || { let at = frame().origin; format!("translate({:.1}px,{:.1}px)", at.x, at.y) }
                style:width=move || format!("{:.1}px", frame().size.width)
                style:height=move || format!("{:.1}px", frame().size.height)
            ></span>
        </div>
    }
    .into_any()
}

fn paint(canvas: &HtmlCanvasElement, desk: Desk, map: Minimap) {
    let Some(context) = context(canvas) else { return };
    context.clear_rect(0.0, 0.0, 2.0 * SIZE.width, 2.0 * SIZE.height);
    desk.editor.drawing.with_cards(|cards| {
        for card in cards {
            let Rect { origin: Point { x, y }, size } = map.rect(card.rect);
            context.set_global_alpha(if card.is_frame { 0.2 } else { 1.0 });
            context.set_fill_style_str(&kind_colour(desk, &card.id));
            context.fill_rect(
                2.0 * x,
                2.0 * y,
                (2.0 * size.width).max(3.0),
                (2.0 * size.height).max(3.0),
            );
        }
    });
}

/// What to draw with on a canvas; nothing where the browser refuses.
pub fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}
