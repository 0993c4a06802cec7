//! Lists whose items can be added, reordered and removed, each with the fields of an item:
//! branches, lanes, operations, links, names with values.

use leptos::prelude::*;
use model::external_ref::ExternalRefKind;
use serde_json::{Value, json};
use ui::{
    button::{Button, ButtonSize, IconButton},
    field::{Choice, FieldInput, FieldNotes, FormField},
    icon::Icon,
};
use wasm_bindgen::JsCast;
use web::client::focus::focus_first;
use web_sys::HtmlInputElement;

use super::{
    condition::condition,
    labels::FieldLabels,
    plain::choice,
    text_area::Lines,
    variants::{Variant, variant},
    written::{body, written},
};
use crate::panel::field_binding::{FieldBinding, bind_signal, bind_text, bind_words, text_in};

/// A list of rows, each with the widgets that `row` makes for its item; `noun` is the word for one
/// item, and `fresh` makes a new one for a list of these items.
pub fn rows(
    binding: FieldBinding,
    labels: FieldLabels,
    noun: &'static str,
    fresh: fn(&[Value]) -> Value,
    row: fn(FieldBinding) -> AnyView,
) -> AnyView {
    let help = labels.help();
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
    .into_any()
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

/// The name of an item of a list. `on_leave` is called before the edit is settled, so that it joins
/// the same entry.
pub fn name_field(binding: FieldBinding, on_leave: Option<Callback<()>>) -> AnyView {
    let leave = move |_| {
        if let Some(on_leave) = on_leave {
            on_leave.try_run(());
        }
        binding.subject.on_settle.run(());
    };
    let name = FieldInput::line(bind_words(binding));
    view! {
        <div class="config__leave" on:focusout=leave>
            {binding.field(FieldLabels::new("Name", ""), name)}
        </div>
    }
    .into_any()
}

/// A text of an item, which may contain references and is never left out.
fn text(item: FieldBinding, key: &str, label: &str, help: &str) -> AnyView {
    written(item.part(key).or_empty(), FieldLabels::new(label, help), Lines::One)
}

/// The branches of a condition, in the order in which they are tried.
pub(super) fn branches(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let fresh = |branches: &[Value]| {
        let (id, number) = free_name(branches, "id", "branch");
        json!({ "id": id, "label": format!("Branch {number}"), "when": "" })
    };
    let row = |branch: FieldBinding| {
        let name = name_field(branch.part("label"), None);
        (name, condition(branch.part("when").or_empty())).into_any()
    };
    rows(binding, labels, "branch", fresh, row)
}

/// The lanes of a parallel node by label; the ids by which edges name lanes stay as they are.
pub(super) fn lanes(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let fresh = |lanes: &[Value]| {
        let (id, number) = free_name(lanes, "id", "lane");
        json!({ "id": id, "label": format!("Lane {number}") })
    };
    rows(binding, labels, "lane", fresh, |lane| name_field(lane.part("label"), None))
}

/// Pairs of a name and a value that may contain references: results, headers, parameters.
pub(super) fn named_values(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let fresh =
        |pairs: &[Value]| json!({ "name": free_name(pairs, "name", "name").0, "value": "" });
    let row = |pair: FieldBinding| {
        let name = pair.part("name");
        let trimmed = |text: &String| Ok(Value::from(text.trim()));
        let typed = FieldInput::line(bind_signal(name, text_in, trimmed));
        let name = name.settled(name.field(FieldLabels::new("Name", ""), typed));
        (name, text(pair, "value", "Value", "")).into_any()
    };
    rows(binding, labels, "value", fresh, row)
}

/// What of a tool's result the execution is linked to in other systems: a kind with its id and its
/// address in the result.
pub(super) fn links(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let fresh = |_: &[Value]| {
        let kind = ExternalRefKind::Issue.as_str();
        json!({ "kind": kind, "id": "${item.number}", "address": "${item.html_url}" })
    };
    let row = |link: FieldBinding| {
        let kinds = ExternalRefKind::ALL.iter();
        let kinds = kinds.map(|kind| Choice::new(kind.as_str(), kind.label())).collect();
        let kind = choice(link.part("kind"), FieldLabels::new("Kind", ""), kinds);
        let id = text(link, "id", "ID", "Where it is in the result, such as ${item.number}.");
        let help = "Where it is in the result, such as ${item.html_url}.";
        (kind, id, text(link, "address", "URL", help)).into_any()
    };
    rows(binding, labels, "link", fresh, row)
}

const OPERATIONS: [(&str, &str); 9] = [
    ("pick", "Pick a field"),
    ("map", "Reshape each item"),
    ("template", "Format text"),
    ("filter", "Filter items"),
    ("sort", "Sort"),
    ("split", "Split text"),
    ("join", "Join as text"),
    ("unique", "Remove duplicates"),
    ("aggregate", "Summarize"),
];

/// The operations of a transform node, in the order in which they run.
pub(super) fn operations(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let first = |_: &[Value]| default_operation("pick");
    let row = |operation: FieldBinding| {
        let Variant { picked, now } = variant(operation, "op", "pick", default_operation);
        let options = Choice::list(OPERATIONS);
        let list = FormField::choice(operation.id(), "Operation", picked, options);
        let fields = move || operation_fields(operation, &now.read());
        (list.error(operation.error).view(), fields).into_any()
    };
    rows(binding, labels, "operation", first, row)
}

/// The stored value of a new operation of a kind.
fn default_operation(op: &str) -> Value {
    match op {
        "pick" => json!({ "op": op, "path": "" }),
        "map" => json!({ "op": op, "value": "" }),
        "template" => json!({ "op": op, "text": "" }),
        "filter" => json!({ "op": op, "keep": "" }),
        "sort" => json!({ "op": op, "by": "", "order": "ascending" }),
        "split" => json!({ "op": op, "separator": "\n" }),
        "join" => json!({ "op": op, "separator": "\n\n" }),
        "unique" => json!({ "op": op, "by": "" }),
        _ => json!({ "op": "aggregate", "function": "count", "of": "" }),
    }
}

fn operation_fields(item: FieldBinding, op: &str) -> AnyView {
    match op {
        "pick" => text(item, "path", "Path", "Such as title or author.name."),
        "map" => {
            let labels = FieldLabels::new("New item", "Text or JSON. ${item} is the current item.");
            body(item.part("value").or_empty(), labels)
        }
        "template" => {
            let labels = FieldLabels::new("Text", "${item} is the input.");
            written(item.part("text").or_empty(), labels, Lines::Many)
        }
        "filter" => text(item, "keep", "Keep items where", "Such as item.score >= 7."),
        "sort" => {
            let help = "Such as item.score. Leave empty to use the item itself.";
            let by = text(item, "by", "Sort by", help);
            let order = [("ascending", "Ascending"), ("descending", "Descending")];
            let labels = FieldLabels::new("Order", "");
            (by, choice(item.part("order"), labels, Choice::list(order))).into_any()
        }
        // Most texts are split at line breaks, so the separator has several lines.
        "split" | "join" => {
            let separator = item.part("separator").or_empty();
            let help = "The text between the items. An empty line is a line break.";
            let lines = FieldInput::lines(bind_text(separator), 2);
            separator.settled(separator.field(FieldLabels::new("Separator", help), lines))
        }
        "unique" => text(item, "by", "Compare by", "Leave empty to compare whole items."),
        _ => {
            let functions = Choice::list([
                ("count", "Count"),
                ("sum", "Sum"),
                ("mean", "Average"),
                ("min", "Minimum"),
                ("max", "Maximum"),
                ("first", "First"),
                ("last", "Last"),
                ("concat", "Concatenate"),
            ]);
            let labels = FieldLabels::new("Function", "");
            let function = choice(item.part("function"), labels, functions);
            let help = "Such as item.price. Leave empty to use the item itself.";
            (function, text(item, "of", "Value", help)).into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::nodes::transform::Operation;

    use super::*;

    #[test]
    fn a_new_name_is_one_that_nobody_has() {
        let lanes = [json!({ "id": "lane_1" }), json!({ "id": "lane_3" })];

        assert_eq!(free_name(&lanes, "id", "lane"), ("lane_2".to_owned(), 2));
        assert_eq!(free_name(&[], "id", "lane"), ("lane_1".to_owned(), 1));
    }

    #[test]
    fn every_operation_begins_as_one_that_can_be_read() {
        for (op, _) in OPERATIONS {
            let operation: Operation = serde_json::from_value(default_operation(op)).unwrap();

            assert_eq!(operation.name(), op);
        }
    }
}
