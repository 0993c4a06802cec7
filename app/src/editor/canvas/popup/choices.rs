//! A search over a list: type, arrows, Enter.

use leptos::{ev, prelude::*};
use model::canvas::geometry::{Point, Size};

use crate::{
    client::focus::focus,
    editor::canvas::desk::Desk,
    ui::icon::{Glyph, Icon},
};

/// Something one may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What `on_choose` is told.
    pub key: String,
    /// Its picture.
    pub icon: Icon,
    /// The node type that gives the picture its colour; empty for none.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What it is, in one line; searched too.
    pub detail: String,
    /// What stands at the end of the row: a category, keys.
    pub aside: String,
}

/// Those whose name, or what it is, has every word; names before the rest.
fn found(all: &[Choice], query: &str) -> Vec<Choice> {
    let query = query.trim().to_lowercase();
    let rank = |choice: &Choice| {
        let name = choice.name.to_lowercase();
        let whole =
            format!("{name} {} {}", choice.key.replace('_', " "), choice.detail.to_lowercase());
        let has = |text: &str| query.split_whitespace().all(|word| text.contains(word));
        match () {
            () if name.starts_with(&query) => Some(0),
            () if has(&name) => Some(1),
            () if has(&whole) => Some(2),
            () => None,
        }
    };
    let mut ranked: Vec<(i32, &Choice)> =
        all.iter().filter_map(|choice| Some((rank(choice)?, choice))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, choice)| choice.clone()).collect()
}

/// Where on the stage a list of this size lies that belongs to a point of the world.
pub fn stage_corner(desk: Desk, at: Point, list: Size) -> Point {
    let lens = desk.editor.lens;
    let (stage, screen) = (lens.size.get_untracked(), lens.view.get_untracked().to_screen(at));
    let inside = |at: f64, length: f64, room: f64| at.min(room - length - 8.0).max(8.0);
    Point::new(
        inside(screen.x, list.width, stage.width),
        inside(screen.y, list.height, stage.height),
    )
}

/// A dialog with a search field over a list; a press beside it closes it.
#[component]
pub fn Choices(
    /// Unique on the page.
    id: &'static str,
    /// What is chosen here: the name of the dialog and of the field.
    #[prop(into)]
    label: String,
    /// The name of the list.
    list: &'static str,
    /// What stands there when nothing is found.
    none: &'static str,
    /// What may be chosen, in order.
    all: Vec<Choice>,
    /// Where it lies on the stage; none means in the middle.
    #[prop(optional_no_strip)]
    place: Option<Point>,
    /// Called with the key of what was chosen.
    #[prop(into)]
    on_choose: Callback<String>,
    /// Called when nothing was.
    #[prop(into)]
    on_close: Callback<()>,
    /// Called with the keys of what is found and which of them is active; how many there are is said.
    #[prop(optional_no_strip)]
    on_found: Option<Callback<(Vec<String>, usize)>>,
) -> impl IntoView {
    let all = StoredValue::new(all);
    let (query, at) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let rows = Memo::new(move |_| {
        let query = query.get();
        all.with_value(|all| if query.is_empty() { all.clone() } else { found(all, &query) })
    });
    Effect::new(move || focus(&format!("{id}-field")));
    let count = on_found.map(|on_found| counted((rows, at), on_found));
    let on_key = key_handler(id, (rows, at), on_choose, on_close);
    let spoken = label.clone();
    // Nothing is active where nothing is found.
    let active =
        Signal::derive(move || (!rows.read().is_empty()).then(|| format!("{id}-{}", at.get())));
    view! {
        <div class="choices__scrim" on:pointerdown=move |_| on_close.run(())></div>
        <div
            class="choices"
            class=("choices--middle", place.is_none())
            role="dialog"
            aria-label=label
            style:left=place.map(|place| format!("{}px", place.x))
            style:top=place.map(|place| format!("{}px", place.y))
            on:keydown=on_key
        >
            {search(id, spoken, (query, at), active, count)}
            <ul class="choices__list" id=format!("{id}-list") role="listbox" aria-label=list>
                {move || {
                    let rows = rows.get().into_iter().enumerate();
                    rows.map(|(index, choice)| row(id, index, choice, at, on_choose)).collect_view()
                }}
            </ul>
            <Show when=move || rows.read().is_empty()>
                <p class="choices__none muted">{none}</p>
            </Show>
        </div>
    }
    .into_any()
}

