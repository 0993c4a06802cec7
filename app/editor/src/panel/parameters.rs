//! The inputs of a workflow, which the launch form asks for, with a preview of that form.

use launch::FormPreview;
use leptos::prelude::*;
use model::{
    number::{parse_number, read_json},
    parameter::{Parameter, ParameterKind, ParameterOption},
    value::text_of,
};
use serde_json::{Value, json};
use ui::field::{Choice, FieldInput};

use super::{
    field::{FieldLabels, free_name, line, name_field, number, rows, toggle},
    field_binding::{FieldBinding, bind_signal, bind_words, text_in},
    subject::Subject,
};

/// Separates the value of an option from its label.
const SEPARATOR: char = '|';

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

/// The callbacks that change the parameters of a workflow.
#[derive(Debug, Clone, Copy)]
pub struct ParameterCallbacks {
    /// Called with all parameters after each change, except of a name.
    pub on_change: Callback<Vec<Parameter>>,
    /// Called with the old and the new name, so that references in texts are changed with it.
    pub on_rename: Callback<(String, String)>,
    /// Called with the name of a parameter whose label was changed: the name may follow the label.
    pub on_label: Callback<String>,
}

/// All parameters with their fields, and a preview of the launch form.
#[component]
pub(super) fn ParametersEditor(subject: Subject, parameters: ParameterCallbacks) -> impl IntoView {
    provide_context(parameters);
    let now = Memo::new(move |_| subject.workflow.with(|workflow| workflow.parameters.clone()));
    let value = Memo::new(move |_| json!(*now.read()));
    let write = Callback::new(move |value: Value| {
        let changed: Vec<Parameter> =
            serde_json::from_value(value).map_err(|error| error.to_string())?;
        if changed != now.get_untracked() {
            parameters.on_change.run(changed);
        }
        Ok(())
    });
    let binding = FieldBinding::new(subject, "parameters", value, write);
    let labels = FieldLabels::new("Fields", "What the launch form asks for.");
    let fresh = |list: &[Value]| {
        let (name, number) = free_name(list, "name", "input");
        json!({ "name": name, "label": format!("Field {number}"), "type": "text" })
    };
    view! {
        {rows(binding, labels, "field", fresh, parameter_fields)}
        <details class="sample">
            <summary class="sample__title small">"Form preview"</summary>
            <FormPreview parameters=now />
        </details>
    }
}

/// The fields of one parameter; which there are depends on its kind.
fn parameter_fields(binding: FieldBinding) -> AnyView {
    let kind = Memo::new(move |_| binding.value.with(kind_of));
    let bounds = move || {
        let bound = |(key, label)| number(binding.part(key), FieldLabels::new(label, ""), 1.0);
        let all = [("min", "Minimum"), ("max", "Maximum"), ("step", "Increment")];
        let numbers = matches!(kind.get(), ParameterKind::Integer | ParameterKind::Number);
        numbers.then(|| all.map(bound))
    };
    let options = move || {
        let chosen = matches!(kind.get(), ParameterKind::Choice | ParameterKind::MultiChoice);
        chosen.then(|| options_field(binding.part("options")))
    };
    let samples = move || {
        let kind = kind.get();
        let default = FieldLabels::new("Default", "Used when the field is left empty.");
        let example = FieldLabels::new("Example", "A sample value to show and to test with.");
        let default = sample_field(binding.part("default"), default, kind);
        (default, sample_field(binding.part("example"), example, kind))
    };
    let type_binding = binding.part("type");
    let kinds = Signal::stored(Choice::list(KINDS));
    let kinds = FieldInput::choice(bind_words(type_binding), kinds);
    view! {
        {name_field(binding.part("label"), Some(leave_label(binding)))}
        {type_binding.field(FieldLabels::new("Type", ""), kinds)}
        {options}
        {toggle(binding.part("required"), FieldLabels::new("Required", ""))}
        <details class="sample">
            <summary class="sample__title small">"More settings"</summary>
            <div class="form config__inset">
                {variable_name(binding.part("name"))}
                {samples}
                {line(binding.part("help"), FieldLabels::new("Help", ""))}
                {line(binding.part("group"), FieldLabels::new("Heading", ""))}
                {bounds}
            </div>
        </details>
    }
    .into_any()
}

