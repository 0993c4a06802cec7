//! What a text looks like with sample values.

use leptos::prelude::*;
use model::panel::{filled_in, sample_scope};

use crate::editor::panel::spot::Spot;

/// The text with the parameters' examples filled in; worked out only while it is looked at.
#[component]
pub(super) fn Preview(spot: Spot, text: RwSignal<String>) -> impl IntoView {
    let open = RwSignal::new(false);
    let filled = move || {
        let scope = spot.subject.workflow.with(sample_scope);
        text.with(|text| filled_in(text, &scope))
    };
    let shown = move || {
        open.get().then(|| match filled() {
            Ok(text) => view! { <p class="sample__text">{text}</p> }.into_any(),
            Err(error) => {
                view! { <p class="sample__text subtle">{error.to_string()}</p> }.into_any()
            }
        })
    };
    view! {
        <details
            class="sample"
            on:toggle=move |_| open.update(|open| *open = !*open)
        >
            <summary class="sample__title small">"With sample values"</summary>
            {shown}
        </details>
    }
}
