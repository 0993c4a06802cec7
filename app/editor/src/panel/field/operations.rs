//! The operations of a transform node.

use leptos::prelude::*;
use serde_json::{Value, json};
use ui::field::{Choice, LongTextField, SelectField};

use super::{
    body::BodyWidget,
    choice::ChoiceWidget,
    labels::FieldLabels,
    rows::Rows,
    text_area::Lines,
    variant::{Variant, variant},
    written::WrittenWidget,
};
use crate::panel::field_binding::{FieldBinding, bind_text};

/// The operations in the order in which they run.
#[component]
pub(super) fn OperationsWidget(binding: FieldBinding, labels: FieldLabels) -> impl IntoView {
    let first = |_: &[Value]| default_operation("pick");
    view! { <Rows binding=binding labels=labels noun="operation" fresh=first row=row /> }
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

fn row(binding: FieldBinding) -> AnyView {
    let Variant { picked, now } = variant(binding, "op", "pick", default_operation);
    let options = vec![
        Choice::new("pick", "Pick a field"),
        Choice::new("map", "Reshape each item"),
        Choice::new("template", "Format text"),
        Choice::new("filter", "Filter items"),
        Choice::new("sort", "Sort"),
        Choice::new("split", "Split text"),
        Choice::new("join", "Join as text"),
        Choice::new("unique", "Remove duplicates"),
        Choice::new("aggregate", "Summarize"),
    ];
    view! {
        <SelectField name=binding.id() label="Operation" value=picked options=options error=binding.error />
        {move || settings(binding, &now.read())}
    }
    .into_any()
}

fn settings(binding: FieldBinding, op: &str) -> AnyView {
    let written = |key: &'static str, labels: FieldLabels| {
        view! { <WrittenWidget binding=binding.part(key).or_empty() labels=labels /> }.into_any()
    };
    match op {
        "pick" => written("path", FieldLabels::new("Path", "Such as title or author.name.")),
        "map" => {
            let labels = FieldLabels::new("New item", "Text or JSON. ${item} is the current item.");
            view! { <BodyWidget binding=binding.part("value").or_empty() labels=labels /> }
                .into_any()
        }
        "template" => {
            let labels = FieldLabels::new("Text", "${item} is the input.");
            let text = binding.part("text").or_empty();
            view! { <WrittenWidget binding=text labels=labels lines=Lines::Many /> }.into_any()
        }
        "filter" => {
            written("keep", FieldLabels::new("Keep items where", "Such as item.score >= 7."))
        }
        "sort" => view! { <SortFields binding=binding /> }.into_any(),
        "split" | "join" => {
            view! { <Separator binding=binding.part("separator").or_empty() /> }.into_any()
        }
        "unique" => {
            written("by", FieldLabels::new("Compare by", "Leave empty to compare whole items."))
        }
        _ => view! { <AggregateFields binding=binding /> }.into_any(),
    }
}

#[component]
fn SortFields(binding: FieldBinding) -> impl IntoView {
    let order =
        vec![Choice::new("ascending", "Ascending"), Choice::new("descending", "Descending")];
    view! {
        <WrittenWidget
            binding=binding.part("by").or_empty()
            labels=FieldLabels::new("Sort by", "Such as item.score. Leave empty to use the item itself.")
        />
        <ChoiceWidget binding=binding.part("order") labels=FieldLabels::new("Order", "") options=order />
    }
}

#[component]
fn AggregateFields(binding: FieldBinding) -> impl IntoView {
    let functions = vec![
        Choice::new("count", "Count"),
        Choice::new("sum", "Sum"),
        Choice::new("mean", "Average"),
        Choice::new("min", "Minimum"),
        Choice::new("max", "Maximum"),
        Choice::new("first", "First"),
        Choice::new("last", "Last"),
        Choice::new("concat", "Concatenate"),
    ];
    view! {
        <ChoiceWidget binding=binding.part("function") labels=FieldLabels::new("Function", "") options=functions />
        <WrittenWidget
            binding=binding.part("of").or_empty()
            labels=FieldLabels::new("Value", "Such as item.price. Leave empty to use the item itself.")
        />
    }
}

/// The separator, as a text area: most texts are split at line breaks.
#[component]
fn Separator(binding: FieldBinding) -> impl IntoView {
    let text = bind_text(binding);
    view! {
        <div class="config__leave" on:focusout=move |_| binding.subject.on_settle.run(())>
            <LongTextField
                name=binding.id()
                label="Separator"
                value=text
                help="The text between the items. An empty line is a line break."
                error=binding.error
                rows=2
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::nodes::transform::Operation;

    use super::default_operation;

    #[test]
    fn every_operation_begins_as_one_that_can_be_read() {
        for op in
            ["pick", "map", "template", "filter", "sort", "split", "join", "unique", "aggregate"]
        {
            let operation: Operation = serde_json::from_value(default_operation(op)).unwrap();

            assert_eq!(operation.name(), op);
        }
    }
}