fn kind_of(value: &Value) -> ParameterKind {
    serde_json::from_value(value["type"].clone()).unwrap_or_default()
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

/// The name that texts refer to; it and every reference change when the field is left.
fn variable_name(binding: FieldBinding) -> AnyView {
    let parameters = use_context::<ParameterCallbacks>();
    let name = move || binding.value.with(text_in);
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
    let labels = FieldLabels::new("Variable name", "Renaming it updates every text that uses it.");
    view! {
        <div class="config__leave" on:focusout=leave>
            {binding.field(labels, FieldInput::line(typed))}
        </div>
    }
    .into_any()
}

/// The options of a choice, one per line: the value and, after a bar, a label that differs from it.
fn options_field(binding: FieldBinding) -> AnyView {
    let text = bind_signal(binding, options_to_text, |text: &String| Ok(text_to_options(text)));
    let help = "One per line. To show another label, write value | label.";
    let labels = FieldLabels::new("Options", help);
    binding.settled(binding.field(labels, FieldInput::lines(text, 3)))
}

/// The lines of the stored options.
fn options_to_text(value: &Value) -> String {
    let options: Vec<ParameterOption> = serde_json::from_value(value.clone()).unwrap_or_default();
    let line = |option: &ParameterOption| {
        if option.value == option.label {
            option.value.clone()
        } else {
            format!("{} {SEPARATOR} {}", option.value, option.label)
        }
    };
    options.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The options of the lines; none leave the field out.
fn text_to_options(text: &str) -> Value {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let option = |line: &str| {
        let (value, label) = line.split_once(SEPARATOR).unwrap_or((line, line));
        json!({ "value": value.trim(), "label": label.trim() })
    };
    let options: Vec<Value> = lines.map(option).collect();
    if options.is_empty() { Value::Null } else { Value::Array(options) }
}

/// A default or an example, as a text for a value of a kind; lists have one item per line.
fn sample_field(binding: FieldBinding, labels: FieldLabels, kind: ParameterKind) -> AnyView {
    let show = move |value: &Value| value_to_text(kind, value);
    let text = bind_signal(binding, show, move |text: &String| text_to_value(kind, text));
    let help = match kind {
        kind if is_list(kind) => format!("{} One per line.", labels.help),
        ParameterKind::Boolean => format!("{} Enter true or false.", labels.help),
        _ => labels.help,
    };
    let long = is_list(kind) || matches!(kind, ParameterKind::LongText | ParameterKind::Json);
    let input = if long { FieldInput::lines(text, 2) } else { FieldInput::line(text) };
    binding.settled(binding.field(FieldLabels { help, ..labels }, input))
}

fn is_list(kind: ParameterKind) -> bool {
    use ParameterKind as P;
    matches!(kind, P::List | P::MultiChoice | P::Documents | P::Images)
}

/// The text of a stored value; empty where it is left out.
fn value_to_text(kind: ParameterKind, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Array(items) if is_list(kind) => {
            items.iter().map(text_of).collect::<Vec<_>>().join("\n")
        }
        value if kind == ParameterKind::Json => {
            serde_json::to_string_pretty(value).unwrap_or_default()
        }
        value => text_of(value),
    }
}

/// The value that a text stands for; an empty one leaves it out.
///
/// # Errors
/// Why the text is no value of the kind, in words.
fn text_to_value(kind: ParameterKind, text: &str) -> Result<Value, String> {
    use ParameterKind as P;
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(Value::Null);
    }
    if let Some(number) = kind.number_kind() {
        return parse_number(text, number).map(Value::Number).map_err(|error| error.to_string());
    }
    match kind {
        P::Boolean => kind.parse_text(text).ok_or_else(|| "Enter true or false.".to_owned()),
        P::Json => read_json(trimmed).map_err(|error| error.to_string()),
        kind if is_list(kind) => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            Ok(lines.map(Value::from).collect())
        }
        _ => Ok(Value::from(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_in_the_list_is_one() {
        for (key, _) in KINDS {
            let kind: Result<ParameterKind, _> = serde_json::from_value(json!(key));

            assert!(kind.is_ok(), "{key}");
        }
    }

    #[test]
    fn options_are_read_as_they_are_written() {
        let options = json!([
            { "value": "a", "label": "a" },
            { "value": "b", "label": "Bee line" },
        ]);

        assert_eq!(options_to_text(&options), "a\nb | Bee line");
        assert_eq!(text_to_options(&options_to_text(&options)), options);
        assert_eq!(text_to_options(" \n"), Value::Null);
    }

    #[test]
    fn a_value_is_read_as_it_is_shown() {
        use ParameterKind as P;
        let cases = [
            (P::Text, json!("Tea")),
            (P::Integer, json!(3)),
            (P::Boolean, json!(true)),
            (P::List, json!(["a", "b"])),
            (P::Json, json!({ "a": [1] })),
        ];
        for (kind, value) in cases {
            assert_eq!(text_to_value(kind, &value_to_text(kind, &value)), Ok(value), "{kind:?}");
        }
        assert_eq!(text_to_value(P::Number, "1 000,5"), Ok(json!(1000.5)));
        assert!(
            text_to_value(P::Number, "1,234").is_err_and(|words| words.contains("1.234 or 1234"))
        );
        assert!(
            text_to_value(P::Number, "many").is_err()
                && text_to_value(P::Boolean, "maybe").is_err()
        );
    }
}