/// Arrows move, Enter chooses, Escape and Tab leave.
fn key_handler(
    id: &'static str,
    (rows, at): (Memo<Vec<Choice>>, RwSignal<usize>),
    on_choose: Callback<String>,
    on_close: Callback<()>,
) -> impl Fn(ev::KeyboardEvent) {
    let step = move |by: isize| {
        let count = rows.read_untracked().len().max(1);
        at.update(|at| *at = (*at + count).saturating_add_signed(by) % count);
        scroll_to(&format!("{id}-{}", at.get_untracked()));
    };
    move |event| {
        event.stop_propagation();
        match event.key().as_str() {
            "ArrowDown" => step(1),
            "ArrowUp" => step(-1),
            "Enter" => {
                let row = rows.with_untracked(|rows| rows.get(at.get_untracked()).cloned());
                if let Some(row) = row {
                    on_choose.run(row.key);
                }
            }
            "Escape" | "Tab" => on_close.run(()),
            _ => return,
        }
        event.prevent_default();
    }
}

/// "2 of 5", and what is found told to who asks for it.
fn counted(
    (rows, at): (Memo<Vec<Choice>>, RwSignal<usize>),
    on_found: Callback<(Vec<String>, usize)>,
) -> impl IntoView {
    let keys = move || rows.with(|rows| rows.iter().map(|row| row.key.clone()).collect());
    Effect::new(move || on_found.run((keys(), at.get())));
    let place = move || match rows.read().len() {
        0 => "none".to_owned(),
        count => format!("{} of {count}", at.get() + 1),
    };
    view! { <span class="choices__category num" role="status">{place}</span> }
}

fn search(
    id: &'static str,
    label: String,
    (query, at): (RwSignal<String>, RwSignal<usize>),
    active: Signal<Option<String>>,
    count: Option<impl IntoView>,
) -> impl IntoView {
    let spoken = label.clone();
    view! {
        <label class="choices__search">
            <Glyph icon=Icon::Search />
            <input
                id=format!("{id}-field")
                type="text"
                role="combobox"
                aria-label=spoken
                aria-expanded="true"
                aria-controls=format!("{id}-list")
                aria-activedescendant=move || active.get()
                placeholder=label
                autocomplete="off"
                on:input=move |event| {
                    query.set(event_target_value(&event));
                    at.set(0);
                }
            />
            {count}
        </label>
    }
    .into_any()
}

fn row(
    id: &str,
    index: usize,
    choice: Choice,
    at: RwSignal<usize>,
    on_choose: Callback<String>,
) -> impl IntoView {
    let active = move || at.get() == index;
    let Choice { key, icon, kind, name, detail, aside } = choice;
    view! {
        <li
            class="choices__row"
            role="option"
            id=format!("{id}-{index}")
            data-kind=kind
            aria-selected=move || if active() { "true" } else { "false" }
            on:pointermove=move |_| at.set(index)
            on:click=move |_| on_choose.run(key.clone())
        >
            <span class="node__tile">
                <Glyph icon=icon size=16 />
            </span>
            <span class="choices__words">
                <span class="choices__name clip">{name}</span>
                <span class="choices__purpose">{detail}</span>
            </span>
            <span class="choices__category">{aside}</span>
        </li>
    }
    .into_any()
}

fn scroll_to(id: &str) {
    if let Some(row) = document().get_element_by_id(id) {
        scroll_near(&row);
    }
}

/// Scrolls a list no farther than needed to show one of its rows.
pub fn scroll_near(row: &web_sys::Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    row.scroll_into_view_with_scroll_into_view_options(&options);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(key: &str, name: &str, detail: &str) -> Choice {
        Choice {
            key: key.to_owned(),
            icon: Icon::Square,
            kind: String::new(),
            name: name.to_owned(),
            detail: detail.to_owned(),
            aside: String::new(),
        }
    }

    #[test]
    fn a_search_finds_names_before_what_they_are() {
        let all = [
            choice("attach", "Attach to document", "Puts images on documents."),
            choice("generate_image", "Generate image", "Pictures from a model."),
            choice("image_end", "Image end", ""),
        ];
        let keys = |query: &str| -> Vec<String> {
            found(&all, query).into_iter().map(|choice| choice.key).collect()
        };

        assert_eq!(keys("image"), ["image_end", "generate_image", "attach"]);
        assert_eq!(keys("gen im"), ["generate_image"]);
        assert!(keys("nothing like it").is_empty());
    }
}
