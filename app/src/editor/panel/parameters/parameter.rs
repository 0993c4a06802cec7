//! One input: what it is called, what it holds, how it is asked for.

use leptos::prelude::*;
use model::workflow::ParameterKind;
use serde_json::Value;

use super::{Parameters, options::OptionsWidget, sample::SampleWidget};
use crate::{
    editor::panel::{
        field::{LabelWidget, NumberWidget, ToggleWidget, Told},
        spot::{Spot, tied, tied_text},
    },
    ui::field::{Choice, SelectField, TextField},
};

const KINDS: [(&str, &str); 13] = [
    ("text", "Text"),
    ("long_text", "Long text"),
    ("integer", "Whole number"),
    ("number", "Number"),
    ("boolean", "Yes or no"),
    ("choice", "One of several"),
    ("multi_choice", "Some of several"),
    ("list", "List of texts"),
    ("json", "JSON"),
    ("document", "Document"),
    ("documents", "Documents"),
    ("image", "Picture"),
    ("images", "Pictures"),
];

/// The fields of a parameter.
pub(super) fn row(spot: Spot) -> AnyView {
    let kind = Memo::new(move |_| spot.value.with(kind_of));
    let bounds = move || {
        let numbers = matches!(kind.get(), ParameterKind::Integer | ParameterKind::Number);
        numbers.then(|| view! { <Bounds spot=spot /> })
    };
    let choices = move || {
        let chosen = matches!(kind.get(), ParameterKind::Choice | ParameterKind::MultiChoice);
        chosen.then(|| view! { <OptionsWidget spot=spot.part("options") /> })
    };
    let samples = move || {
        let kind = kind.get();
        let default = Told::new("Default", "The value when none is given.");
        let example = Told::new("Example", "A good value to show and to try.");
        view! {
            <SampleWidget spot=spot.part("default") told=default kind=kind />
            <SampleWidget spot=spot.part("example") told=example kind=kind />
        }
    };
    view! {
        <LabelWidget spot=spot.part("label") on_leave=leave_label(spot) />
        <KindWidget spot=spot.part("type") />
        {choices}
        <ToggleWidget spot=spot.part("required") told=Told::new("Required", "") />
        <details class="sample">
            <summary class="sample__title small">"More about it"</summary>
            <div class="form config__inset">
                <NameWidget spot=spot.part("name") />
                {samples}
                <WordsWidget spot=spot.part("help") label="Help" />
                <WordsWidget spot=spot.part("group") label="Heading" />
                {bounds}
            </div>
        </details>
    }
    .into_any()
}

/// Tells, when the field of a label is left, that it has become another one.
fn leave_label(spot: Spot) -> Callback<()> {
    let parameters = use_context::<Parameters>();
    let part = move |key: &str| spot.value.try_with_untracked(|value| value[key].clone());
    let told = StoredValue::new(part("label").unwrap_or_default());
    Callback::new(move |()| {
        let (Some(label), Some(Value::String(name))) = (part("label"), part("name")) else {
            return;
        };
        if let Some(parameters) = parameters.filter(|_| told.get_value() != label) {
            told.set_value(label);
            parameters.on_label.run(name);
        }
    })
}

fn kind_of(value: &Value) -> ParameterKind {
    serde_json::from_value(value["type"].clone()).unwrap_or_default()
}

#[component]
fn KindWidget(spot: Spot) -> impl IntoView {
    let kind = tied(
        spot,
        |kind| kind.as_str().unwrap_or("text").to_owned(),
        |kind: &String| Ok(Value::from(kind.as_str())),
    );
    let options: Vec<Choice> = KINDS.map(|(key, words)| Choice::new(key, words)).into();
    view! { <SelectField name=spot.id() label="Kind" value=kind options=options error=spot.error /> }
}

/// The name that texts refer to; it changes when the field is left, and with it every reference.
#[component]
fn NameWidget(spot: Spot) -> impl IntoView {
    let parameters = use_context::<Parameters>();
    let name = move || spot.value.with(|name| name.as_str().unwrap_or_default().to_owned());
    let typed = RwSignal::new(untrack(name));
    Effect::new(move |_| typed.set(name()));
    let leave = move |_: leptos::ev::FocusEvent| {
        let (old, new) = (untrack(name), typed.get_untracked().trim().to_owned());
        if new.is_empty() {
            typed.set(old);
        } else if let Some(parameters) = parameters.filter(|_| old != new) {
            parameters.on_rename.run((old, new));
            spot.subject.on_settle.run(());
        }
    };
    view! {
        <div class="config__leave" on:focusout=leave>
            <TextField
                name=spot.id()
                label="Name in texts"
                value=typed
                help="Texts that refer to it are changed with it."
                error=spot.error
            />
        </div>
    }
}

#[component]
fn WordsWidget(spot: Spot, label: &'static str) -> impl IntoView {
    let text = tied_text(spot);
    view! {
        <div class="config__leave" on:focusout=move |_| spot.subject.on_settle.run(())>
            <TextField name=spot.id() label=label value=text error=spot.error />
        </div>
    }
}

#[component]
fn Bounds(spot: Spot) -> impl IntoView {
    view! {
        <NumberWidget spot=spot.part("min") told=Told::new("Smallest", "") />
        <NumberWidget spot=spot.part("max") told=Told::new("Largest", "") />
        <NumberWidget spot=spot.part("step") told=Told::new("Step", "") />
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_in_the_list_is_one() {
        for (key, _) in KINDS {
            let kind: Result<ParameterKind, _> = serde_json::from_value(json!(key));

            assert!(kind.is_ok(), "{key}");
        }
    }
}
