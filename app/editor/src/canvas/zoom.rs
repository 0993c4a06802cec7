//! The zoom buttons of the canvas, and the minimap: all cards in a corner, and which part of them
//! is visible.

use leptos::{
    ev::{self, WheelEvent},
    html,
    prelude::*,
};
use model::canvas::{
    geometry::{Point, Rect, Size},
    minimap::Minimap,
};
use ui::{button::IconButton, icon::Icon};
use wasm_bindgen::JsCast;
use web::client::{pointer::local, wheel::read_wheel};
use web_sys::{HtmlCanvasElement, HtmlElement};

use super::{
    canvas_state::CanvasState,
    command::CanvasCommand,
    focus::CANVAS,
    paint::{context, kind_colour},
    run_command::run_command,
};
use crate::store::{CanvasModel, EditorView, ViewportState};

/// Handles a wheel event over the stage, or over something that floats there.
pub(super) fn wheel(viewport: ViewportState, event: &WheelEvent) {
    event.prevent_default();
    let stage = document().get_element_by_id(CANVAS);
    if let Some(stage) = stage.and_then(|stage| stage.dyn_into::<HtmlElement>().ok()) {
        viewport.wheel(&read_wheel(event, &stage), event.time_stamp());
    }
}

/// The buttons to zoom out, to 100 %, to zoom in and to fit everything.
#[component]
pub fn ZoomBar(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let viewport = canvas.editor.view.viewport;
    let view = viewport.view;
    let percent = Memo::new(move |_| format!("{:.0}%", view.get().zoom * 100.0));
    view! {
        <div
            class="zoom-bar"
            role="group"
            aria-label="Zoom"
            // A press leaves the focus where it is, so that Space still moves the view.
            on:mousedown=move |event| event.prevent_default()
            on:wheel=move |event| wheel(viewport, &event)
        >
            <IconButton icon=Icon::Minus label="Zoom out" on_press=move |()| run_command(canvas, CanvasCommand::ZoomOut) />
            <button
                type="button"
                class="zoom-bar__value num"
                data-testid="zoom"
                aria-label=move || format!("Zoom {}. Reset to 100%", percent.get())
                on:click=move |_| run_command(canvas, CanvasCommand::FullSize)
            >
                {move || percent.get()}
            </button>
            <IconButton icon=Icon::Plus label="Zoom in" on_press=move |()| run_command(canvas, CanvasCommand::ZoomIn) />
            <span class="zoom-bar__rule"></span>
            <IconButton icon=Icon::Maximize label="Fit to view" on_press=move |()| run_command(canvas, CanvasCommand::Fit) />
        </div>
    }
    .into_any()
}

const SIZE: Size = Size::new(200.0, 132.0);
const MARGIN: f64 = 10.0;

/// The minimap; screen readers skip it and have the outline.
#[component]
pub fn Map(
    /// The handle of the canvas.
    canvas: CanvasState,
) -> impl IntoView {
    let EditorView { canvas_model, viewport, .. } = canvas.editor.view;
    let node_ref = NodeRef::<html::Canvas>::new();
    let (visible, pressed) = (viewport.visible_rect_signal(), RwSignal::new(false));
    let map = Memo::new(move |_| {
        canvas_model.changes.track();
        Minimap::new(canvas_model.bounds().grown(80.0), SIZE, MARGIN)
    });
    Effect::new(move || {
        canvas_model.changes.track();
        // The first view of the canvas is drawn before the minimap.
        if let Some(element) = node_ref.get().filter(|_| viewport.is_ahead()) {
            paint(&element, canvas_model, map.get());
        }
    });
    let frame = move || map.get().rect(visible.get());
    let go = move |event: &ev::PointerEvent| {
        viewport.center(map.get_untracked().to_canvas(local(event)))
    };
    let press = move |event: ev::PointerEvent| {
        if let Some(element) =
            event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok())
        {
            // A pointer that is already gone cannot be captured, and need not be.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
        pressed.set(true);
        go(&event);
    };
    let wheel = move |event: ev::WheelEvent| {
        event.prevent_default();
        if let Some(map) = event.current_target().and_then(|t| t.dyn_into::<HtmlElement>().ok()) {
            viewport.zoom_by(&read_wheel(&event, &map));
        }
    };
    view! {
        <div
            class="minimap"
            data-testid="minimap"
            aria-hidden="true"
            on:pointerdown=press
            on:pointermove=move |event| {
                if pressed.get_untracked() {
                    go(&event);
                }
            }
            on:pointerup=move |_| pressed.set(false)
            on:pointercancel=move |_| pressed.set(false)
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

fn paint(element: &HtmlCanvasElement, canvas_model: CanvasModel, map: Minimap) {
    let Some(context) = context(element) else { return };
    context.clear_rect(0.0, 0.0, 2.0 * SIZE.width, 2.0 * SIZE.height);
    canvas_model.with_cards(|cards| {
        for card in cards {
            let Rect { origin: Point { x, y }, size } = map.rect(card.rect);
            context.set_global_alpha(if card.is_frame { 0.2 } else { 1.0 });
            context.set_fill_style_str(&kind_colour(canvas_model, &card.id));
            context.fill_rect(
                2.0 * x,
                2.0 * y,
                (2.0 * size.width).max(3.0),
                (2.0 * size.height).max(3.0),
            );
        }
    });
}
