//! Zoom buttons.

use leptos::prelude::*;

use super::stage::Stage;
use crate::ui::{button::IconButton, icon::Icon};

/// Farther, the present zoom, nearer, fit.
#[component]
pub(super) fn ZoomBar(stage: Stage) -> impl IntoView {
    let percent = move || match stage.view.get() {
        Some(view) => format!("{:.0} %", view.zoom * 100.0),
        None => "Fit".to_owned(),
    };
    view! {
        <div class="zoom-bar" role="group" aria-label="Zoom">
            <IconButton icon=Icon::Minus label="Zoom out" on_press=move |()| stage.zoom(-1) />
            <span class="zoom-bar__value num" aria-live="off">
                {percent}
            </span>
            <IconButton icon=Icon::Plus label="Zoom in" on_press=move |()| stage.zoom(1) />
            <span class="zoom-bar__rule"></span>
            <IconButton icon=Icon::Maximize label="Fit to view" on_press=move |()| stage.fit() />
        </div>
    }
    .into_any()
}
