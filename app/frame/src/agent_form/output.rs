//! What an agent gives.

use leptos::prelude::*;
use model::text_output::Output;
use ui::field::{Choice, LongTextField, SelectField};

use super::{faults::Faults, reading::Reading};

/// What an agent gives, while it is filled in.
#[derive(Clone, Copy)]
pub(super) struct OutputFields {
    /// `text`, `list` or `json`.
    format: RwSignal<String>,
    schema: RwSignal<String>,
}

impl OutputFields {
    pub(super) fn new(output: &Output) -> Self {
        let (format, schema) = match output {
            Output::Text => ("text", None),
            Output::List => ("list", None),
            Output::Json { schema } => ("json", schema.as_ref()),
        };
        let schema = schema.and_then(|schema| serde_json::to_string_pretty(schema).ok());
        Self {
            format: RwSignal::new(format.to_owned()),
            schema: RwSignal::new(schema.unwrap_or_default()),
        }
    }

    pub(super) fn filled(self, reading: &mut Reading) -> Output {
        match self.format.get().as_str() {
            "json" => Output::Json { schema: reading.json("output.schema", &self.schema.get()) },
            "list" => Output::List,
            _ => Output::Text,
        }
    }
}

/// The format, and the schema of JSON.
#[component]
pub(super) fn OutputSection(output: OutputFields, faults: Faults) -> impl IntoView {
    let formats = vec![
        Choice::new("text", "Text"),
        Choice::new("list", "List of texts"),
        Choice::new("json", "Data (JSON)"),
    ];
    view! {
        <fieldset class="agent-form__part">
            <legend>"Output"</legend>
            <SelectField
                name="agent_output"
                label="Answer format"
                value=output.format
                options=formats
                error=faults.at("output")
            />
            <Show when=move || output.format.read().as_str() == "json">
                <LongTextField
                    name="agent_schema"
                    label="JSON Schema"
                    value=output.schema
                    help="The shape of the answer. Leave empty for any JSON."
                    error=faults.at("output.schema")
                    placeholder=r#"{ "type": "object", "properties": { "title": { "type": "string" } } }"#
                />
            </Show>
        </fieldset>
    }
    .into_any()
}
