//! What an agent's model says and is told, message by message.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::value::ImageRef;

/// One message of a talk. It never changes once it is stored; its SHA-256 names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Message {
    /// The agent's instructions, as they were rendered.
    System {
        /// The whole text.
        text: String,
    },
    /// A task or a word of a person, or of the program in the person's place.
    User {
        /// The whole text.
        text: String,
        /// Images that go along.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        images: Vec<ImageRef>,
    },
    /// What the model answered.
    Assistant {
        /// The text of the answer; may be empty beside calls.
        #[serde(default)]
        text: String,
        /// What it thought first, where its provider tells that.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reasoning: String,
        /// The tools it wants called.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        calls: Vec<ToolUse>,
        /// What its provider wants to be given back with it, as it came (e.g. signed thoughts).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_data: Option<Value>,
    },
    /// The result of one call.
    Tool {
        /// The call it answers.
        call_id: String,
        /// The tool as the model names it.
        name: String,
        /// The result, or why there is none.
        content: String,
        /// Whether the call gave no result: refused, failed or not allowed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_error: bool,
        /// The arguments as a person changed them before the call; none if nobody did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        edited: Option<Map<String, Value>>,
    },
}

impl Message {
    /// The message as a model reads it: it is told that its arguments were changed.
    pub fn for_model(&self) -> Self {
        let mut message = self.clone();
        if let Self::Tool { content, edited: Some(arguments), .. } = &mut message {
            let arguments = Value::Object(arguments.clone());
            *content =
                format!("A person changed the arguments before the call: {arguments}\n\n{content}");
        }
        message
    }
}

/// A call of a tool that a model asks for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolUse {
    /// The call's id, unique in its talk.
    pub id: String,
    /// The tool as the model was told of it.
    pub name: String,
    /// The arguments by name.
    pub arguments: Map<String, Value>,
    /// The beginning of the arguments as they came, where they are no JSON object: the call cannot
    /// be made, and [`ToolUse::fault`] is what its model is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub malformed: Option<String>,
}

impl ToolUse {
    /// Why the call cannot be made whatever its tool is, in words for its model; none where it can.
    pub fn fault(&self) -> Option<String> {
        let malformed = self.malformed.as_ref()?;
        Some(format!(
            "The arguments aren't a JSON object, so nothing was called. They begin: {malformed}\nCall the tool again with one JSON object."
        ))
    }
}
