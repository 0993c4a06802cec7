//! A field over the place of what is written in it.

use leptos::{ev, html, prelude::*};

use crate::editor::canvas::focus::focus_in_place;

/// A field that has the focus; Enter and leaving it keep what is written, Escape does not.
#[component]
pub fn InPlace(
    /// Its class.
    class: &'static str,
    /// What is written in it.
    label: &'static str,
    /// The most characters.
    most: usize,
    /// What is written so far.
    value: String,
    /// Where it lies, as a transform.
    #[prop(into)]
    at: Signal<String>,
    /// Told once what was written, or nothing.
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
    // As an attribute the value is there when the field is selected; a property comes after it.
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
                // A field that goes loses the focus once more.
                end.try_with_value(|end| end(true));
            }
        />
    }
}
