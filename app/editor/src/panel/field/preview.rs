//! A preview of a text with sample values in place of its references.

use leptos::prelude::*;
use model::panel::{filled_in, sample_scope};

use crate::panel::field_binding::FieldBinding;

/// The text with the parameters' examples filled in; computed only while the preview is open.
#[component]
pub(super) fn Preview(binding: FieldBinding, text: RwSignal<String>) -> impl IntoView {
    let open = RwSignal::new(false);
    let filled = move || {
        let scope = binding.subject.workflow.with(sample_scope);
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
            <summary class="sample__title small">"Preview with sample values"</summary>
            {shown}
        </details>
    }
}
