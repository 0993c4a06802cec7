//! Values of one of several shapes, which a tag in them tells apart: a model's answer, documents.

use leptos::prelude::*;
use model::{library::DocumentRow, number::read_json};
use serde_json::{Value, json};
use ui::{
    field::{Choice, FieldInput, FormField, PickOption, Picks},
    format,
};
use web::client::clock::{Zone, use_zone};

use super::{labels::FieldLabels, text_area::Lines, written::written};
use crate::panel::field_binding::{FieldBinding, bind_signal};

/// The tag of the present shape, both ways: picking another tag sets a fresh value of that shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Variant {
    /// The tag picked in the list; set it to change the shape.
    pub picked: RwSignal<String>,
    /// The tag of the stored value.
    pub now: Memo<String>,
}

/// Binds to the shape of a field, by the text at the key `tag`; `usual` counts where there is none.
pub(super) fn variant(
    binding: FieldBinding,
    tag: &'static str,
    usual: &'static str,
    fresh: fn(&str) -> Value,
) -> Variant {
    let word = move |value: &Value| value[tag].as_str().unwrap_or(usual).to_owned();
    let now = Memo::new(move |_| binding.value.with(word));
    let picked = RwSignal::new(now.get_untracked());
    Effect::new(move |_| picked.set(now.get()));
    Effect::new(move |before: Option<()>| {
        let wanted = picked.get();
        if before.is_some() && wanted != now.get_untracked() {
            binding.set(fresh(&wanted));
            binding.subject.on_settle.run(());
        }
    });
    Variant { picked, now }
}

/// The format of a model's answer: a text, a list or JSON, and the schema of the JSON.
pub(super) fn output(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let fresh = |format: &str| json!({ "format": format });
    let Variant { picked, now } = variant(binding, "format", "text", fresh);
    let options =
        Choice::list([("text", "One text"), ("list", "A list of texts"), ("json", "JSON")]);
    view! {
        {binding.field(labels, FieldInput::choice(picked, options))}
        <Show when=move || now.read().as_str() == "json">{schema(binding.part("schema"))}</Show>
    }
    .into_any()
}

fn schema(binding: FieldBinding) -> AnyView {
    let text = bind_signal(binding, schema_to_text, |text: &String| text_to_schema(text));
    let labels =
        FieldLabels::new("JSON Schema", "The format of the answer. Leave empty for any JSON.");
    let example = r#"{ "type": "object", "properties": { "title": { "type": "string" } } }"#;
    binding.settled(binding.field(labels, FieldInput::lines(text, 4)).placeholder(example))
}

fn schema_to_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    }
}

fn text_to_schema(text: &str) -> Result<Value, String> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    read_json(text).map_err(|error| error.to_string())
}

/// The documents that a step gets as context: those of the launch, none, all, chosen ones or those
/// with a tag.
pub(super) fn documents(binding: FieldBinding, labels: FieldLabels) -> AnyView {
    let Variant { picked, now } = variant(binding, "mode", "launch", no_documents);
    let options = Choice::list([
        ("launch", "Documents chosen at launch"),
        ("none", "No documents"),
        ("all", "All documents in the project"),
        ("chosen", "Chosen documents"),
        ("tag", "Documents with a tag"),
    ]);
    let more = move || match now.get().as_str() {
        "chosen" => chosen_documents(binding.part("ids")),
        "tag" => {
            let labels = FieldLabels::new("Tag", "Uses the project's documents with this tag.");
            written(binding.part("tag").or_empty(), labels, Lines::One)
        }
        _ => ().into_any(),
    };
    view! {
        {binding.field(labels, FieldInput::choice(picked, options))}
        {more}
    }
    .into_any()
}

/// The stored value of a mode with nothing chosen yet.
fn no_documents(mode: &str) -> Value {
    match mode {
        "chosen" => json!({ "mode": mode, "ids": [] }),
        "tag" => json!({ "mode": mode, "tag": "" }),
        _ => json!({ "mode": mode }),
    }
}

fn chosen_documents(binding: FieldBinding) -> AnyView {
    if binding.value.with_untracked(Value::is_string) {
        let labels = FieldLabels::new("Documents", "Insert a value that is a list of documents.");
        return written(binding, labels, Lines::One);
    }
    let value = bind_signal(
        binding,
        |ids| serde_json::from_value(ids.clone()).unwrap_or_default(),
        |ids: &Vec<String>| Ok(json!(ids)),
    );
    let zone = use_zone();
    let option = |document: &DocumentRow, zone: Zone| PickOption {
        value: document.id.to_string(),
        title: document.title.clone(),
        words: document.excerpt.clone(),
        facts: format::minute(document.updated_at, zone),
        picture: None,
    };
    let field = move || {
        let zone = zone.get();
        let options = binding.subject.stock.with_value(|stock| {
            stock.documents.iter().map(|document| option(document, zone)).collect()
        });
        let nothing = "No documents yet.";
        let input = FieldInput::Picker { value, options, picks: Picks::Many, nothing };
        // The choice above says what is wrong with the documents.
        FormField::new(binding.id(), "Documents", input).view()
    };
    field.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_shown_as_it_is_read_and_a_slip_says_where() {
        let schema = json!({ "type": "object" });

        assert_eq!(text_to_schema(&schema_to_text(&schema)), Ok(schema));
        assert_eq!(text_to_schema(" "), Ok(Value::Null));
        assert!(text_to_schema("{\"a\":}").is_err_and(|why| why.contains("line 1, column 6")));
    }
}
