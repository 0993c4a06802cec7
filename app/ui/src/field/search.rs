//! Words to search for.

use leptos::{html, prelude::*};

use crate::icon::{Glyph, Icon};

/// A search box without a visible label. Whoever holds the words decides what they are: the
/// address of the page, so that a search can be shared and works without scripts.
#[component]
pub fn SearchField(
    /// Name in the form and id on the page.
    name: &'static str,
    /// What is searched, also shown while empty.
    label: &'static str,
    /// The words now.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the words on every change.
    #[prop(into)]
    on_input: Callback<String>,
) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |adopted: Option<bool>| {
        let wanted = value.get();
        let Some(input) = node.get() else { return false };
        let shown = input.value();
        let typing = document().active_element().is_some_and(|at| at.id() == name);
        if adopted != Some(true) && !shown.is_empty() && shown != wanted {
            on_input.run(shown);
        } else if !typing && shown != wanted {
            input.set_value(&wanted);
        }
        true
    });
    view! {
        <div class="search">
            <label class="unseen" for=name>
                {label}
            </label>
            <Glyph icon=Icon::Search />
            <input
                node_ref=node
                class="input"
                type="search"
                id=name
                name=name
                value=value.get_untracked()
                placeholder=label
                autocomplete="off"
                on:input=move |event| on_input.run(event_target_value(&event))
            />
        </div>
    }
}
