//! Zoom buttons of the canvas.

use leptos::prelude::*;

use super::{deed::Deed, desk::Desk};
use crate::ui::{button::IconButton, icon::Icon};

/// Farther, 100 %, nearer, everything.
#[component]
pub fn ZoomBar(
    /// What goes on.
    desk: Desk,
) -> impl IntoView {
    let view = desk.editor.lens.view;
    let percent = Memo::new(move |_| format!("{:.0} %", view.get().zoom * 100.0));
    view! {
        <div class="zoom-bar" role="group" aria-label="Zoom">
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
