//! A combobox: a search field over a list, for the keyboard as much as for the pointer.

use leptos::{ev, prelude::*};
use model::text::fuzzy::{Fit, fit_about};
use web::client::{focus::focus, signal::SetNew};

use super::icon::{Glyph, Icon};

/// The most characters of a query.
const MOST_TYPED: &str = "200";

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What `on_choose` is called with; unique in the list.
    pub key: String,
    /// The icon before the name.
    pub icon: Icon,
    /// The node type whose colour the icon has; empty for none.
    pub kind: String,
    /// The first line, which the query is compared with.
    pub name: String,
    /// The second line, which the query is compared with too.
    pub detail: String,
    /// The text at the end of the row: a category, keys.
    pub aside: String,
}

impl Choice {
    /// A choice without detail, colour or text at the end.
    pub fn new(key: impl Into<String>, icon: Icon, name: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            icon,
            kind: String::new(),
            name: name.into(),
            detail: String::new(),
            aside: String::new(),
        }
    }

    /// How well its name and detail fit the query; none where they do not.
    pub fn fit(&self, typed: &str) -> Option<Fit> {
        fit_about(typed, &self.name, &self.detail)
    }
}

/// Choices under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceGroup {
    /// The heading; empty for none.
    pub title: &'static str,
    /// The rows under the heading, in their order.
    pub choices: Vec<Choice>,
}

/// What the parts of an open list share.
#[derive(Clone, Copy)]
struct List {
    id: &'static str,
    keys: Memo<Vec<String>>,
    /// The key of the row that the person moved to; none while they have moved nowhere, and the
    /// first row is active.
    active: RwSignal<Option<String>>,
    /// The index of the active row, counted through all groups.
    at: Memo<usize>,
    on_choose: Callback<String>,
    on_close: Callback<()>,
    /// Whether Enter moves to the next row instead of choosing.
    walks: bool,
}

impl List {
    fn new(
        id: &'static str,
        groups: Memo<Vec<ChoiceGroup>>,
        on_choose: Callback<String>,
        on_close: Callback<()>,
        walks: bool,
    ) -> Self {
        let keys = Memo::new(move |_| {
            groups.with(|groups| {
                let choices = groups.iter().flat_map(|group| &group.choices);
                choices.map(|choice| choice.key.clone()).collect::<Vec<_>>()
            })
        });
        let active = RwSignal::new(None::<String>);
        let at = Memo::new(move |_| {
            let active = active.get();
            keys.with(|keys| keys.iter().position(|key| Some(key) == active.as_ref())).unwrap_or(0)
        });
        Self { id, keys, active, at, on_choose, on_close, walks }
    }

    fn step(self, by: isize) {
        let at = self.at.get_untracked();
        let next = self.keys.with_untracked(|keys| {
            let count = keys.len().max(1);
            keys.get((at + count).saturating_add_signed(by) % count).cloned()
        });
        self.active.set(next);
        let row = format!("{}-{}", self.id, self.at.get_untracked());
        if let Some(row) = document().get_element_by_id(&row) {
            scroll_near(&row);
        }
    }

    /// Arrows move; Enter chooses, or moves on and with Shift back; Escape and Tab close. Keys with
    /// Ctrl or Command are left to the page.
    fn on_key(self, event: &ev::KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() {
            return;
        }
        event.stop_propagation();
        match event.key().as_str() {
            "ArrowDown" => self.step(1),
            "ArrowUp" => self.step(-1),
            "Enter" if self.walks => self.step(if event.shift_key() { -1 } else { 1 }),
            "Enter" => {
                let at = self.at.get_untracked();
                if let Some(key) = self.keys.with_untracked(|keys| keys.get(at).cloned()) {
                    self.on_choose.run(key);
                }
            }
            "Escape" | "Tab" => self.on_close.run(()),
            _ => return,
        }
        event.prevent_default();
    }
}

