//! What a transform does, one operation after the other.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::{
    Told,
    body::BodyWidget,
    choice::ChoiceWidget,
    rows::Rows,
    variant::{Variant, variant},
    written::{Lines, WrittenWidget},
};
use crate::{
    editor::panel::spot::{Spot, tied_text},
    ui::field::{Choice, LongTextField, SelectField},
};

/// Operations in the order they are done.
#[component]
pub(super) fn OperationsWidget(spot: Spot, told: Told) -> impl IntoView {
    let first = |_: &[Value]| fresh("pick");
    view! { <Rows spot=spot told=told noun="operation" fresh=first row=row /> }
}

/// An operation as it begins.
fn fresh(op: &str) -> Value {
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

fn row(spot: Spot) -> AnyView {
    let Variant { picked, now } = variant(spot, "op", "pick", fresh);
    let options = vec![
        Choice::new("pick", "Pick a part"),
        Choice::new("map", "Reshape each item"),
        Choice::new("template", "Fill a text"),
        Choice::new("filter", "Keep some items"),
        Choice::new("sort", "Sort"),
        Choice::new("split", "Split a text"),
        Choice::new("join", "Join to a text"),
        Choice::new("unique", "Drop repeats"),
        Choice::new("aggregate", "Sum up"),
    ];
    view! {
        <SelectField name=spot.id() label="Operation" value=picked options=options error=spot.error />
        {move || settings(spot, &now.read())}
    }
    .into_any()
}

fn settings(spot: Spot, op: &str) -> AnyView {
    let written = |key: &'static str, told: Told| {
        view! { <WrittenWidget spot=spot.part(key).or_empty() told=told /> }.into_any()
    };
    match op {
        "pick" => written("path", Told::new("Which part", "Such as title or author.name.")),
        "map" => {
            let told = Told::new("What each becomes", "Text or JSON with ${item} in it.");
            view! { <BodyWidget spot=spot.part("value").or_empty() told=told /> }.into_any()
        }
        "template" => {
            let told = Told::new("Text", "${item} is what comes in.");
            let text = spot.part("text").or_empty();
            view! { <WrittenWidget spot=text told=told lines=Lines::Many /> }.into_any()
        }
        "filter" => written("keep", Told::new("Keep where", "Such as item.score >= 7.")),
        "sort" => view! { <SortFields spot=spot /> }.into_any(),
        "split" | "join" => {
            view! { <Separator spot=spot.part("separator").or_empty() /> }.into_any()
        }
        "unique" => written("by", Told::new("Compared by", "Empty: the whole item.")),
        _ => view! { <AggregateFields spot=spot /> }.into_any(),
    }
}

#[component]
fn SortFields(spot: Spot) -> impl IntoView {
    let order = vec![
        Choice::new("ascending", "Smallest first"),
        Choice::new("descending", "Largest first"),
    ];
    view! {
        <WrittenWidget
            spot=spot.part("by").or_empty()
            told=Told::new("By", "Such as item.score. Empty: the item itself.")
        />
        <ChoiceWidget spot=spot.part("order") told=Told::new("Order", "") options=order />
    }
}

#[component]
fn AggregateFields(spot: Spot) -> impl IntoView {
    let functions = vec![
        Choice::new("count", "How many"),
        Choice::new("sum", "Sum"),
        Choice::new("mean", "Average"),
        Choice::new("min", "Smallest"),
        Choice::new("max", "Largest"),
        Choice::new("first", "First"),
        Choice::new("last", "Last"),
        Choice::new("concat", "All in one"),
    ];
    view! {
        <ChoiceWidget spot=spot.part("function") told=Told::new("What", "") options=functions />
        <WrittenWidget
            spot=spot.part("of").or_empty()
            told=Told::new("Of", "Such as item.price. Empty: the item itself.")
        />
    }
}

/// Line breaks count: they are what texts are mostly split at.
#[component]
fn Separator(spot: Spot) -> impl IntoView {
    let text = tied_text(spot);
    view! {
        <div class="config__leave" on:focusout=move |_| spot.subject.on_settle.run(())>
            <LongTextField
                name=spot.id()
                label="Between"
                value=text
                help="What stands between the pieces; an empty line is a line break."
                error=spot.error
                rows=2
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::nodes::transform::Operation;

    use super::fresh;

    #[test]
    fn every_operation_begins_as_one_that_can_be_read() {
        for op in
            ["pick", "map", "template", "filter", "sort", "split", "join", "unique", "aggregate"]
        {
            let operation: Operation = serde_json::from_value(fresh(op)).unwrap();

            assert_eq!(operation.name(), op);
        }
    }
}
