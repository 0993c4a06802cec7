//! Words that appear on hover and on focus.

use leptos::prelude::*;

/// Shows `text` while the pointer or the focus is on its content; Escape hides it.
#[component]
pub fn Tooltip(
    /// The id of the words; the content should point to it with `aria-describedby`.
    #[prop(into)]
    id: String,
    /// The explanation that is shown.
    #[prop(into)]
    text: Signal<String>,
    /// What is explained.
    children: Children,
) -> impl IntoView {
    let hidden = RwSignal::new(false);
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            hidden.set(true);
        }
    };
    view! {
        <span
            class="tooltip"
            data-state=move || hidden.get().then_some("dismissed")
            on:keydown=on_key
            on:mouseenter=move |_| hidden.set(false)
            on:focusin=move |_| hidden.set(false)
        >
            {children()}
            <span class="tooltip__words" role="tooltip" id=id>
                {move || text.get()}
            </span>
        </span>
    }
    .into_any()
}
