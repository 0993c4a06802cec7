//! Zoom buttons, and whether the view follows the work.

use leptos::prelude::*;
use ui::{button::IconButton, icon::Icon};

use super::stage::Stage;

/// Farther, the present zoom, nearer, fit; where something may be followed, whether it is.
#[component]
pub(super) fn ZoomBar(
    stage: Stage,
    /// Whether there is something to follow now.
    #[prop(into)]
    may_follow: Signal<bool>,
) -> impl IntoView {
    let percent = move || match stage.view.get() {
        Some(view) => format!("{:.0}%", view.zoom * 100.0),
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
            <Show when=move || may_follow.get()>
                <IconButton
                    icon=Icon::LocateFixed
                    label="Follow running steps"
                    pressed=Signal::derive(move || Some(stage.follows()))
                    on_press=move |()| stage.turn_following()
                />
            </Show>
        </div>
    }
    .into_any()
}
