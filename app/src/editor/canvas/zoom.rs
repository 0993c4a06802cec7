//! Zoom buttons of the canvas.

use leptos::{ev::WheelEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{deed::Deed, desk::Desk, focus::CANVAS};
use crate::{
    client::wheel::read_wheel,
    ui::{button::IconButton, icon::Icon},
};

impl Desk {
    /// A wheel turns over the stage, or over something that floats there.
    pub fn wheel(self, event: &WheelEvent) {
        event.prevent_default();
        let stage = document().get_element_by_id(CANVAS);
        if let Some(stage) = stage.and_then(|stage| stage.dyn_into::<HtmlElement>().ok()) {
            self.editor.lens.wheel(&read_wheel(event, &stage), event.time_stamp());
        }
    }
}

/// Farther, 100 %, nearer, everything.
#[component]
pub fn ZoomBar(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let view = desk.editor.lens.view;
    let percent = Memo::new(move |_| format!("{:.0} %", view.get().zoom * 100.0));
    view! {
        <div
            class="zoom-bar"
            role="group"
            aria-label="Zoom"
            // A mouse leaves the focus where it is: Space goes on moving the view.
            on:mousedown=move |event| event.prevent_default()
            on:wheel=move |event| desk.wheel(&event)
        >
            <IconButton icon=Icon::Minus label="Zoom out" on_press=move |()| desk.perform(Deed::ZoomOut) />
            <button
                type="button"
                class="zoom-bar__value num"
                data-testid="zoom"
                aria-label=move || format!("Zoom {}, show at 100 %", percent.get())
                on:click=move |_| desk.perform(Deed::FullSize)
            >
                {move || percent.get()}
            </button>
            <IconButton icon=Icon::Plus label="Zoom in" on_press=move |()| desk.perform(Deed::ZoomIn) />
            <span class="zoom-bar__rule"></span>
            <IconButton icon=Icon::Maximize label="Fit to view" on_press=move |()| desk.perform(Deed::Fit) />
        </div>
    }
    .into_any()
}
