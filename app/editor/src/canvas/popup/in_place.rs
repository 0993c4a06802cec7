//! A text field over the place on the canvas whose text it edits.

use leptos::{ev, html, prelude::*};

use crate::canvas::focus::focus_in_place;

/// A field that takes the focus; Enter and blur keep the text, Escape drops it.
#[component]
pub fn InPlace(
    /// The CSS class of the field, which gives it its place and size.
    class: &'static str,
    /// The accessible name.
    label: &'static str,
    /// The greatest number of characters.
    most: usize,
    /// The text before the edit.
    value: String,
    /// The place as a CSS transform.
    #[prop(into)]
    at: Signal<String>,
    /// Called once with the trimmed text, or with nothing after Escape.
    #[prop(into)]
    on_end: Callback<Option<String>>,
) -> impl IntoView {
    let node_ref = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(field) = node_ref.get() {
            focus_in_place(&field);
            field.select();
        }
    });
    let done = StoredValue::new(false);
    let end = StoredValue::new(move |keep: bool| {
        if done.get_value() {
            return;
        }
        done.set_value(true);
        let written = node_ref.get_untracked().map(|field| field.value()).filter(|_| keep);
        on_end.run(written.map(|written| written.trim().to_owned()));
    });
    let on_key = move |event: ev::KeyboardEvent| {
        event.stop_propagation();
        match event.key().as_str() {
            "Enter" => end.with_value(|end| end(true)),
            "Escape" => end.with_value(|end| end(false)),
            _ => {}
        }
    };
    // The value is an attribute, so that it is there when the effect selects it; a property is set
    // later.
    view! {
        <input
            node_ref=node_ref
            class=class
            type="text"
            maxlength=most.to_string()
            aria-label=label
            style:transform=move || at.get()
            value=value
            on:keydown=on_key
            on:blur=move |_| {
                // A field that is removed loses the focus once more.
                end.try_with_value(|end| end(true));
            }
        />
    }
}
