//! The mark of the product.

use leptos::prelude::*;

/// The mark: two strokes of one brush, a step and what comes of it.
#[component]
pub fn Logo(
    /// Width and height in CSS pixels.
    #[prop(default = 28)]
    size: u8,
) -> impl IntoView {
    view! {
        <span class="logo" style:--size=format!("{size}px") aria-hidden="true">
            <svg viewBox="0 0 28 28" width=size height=size focusable="false">
                <path class="logo__line" d="M8 19.5C12.5 19.5 11 9 20 8.5" />
                <circle class="logo__dot" cx="8" cy="19.5" r="2.75" />
                <circle class="logo__dot" cx="20" cy="8.5" r="2.75" />
            </svg>
        </span>
    }
    .into_any()
}
