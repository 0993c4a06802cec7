//! The fields of one parameter of the workflow.

use leptos::prelude::*;
use model::parameter::ParameterKind;
use serde_json::Value;
use ui::field::{Choice, SelectField, TextField};

use super::{callbacks::ParameterCallbacks, options::OptionsWidget, sample::SampleWidget};
use crate::panel::{
    field::{FieldLabels, LabelWidget, NumberWidget, ToggleWidget},
    field_binding::{FieldBinding, bind_signal, bind_text},
};

const KINDS: [(&str, &str); 13] = [
    ("text", "Text"),
    ("long_text", "Long text"),
    ("integer", "Whole number"),
    ("number", "Number"),
    ("boolean", "Yes or no"),
    ("choice", "Single choice"),
    ("multi_choice", "Multiple choice"),
    ("list", "List of texts"),
    ("json", "JSON"),
    ("document", "Document"),
    ("documents", "Documents"),
    ("image", "Image"),
    ("images", "Images"),
];

/// The fields of one parameter; which there are depends on its kind.
pub(super) fn row(binding: FieldBinding) -> AnyView {
    let kind = Memo::new(move |_| binding.value.with(kind_of));
    let bounds = move || {
        let numbers = matches!(kind.get(), ParameterKind::Integer | ParameterKind::Number);
        numbers.then(|| view! { <Bounds binding=binding /> })
    };
    let choices = move || {
        let chosen = matches!(kind.get(), ParameterKind::Choice | ParameterKind::MultiChoice);
        chosen.then(|| view! { <OptionsWidget binding=binding.part("options") /> })
    };
    let samples = move || {
        let kind = kind.get();
        let default = FieldLabels::new("Default", "Used when the field is left empty.");
        let example = FieldLabels::new("Example", "A sample value to show and to test with.");
        view! {
            <SampleWidget binding=binding.part("default") labels=default kind=kind />
            <SampleWidget binding=binding.part("example") labels=example kind=kind />
        }
    };
    view! {
        <LabelWidget binding=binding.part("label") on_leave=leave_label(binding) />
        <KindWidget binding=binding.part("type") />
        {choices}
        <ToggleWidget binding=binding.part("required") labels=FieldLabels::new("Required", "") />
        <details class="sample">
            <summary class="sample__title small">"More settings"</summary>
            <div class="form config__inset">
                <NameWidget binding=binding.part("name") />
                {samples}
                <WordsWidget binding=binding.part("help") label="Help" />
                <WordsWidget binding=binding.part("group") label="Heading" />
                {bounds}
            </div>
        </details>
    }
    .into_any()
}

/// A callback for leaving the label's field, which reports a label that has changed since.
fn leave_label(binding: FieldBinding) -> Callback<()> {
    let parameters = use_context::<ParameterCallbacks>();
    let part = move |key: &str| binding.value.try_with_untracked(|value| value[key].clone());
    let last_label = StoredValue::new(part("label").unwrap_or_default());
    Callback::new(move |()| {
        let (Some(label), Some(Value::String(name))) = (part("label"), part("name")) else {
            return;
        };
        if let Some(parameters) = parameters.filter(|_| last_label.get_value() != label) {
            last_label.set_value(label);
            parameters.on_label.run(name);
        }
    })
}

fn kind_of(value: &Value) -> ParameterKind {
    serde_json::from_value(value["type"].clone()).unwrap_or_default()
}

#[component]
fn KindWidget(binding: FieldBinding) -> impl IntoView {
    let kind = bind_signal(
        binding,
        |kind| kind.as_str().unwrap_or("text").to_owned(),
        |kind: &String| Ok(Value::from(kind.as_str())),
    );
    let options: Vec<Choice> = KINDS.map(|(key, words)| Choice::new(key, words)).into();
    view! { <SelectField name=binding.id() label="Type" value=kind options=options error=binding.error /> }
}

/// The name that texts refer to; it and every reference change when the field is left.
#[component]
fn NameWidget(binding: FieldBinding) -> impl IntoView {
    let parameters = use_context::<ParameterCallbacks>();
    let name = move || binding.value.with(|name| name.as_str().unwrap_or_default().to_owned());
    let typed = RwSignal::new(untrack(name));
    Effect::new(move |_| typed.set(name()));
    let leave = move |_: leptos::ev::FocusEvent| {
        let (old, new) = (untrack(name), typed.get_untracked().trim().to_owned());
        if new.is_empty() {
            typed.set(old);
        } else if let Some(parameters) = parameters.filter(|_| old != new) {
            parameters.on_rename.run((old, new));
            binding.subject.on_settle.run(());
        }
    };
    view! {
        <div class="config__leave" on:focusout=leave>
            <TextField
                name=binding.id()
                label="Variable name"
                value=typed
                help="Renaming it updates every text that uses it."
                error=binding.error
            />
        </div>
    }
}

#[component]
fn WordsWidget(binding: FieldBinding, label: &'static str) -> impl IntoView {
    let text = bind_text(binding);
    view! {
        <div class="config__leave" on:focusout=move |_| binding.subject.on_settle.run(())>
            <TextField name=binding.id() label=label value=text error=binding.error />
        </div>
    }
}

#[component]
fn Bounds(binding: FieldBinding) -> impl IntoView {
    view! {
        <NumberWidget binding=binding.part("min") labels=FieldLabels::new("Minimum", "") />
        <NumberWidget binding=binding.part("max") labels=FieldLabels::new("Maximum", "") />
        <NumberWidget binding=binding.part("step") labels=FieldLabels::new("Increment", "") />
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
