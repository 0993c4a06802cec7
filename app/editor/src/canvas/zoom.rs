//! Zoom buttons of the canvas.

use leptos::{ev::WheelEvent, prelude::*};
use ui::{button::IconButton, icon::Icon};
use wasm_bindgen::JsCast;
use web::client::wheel::read_wheel;
use web_sys::HtmlElement;

use super::{
    canvas_state::CanvasState, command::CanvasCommand, focus::CANVAS, run_command::run_command,
};
use crate::store::ViewportState;

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