/// A search field over a list, for a dialog of its own. The owner of `query` decides what is
/// listed.
#[component]
pub fn Combobox(
    /// Unique on the page.
    id: &'static str,
    /// The name of the field.
    #[prop(into)]
    label: String,
    /// The name of the list.
    list: &'static str,
    /// The text shown when the list is empty.
    #[prop(into)]
    none: Signal<String>,
    /// The text of the field, both ways.
    query: RwSignal<String>,
    /// What may be chosen now.
    groups: Memo<Vec<ChoiceGroup>>,
    /// Called with the key of what was chosen.
    #[prop(into)]
    on_choose: Callback<String>,
    /// Called when the person leaves without choosing.
    #[prop(into)]
    on_close: Callback<()>,
    /// Called with the keys of the list and the index of the active one. With it the number of rows
    /// is announced, and Enter moves from row to row instead of choosing.
    #[prop(optional_no_strip)]
    on_found: Option<Callback<(Vec<String>, usize)>>,
) -> impl IntoView {
    let shown = List::new(id, groups, on_choose, on_close, on_found.is_some());
    Effect::new(move || focus(&format!("{id}-field")));
    let count = on_found.map(|on_found| result_count(shown, on_found));
    // Where rows are counted, the count says "none" aloud; otherwise the text below does.
    let role = on_found.is_none().then_some("status");
    view! {
        {field(shown, label, query, count)}
        // A press on the list leaves the focus in the field.
        <div
            class="choices__list"
            id=format!("{id}-list")
            role="listbox"
            aria-label=list
            on:mousedown=|event| event.prevent_default()
        >
            {move || rows(shown, groups.get())}
        </div>
        <div role=role>
            <Show when=move || shown.keys.read().is_empty()>
                <p class="choices__none muted">{move || none.get()}</p>
            </Show>
        </div>
    }
    .into_any()
}

/// Shows "2 of 5", and calls `on_found` whenever the list or the active row changes.
fn result_count(list: List, on_found: Callback<(Vec<String>, usize)>) -> impl IntoView {
    Effect::new(move || on_found.run((list.keys.get(), list.at.get())));
    let place = move || match list.keys.read().len() {
        0 => "none".to_owned(),
        count => format!("{} of {count}", list.at.get() + 1),
    };
    view! { <span class="choices__category num" role="status">{place}</span> }
}

fn field(
    list: List,
    label: String,
    query: RwSignal<String>,
    count: Option<impl IntoView>,
) -> impl IntoView {
    let (id, spoken) = (list.id, label.clone());
    // An empty list has no active row.
    let active = move || {
        let some = !list.keys.read().is_empty();
        some.then(|| format!("{id}-{}", list.at.get()))
    };
    view! {
        <label class="choices__search">
            <Glyph icon=Icon::Search />
            <input
                id=format!("{id}-field")
                type="text"
                role="combobox"
                aria-label=spoken
                aria-expanded="true"
                aria-autocomplete="list"
                aria-controls=format!("{id}-list")
                aria-activedescendant=active
                placeholder=label
                autocomplete="off"
                spellcheck="false"
                maxlength=MOST_TYPED
                on:keydown=move |event| list.on_key(&event)
                on:input=move |event| {
                    query.set(event_target_value(&event));
                    list.active.set(None);
                }
            />
            {count}
        </label>
    }
    .into_any()
}

fn rows(list: List, groups: Vec<ChoiceGroup>) -> impl IntoView {
    // Indices are counted through all groups.
    let mut places = 0..;
    let group = |group: ChoiceGroup| {
        let placed = group.choices.into_iter().zip(places.by_ref());
        let rows = placed.map(|(choice, place)| row(list, place, choice)).collect_view();
        match group.title {
            "" => rows.into_any(),
            title => view! {
                <div role="group" aria-label=title>
                    <p class="choices__heading" aria-hidden="true">
                        {title}
                    </p>
                    {rows}
                </div>
            }
            .into_any(),
        }
    };
    groups.into_iter().map(group).collect_view()
}

fn row(list: List, place: usize, choice: Choice) -> impl IntoView {
    let active = move || list.at.get() == place;
    let Choice { key, icon, kind, name, detail, aside } = choice;
    let (own, went) = (key.clone(), key);
    view! {
        <div
            class="choices__row"
            role="option"
            id=format!("{}-{place}", list.id)
            data-kind=kind
            aria-selected=move || if active() { "true" } else { "false" }
            on:pointermove=move |_| list.active.set_new(Some(went.clone()))
            on:click=move |_| list.on_choose.run(own.clone())
        >
            <span class="node__tile">
                <Glyph icon=icon size=16 />
            </span>
            <span class="choices__words">
                <span class="choices__name clip">{name}</span>
                <span class="choices__purpose">{detail}</span>
            </span>
            <span class="choices__category">{aside}</span>
        </div>
    }
    .into_any()
}

/// Scrolls a list just as far as needed to show `row`.
pub fn scroll_near(row: &web_sys::Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    row.scroll_into_view_with_scroll_into_view_options(&options);
}
