//! The dialog in which a person tries a tool: its arguments as a form, and what it gives.

use std::collections::BTreeMap;

use api::tools::try_tool;
use frame::{
    dialog_form::{DialogForm, Editing, FormDialog},
    sending::Sending,
};
use leptos::prelude::*;
use model::mcp::{
    arguments::{ArgumentField, Shape, build_form},
    page::{ToolTrial, TrialResult},
    server::ToolView,
};
use serde_json::{Map, Value};
use ui::{
    button::ButtonLook,
    dialog::DialogSize,
    field::{Choice, FieldValue, LongTextField, SelectField, SwitchField, TextField},
    json::render_json,
};

/// What is typed for the arguments, by their names.
type Texts = RwSignal<BTreeMap<String, String>>;

/// Tries a tool.
#[component]
pub(super) fn TrialDialog(trying: Editing<ToolView>) -> impl IntoView {
    let title = Signal::derive(move || match trying.known.read().as_ref() {
        Some(tool) => format!("Try {}", tool.key),
        None => "Try a tool".to_owned(),
    });
    view! {
        <FormDialog id="try-tool" title=title open=trying.open size=DialogSize::Wide>
            {move || trying.known.get_untracked().map(|tool| view! { <Trial tool=tool open=trying.open /> })}
        </FormDialog>
    }
}

#[component]
fn Trial(tool: ToolView, open: RwSignal<bool>) -> impl IntoView {
    let ToolView { key, definition, .. } = tool;
    let only_reads = definition.annotations.read_only == Some(true);
    let (sending, texts) = (Sending::default(), Texts::default());
    let (confirmed, result) = (RwSignal::new(false), RwSignal::new(None::<TrialResult>));
    let form = StoredValue::new(build_form(&definition.input_schema));
    let fields = form
        .with_value(|form| form.fields.iter().map(|field| argument(field, texts)).collect_view());
    let call = move |()| {
        let filled = form.with_value(|form| read(&form.fields, &texts.get_untracked()));
        let tool = key.clone();
        let trial = ToolTrial { tool, arguments: filled, confirmed: confirmed.get_untracked() };
        result.set(None);
        sending.send(try_tool(trial), move |given| drop(result.try_set(Some(given))));
    };
    let warning = (!only_reads).then(|| {
        let help = "It may change something on its server, as a step would.";
        view! { <SwitchField name="trial_confirmed" label="Call it although it may write" value=confirmed help=help /> }
    });
    let look = if only_reads { ButtonLook::Primary } else { ButtonLook::Danger };
    view! {
        <DialogForm open=open sending=sending on_submit=call verb="Call tool" look=look test_id="try-tool-form">
            {fields}
            {warning}
            <div aria-live="polite" data-testid="trial-result">
                {move || result.get().map(|given| view! { <Given given=given /> })}
            </div>
        </DialogForm>
    }
    .into_any()
}

/// The field of an argument; what has parts is written as JSON.
fn argument(field: &ArgumentField, texts: Texts) -> AnyView {
    let (own, shape) = (field.name.clone(), field.shape.clone());
    let changed = own.clone();
    let shown = Memo::new(move |_| texts.read().get(&own).cloned().unwrap_or_default());
    let wrong = Signal::derive(move || shape.read_text(&shown.read()).err());
    let value = FieldValue::new(
        shown,
        move |text| texts.update(|texts| drop(texts.insert(changed.clone(), text))),
        wrong,
    );
    let name = format!("argument_{}", field.name);
    let (label, help, required) = (field.label.clone(), field.help.clone(), field.required);
    let options = match &field.shape {
        Shape::Boolean => vec!["true".to_owned(), "false".to_owned()],
        Shape::Choice(values) => values.iter().map(|value| field.shape.to_text(value)).collect(),
        _ => vec![],
    };
    match &field.shape {
        Shape::Boolean | Shape::Choice(_) => {
            let none = Choice::new("", "Not set");
            let options = options.iter().map(|text| Choice::from(text.as_str()));
            let options: Vec<Choice> = std::iter::once(none).chain(options).collect();
            view! { <SelectField name label value options help required /> }.into_any()
        }
        Shape::Text | Shape::Integer | Shape::Number => {
            view! { <TextField name label value help required /> }.into_any()
        }
        Shape::Object(_) | Shape::List(_) | Shape::OneOf(_) | Shape::Json(_) => {
            view! { <LongTextField name label value help required rows=3 placeholder="JSON" /> }
                .into_any()
        }
    }
}

/// The arguments that are filled in; what cannot be read is sent as it is typed, for the tool to judge.
fn read(fields: &[ArgumentField], texts: &BTreeMap<String, String>) -> Map<String, Value> {
    let filled = fields.iter().filter_map(|field| {
        let text = texts.get(&field.name)?;
        let value = field.shape.read_text(text).unwrap_or_else(|_| text.clone().into());
        (!value.is_null()).then(|| (field.name.clone(), value))
    });
    filled.collect()
}

/// What a tool gave, or why it gave nothing.
#[component]
fn Given(given: TrialResult) -> impl IntoView {
    let TrialResult { result, error, duration_ms, sample } = given;
    let from = if sample { " · sample" } else { "" };
    let error = error.map(|words| view! { <p class="tools__error" dir="auto">{words}</p> });
    let result = result.map(|value| {
        let text = match value {
            Value::String(text) => text,
            value => value.to_string(),
        };
        render_json(text, "tools__schema")
    });
    view! {
        <p class="muted small">{format!("{duration_ms} ms{from}")}</p>
        {error}
        {result}
    }
    .into_any()
}
