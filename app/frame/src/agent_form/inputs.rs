//! What an agent is given beside its task, and what it gives.

use leptos::prelude::*;
use model::{
    agent::definition::AgentInput,
    ports::{Kind, PortType},
    text_output::Output,
};
use ui::{
    button::{Button, ButtonSize, IconButton},
    field::{Choice, FieldInput, FormField},
    icon::Icon,
};

use super::{faults::Faults, reading::Reading};
use crate::rows::{Row, Rows};

/// The types that an input may have, in the order of the list.
const TYPES: [PortType; 14] = [
    PortType::One(Kind::Text),
    PortType::List(Kind::Text),
    PortType::One(Kind::Number),
    PortType::List(Kind::Number),
    PortType::One(Kind::Boolean),
    PortType::One(Kind::Json),
    PortType::List(Kind::Json),
    PortType::One(Kind::Document),
    PortType::List(Kind::Document),
    PortType::One(Kind::Image),
    PortType::List(Kind::Image),
    PortType::One(Kind::File),
    PortType::One(Kind::Any),
    PortType::List(Kind::Any),
];

/// A type in words.
fn type_label(port: PortType) -> String {
    let (one, many) = match port.kind() {
        Kind::Text => ("Text", "texts"),
        Kind::Number => ("Number", "numbers"),
        Kind::Boolean => ("Yes or no", "yes or no"),
        Kind::Json => ("Data (JSON)", "data (JSON)"),
        Kind::Image => ("Image", "images"),
        Kind::Document => ("Document", "documents"),
        Kind::File => ("File", "files"),
        Kind::Any => ("Anything", "anything"),
        Kind::Flow => ("Nothing", "nothing"),
    };
    match port {
        PortType::One(_) => one.to_owned(),
        PortType::List(_) => format!("List of {many}"),
    }
}

/// An input while it is filled in.
#[derive(Clone, Copy)]
pub(super) struct InputFields {
    name: RwSignal<String>,
    label: RwSignal<String>,
    /// The place of its type among the choices.
    kind: RwSignal<String>,
    required: RwSignal<bool>,
    help: RwSignal<String>,
    /// Its type, where it is none of the choices.
    other: StoredValue<PortType>,
}

/// The inputs while they are filled in.
#[derive(Clone, Copy)]
pub(super) struct InputRows {
    rows: Rows<InputFields>,
}

impl InputRows {
    pub(super) fn new(known: &[AgentInput]) -> Self {
        let inputs = Self { rows: Rows::default() };
        for input in known {
            inputs.add(input);
        }
        inputs
    }

    fn add(self, input: &AgentInput) {
        let place = TYPES.iter().position(|port| *port == input.input_type);
        self.rows.push(|| InputFields {
            name: RwSignal::new(input.name.clone()),
            label: RwSignal::new(input.label.clone()),
            kind: RwSignal::new(place.map(|place| place.to_string()).unwrap_or_default()),
            required: RwSignal::new(input.required),
            help: RwSignal::new(input.help.clone()),
            other: StoredValue::new(input.input_type),
        });
    }

    fn add_empty(self) {
        self.add(&AgentInput {
            name: String::new(),
            label: String::new(),
            input_type: PortType::One(Kind::Text),
            required: false,
            help: String::new(),
        });
    }

    pub(super) fn filled(self) -> Vec<AgentInput> {
        let input = |row: Row<InputFields>| {
            let row = row.fields;
            let place = row.kind.get().parse::<usize>().ok();
            let chosen = place.and_then(|place| TYPES.get(place)).copied();
            AgentInput {
                name: row.name.get().trim().to_owned(),
                label: row.label.get().trim().to_owned(),
                input_type: chosen.unwrap_or_else(|| row.other.get_value()),
                required: row.required.get(),
                help: row.help.get().trim().to_owned(),
            }
        };
        self.rows.get().into_iter().map(input).collect()
    }

    fn wrong(self, faults: Faults, key: usize, field: &'static str) -> Signal<Option<String>> {
        faults.at_place(move || Some(format!("inputs[{}].{field}", self.rows.place(key)?)))
    }
}

/// The rows, and a button for one more.
#[component]
pub(super) fn InputSection(inputs: InputRows, faults: Faults) -> impl IntoView {
    view! {
        <fieldset class="agent-form__part">
            <legend>"Inputs"</legend>
            <p class="muted small">
                "What the agent receives besides its task. Workflows fill these in from earlier steps. Use them in the instructions as ${name}."
            </p>
            <For each=move || inputs.rows.get() key=|row| row.key let:row>
                <InputRow row=row inputs=inputs faults=faults />
            </For>
            <Button size=ButtonSize::Small icon=Icon::Plus on_press=move |()| inputs.add_empty()>
                "Add input"
            </Button>
        </fieldset>
    }
    .into_any()
}

#[component]
fn InputRow(row: Row<InputFields>, inputs: InputRows, faults: Faults) -> impl IntoView {
    let Row { key, fields } = row;
    let InputFields { name, label, kind, required, help, other } = fields;
    let choice =
        |(place, port): (usize, &PortType)| Choice::new(place.to_string(), type_label(*port));
    let mut types: Vec<Choice> = TYPES.iter().enumerate().map(choice).collect();
    if kind.with_untracked(String::is_empty) {
        types.push(Choice::new("", type_label(other.get_value())));
    }
    let remove = Signal::derive(move || match name.read().trim() {
        "" => "Remove input".to_owned(),
        name => format!("Remove input {name}"),
    });
    let wrong = move |field| inputs.wrong(faults, key, field);
    let id = |field: &str| format!("agent_input_{field}_{key}");
    view! {
        <div class="agent-form__row" data-testid="agent-input">
            {FormField::line(id("name"), "Name", name)
                .error(wrong("name"))
                .required(true)
                .placeholder("topic")}
            {FormField::choice(id("type"), "Type", kind, types).error(wrong("type"))}
            <IconButton icon=Icon::Trash label=remove on_press=move |()| inputs.rows.remove(key) />
            {FormField::line(id("label"), "Label", label).error(wrong("label"))}
            {FormField::line(id("help"), "Help text", help).error(wrong("help"))}
            <div class="agent-form__row-all">
                {FormField::new(id("required"), "Required", FieldInput::switch(required))}
            </div>
        </div>
    }
    .into_any()
}

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
    let formats =
        Choice::list([("text", "Text"), ("list", "List of texts"), ("json", "Data (JSON)")]);
    let schema = move || {
        let example = r#"{ "type": "object", "properties": { "title": { "type": "string" } } }"#;
        FormField::new("agent_schema", "JSON Schema", FieldInput::lines(output.schema, 4))
            .help("The shape of the answer. Leave empty for any JSON.")
            .error(faults.at("output.schema"))
            .placeholder(example)
    };
    view! {
        <fieldset class="agent-form__part">
            <legend>"Output"</legend>
            {FormField::choice("agent_output", "Answer format", output.format, formats)
                .error(faults.at("output"))}
            <Show when=move || output.format.read().as_str() == "json">{schema()}</Show>
        </fieldset>
    }
    .into_any()
}
