//! An agent while it is filled in.

use leptos::prelude::*;
use model::{agent::definition::AgentDefinition, field::Text, problem::FieldProblem};

use super::{
    inputs::{InputRows, OutputFields},
    limits::LimitFields,
    reading::Reading,
    tools::ToolRows,
};

/// An agent while it is filled in: what is typed, as text.
#[derive(Clone, Copy)]
pub struct AgentFields {
    pub(super) purpose: RwSignal<String>,
    pub(super) instructions: RwSignal<String>,
    pub(super) model: RwSignal<String>,
    pub(super) temperature: RwSignal<String>,
    pub(super) max_tokens: RwSignal<String>,
    pub(super) inputs: InputRows,
    pub(super) output: OutputFields,
    pub(super) tools: ToolRows,
    pub(super) limits: LimitFields,
}

impl AgentFields {
    /// The fields, filled in with a definition.
    pub fn new(definition: &AgentDefinition) -> Self {
        let number = |number: Option<String>| RwSignal::new(number.unwrap_or_default());
        Self {
            purpose: RwSignal::new(definition.purpose.clone()),
            instructions: RwSignal::new(definition.instructions.0.clone()),
            model: RwSignal::new(definition.model.clone().unwrap_or_default()),
            temperature: number(definition.temperature.map(|degree| degree.to_string())),
            max_tokens: number(definition.max_tokens.map(|most| most.to_string())),
            inputs: InputRows::new(&definition.inputs),
            output: OutputFields::new(&definition.output),
            tools: ToolRows::new(&definition.tools),
            limits: LimitFields::new(&definition.limits),
        }
    }

    /// What is filled in now; whoever reads it in an effect hears of every change.
    ///
    /// # Errors
    /// What cannot be read, each with the path of its field.
    pub fn definition(self) -> Result<AgentDefinition, Vec<FieldProblem>> {
        let mut reading = Reading::default();
        let definition = AgentDefinition {
            purpose: self.purpose.get().trim().to_owned(),
            instructions: Text(self.instructions.get()),
            inputs: self.inputs.filled(),
            output: self.output.filled(&mut reading),
            model: Some(self.model.get().trim().to_owned()).filter(|model| !model.is_empty()),
            temperature: reading.decimal("temperature", &self.temperature.get()),
            max_tokens: reading.count("max_tokens", &self.max_tokens.get()),
            tools: self.tools.filled(&mut reading),
            limits: self.limits.filled(&mut reading),
        };
        if reading.problems.is_empty() { Ok(definition) } else { Err(reading.problems) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_definition_is_the_same_after_it_was_shown_and_read() {
        let written = json!({
            "purpose": "Writes ads.",
            "instructions": "Write about ${topic}.",
            "inputs": [
                { "name": "topic", "label": "Topic", "type": { "shape": "one", "kind": "text" },
                  "required": true, "help": "In a word." },
                { "name": "images", "label": "", "type": { "shape": "list", "kind": "image" },
                  "required": false, "help": "" }
            ],
            "output": { "format": "json", "schema": { "type": "object" } },
            "model": "openai/gpt-x",
            "temperature": 0.7,
            "max_tokens": 2000,
            "tools": [
                { "tool": "github.getIssue", "mode": "always_asks", "max_calls": 3 },
                { "tool": "atelier.time", "mode": "free" }
            ],
            "limits": { "turns": 5, "tool_calls": 0, "tokens": 9000, "cost_micros": 250_000,
                "minutes": 10, "then": { "cost": "ask", "turns": "cheaper_model" },
                "cheaper_model": "openai/gpt-mini" }
        });
        let definition: AgentDefinition = serde_json::from_value(written).unwrap();

        Owner::new().with(|| {
            assert_eq!(AgentFields::new(&definition).definition(), Ok(definition));
            let empty = AgentDefinition::default();
            assert_eq!(AgentFields::new(&empty).definition(), Ok(empty));
        });
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_path() {
        Owner::new().with(|| {
            let fields = AgentFields::new(&AgentDefinition::default());
            fields.temperature.set("warm".to_owned());

            let problems = fields.definition().unwrap_err();

            assert_eq!(problems[0].path.as_deref(), Some("temperature"));
        });
    }
}
