//! Lists whose items are added, put in another order and taken away.

use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::Told;
use crate::{
    client::focus::focus_first,
    editor::panel::spot::Spot,
    ui::{
        button::{Button, ButtonSize, IconButton},
        field::FieldNotes,
        icon::Icon,
    },
};

/// A list of rows, each with what `row` shows of its spot.
#[component]
pub fn Rows(
    /// The place of the list.
    spot: Spot,
    /// What is said around it.
    told: Told,
    /// What one of them is called, in lower case.
    noun: &'static str,
    /// A new one, where the others are these.
    fresh: fn(&[Value]) -> Value,
    /// What is shown of one.
    row: fn(Spot) -> AnyView,
) -> impl IntoView {
    let help = told.help();
    let help = MaybeProp::derive(move || help.clone());
    let count = Memo::new(move |_| spot.count());
    let add = move |()| {
        let (list, place) = (spot.id(), count.get_untracked());
        spot.alter(|list| {
            let item = fresh(list);
            list.push(item);
        });
        // Once the row is there.
        request_animation_frame(move || begin(&list, place));
    };
    view! {
        <fieldset class="field rows" id=spot.id()>
            <legend class="field__label">{told.label}</legend>
            <For each=move || 0..count.get() key=|place| *place let:place>
                <div class="rows__row" role="group" aria-label=format!("{noun} {}", place + 1)>
                    <div class="rows__fields">{row(spot.item(place))}</div>
                    <Tools spot=spot place=place count=count noun=noun />
                </div>
            </For>
            <Button size=ButtonSize::Small icon=Icon::Plus on_press=add>
                {format!("Add {noun}")}
            </Button>
            <FieldNotes name=spot.id() help=help error=spot.error_of_list() />
        </fieldset>
    }
}

/// Leads into the first field of a new row; what it proposes is there to be typed over.
fn begin(list: &str, place: usize) {
    focus_first(&format!("#{list} > .rows__row:nth-of-type({}) > .rows__fields", place + 1));
    let field = document().active_element();
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        field.select();
    }
}

#[component]
fn Tools(spot: Spot, place: usize, count: Memo<usize>, noun: &'static str) -> impl IntoView {
    let name = move |verb: &str| format!("{verb} {noun} {}", place + 1);
    let last = Signal::derive(move || place + 1 >= count.get());
    view! {
        <div class="rows__tools">
            <IconButton
                icon=Icon::ArrowUp
                label=name("Move up")
                disabled=Signal::derive(move || place == 0)
                on_press=move |()| spot.alter(|list| swap(list, place.wrapping_sub(1), place))
            />
            <IconButton
                icon=Icon::ArrowDown
                label=name("Move down")
                disabled=last
                on_press=move |()| spot.alter(|list| swap(list, place, place + 1))
            />
            <IconButton
                icon=Icon::Trash
                label=name("Remove")
                on_press=move |()| spot.alter(|list| remove(list, place))
            />
        </div>
    }
}

fn swap(list: &mut [Value], a: usize, b: usize) {
    if a < list.len() && b < list.len() {
        list.swap(a, b);
    }
}

fn remove(list: &mut Vec<Value>, place: usize) {
    if place < list.len() {
        list.remove(place);
    }
}

/// A name made of `stem` and the first number that no item's `key` has yet.
pub fn free_name(list: &[Value], key: &str, stem: &str) -> (String, usize) {
    let taken = |name: &str| list.iter().any(|item| item[key] == name);
    let number = (1..).find(|number| !taken(&format!("{stem}_{number}"))).unwrap_or(1);
    (format!("{stem}_{number}"), number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_new_name_is_one_that_nobody_has() {
        let lanes = [json!({ "id": "lane_1" }), json!({ "id": "lane_3" })];

        assert_eq!(free_name(&lanes, "id", "lane"), ("lane_2".to_owned(), 2));
        assert_eq!(free_name(&[], "id", "lane"), ("lane_1".to_owned(), 1));
    }
}
