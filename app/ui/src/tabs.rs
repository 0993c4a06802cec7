//! Tabs with the keys people expect: arrows move, Home and End jump.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::badge::Count;

/// A tab of a row of tabs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// The value of `selected` while it is shown; also part of ids.
    pub key: &'static str,
    /// The word on it.
    pub label: &'static str,
}

fn step(tabs: &[Tab], current: &str, key: &str) -> Option<&'static str> {
    let at = tabs.iter().position(|tab| tab.key == current)?;
    let last = tabs.len().checked_sub(1)?;
    let next = match key {
        "ArrowRight" => (at + 1) % tabs.len(),
        "ArrowLeft" => at.checked_sub(1).unwrap_or(last),
        "Home" => 0,
        "End" => last,
        _ => return None,
    };
    tabs.get(next).map(|tab| tab.key)
}

/// A row of tabs; put one [`TabPanel`] per tab after it, with the same `id`.
#[component]
pub fn Tabs(
    /// An id unique on the page, shared with the panels.
    id: &'static str,
    /// What the tabs are about, for screen readers.
    #[prop(into)]
    label: String,
    /// The tabs in order.
    tabs: Vec<Tab>,
    /// The key of the shown tab, both ways.
    selected: RwSignal<&'static str>,
    /// A number shown on a tab, e.g. open reviews; zero shows nothing.
    #[prop(optional, into)]
    count: Option<Callback<&'static str, usize>>,
) -> impl IntoView {
    let order = StoredValue::new(tabs.clone());
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let key = event.key();
        let next = order.with_value(|tabs| step(tabs, selected.get_untracked(), &key));
        let Some(next) = next else { return };
        event.prevent_default();
        selected.set(next);
        focus(&format!("{id}-tab-{next}"));
    };
    let buttons = tabs.into_iter().map(|tab| {
        let shown = move || selected.get() == tab.key;
        let number = Signal::derive(move || count.map_or(0, |count| count.run(tab.key)));
        view! {
            <button
                type="button"
                role="tab"
                class="tabs__tab"
                id=format!("{id}-tab-{}", tab.key)
                aria-controls=format!("{id}-panel-{}", tab.key)
                aria-selected=move || if shown() { "true" } else { "false" }
                tabindex=move || if shown() { "0" } else { "-1" }
                on:click=move |_| selected.set(tab.key)
            >
                {tab.label}
                <Count value=number />
            </button>
        }
    });
    view! {
        <div class="tabs" role="tablist" aria-label=label on:keydown=on_key>
            {buttons.collect_view()}
        </div>
    }
    .into_any()
}

/// The content of one tab; kept in the page and hidden while another tab is shown.
#[component]
pub fn TabPanel(
    /// The id of the [`Tabs`] it belongs to.
    id: &'static str,
    key: &'static str,
    /// The key of the shown tab.
    #[prop(into)]
    selected: Signal<&'static str>,
    /// What the panel shows.
    children: Children,
) -> impl IntoView {
    view! {
        <div
            class="tabs__panel"
            role="tabpanel"
            id=format!("{id}-panel-{key}")
            aria-labelledby=format!("{id}-tab-{key}")
            tabindex="0"
            hidden=move || selected.get() != key
        >
            {children()}
        </div>
    }
    .into_any()
}

/// The content of one tab, in the page only while its tab is chosen: for content that would
/// otherwise follow every change unseen.
#[component]
pub fn LiveTabPanel(
    /// The id of the [`Tabs`] it belongs to.
    id: &'static str,
    key: &'static str,
    /// The key of the shown tab.
    #[prop(into)]
    selected: Signal<&'static str>,
    /// What the panel shows; created anew each time its tab is chosen.
    children: ChildrenFn,
) -> impl IntoView {
    let is_shown = Memo::new(move |_| selected.get() == key);
    view! {
        <TabPanel id=id key=key selected=selected>
            {move || is_shown.get().then(|| children())}
        </TabPanel>
    }
    .into_any()
}

fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        // A tab that cannot take the focus is still selected.
        let _ = element.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABS: [Tab; 3] =
        [Tab { key: "a", label: "A" }, Tab { key: "b", label: "B" }, Tab { key: "c", label: "C" }];

    #[test]
    fn arrows_go_round_and_home_and_end_jump() {
        assert_eq!(step(&TABS, "c", "ArrowRight"), Some("a"));
        assert_eq!(step(&TABS, "a", "ArrowLeft"), Some("c"));
        assert_eq!(step(&TABS, "b", "Home"), Some("a"));
        assert_eq!(step(&TABS, "b", "End"), Some("c"));
        assert_eq!(step(&TABS, "b", "Enter"), None);
    }
}
