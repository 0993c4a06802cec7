//! A picker: options chosen from a list that can be searched, such as documents and pictures.

use leptos::prelude::*;
use model::text::fuzzy::has_words;
use web::client::focus::focus;

use super::frame::{FieldNotes, described_by};
use crate::{
    button::IconButton,
    icon::{Glyph, Icon},
};

/// How many may be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picks {
    /// At most one.
    One,
    /// Any number of options.
    Many,
}

/// One row of a picker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PickOption {
    /// The value that the form sends.
    pub value: String,
    /// The name that people read.
    pub title: String,
    /// The beginning of its text.
    pub words: String,
    /// Facts that tell it from others, e.g. "Draft · 3 pictures".
    pub facts: String,
    /// The address of a thumbnail.
    pub picture: Option<String>,
}

impl PickOption {
    fn holds(&self, words: &str) -> bool {
        has_words(&format!("{} {} {}", self.title, self.words, self.facts), words)
    }
}

/// A list to search and pick from, with the picked options as chips above it.
#[component]
pub fn PickerField(
    /// Name in the form and id on the page.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The values picked, in the order of picking.
    value: RwSignal<Vec<String>>,
    options: Vec<PickOption>,
    /// How many options may be picked.
    picks: Picks,
    /// What is said when there is nothing to pick from.
    nothing: &'static str,
    /// One sentence of help.
    #[prop(optional, into)]
    help: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let search = format!("{name}-search");
    let options = StoredValue::new(options);
    let words = RwSignal::new(String::new());
    let count = move || options.with_value(|o| o.iter().filter(|o| o.holds(&words.read())).count());
    let empty = options.with_value(Vec::is_empty);
    let pictured = options.with_value(|options| options.iter().any(|o| o.picture.is_some()));
    let group = name.clone();
    let rows = options.get_value().into_iter().map(move |option| {
        view! { <PickRow name=group.clone() option=option value=value picks=picks words=words /> }
    });
    let rows = rows.collect_view();
    let said = move || match (words.read().is_empty(), count()) {
        (true, _) => String::new(),
        (false, 0) => "No matches".to_owned(),
        (false, count) => format!("{count} found"),
    };
    let described = described_by(&name, help, error);
    let look_up = search.clone();
    view! {
        <fieldset class="field picker" id=name.clone() aria-describedby=described>
            <legend class="field__label">{move || label.get()}</legend>
            <Picked options=options value=value search=search.clone() />
            <Show when=move || empty>
                <p class="muted small">{nothing}</p>
            </Show>
            <div class="picker__frame" hidden=empty>
                <div class="search">
                    <label class="unseen" for=look_up.clone()>
                        {move || format!("Search: {}", label.get())}
                    </label>
                    <Glyph icon=Icon::Search />
                    <input
                        class="input"
                        type="search"
                        id=look_up
                        placeholder="Search"
                        autocomplete="off"
                        on:input=move |event| words.set(event_target_value(&event))
                        on:keydown=|event| {
                            if event.key() == "Enter" {
                                event.prevent_default();
                            }
                        }
                    />
                </div>
                <div class="picker__list" data-pictures=pictured.then_some("")>
                    {rows}
                </div>
                <p class="subtle small num picker__count" role="status">
                    {said}
                </p>
            </div>
            <FieldNotes name=name.clone() help=help error=error />
        </fieldset>
    }
    .into_any()
}

#[component]
fn PickRow(
    name: String,
    option: PickOption,
    value: RwSignal<Vec<String>>,
    picks: Picks,
    words: RwSignal<String>,
) -> impl IntoView {
    let (sent, picked) = (option.value.clone(), option.value.clone());
    let toggle = move |_| {
        value.update(|value| match (picks, value.iter().position(|one| *one == sent)) {
            (Picks::One, _) => *value = vec![sent.clone()],
            (Picks::Many, Some(at)) => drop(value.remove(at)),
            (Picks::Many, None) => value.push(sent.clone()),
        });
    };
    let checked = move || value.read().contains(&picked);
    let kind = if picks == Picks::One { "radio" } else { "checkbox" };
    let searched = option.clone();
    let hidden = move || !searched.holds(&words.read());
    let PickOption { value: own, title, words: begins, facts, picture } = option;
    view! {
        <label class="pick" hidden=hidden>
            <input
                class="pick__box"
                type=kind
                name=format!("{name}[]")
                value=own
                prop:checked=checked.clone()
                checked=checked
                on:change=toggle
            />
            {picture.map(|src| view! { <img class="pick__picture" src=src alt="" loading="lazy" /> })}
            <span class="pick__words">
                <span class="pick__title" translate="no">{title}</span>
                <span class="pick__begin subtle small" translate="no">{begins}</span>
            </span>
            <span class="pick__facts subtle small num" translate="no">{facts}</span>
        </label>
    }
    .into_any()
}

/// The picked options as chips, each with a button that removes it.
#[component]
fn Picked(
    options: StoredValue<Vec<PickOption>>,
    value: RwSignal<Vec<String>>,
    search: String,
) -> impl IntoView {
    let search = StoredValue::new(search);
    let chip = move |own: String| {
        let title_of = |options: &Vec<PickOption>| {
            options.iter().find(|option| option.value == own).map(|option| option.title.clone())
        };
        let title = options.with_value(title_of).unwrap_or_else(|| own.clone());
        let remove = move |()| {
            value.update(|value| value.retain(|one| *one != own));
            // The button that had the focus is gone.
            search.with_value(|id| focus(id));
        };
        view! {
            <li class="picker__chip">
                <span class="picker__chip-title" translate="no">{title.clone()}</span>
                <IconButton icon=Icon::X label=format!("Remove {title}") on_press=remove />
            </li>
        }
    };
    let shown = move || (!value.read().is_empty()).then_some("");
    view! {
        <ul class="picker__chips" data-shown=shown aria-label="Chosen">
            <For each=move || value.get() key=String::clone let:own>
                {chip(own)}
            </For>
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_looked_for_in_title_beginning_and_facts() {
        let option = PickOption {
            title: "Spring letter".to_owned(),
            words: "The train is late".to_owned(),
            facts: "Published".to_owned(),
            ..PickOption::default()
        };

        assert!(option.holds("TRAIN published") && option.holds(""));
        assert!(!option.holds("train draft"));
    }
}
