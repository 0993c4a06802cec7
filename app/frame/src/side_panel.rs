//! The panel beside a page: it has the focus once it is open, and Escape closes it.

use leptos::{ev, html, prelude::*};
use web::client::{focus::is_nowhere, on_window};

/// A panel beside the page, which is in it only while open.
#[component]
pub fn SidePanel(
    /// The id of the panel, unique on the page.
    id: &'static str,
    /// The classes of the panel.
    class: &'static str,
    /// The id of the element that names it.
    labelled_by: &'static str,
    /// Called when the person closes it with Escape.
    close: Callback<()>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Section>::new();
    Effect::new(move |_: Option<()>| {
        if let Some(panel) = node.get() {
            // What cannot take the focus leaves it where it was.
            let _ = panel.focus();
        }
    });
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.stop_propagation();
            close.run(());
        }
    };
    // What had the focus may leave the panel, and takes the focus along.
    Effect::new(move || {
        on_window(ev::keydown, move |event| {
            if is_nowhere() && event.key() == "Escape" && !event.default_prevented() {
                // Of two open panels only one closes.
                event.prevent_default();
                close.run(());
            }
        });
    });
    view! {
        <section
            node_ref=node
            class=class
            id=id
            role="dialog"
            aria-labelledby=labelled_by
            tabindex="-1"
            on:keydown=on_key
        >
            {children()}
        </section>
    }
}
