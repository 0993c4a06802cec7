//! What both interfaces for talks have in common.

use model::agent::talk::Message;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::providers::{
    capabilities::{Capabilities, JsonWay},
    chat::{ChatRequest, ChatTool, plain_word},
    openai_wire::Dialect,
    tool_schema,
};

/// The longest name of a tool that vendors take.
const LONGEST_NAME: usize = 64;
/// The most characters of a tool's description that OpenAI takes.
const LONGEST_DESCRIPTION: usize = 1_024;

/// What an answer's server wants to be given back with it, as it is stored beside it. It is given back
/// only to the model that gave it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "format")]
pub(super) enum GivenBack {
    /// Of an answer by chat completions.
    #[serde(rename = "openai.completions")]
    Completions {
        /// The model that was asked.
        model: String,
        /// Whether the thoughts go along, in the field in which they came.
        #[serde(default)]
        reasoning: bool,
        /// The thoughts as OpenRouter has them.
        #[serde(default)]
        details: Vec<Value>,
        /// What goes along with each call.
        #[serde(default)]
        extra_content: Vec<Option<Value>>,
    },
    /// Of an answer by the Responses API.
    #[serde(rename = "openai.responses")]
    Responses {
        /// The model that was asked.
        model: String,
        /// The parts of its output in their order: thoughts as they came, of others the type.
        output: Vec<Value>,
    },
}

impl GivenBack {
    /// What is given back to this model; none where another one answered.
    pub(super) fn read(stored: Option<&Value>, model: &str) -> Option<Self> {
        let stored: Self = serde_json::from_value(stored?.clone()).ok()?;
        let of = match &stored {
            Self::Completions { model, .. } | Self::Responses { model, .. } => model,
        };
        (of == model).then_some(stored)
    }
}

/// How the last answer is asked for as JSON; none where any text will do. Beside tools only OpenAI's own
/// models are given the schema itself: others then answer with it instead of calling tools.
pub(super) fn json_way(
    request: &ChatRequest,
    dialect: Dialect,
    capabilities: &Capabilities,
) -> Option<JsonWay> {
    let schema = request.schema.as_ref()?;
    let may_constrain = request.tools.is_empty() || dialect == Dialect::OpenAi;
    let is_object = schema["type"] == "object";
    Some(if may_constrain && is_object { capabilities.json } else { JsonWay::Prompt })
}

/// The instructions, and in which form the last answer is to be.
pub(super) fn system_text(request: &ChatRequest, way: Option<JsonWay>) -> String {
    let said = request.messages.iter().filter_map(|said| match &said.message {
        Message::System { text } => Some(text.clone()),
        Message::User { .. } | Message::Assistant { .. } | Message::Tool { .. } => None,
    });
    let form = way.zip(request.schema_for_model()).map(|(way, schema)| match way {
        JsonWay::Schema => {
            "Your last answer, once you need no more tools, is one JSON value and nothing else."
                .to_owned()
        }
        JsonWay::Mode | JsonWay::Prompt => format!(
            "Your last answer, once you need no more tools, is one JSON value of this JSON Schema and nothing else:\n{schema}"
        ),
    });
    said.chain(form).collect::<Vec<_>>().join("\n\n")
}

/// The name of a tool that a model called, as vendors take it back.
pub(super) fn call_name(name: &str) -> String {
    let mut name = plain_word(name);
    name.truncate(LONGEST_NAME);
    name
}

/// A tool in the form of chat completions, which Ollama has copied.
pub(super) fn function(tool: &ChatTool, dialect: Dialect) -> Value {
    let function = json!({
        "name": tool.name,
        "description": description(tool, dialect),
        "parameters": tool_schema::of_object(&tool.input_schema),
    });
    json!({ "type": "function", "function": function })
}

/// What a tool does, as long as the vendor takes it.
pub(super) fn description(tool: &ChatTool, dialect: Dialect) -> String {
    match dialect {
        Dialect::OpenAi => tool.description.chars().take(LONGEST_DESCRIPTION).collect(),
        Dialect::Compatible => tool.description.clone(),
    }
}
