//! A list whose items can be added, reordered and removed.

use leptos::prelude::*;
use serde_json::Value;
use ui::{
    button::{Button, ButtonSize, IconButton},
    field::FieldNotes,
    icon::Icon,
};
use wasm_bindgen::JsCast;
use web::client::focus::focus_first;
use web_sys::HtmlInputElement;

use super::labels::FieldLabels;
use crate::panel::field_binding::FieldBinding;

/// A list of rows, each with the widgets that `row` makes for its item.
#[component]
pub fn Rows(
    /// The field with the list.
    binding: FieldBinding,
    /// The label and the help.
    labels: FieldLabels,
    /// The word for one item, in lower case.
    noun: &'static str,
    /// Makes a new item for a list of these items.
    fresh: fn(&[Value]) -> Value,
    /// Makes the widgets of one item.
    row: fn(FieldBinding) -> AnyView,
) -> impl IntoView {
    let help = labels.help();
    let help = MaybeProp::derive(move || help.clone());
    let count = Memo::new(move |_| binding.count());
    let add = move |()| {
        let (list, place) = (binding.id(), count.get_untracked());
        binding.alter(|list| {
            let item = fresh(list);
            list.push(item);
        });
        // The row is in the page with the next frame.
        request_animation_frame(move || begin(&list, place));
    };
    view! {
        <fieldset class="field rows" id=binding.id()>
            <legend class="field__label">{labels.label}</legend>
            <For each=move || 0..count.get() key=|place| *place let:place>
                <div class="rows__row" role="group" aria-label=format!("{noun} {}", place + 1)>
                    <div class="rows__fields">{row(binding.item(place))}</div>
                    <Tools binding=binding place=place count=count noun=noun />
                </div>
            </For>
            <Button size=ButtonSize::Small icon=Icon::Plus on_press=add>
                {format!("Add {noun}")}
            </Button>
            <FieldNotes name=binding.id() help=help error=binding.error_of_list() />
        </fieldset>
    }
}

/// Focuses the first field of a new row and selects the proposed text, so that typing replaces it.
fn begin(list: &str, place: usize) {
    focus_first(&format!("#{list} > .rows__row:nth-of-type({}) > .rows__fields", place + 1));
    let field = document().active_element();
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        field.select();
    }
}

#[component]
fn Tools(
    binding: FieldBinding,
    place: usize,
    count: Memo<usize>,
    noun: &'static str,
) -> impl IntoView {
    let name = move |verb: &str| format!("{verb} {noun} {}", place + 1);
    let last = Signal::derive(move || place + 1 >= count.get());
    view! {
        <div class="rows__tools">
            <IconButton
                icon=Icon::ArrowUp
                label=name("Move up")
                disabled=Signal::derive(move || place == 0)
                on_press=move |()| binding.alter(|list| swap(list, place.wrapping_sub(1), place))
            />
            <IconButton
                icon=Icon::ArrowDown
                label=name("Move down")
                disabled=last
                on_press=move |()| binding.alter(|list| swap(list, place, place + 1))
            />
            <IconButton
                icon=Icon::Trash
                label=name("Remove")
                on_press=move |()| binding.alter(|list| remove(list, place))
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

/// A name made of `stem` and the first number for which no item has that name at `key`.
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
