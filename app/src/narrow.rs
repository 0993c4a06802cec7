//! Fields that narrow a list whose filter stands in the address, and how the address follows them.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use ui::{
    field::Choice,
    icon::{Glyph, Icon},
};
use web::client::own_until_cleanup;

/// Goes to another address of the page in place of the one before: the page stays where it is
/// scrolled to, and "back" leads to the page that was there before it.
pub fn use_in_place() -> Callback<String> {
    let navigate = use_navigate();
    Callback::new(move |address: String| {
        let options =
            NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&address, options);
    })
}

/// What a search field calls with its words: `search` gets them once nothing more has been typed
/// for `pause_ms`.
pub fn search_typed(pause_ms: u32, search: impl Fn(String) + Copy + 'static) -> Callback<String> {
    let typed = RwSignal::new(None::<String>);
    Effect::new(move || {
        let Some(words) = typed.get() else { return };
        own_until_cleanup(Timeout::new(pause_ms, move || search(words)));
    });
    Callback::new(move |words| typed.set(Some(words)))
}

/// One of several to narrow by, or none.
#[component]
pub fn Narrow(
    /// Name of the parameter.
    name: &'static str,
    /// What is chosen.
    label: &'static str,
    /// What it says while nothing is chosen.
    all: &'static str,
    /// The value in the address.
    value: Signal<String>,
    /// What can be chosen.
    options: Vec<Choice>,
    /// Called with the value that was chosen; empty for none.
    on_choice: Callback<String>,
) -> impl IntoView {
    let now = value.get_untracked();
    let option = |choice: Choice| {
        let selected = choice.value == now;
        view! { <option value=choice.value selected=selected>{choice.label}</option> }
    };
    view! {
        <label class="history__field">
            <span class="history__label">{label}</span>
            <span class="select">
                <select
                    class="input"
                    name=name
                    prop:value=move || value.get()
                    on:change=move |event| on_choice.run(event_target_value(&event))
                >
                    <option value="">{all}</option>
                    {options.into_iter().map(option).collect_view()}
                </select>
                <Glyph icon=Icon::ChevronDown />
            </span>
        </label>
    }
}

/// A day to narrow by, or none.
#[component]
pub fn Day(
    /// Name of the parameter.
    name: &'static str,
    /// Which day is asked for.
    label: &'static str,
    /// The day in the address, as 2026-11-20, or nothing.
    value: Signal<String>,
    /// Called with the day that was chosen; empty for none.
    on_choice: Callback<String>,
) -> impl IntoView {
    view! {
        <label class="history__field">
            <span class="history__label">{label}</span>
            <input
                class="input"
                type="date"
                name=name
                value=value.get_untracked()
                prop:value=move || value.get()
                on:change=move |event| on_choice.run(event_target_value(&event))
            />
        </label>
    }
}
