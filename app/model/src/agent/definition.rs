//! What an agent is.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{limits::Limits, tools::ToolGrant};
use crate::{
    expr::{ExprError, Scope},
    field::Text,
    ports::PortType,
    text_output::Output,
};

/// An agent, as a version of the library keeps it, or as a node has it of its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AgentDefinition {
    /// What it is for, in one sentence.
    pub purpose: String,
    /// How it works, as its model is told. `${name}` is an input of it.
    pub instructions: Text,
    /// What it is given beside its task.
    pub inputs: Vec<AgentInput>,
    /// What it gives.
    #[schemars(with = "Map<String, Value>")]
    pub output: Output,
    /// The model by name, optionally `provider/name`; none is the workspace's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// 0 for the most likely words, up to 2; none leaves it to the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Most tokens of one answer; none leaves it to the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// The tools it may call, and how freely.
    pub tools: Vec<ToolGrant>,
    /// What it may use, and what happens then.
    pub limits: Limits,
}

impl AgentDefinition {
    /// Its instructions with its inputs filled in; an input that it is not given is empty.
    ///
    /// # Errors
    /// When they refer to what is none of its inputs.
    pub fn rendered_instructions(&self, inputs: &Map<String, Value>) -> Result<String, ExprError> {
        let given = self.inputs.iter().map(|input| {
            (input.name.clone(), inputs.get(&input.name).cloned().unwrap_or_default())
        });
        let scope = Scope { context: Arc::new(given.collect()), ..Scope::default() };
        self.instructions.render(&scope)
    }
}

/// Something that an agent is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentInput {
    /// By which the instructions name it: `^[a-z][a-z0-9_]*$`.
    pub name: String,
    /// Words beside its field; empty shows the name.
    #[serde(default)]
    pub label: String,
    /// What fits.
    #[serde(rename = "type")]
    pub input_type: PortType,
    /// The agent cannot work without it.
    #[serde(default)]
    pub required: bool,
    /// A sentence under its field.
    #[serde(default)]
    pub help: String,
}

impl AgentInput {
    /// Its name for people.
    pub fn title(&self) -> &str {
        if self.label.trim().is_empty() { &self.name } else { self.label.trim() }
    }
}
