//! A button that opens a list of links and actions. A native disclosure, so it opens without
//! scripts; once alive it also closes on Escape, on a choice and on a press elsewhere.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web::client::{focus::focus_in_place, on_window};
use web_sys::HtmlElement;

use super::icon::{Glyph, Icon};

/// A disclosure whose panel floats under its button, aligned to the button's end.
#[component]
pub fn Menu(
    /// The name of the button, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// What the button shows.
    #[prop(into)]
    trigger: ViewFn,
    /// [`MenuLink`]s, [`MenuAction`]s, or anything else that fits a list.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Details>::new();
    // A focus within the menu goes back to its button.
    let close = move || {
        let Some(details) = node.get_untracked() else { return };
        let holds = document().active_element().is_some_and(|at| details.contains(Some(&at)));
        details.set_open(false);
        let button = details.first_element_child().and_then(|b| b.dyn_into::<HtmlElement>().ok());
        if let Some(button) = button.filter(|_| holds) {
            focus_in_place(&button);
        }
    };
    Effect::new(move || {
        on_window(ev::pointerdown, move |event| {
            let at = event.target().and_then(|at| at.dyn_into::<web_sys::Node>().ok());
            let inside = node.get_untracked().is_some_and(|menu| menu.contains(at.as_ref()));
            if !inside {
                close();
            }
        });
    });
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            close();
        }
    };
    view! {
        <details class="menu" node_ref=node on:keydown=on_key>
            <summary class="menu__button" aria-label=move || label.get()>
                {trigger.run()}
            </summary>
            <div class="menu__panel" on:click=move |_| close()>
                {children()}
            </div>
        </details>
    }
    .into_any()
}

/// A place to go to from a menu.
#[component]
pub fn MenuLink(
    /// Where it goes.
    #[prop(into)]
    href: Signal<String>,
    /// A picture before the words.
    icon: Icon,
    /// The text of the item.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="menu__item" href=move || href.get()>
            <Glyph icon=icon />
            <span>{children()}</span>
        </a>
    }
    .into_any()
}

/// Something to do from a menu.
#[component]
pub fn MenuAction(
    /// A picture before the words.
    icon: Icon,
    /// Called when chosen.
    #[prop(into)]
    on_press: Callback<()>,
    /// The text of the item: a verb.
    children: Children,
) -> impl IntoView {
    view! {
        <button type="button" class="menu__item" on:click=move |_| on_press.run(())>
            <Glyph icon=icon />
            <span>{children()}</span>
        </button>
    }
    .into_any()
}
