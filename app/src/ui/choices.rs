//! A search over a list: type, arrows, Enter.

use leptos::{ev, prelude::*};
use model::fuzzy::{Fit, fit_about};

use super::icon::{Glyph, Icon};
use crate::client::{focus::focus, signal::SetNew};

/// The most letters that are typed.
const MOST_TYPED: &str = "200";

/// Something one may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What `on_choose` is told; its own on the list.
    pub key: String,
    /// Its picture.
    pub icon: Icon,
    /// What gives the picture its colour; empty for none.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What it is, in one line; searched too.
    pub detail: String,
    /// What stands at the end of the row: a category, keys.
    pub aside: String,
}

impl Choice {
    /// A choice with a name and nothing else to say.
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

    /// How well it fits what is typed.
    pub fn fit(&self, typed: &str) -> Option<Fit> {
        fit_about(typed, &self.name, &self.detail)
    }
}

/// Choices under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceGroup {
    /// The heading; empty for none.
    pub title: &'static str,
    /// In their order.
    pub choices: Vec<Choice>,
}

/// What the parts of an open list share.
#[derive(Clone, Copy)]
struct List {
    id: &'static str,
    keys: Memo<Vec<String>>,
    /// What a person went to; the first one, as long as they went nowhere.
    active: RwSignal<Option<String>>,
    /// Its place.
    at: Memo<usize>,
    on_choose: Callback<String>,
    on_close: Callback<()>,
    /// Whether Enter goes to the next one instead of choosing.
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

    /// Arrows move, Enter chooses, or goes on and with Shift back, Escape and Tab leave. Keys with
    /// Ctrl or Command are the page's.
    fn on_key(self, event: &ev::KeyboardEvent) {
        if event.is_composing() || event.ctrl_key() || event.meta_key() {
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

/// A search field over a list, for a dialog of its own. Who holds the words decides what is listed.
#[component]
pub fn ChoiceList(
    /// Unique on the page.
    id: &'static str,
    /// The name of the field.
    #[prop(into)]
    label: String,
    /// The name of the list.
    list: &'static str,
    /// What stands there when nothing is found.
    #[prop(into)]
    none: Signal<String>,
    /// What is typed, both ways.
    query: RwSignal<String>,
    /// What may be chosen now.
    groups: Memo<Vec<ChoiceGroup>>,
    /// Called with the key of what was chosen.
    #[prop(into)]
    on_choose: Callback<String>,
    /// Called when nothing was.
    #[prop(into)]
    on_close: Callback<()>,
    /// Called with the keys of what is found and which of them is active; how many there are is
    /// said, and Enter goes from one to the next.
    #[prop(optional_no_strip)]
    on_found: Option<Callback<(Vec<String>, usize)>>,
) -> impl IntoView {
    let shown = List::new(id, groups, on_choose, on_close, on_found.is_some());
    Effect::new(move || focus(&format!("{id}-field")));
    let count = on_found.map(|on_found| counted(shown, on_found));
    // What is counted is said to be none; otherwise the words say so.
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

/// "2 of 5", and what is found told to who asks for it.
fn counted(list: List, on_found: Callback<(Vec<String>, usize)>) -> impl IntoView {
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
    // Nothing is active where nothing is found.
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
    // Places are counted through all groups.
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

/// Scrolls a list no farther than needed to show one of its rows.
pub fn scroll_near(row: &web_sys::Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    row.scroll_into_view_with_scroll_into_view_options(&options);
}
